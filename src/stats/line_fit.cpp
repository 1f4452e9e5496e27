// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/line_fit.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

LineFit fit_line(std::span<double const> x, std::span<double const> y,
                 std::span<double const> error) {
    SPINSCAPE_EXPECT(x.size() >= 2 && x.size() == y.size() && x.size() == error.size());
    double W = 0, mean_x = 0, mean_y = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double const w = 1 / (error[i] * error[i]);
        W += w;
        mean_x += w * x[i];
        mean_y += w * y[i];
    }
    mean_x /= W;
    mean_y /= W;
    double Sxx = 0, Sxy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double const w = 1 / (error[i] * error[i]);
        Sxx += w * (x[i] - mean_x) * (x[i] - mean_x);
        Sxy += w * (x[i] - mean_x) * (y[i] - mean_y);
    }
    LineFit fit;
    fit.slope = Sxy / Sxx;
    fit.intercept = mean_y - fit.slope * mean_x;
    fit.slope_error = 1 / std::sqrt(Sxx);
    fit.intercept_error = std::sqrt(1 / W + mean_x * mean_x / Sxx);
    fit.degrees_of_freedom = std::ssize(x) - 2;
    fit.chi_squared = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double const residual = (y[i] - fit.intercept - fit.slope * x[i]) / error[i];
        fit.chi_squared += residual * residual;
    }
    return fit;
}

Estimate slope_estimate(LineFit const& fit, index n) {
    double scale = 1;
    if (fit.degrees_of_freedom > 0)
        scale =
            std::sqrt(std::max(1.0, fit.chi_squared / static_cast<double>(fit.degrees_of_freedom)));
    return {fit.slope, fit.slope_error * scale, n};
}

}  // namespace spinscape
