// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/planted_signal.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace spinscape::theory {
namespace {

TEST(PlantedSignal, ClosedForms) {
    EXPECT_NEAR(signal_threshold(2), std::numbers::sqrt2 / 2, 1e-14);
    EXPECT_NEAR(signal_threshold(3), 2 / std::numbers::sqrt3, 1e-14);
    for (double const lambda : {0.8, 1.0, 3.0}) {
        auto const state = signal_minimum(2, lambda);
        EXPECT_NEAR(state.overlap * state.overlap, 1 - 1 / (2 * lambda * lambda), 1e-12);
        EXPECT_NEAR(state.energy, -lambda - 1 / (2 * lambda), 1e-12);
    }
    // p = 3: m^2 (1 - m^2) = 1 / (3 lambda^2).
    for (double const lambda : {1.2, 2.0}) {
        auto const m = signal_minimum(3, lambda).overlap;
        EXPECT_NEAR(m * m, (1 + std::sqrt(1 - 4 / (3 * lambda * lambda))) / 2, 1e-12);
    }
    EXPECT_THROW((void)signal_minimum(3, 1.1), Error);
}

// Where the minimum appears it is marginal: m^2 = (p - 2)/(p - 1), at the threshold of the glass.
TEST(PlantedSignal, AppearsMarginal) {
    for (int const p : {3, 4, 7}) {
        auto const state = signal_minimum(p, signal_threshold(p) * (1 + 1e-14));
        EXPECT_NEAR(state.overlap * state.overlap, (p - 2.0) / (p - 1), 1e-5);
        EXPECT_NEAR(state.energy, -e_infinity(p), 1e-9);
    }
}

TEST(PlantedSignal, IsAMinimumOfTheEnergyAtGivenOverlap) {
    for (int const p : {2, 3, 5}) {
        double const lambda = 1.3 * signal_threshold(p);
        auto const state = signal_minimum(p, lambda);
        auto const e = [&](double m) {
            return -lambda * std::pow(m, p) - std::sqrt(p * (1 - m * m));
        };
        EXPECT_NEAR(e(state.overlap), state.energy, 1e-12);
        for (double const h : {-1e-3, 1e-3}) EXPECT_GT(e(state.overlap + h), state.energy) << p;
    }
}

// p = 2 from the lowest eigenvector of one large matrix -M - lambda u u^T, M_ij of variance 1/(2N)
// and twice that on the diagonal. Overlap and energy scatter by about 1/sqrt(N).
TEST(PlantedSignal, MatricesHaveTheirLowestEigenvectorThere) {
    constexpr index N = 400;
    constexpr double lambda = 1.2;
    std::vector<double> H(static_cast<std::size_t>(N * N));
    Stream stream(7, Purpose::disorder, 0);
    for (index i = 0; i < N; ++i)
        for (index j = 0; j <= i; ++j) {
            double const M = stream.normal() * std::sqrt((i == j ? 1.0 : 0.5) / N);
            H[static_cast<std::size_t>(i * N + j)] = H[static_cast<std::size_t>(j * N + i)] =
                M - lambda / N;  // u = (1, ..., 1) / sqrt N
        }
    auto const without = H;
    auto const eigenvalues = linalg::symmetric_eigenvalues(H, N);
    EXPECT_NEAR(eigenvalues[0], signal_minimum(2, lambda).energy, 0.1);
    EXPECT_NEAR(eigenvalues[1], -std::numbers::sqrt2, 0.05);
    // The derivative of the eigenvalue with respect to lambda is minus the overlap squared.
    auto more = without;
    constexpr double h = 1e-3;
    for (auto& entry : more) entry -= h / N;
    auto const shifted = linalg::symmetric_eigenvalues(more, N);
    auto const m = signal_minimum(2, lambda).overlap;
    EXPECT_NEAR((eigenvalues[0] - shifted[0]) / h, m * m, 0.1);
    EXPECT_GT(std::abs((eigenvalues[1] - shifted[1]) / h - m * m), 0.5);
}

}  // namespace
}  // namespace spinscape::theory
