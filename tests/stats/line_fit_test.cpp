// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/line_fit.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

TEST(LineFit, ExactLineIsFound) {
    std::vector<double> const x = {-1, 0, 2, 5}, error = {1, 0.5, 2, 0.1};
    std::vector<double> y;
    for (double const t : x) y.push_back(3 - 0.5 * t);
    auto const fit = fit_line(x, y, error);
    EXPECT_NEAR(fit.slope, -0.5, 1e-15);
    EXPECT_NEAR(fit.intercept, 3, 1e-14);
    EXPECT_NEAR(fit.chi_squared, 0, 1e-25);
    EXPECT_EQ(fit.degrees_of_freedom, 2);
}

TEST(LineFit, ThreePointsByHand) {
    // Errors 1: the line through (0, 1), (1, 0), (2, 2) has slope Sxy/Sxx = 1/2 and passes the
    // means (1, 1): residuals 1/2, -1, 1/2.
    std::vector<double> const x = {0, 1, 2}, y = {1, 0, 2}, error = {1, 1, 1};
    auto const fit = fit_line(x, y, error);
    EXPECT_NEAR(fit.slope, 0.5, 1e-15);
    EXPECT_NEAR(fit.intercept, 0.5, 1e-15);
    EXPECT_NEAR(fit.chi_squared, 1.5, 1e-15);
    EXPECT_NEAR(fit.slope_error, std::sqrt(1.0 / 2), 1e-15);
    EXPECT_NEAR(fit.intercept_error, std::sqrt(1.0 / 3 + 1.0 / 2), 1e-15);
    auto const slope = slope_estimate(fit, 3);
    EXPECT_EQ(slope.n, 3);
    EXPECT_NEAR(slope.standard_error, std::sqrt(1.5 / 2), 1e-15);
}

TEST(LineFit, TwoPointsWithTheirOwnErrors) {
    // Through two points: slope (y1 - y0)/(x1 - x0), its error by propagation.
    std::vector<double> const x = {1, 3}, y = {2, 8}, error = {0.3, 0.4};
    auto const fit = fit_line(x, y, error);
    EXPECT_NEAR(fit.slope, 3, 1e-14);
    EXPECT_NEAR(fit.intercept, -1, 1e-14);
    EXPECT_NEAR(fit.slope_error, 0.25, 1e-15);
    // Intercept = (3 y0 - y1)/2.
    EXPECT_NEAR(fit.intercept_error, std::hypot(1.5 * 0.3, 0.5 * 0.4), 1e-14);
    EXPECT_EQ(fit.degrees_of_freedom, 0);
    EXPECT_EQ(slope_estimate(fit, 2).standard_error, fit.slope_error);
}

TEST(LineFit, ErrorsAreNotReducedByALuckyFit) {
    std::vector<double> const x = {0, 1, 2}, y = {0, 1, 2}, error = {1, 1, 1};
    auto const fit = fit_line(x, y, error);
    EXPECT_EQ(slope_estimate(fit, 3).standard_error, fit.slope_error);
}

// Over many sets of noisy points: the mean is unbiased, the scatter is the stated error, and
// chi^2 has the mean of its degrees of freedom.
TEST(LineFit, StatedErrorsAreTheScatter) {
    int const sets = 4000;
    std::vector<double> const x = {0, 1, 2, 4, 7}, error = {0.5, 0.1, 0.2, 1, 0.3};
    double slope = 0, squares = 0, chi_squared = 0, stated = 0;
    Stream stream(1, Purpose::probe, 0);
    for (int set = 0; set < sets; ++set) {
        std::vector<double> y;
        for (std::size_t i = 0; i < x.size(); ++i)
            y.push_back(1 + 2 * x[i] + error[i] * stream.normal());
        auto const fit = fit_line(x, y, error);
        slope += (fit.slope - 2) / sets;
        squares += (fit.slope - 2) * (fit.slope - 2) / sets;
        chi_squared += fit.chi_squared / sets;
        stated = fit.slope_error;
    }
    EXPECT_NEAR(slope, 0, 4 * stated / std::sqrt(sets));
    EXPECT_NEAR(squares / (stated * stated), 1, 4 * std::sqrt(2.0 / sets));
    EXPECT_NEAR(chi_squared, 3, 4 * std::sqrt(6.0 / sets));
}

}  // namespace
}  // namespace spinscape
