// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/surface.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// The box in which a sharpness is measured, |z_i| <= half-width of i, round c, the coordinates of
/// the point (x itself, or A^+ x in a subspace):
enum class SharpnessBox {
    absolute,  ///< epsilon (|c_i| + 1) ([Keskar2017])
    relative   ///< epsilon |c_i| ([Kwon2021]): the same for all rescalings of a ReLU network
};

struct SharpnessOptions {
    double epsilon = 1e-3;
    SharpnessBox box = SharpnessBox::absolute;
    index iterations = 10;  ///< of L-BFGS-B, and of the ascent by signs
};

/// phi = 100 (max_z f(x + A z) - f(x)) / (1 + f(x)), z in the box. The maximum is sought from z = 0
/// in units of the half-widths (so that the search, too, does not see a rescaling), by two methods;
/// each gives a lower bound. f >= 0.
struct Sharpness {
    double phi = missing;      ///< the larger one of the two
    double lbfgs_b = missing;  ///< by L-BFGS-B, as in [Keskar2017]
    double signs = missing;    ///< by steps of 1/5 half-width along the signs of the gradient
    index gradients = 0;
};

/// In the full space, A = 1. `probe` is drawn from only where the gradient vanishes exactly: then
/// the search starts at random, within 1/100 of the box. Moves the surface.
Sharpness sharpness(Surface& surface, std::span<double const> x, SharpnessOptions const& options,
                    Stream& probe);

/// In the subspace spanned by the rows of A^T (p x n, linearly independent).
Sharpness subspace_sharpness(Surface& surface, std::span<double const> x,
                             std::span<double const> A_transposed, SharpnessOptions const& options,
                             Stream& probe);

/// p random directions of R^n, a row each: normal components, scaled to unit length if asked for.
std::vector<double> random_directions(Stream& stream, index p, index n, bool unit_length);

}  // namespace spinscape
