// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"
#include "spinscape/landscape/architecture.hpp"

#include <cstdint>

/// Passes over arrays of activations, compiled for several instruction sets. No libm in the loops
/// but for softplus: own exponential, so that results do not depend on the C library's version.
namespace spinscape::kernels {

/// a <- phi(z) in place.
void activate(Activation activation, double leak, float* z, index n);
void activate(Activation activation, double leak, double* z, index n);

/// d <- d phi'(z), given a = phi(z). (phi' is a function of phi for all activations here.)
void multiply_slope(Activation activation, double leak, float const* a, float* d, index n);
void multiply_slope(Activation activation, double leak, double const* a, double* d, index n);

/// phi''(z) given a = phi(z); 0 for the piecewise linear ones, also at the kink.
void curvature(Activation activation, double const* a, double* out, index n);

/// For `rows` rows of `columns` (padded) outputs z, of which the first `classes` count:
/// z <- scale * d loss / d z (0 beyond `classes`); returns the sum of the losses.
double loss_and_slope(Loss loss, index rows, index classes, index columns,
                      std::int32_t const* const* labels, float scale, float* z);
double loss_and_slope(Loss loss, index rows, index classes, index columns,
                      std::int32_t const* const* labels, double scale, double* z);

/// Sum of the losses and number of misclassified rows; z is overwritten.
struct Score {
    double loss = 0;
    index errors = 0;
};
Score score(Loss loss, index rows, index classes, index columns, std::int32_t const* const* labels,
            float* z);
Score score(Loss loss, index rows, index classes, index columns, std::int32_t const* const* labels,
            double* z);

/// exp(x), relative error below 3 units in the last place; 0 below the smallest normal number.
void exponential(float* x, index n);
void exponential(double* x, index n);

}  // namespace spinscape::kernels
