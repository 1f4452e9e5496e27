// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/spectral_density.hpp"
#include "spinscape/landscape/prepared_hessian.hpp"

#include <span>
#include <vector>

/// What the study `spectra` measures at one point of a network's loss.
namespace spinscape::spectral {

inline constexpr index ranks = 20;  ///< largest eigenvalues recorded
/// Eigenvalues below this share of the largest one belong to the bulk at zero.
inline constexpr double near_zero = 0.01;
/// Below minus this share of the largest one an eigenvalue counts as negative.
inline constexpr double negative = 0.001;

/// Both ends of the Hessian's spectrum, by Lanczos.
struct Ends {
    std::vector<double> top;          ///< `ranks` largest eigenvalues, descending; missing beyond P
    double lowest = missing;          ///< smallest eigenvalue
    double gradient_share = missing;  ///< of |g|^2 in the space of the `classes` largest ones
    double rest_norm = missing;       ///< spectral norm of Hessian - Gauss-Newton part
};
Ends measure_ends(PreparedHessian& hessian, index classes, Stream const& stream);

/// The `ranks` largest eigenvalues of the Gauss-Newton part.
std::vector<double> gauss_newton_top(PreparedHessian& hessian, Stream const& stream);

/// Number of outliers: the r with the largest ratio of neighbours lambda_r / lambda_{r+1}, where
/// everything below `near_zero` lambda_1 counts as that; and the ratio. No threshold enters but
/// that of the bulk.
struct Gap {
    double outliers = missing, ratio = missing;
};
Gap largest_gap(std::span<double const> top);

/// Bins of eigenvalues: u = sign(lambda) max(0, 6 + log10 |lambda|) in steps of a quarter.
std::vector<double> const& bin_centres();
std::vector<double> binned(std::vector<double> const& eigenvalues);
struct BinnedDensity {
    std::vector<double> share, standard_error;
};
BinnedDensity binned(SpectralDensity const& density);

/// Shares of an exact spectrum (ascending).
struct Shares {
    double near_zero = missing;  ///< |lambda| < 0.01 of the largest
    double negative = missing;   ///< lambda < -0.001 of the largest
};
Shares shares_of(std::vector<double> const& eigenvalues);

}  // namespace spinscape::spectral
