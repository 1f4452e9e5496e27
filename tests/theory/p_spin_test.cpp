// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/p_spin.hpp"

#include "spinscape/theory/kac_rice.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape::theory {
namespace {

TEST(PSpinTheory, LevelsOfIndexK) {
    EXPECT_NEAR(e_infinity(3), 1.6329931619, 1e-10);
    double const e3[] = {1.6569983635, 1.6528731981, 1.6502531274,
                         1.6483990219, 1.6469985672, 1.6458932566};
    double const e10[] = {2.1353638005, 2.0921424910, 2.0652186050,
                          2.0464068505, 2.0323278513, 2.0212939173};
    for (int k = 0; k < 6; ++k) {
        EXPECT_NEAR(e_k(3, k), e3[k], 1e-9);
        EXPECT_NEAR(e_k(10, k), e10[k], 1e-9);
    }
    EXPECT_NEAR(e_k(4, 0), 1.7940850282, 1e-9);
    EXPECT_NEAR(e_k(5, 0), 1.8879888264, 1e-9);
}

TEST(PSpinTheory, Complexity) {
    // The printed energies are rounded; they are these fractions of the way from E_inf to E_0.
    auto const between = [](int p, double x) {
        return -(e_infinity(p) + x * (e_k(p, 0) - e_infinity(p)));
    };
    EXPECT_NEAR(complexity_of_index(3, 0, between(3, 0.75)), 0.00366320, 1e-8);
    EXPECT_NEAR(complexity_of_index(3, 5, between(3, 0.75)), -0.00726916, 1e-8);
    EXPECT_NEAR(complexity_of_index(4, 3, between(4, 0.5)), 0.01311474, 1e-8);
    EXPECT_NEAR(complexity_of_index(5, 5, between(5, 0.5)), 0.00703581, 1e-8);
    EXPECT_NEAR(complexity_of_index(3, 2, -e_infinity(3)), 0.0132402569, 1e-10);
    EXPECT_NEAR(complexity(3, -1.6), 0.02657359, 1e-8);
    EXPECT_NEAR(complexity(3, -0.5), 0.31532359, 1e-8);
    EXPECT_NEAR(complexity(3, 0.7), 0.34657359, 1e-8);
}

TEST(PSpinTheory, IndexFraction) {
    EXPECT_NEAR(index_fraction(3, -1.62), 0.000425, 5e-7);
    EXPECT_NEAR(index_fraction(3, -1.5), 0.013778, 5e-7);
    EXPECT_NEAR(index_fraction(3, -1.0), 0.136114, 5e-7);
    EXPECT_NEAR(index_fraction(3, 0), 0.5, 1e-15);
    EXPECT_EQ(index_fraction(3, -1.7), 0);
}

// The fraction below zero of the semicircle, by summing its density.
TEST(PSpinTheory, IndexFractionIsTheBulkBelowZero) {
    for (int const p : {3, 10})
        for (double const u : {-1.7, -1.5, -1.0, 0.0, 0.4}) {
            auto const [centre, radius] = hessian_bulk(p, u);
            double below = 0, all = 0;
            int const n = 200000;
            for (int i = 0; i < n; ++i) {
                double const x = -1 + (2 * i + 1.0) / n, density = std::sqrt(1 - x * x);
                all += density;
                if (centre + radius * x < 0) below += density;
            }
            EXPECT_NEAR(index_fraction(p, u), below / all, 1e-5) << p << " " << u;
        }
    EXPECT_NEAR(hessian_bulk(3, -e_infinity(3)).centre, hessian_bulk(3, 0).radius, 1e-12);
}

TEST(PSpinTheory, GroundStateAtFiniteSize) {
    struct Row {
        int p;
        double c, C;
    };
    for (auto const& [p, c, C] : {Row{3, 0.625021, 0.99869}, Row{4, 0.909827, 0.42633},
                                  Row{5, 1.085333, 0.26805}, Row{10, 1.493319, 0.09672}}) {
        auto const state = ground_state(p, 100);
        EXPECT_NEAR(state.c, c, 1e-6);
        EXPECT_NEAR(state.C, C, 1e-5);
        // The rate is the slope of the complexity at its root.
        auto const e0 = e_k(p, 0), h = 1e-5;
        EXPECT_NEAR((complexity(p, -e0 + h) - complexity(p, -e0 - h)) / (2 * h), state.c, 1e-7);
    }
    EXPECT_NEAR(ground_state(3, 50).mean, -1.6128, 5e-5);
    EXPECT_NEAR(ground_state(3, 1000).mean, -1.6524, 5e-5);
}

// The law of the lowest energy is that of the lowest of independent points of this density: its
// mean and spread by summing over P(lowest > u) = exp(-C N^(-1/2) e^(c N (u + E_0))), C halved
// where points come in pairs of one energy.
TEST(PSpinTheory, GroundStateByItsLaw) {
    for (int const p : {3, 10})
        for (index const N : {50, 1000}) {
            auto const state = ground_state(p, N);
            auto const n = static_cast<double>(N), width = 1 / (state.c * n);
            auto const C = p % 2 == 0 ? state.C / 2 : state.C, e0 = e_k(p, 0);
            double mean = 0, square = 0, previous = 1;
            double const h = width / 500;
            for (double u = state.mean - 40 * width; u < state.mean + 20 * width; u += h) {
                auto const above = std::exp(-C / std::sqrt(n) * std::exp(state.c * n * (u + e0)));
                auto const x = u - h / 2 - state.mean;
                mean += (previous - above) * x;
                square += (previous - above) * x * x;
                previous = above;
            }
            EXPECT_NEAR(mean, 0, 1e-4 * width) << p << " " << N;
            EXPECT_NEAR(std::sqrt(square) / state.sd, 1, 1e-4);
        }
}

// A power series in 1/N apart: the difference of two approximations falls like N^(-2), the
// correction to the limit like ln(N)/N.
TEST(PSpinTheory, GroundStateByExactCounts) {
    for (int const p : {3, 4}) {
        auto const gap = [p](index N) {
            return ground_state_by_count(p, N) - ground_state(p, N).mean;
        };
        double const at_25 = gap(25), at_100 = gap(100);
        EXPECT_LT(std::abs(at_100), 0.1 * std::abs(ground_state(p, 100).mean + e_k(p, 0))) << p;
        EXPECT_GT(at_25 / at_100, 8) << p;
        EXPECT_LT(at_25 / at_100, 20) << p;
    }
}

// Two replicas of a small system in the annealed measure, by quadrature over their overlap: the
// leading term of <q^p> for the quenched one too.
TEST(PSpinTheory, EquilibriumEnergyAtFiniteSize) {
    for (int const p : {3, 4}) {
        index const N = 200;
        double const beta = 0.3;
        double weight = 0, moment = 0;
        for (int i = 1; i < 20000; ++i) {
            double const q = -1 + i / 1e4,
                         w = std::pow(1 - q * q, 0.5 * (N - 3)) *
                             std::exp(static_cast<double>(N) * beta * beta * std::pow(q, p));
            weight += w;
            moment += w * std::pow(q, p);
        }
        auto const state = equilibrium_energy(p, N, 1 / beta);
        EXPECT_NEAR(state.value, -beta * (1 - moment / weight), 0.05 * state.error) << p;
        EXPECT_NEAR(state.error, state.value + beta, 1e-15) << p;
    }
    EXPECT_NEAR(equilibrium_energy(3, 100, 1).error, 100 * 15.0 / (100 * 102 * 104), 1e-15);
}

// Pulling an eigenvalue out of a semicircle of radius E_inf to x costs (2 / E_inf^2) int
// sqrt(z^2 - E_inf^2) dz: k + 1 of them must leave for index k.
TEST(PSpinTheory, LevelsByIntegratingTheCostOfEigenvalues) {
    for (int const p : {3, 4, 5, 10})
        for (int k = 0; k < 6; ++k) {
            double const e = e_infinity(p), at = e_k(p, k);
            int const n = 20000;
            double cost = 0;  // z = sqrt(e^2 + y^2): smooth at the edge
            double const end = std::sqrt(at * at - e * e);
            for (int i = 0; i < n; ++i) {
                double const y = end * (i + 0.5) / n;
                cost += 2 / (e * e) * y * y / std::sqrt(e * e + y * y) * end / n;
            }
            EXPECT_NEAR(0.5 * std::log(p - 1.0) - (p - 2) * at * at / (4.0 * (p - 1)),
                        (k + 1) * cost, 1e-9)
                << p << " " << k;
        }
}

}  // namespace
}  // namespace spinscape::theory
