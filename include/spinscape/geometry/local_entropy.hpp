// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/surface.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// The local entropy of a point of R^n ([Chaudhari2017]), per unit temperature T and without the
/// part that is the same everywhere:
///   S(x) = ln < exp(-(f(x + d) - f(x)) / T) >,   d normal with variance T / gamma per component,
/// so that ln int exp(-(f(x') + gamma |x' - x|^2 / 2) / T) dx' = S(x) - f(x)/T + n/2 ln(2 pi T /
/// gamma). A sharp minimum has a low one; S is 0 where f is flat.
struct LocalEntropyOptions {
    double gamma = 1;
    double temperature = 1e-4;
    /// S = -int_0^1 < (f - f(x)) / T >_s ds, < >_s under exp(-s (f - f(x)) / T - gamma d^2 / 2 T),
    /// is integrated with s = t^3 at this many Gauss-Legendre points t ...
    index rungs = 8;
    /// ... with so many steps of a Langevin chain at each, the first third of them not counted.
    index steps = 60;
};

struct LocalEntropy {
    double value = missing;
    double acceptance = missing;  ///< share of Langevin steps that the Metropolis test let pass
    index gradients = 0;
};

/// By Langevin dynamics that is implicit in the quadratic part ([Cotter2013]), with
/// a Metropolis test, so that the step size leaves no bias; it is tuned during the steps that do
/// not count. Moves the surface, which must be flat.
LocalEntropy local_entropy(Surface& surface, std::span<double const> x,
                           LocalEntropyOptions const& options, Stream& noise);

/// Exact where f is quadratic: from the Hessian's eigenvalues, all above -gamma, and the gradient's
/// components along its eigenvectors,
///   S = 1/2 sum_i [ g_i^2 / (T (gamma + l_i)) - ln(1 + l_i / gamma) ].
double gaussian_local_entropy(std::span<double const> eigenvalues, std::span<double const> gradient,
                              double gamma, double temperature);

}  // namespace spinscape
