// SPDX-License-Identifier: BSD-3-Clause
#include "halting_times/distribution.hpp"
#include "halting_times/runs.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace spinscape::halting {
namespace {

std::vector<double> normals(index number, std::size_t n, bool exponentiated = false) {
    std::vector<double> values(n);
    Stream(5, Purpose::probe, number).fill_normal(values);
    if (exponentiated)
        for (double& x : values) x = std::exp(x);
    return values;
}

/// Every number its own disorder sample, `copies` times.
Sample independent(std::vector<double> const& values, int copies = 1) {
    Sample sample;
    for (double const x : values) sample.clusters.emplace_back(static_cast<std::size_t>(copies), x);
    return sample;
}

TEST(Distribution, LawsAreStandardised) {
    double mass = 0, mean = 0, variance = 0, third = 0;
    for (int i = -8000; i <= 40000; ++i) {
        double const z = i * 1e-3, weight = gumbel_density(z) * 1e-3;
        mass += weight;
        mean += weight * z;
        variance += weight * z * z;
        third += weight * z * z * z;
    }
    EXPECT_NEAR(mass, 1, 1e-9);
    EXPECT_NEAR(mean, 0, 1e-9);
    EXPECT_NEAR(variance, 1, 1e-9);
    EXPECT_NEAR(third, gumbel_skewness, 1e-6);
    EXPECT_NEAR((gumbel(0.5 + 1e-5) - gumbel(0.5 - 1e-5)) / 2e-5, gumbel_density(0.5), 1e-8);
    EXPECT_NEAR(normal(1.0), 0.841344746068543, 1e-14);
    EXPECT_GT(distance_of_classes(), std::abs(gumbel(0) - normal(0)) - 1e-12);
    EXPECT_LT(distance_of_classes(), 0.1);
}

TEST(Distribution, DistancesByHand) {
    EXPECT_DOUBLE_EQ(distance({1, 2, 3}, std::vector<double>{1, 2, 3}), 0);
    EXPECT_DOUBLE_EQ(distance({1, 1, 1, 2}, std::vector<double>{1, 2}), 0.25);  // ties
    EXPECT_DOUBLE_EQ(distance({1, 2}, std::vector<double>{3}), 1);
    EXPECT_DOUBLE_EQ(distance({0.25, 0.75}, [](double x) { return x; }), 0.25);
}

TEST(Distribution, OneLawIsRecognisedAndAnotherIsNot) {
    // Location and scale do not matter.
    auto shifted = normals(1, 600);
    for (double& x : shifted) x = 7 - 3 * x;
    auto const same = compare(independent(normals(0, 600)), independent(shifted), 1, 0);
    EXPECT_GT(same.p_value, 0.01);
    EXPECT_LT(std::abs(same.excess.value), 3 * same.excess.standard_error);
    auto const other =
        compare(independent(normals(0, 600)), independent(normals(1, 600, true)), 1, 0);
    EXPECT_LT(other.p_value, 0.01);
    EXPECT_GT(other.excess.value, 5 * other.excess.standard_error);
}

TEST(Distribution, SharedDisorderWidensErrors) {
    // Eight equal times per sample are no more than one. As if independent, exchanges would find
    // distances smaller by a factor of sqrt 8, and the p-value of equal laws would be far too
    // small.
    auto const clustered =
        compare(independent(normals(0, 100), 8), independent(normals(1, 100), 8), 1, 0);
    EXPECT_GT(clustered.p_value, 0.01);
    auto const once = shape_of(independent(normals(0, 400)), 1, 0);
    auto const eightfold = shape_of(independent(normals(0, 400), 8), 1, 0);
    EXPECT_NEAR(eightfold.skewness.standard_error / once.skewness.standard_error, 1, 0.01);
    EXPECT_NEAR(once.skewness.standard_error, std::sqrt(6.0 / 400), 0.03);
}

TEST(Distribution, ShapeTellsTheClasses) {
    std::vector<double> u(1000), gumbels;
    Stream(5, Purpose::probe, 9).fill_uniform(u);
    for (double const x : u) gumbels.push_back(10 - 4 * std::log(-std::log(x)));
    auto const largest = shape_of(independent(gumbels), 1, 0);
    auto const gaussian = shape_of(independent(normals(3, 1000)), 1, 0);
    EXPECT_GT(largest.nearer_to_gumbel.value, 3 * largest.nearer_to_gumbel.standard_error);
    EXPECT_LT(gaussian.nearer_to_gumbel.value, -3 * gaussian.nearer_to_gumbel.standard_error);
    EXPECT_NEAR(largest.skewness.value, gumbel_skewness, 4 * largest.skewness.standard_error);
    EXPECT_NEAR(gaussian.excess_kurtosis.value, 0, 4 * gaussian.excess_kurtosis.standard_error);
}

TEST(Distribution, MissingTimesAreLeftOut) {
    auto const sample =
        sample_of(std::vector{1.0, missing, 3.0, 4.0}, std::vector{0.0, 0.0, 0.0, 1.0});
    EXPECT_EQ(sample.size(), 3);
    EXPECT_EQ(sample.clusters.size(), 2U);
    EXPECT_TRUE(normalised(std::vector{2.0, 2.0}).empty());
}

TEST(ConjugateGradient, DiagonalMatrixByHand) {
    // diag(1, 2), b = (1, 1): r1 = b - 2/3 A b = (1/3, -1/3), r2 = 0.
    std::vector<double> const A = {1, 0, 0, 2}, b = {1, 1};
    auto const solved = conjugate_gradient(A, b, 0.5, 9);
    EXPECT_TRUE(solved.halted);
    EXPECT_NEAR(solved.time, std::log(2.0) / std::log(3.0), 1e-12);
    EXPECT_FALSE(conjugate_gradient(A, b, 0.1, 1).halted);
}

TEST(ConjugateGradient, ExactLawOfTheFirstResidual) {
    // After one step: ratio chi_{n-1} / chi_m. Its mean logarithm for m -> infinity is that of
    // sqrt((n-1)/m), and with n = 3, E ln chi_2 = (ln 2 - gamma)/2.
    EXPECT_NEAR(
        exact_log_residual(3, 4, 1),
        (std::log(2.0) - 0.5772156649015329) / 2 - (std::log(2.0) + 1 - 0.5772156649015329) / 2,
        1e-12);
    EXPECT_NEAR(exact_log_residual(1000001, 4000000, 1), std::log(0.5), 1e-5);
    EXPECT_NEAR(exact_log_residual(50, 64, 2) - exact_log_residual(50, 64, 1),
                exact_log_residual(49, 63, 1), 1e-12);
}

}  // namespace
}  // namespace spinscape::halting
