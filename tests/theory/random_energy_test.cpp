// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/random_energy.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace spinscape::theory {
namespace {

using std::numbers::ln2;

// Independent computation.
TEST(RandomEnergy, LowestLevel) {
    struct Row {
        index N;
        double mean, sd;
    };
    for (auto const& [N, mean, sd] :
         {Row{8, -.999447, .1386}, Row{10, -1.027184, .1109}, Row{12, -1.046760, .0924},
          Row{14, -1.061388, .0792}, Row{16, -1.072782, .0693}, Row{18, -1.081939, .0615},
          Row{20, -1.089478, .0554}, Row{24, -1.101203, .0461}, Row{30, -1.113535, .0368}}) {
        auto const lowest = random_energy_minimum(N);
        EXPECT_NEAR(lowest.mean, mean, 6e-7) << N;
        EXPECT_NEAR(lowest.sd, sd, 6e-5) << N;
        EXPECT_LT(lowest.error, 1e-10);
    }
    EXPECT_NEAR(random_energy_minimum(100).mean, -1.153381, 6e-7);
    // The lower one of two levels: mean -1/sqrt(pi), variance 1 - 1/pi.
    EXPECT_NEAR(random_energy_minimum(1).mean, -1 / std::sqrt(std::numbers::pi), 1e-12);
    EXPECT_NEAR(random_energy_minimum(1).sd, std::sqrt(1 - 1 / std::numbers::pi), 1e-12);
}

// Monte Carlo values with the standard errors of their last digits, from an independent
// computation.
TEST(RandomEnergy, FiniteSizes) {
    struct Row {
        double beta, log_partition, error, participation;
    };
    Row const ten[] = {{.5, .81762, .00007, .0104},     {1, 1.16423, .00042, .1576},
                       {1.1774, 1.31972, .0006, .2357}, {1.5, 1.62118, .0009, .3642},
                       {2, 2.1085, .0014, .5007},       {3, 3.1159, .0022, .6629}};
    Row const fourteen[] = {{.5, .81804, .00007, .0018},   {1, 1.1757, .0008, .118},
                            {1.1774, 1.3372, .0013, .193}, {1.5, 1.6553, .0020, .334},
                            {2, 2.1620, .0029, .482},      {3, 3.2117, .0050, .653}};
    for (auto const& [N, rows] : {std::pair{10, ten}, std::pair{14, fourteen}})
        for (int i = 0; i < 6; ++i) {
            auto const state = random_energy(N, rows[i].beta);
            EXPECT_NEAR(state.log_partition, rows[i].log_partition, 3 * rows[i].error) << N;
            EXPECT_NEAR(state.participation, rows[i].participation, 0.006) << N;
            EXPECT_LT(state.error, 1e-11);
        }
}

// Integration by parts over the normal levels: u = -beta (1 - E[sum w^2]); and u = -d ln Z / d
// beta.
TEST(RandomEnergy, IdentitiesBetweenTheFourMeans) {
    for (index const N : {1, 4, 20})
        for (double const beta : {0.2, 1.0, 1.7, 3.0}) {
            auto const state = random_energy(N, beta);
            EXPECT_NEAR(state.energy, -beta * (1 - state.participation), 1e-11) << N << " " << beta;
            double const h = 1e-3;
            auto const slope = (random_energy(N, beta + h).log_partition -
                                random_energy(N, beta - h).log_partition) /
                               (2 * h);
            EXPECT_NEAR(state.energy, -slope, 2e-6) << N << " " << beta;
            EXPECT_NEAR(state.entropy, state.log_partition + beta * state.energy, 1e-12);
            EXPECT_GT(state.entropy, 0);
            EXPECT_LT(state.entropy, ln2);
        }
}

// Two levels: ln Z = -beta (E1 + E2)/2 + ln 2 cosh(beta (E1 - E2)/2), the difference N(0, 2).
TEST(RandomEnergy, TwoLevels) {
    for (double const beta : {0.3, 1.0, 4.0}) {
        double sum = 0;
        for (double x = -9; x <= 9; x += 0.01)
            sum += 0.01 * std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi) *
                   std::log(2 * std::cosh(beta * x / std::numbers::sqrt2));
        EXPECT_NEAR(random_energy(1, beta).log_partition, sum, 1e-11);
    }
}

TEST(RandomEnergy, ThermodynamicLimit) {
    auto const critical = random_energy_beta_c();
    EXPECT_NEAR(critical, 1.177410, 5e-7);
    auto const hot = random_energy_limit(0.5), cold = random_energy_limit(2);
    EXPECT_NEAR(hot.log_partition, ln2 + 0.125, 1e-15);
    EXPECT_NEAR(cold.log_partition, 2 * critical, 1e-15);
    EXPECT_EQ(cold.entropy, 0);
    EXPECT_NEAR(cold.participation, 1 - critical / 2, 1e-15);
    EXPECT_NEAR(random_energy_limit(critical).entropy, 0, 1e-15);  // the entropy crisis
    // Corrections are exponentially small above T_c, ln N / N below.
    EXPECT_NEAR(random_energy(100, 0.5).log_partition, hot.log_partition, 1e-9);
    for (index const N : {20, 40})
        EXPECT_NEAR(random_energy(N, 2).log_partition, cold.log_partition,
                    std::log(static_cast<double>(N)) / static_cast<double>(N));
    auto const participation = [](index N) { return random_energy(N, 2).participation; };
    EXPECT_GT(participation(20), participation(40));
    EXPECT_GT(participation(40), cold.participation);
}

TEST(RandomEnergy, BadInput) {
    EXPECT_THROW(random_energy(0, 1), Error);
    EXPECT_THROW(random_energy(random_energy_largest_N + 1, 1), Error);
    EXPECT_THROW(random_energy(10, 0), Error);
    EXPECT_THROW(random_energy_minimum(0), Error);
}

}  // namespace
}  // namespace spinscape::theory
