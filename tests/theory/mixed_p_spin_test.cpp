// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/mixed_p_spin.hpp"

#include "spinscape/theory/p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape::theory {
namespace {

std::vector<PSpinTerm> pure(int p) {
    return {{p, 1.0}};
}
std::vector<PSpinTerm> half(int p, int s) {
    return {{p, std::sqrt(0.5)}, {s, std::sqrt(0.5)}};
}

// A second derivation of the pure model: E_inf and E_0 come from counting critical points
// (p_spin.hpp), these from replicas.
TEST(MixedPSpin, PureModelsAgreeWithTheCountOfCriticalPoints) {
    for (int const p : {3, 4, 5, 10}) {
        EXPECT_NEAR(threshold_energy(pure(p)), -e_infinity(p), 1e-12) << p;
        EXPECT_NEAR(algorithmic_energy(pure(p)), -e_infinity(p), 1e-11) << p;
        EXPECT_NEAR(ground_state_energy(pure(p)), -e_k(p, 0), 1e-10) << p;
    }
}

TEST(MixedPSpin, ComplexityOfInherentStatesIsThatOfMinima) {
    for (int const p : {3, 4, 10})
        for (double const share : {0.9, 0.95, 0.99, 1.0}) {
            auto const states =
                inherent_states(pure(p), share / std::sqrt(covariance(pure(p), 1).curvature));
            EXPECT_NEAR(states.complexity, complexity_of_index(p, 0, states.energy), 1e-12);
        }
}

TEST(MixedPSpin, TemperaturesOfPureModels) {
    struct Row {
        int p;
        double T_d, T_K;
    };
    for (auto const& [p, T_d, T_K] : {Row{3, .866025, .828805}, Row{4, .769800, .711405},
                                      Row{5, .726184, .652631}, Row{10, .658065, .542547}}) {
        EXPECT_NEAR(dynamical_temperature(pure(p)), T_d, 1e-6);
        EXPECT_NEAR(kauzmann_temperature(pure(p)), T_K, 1e-6);
        EXPECT_NEAR(dynamical_temperature(pure(p)),
                    std::sqrt(p * std::pow(p - 2.0, p - 2) / std::pow(p - 1.0, p - 1)), 1e-12);
        // y = 1 - q solves 2/p = -2 y (1 - y + ln y)/(1 - y)^2, T_K = sqrt(p q^{p-2} y).
        double low = 1e-9, high = 1 - 1e-3;
        for (int i = 0; i < 200; ++i) {
            auto const y = 0.5 * (low + high);
            auto const side = -2 * y * (1 - y + std::log(y)) / ((1 - y) * (1 - y)) - 2.0 / p;
            (side < 0 ? low : high) = y;
        }
        EXPECT_NEAR(kauzmann_temperature(pure(p)), std::sqrt(p * std::pow(1 - low, p - 2) * low),
                    1e-9);
    }
}

TEST(MixedPSpin, PublishedMixtures) {
    auto const m34 = half(3, 4), m23 = half(2, 3);
    EXPECT_NEAR(threshold_energy(m34), -1.690476, 1e-6);
    EXPECT_NEAR(algorithmic_energy(m34), -1.699522, 1e-6);
    EXPECT_NEAR(ground_state_energy(m34), -1.733070, 1e-6);
    EXPECT_NEAR(kauzmann_temperature(m34), .7621, 5e-5);
    EXPECT_NEAR(dynamical_temperature(m34), .8052, 5e-5);
    EXPECT_NEAR(threshold_energy(m23), -1.55, 1e-12);
    EXPECT_NEAR(algorithmic_energy(m23), -1.555556, 1e-6);
    EXPECT_NEAR(ground_state_energy(m23), -1.557094, 1e-6);
    EXPECT_NEAR(marginal_multiplier(m23), 4, 1e-12);
}

// Marginal states are the least stiff: inherent_states at 1/sqrt f'' is the threshold.
TEST(MixedPSpin, ThresholdIsTheEndOfInherentStates) {
    for (auto const& terms : {half(3, 4), half(2, 3), pure(7)}) {
        auto const chi = 1 / std::sqrt(covariance(terms, 1).curvature);
        EXPECT_NEAR(inherent_states(terms, chi).energy, threshold_energy(terms), 1e-12);
        EXPECT_LT(ground_state_energy(terms), algorithmic_energy(terms));
        EXPECT_LE(algorithmic_energy(terms), threshold_energy(terms) + 1e-11);
    }
}

// Finite steps approach the integral from above with an error of one over their number.
TEST(MixedPSpin, StepsOfAlgorithms) {
    for (auto const& terms : {half(3, 4), half(2, 3), pure(3)}) {
        auto const limit = algorithmic_energy(terms);
        auto const first = std::sqrt(covariance(terms, 0).curvature),
                   last = std::sqrt(covariance(terms, 1).curvature);
        EXPECT_NEAR((hessian_ascent_energy(terms, 4000, 4000) - limit) * 4000, 0.5 * (last - first),
                    0.1);
        EXPECT_NEAR((message_passing_energy(terms, 4000) - limit) * 4000, last, 0.1);
        EXPECT_NEAR(hessian_ascent_energy(terms, 50, 2),
                    hessian_ascent_energy(terms, 50, 5) * std::cos(std::acos(-1.0) / 3) /
                        std::cos(std::acos(-1.0) / 6),
                    1e-12);
    }
    // One random step and one along the gradient: -f'(1/2) / sqrt(f'(1/2)) sqrt(1/2).
    EXPECT_NEAR(message_passing_energy(pure(3), 2), -std::sqrt(0.75 * 0.5), 1e-12);
}

TEST(MixedPSpin, Derivatives) {
    auto const terms = half(3, 5);
    for (double const q : {0.2, 0.7, 1.0}) {
        double const h = 1e-5;
        auto const above = covariance(terms, q + h), below = covariance(terms, q - h);
        EXPECT_NEAR((above.value - below.value) / (2 * h), covariance(terms, q).slope, 1e-8);
        EXPECT_NEAR((above.slope - below.slope) / (2 * h), covariance(terms, q).curvature, 1e-8);
    }
}

// The Parisi functional at zero temperature with one step, minimised by brute force:
// E = -min over chi, y of (chi f'(1) + y f(1) + ln(1 + y / chi) / y) / 2.
TEST(MixedPSpin, GroundStateMinimisesTheParisiFunctional) {
    auto const minimum = [](auto const& f, double low, double high) {
        auto const golden = (std::sqrt(5.0) - 1) / 2;
        for (int i = 0; i < 60; ++i) {
            auto const left = high - golden * (high - low), right = low + golden * (high - low);
            (f(left) < f(right) ? high : low) = f(left) < f(right) ? right : left;
        }
        return f((low + high) / 2);
    };
    for (auto const& terms : {pure(3), pure(10), half(3, 4), half(2, 3)}) {
        auto const f = covariance(terms, 1);
        auto const energy = minimum(
            [&](double log_chi) {
                auto const chi = std::exp(log_chi);
                return minimum(
                    [&](double log_y) {
                        auto const y = std::exp(log_y);
                        return (chi * f.slope + y * f.value + std::log1p(y / chi) / y) / 2;
                    },
                    -5, 3);
            },
            -6, 2);
        EXPECT_NEAR(ground_state_energy(terms), -energy, 1e-9);
    }
}

TEST(MixedPSpin, AlgorithmicEnergyBySummation) {
    for (auto const& terms : {half(3, 4), half(2, 3), half(2, 7), pure(5)}) {
        int const n = 100000;
        double sum = 0;
        for (int i = 0; i < n; ++i)
            sum += std::sqrt(covariance(terms, (i + 0.5) / n).curvature) / n;
        EXPECT_NEAR(algorithmic_energy(terms), -sum, 1e-7);
    }
}

}  // namespace
}  // namespace spinscape::theory
