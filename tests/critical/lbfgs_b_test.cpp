// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/lbfgs_b.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace spinscape {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// 1/2 x^T A x - b^T x with A = B^T B + 1 (n x n).
struct Quadratic {
    std::size_t n;
    std::vector<double> A, b;

    explicit Quadratic(std::size_t size) : n(size), A(n * n), b(n) {
        std::vector<double> B(n * n);
        Stream(3, Purpose::disorder, 0).fill_normal(std::span<double>(B));
        Stream(3, Purpose::disorder, 1).fill_normal(std::span<double>(b));
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                A[i * n + j] = i == j ? 1 : 0;
                for (std::size_t k = 0; k < n; ++k) A[i * n + j] += B[k * n + i] * B[k * n + j];
            }
    }
    double operator()(std::span<double const> x, std::span<double> g) const {
        double value = 0;
        for (std::size_t i = 0; i < n; ++i) {
            double sum = 0;
            for (std::size_t j = 0; j < n; ++j) sum += A[i * n + j] * x[j];
            g[i] = sum - b[i];
            value += x[i] * (sum / 2 - b[i]);
        }
        return value;
    }
};

// A convex function has its minimum where the Karush-Kuhn-Tucker conditions hold: no slope at free
// components, slopes that push outwards at the bounds.
TEST(LbfgsB, ConvexQuadraticMeetsTheOptimalityConditions) {
    constexpr std::size_t n = 40;
    Quadratic const f(n);
    std::vector<double> lower(n, -0.1), upper(n, 0.15), x(n, 0.0), g(n);
    for (std::size_t i = 0; i < n; i += 5) lower[i] = -infinity;
    for (std::size_t i = 0; i < n; i += 7) upper[i] = infinity;
    auto const result = minimise_in_box(f, lower, upper, x, {.iterations = 500});
    EXPECT_EQ(result.outcome, Outcome::converged);
    EXPECT_DOUBLE_EQ(f(x, g), result.value);
    int at_bounds = 0, free = 0;
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_LE(lower[i], x[i]);
        EXPECT_LE(x[i], upper[i]);
        if (x[i] == lower[i]) {
            EXPECT_GT(g[i], 0);
            ++at_bounds;
        } else if (x[i] == upper[i]) {
            EXPECT_LT(g[i], 0);
            ++at_bounds;
        } else {
            EXPECT_NEAR(g[i], 0, 1e-7);
            ++free;
        }
    }
    EXPECT_GE(at_bounds, 5);
    EXPECT_GE(free, 5);
}

TEST(LbfgsB, SeparableQuadraticEndsWhereItsClippedMinimumIs) {
    std::vector<double> const centre = {-3, -0.5, 0, 0.25, 0.75, 9};
    auto const f = [&](std::span<double const> x, std::span<double> g) {
        double value = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            double const stiffness = static_cast<double>(i + 1);
            g[i] = stiffness * (x[i] - centre[i]);
            value += stiffness * (x[i] - centre[i]) * (x[i] - centre[i]) / 2;
        }
        return value;
    };
    std::vector<double> const lower(6, -0.5), upper(6, 0.5);
    std::vector<double> x(6, 7.0);  // outside: clipped first
    auto const result = minimise_in_box(f, lower, upper, x);
    EXPECT_EQ(result.outcome, Outcome::converged);
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_NEAR(x[i], std::clamp(centre[i], -0.5, 0.5), 1e-8) << i;
}

double rosenbrock(std::span<double const> x, std::span<double> g) {
    double const a = 1 - x[0], b = x[1] - x[0] * x[0];
    g[0] = -2 * a - 400 * x[0] * b;
    g[1] = 200 * b;
    return a * a + 100 * b * b;
}

TEST(LbfgsB, RosenbrockFreeAndBounded) {
    std::vector<double> x = {-1.2, 1};
    std::vector<double> const lower = {-infinity, -infinity}, upper = {infinity, infinity};
    auto const free = minimise_in_box(rosenbrock, lower, upper, x, {.iterations = 200});
    EXPECT_NEAR(x[0], 1, 1e-7);
    EXPECT_NEAR(x[1], 1, 1e-7);
    EXPECT_NEAR(free.value, 0, 1e-14);
    // With x0 <= 1/2 the minimum lies on the bound, in the valley x1 = x0^2.
    std::vector<double> const half = {0.5, infinity};
    x = {-1.2, 1};
    auto const bounded = minimise_in_box(rosenbrock, lower, half, x, {.iterations = 200});
    EXPECT_EQ(x[0], 0.5);
    EXPECT_NEAR(x[1], 0.25, 1e-8);
    EXPECT_NEAR(bounded.value, 0.25, 1e-12);
}

TEST(LbfgsB, ALinearFunctionEndsInTheCorner) {
    std::vector<double> const lower(3, -1.0), upper(3, 2.0);
    std::vector<double> x(3, 0.0);
    auto const f = [](std::span<double const> y, std::span<double> g) {
        g[0] = 1, g[1] = -1, g[2] = 1e-3;
        return y[0] - y[1] + 1e-3 * y[2];
    };
    minimise_in_box(f, lower, upper, x);
    EXPECT_EQ(x, (std::vector<double>{-1, 2, -1}));
}

TEST(LbfgsB, BudgetAndOverflowAreTold) {
    std::vector<double> const lower = {-infinity, -infinity}, upper = {infinity, infinity};
    std::vector<double> x = {-1.2, 1};
    auto const few = minimise_in_box(rosenbrock, lower, upper, x, {.iterations = 3});
    EXPECT_EQ(few.outcome, Outcome::out_of_budget);
    EXPECT_EQ(few.iterations, 3);
    std::vector<double> g(2);
    EXPECT_DOUBLE_EQ(rosenbrock(x, g), few.value);

    // ln x downhill to where it is no number.
    std::vector<double> y = {1};
    auto const hole = [](std::span<double const> at, std::span<double> slope) {
        slope[0] = 1 / at[0];
        return std::log(at[0]);
    };
    auto const fallen = minimise_in_box(hole, std::vector{-infinity}, std::vector{infinity}, y);
    EXPECT_EQ(fallen.outcome, Outcome::diverged);
    EXPECT_TRUE(std::isfinite(std::log(y[0])));
}

// The optimality conditions tell a wrong gradient: the check above can fail.
TEST(LbfgsB, AWrongGradientIsNoticed) {
    Quadratic const f(10);
    auto const wrong = [&](std::span<double const> x, std::span<double> g) {
        double const value = f(x, g);
        for (auto& component : g) component = -component;
        return value;
    };
    std::vector<double> const lower(10, -1.0), upper(10, 1.0);
    std::vector<double> x(10, 0.0);
    EXPECT_EQ(minimise_in_box(wrong, lower, upper, x).outcome, Outcome::stalled);
}

}  // namespace
}  // namespace spinscape
