// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <vector>

/// Eigenvalues of the N x N Gaussian orthogonal ensemble of density exp(-tr M^2 / 2): diagonal
/// variance 1, off the diagonal 1/2, spectrum from about -sqrt(2N) to sqrt(2N).
namespace spinscape::theory {

/// exp(x^2/2) sqrt(pi/2) erfc(x/sqrt 2), x >= 0 however large: the Gaussian tail beyond x over the
/// Gaussian at x.
double gaussian_tail_ratio(double x);

/// ln of the mean density of eigenvalues, which integrates to N; valid far outside the spectrum
/// too [Mehta2004].
double log_eigenvalue_density(index N, double x);

/// Probability that k = 0, ..., N - 1 of the other eigenvalues lie below x, given one at x.
std::vector<double> numbers_below(index N, double x);

}  // namespace spinscape::theory
