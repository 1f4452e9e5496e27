// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/claim.hpp"

#include <span>

namespace spinscape {

/// y = intercept + slope x by least squares with weights 1 / error^2.
struct LineFit {
    double intercept = missing, slope = missing;
    double intercept_error = missing, slope_error = missing;  ///< from the given errors alone
    double chi_squared = missing;
    index degrees_of_freedom = 0;
};

/// At least two points with different x and errors > 0.
LineFit fit_line(std::span<double const> x, std::span<double const> y,
                 std::span<double const> error);

/// The slope as an estimate; its error is multiplied by sqrt(chi^2 / dof) where that exceeds 1, so
/// that a law which is no straight line is not credited with the errors of the points alone.
Estimate slope_estimate(LineFit const& fit, index n);

}  // namespace spinscape
