// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/random_energy.hpp"

#include "random_energy/boltzmann.hpp"
#include "random_energy/calibration.hpp"
#include "random_energy/classifier.hpp"
#include "random_energy/glass.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"
#include "spinscape/stats/moments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace spinscape::levels {
namespace {

TEST(Boltzmann, TwoLevelsInClosedForm) {
    std::vector<double> const energies = {-1, 2};
    for (double const beta : {-0.7, 0.3, 5.0}) {
        auto const state = level_states(energies, std::vector{beta}).front();
        double const w = 1 / (1 + std::exp(-3 * beta));  // of the level -1
        EXPECT_NEAR(state.log_partition, std::log(std::exp(beta) + std::exp(-2 * beta)), 1e-12);
        EXPECT_NEAR(state.energy, -w + 2 * (1 - w), 1e-12);
        EXPECT_NEAR(state.entropy, -w * std::log(w) - (1 - w) * std::log1p(-w), 1e-12);
        EXPECT_NEAR(state.participation, w * w + (1 - w) * (1 - w), 1e-12);
    }
}

TEST(Boltzmann, PiecesAndReferenceDoNotMatter) {
    std::vector<double> energies(1000);
    Stream(3, Purpose::disorder, 0).fill_normal(energies);
    BoltzmannSums sums({0.5, 2}, -1.5);
    sums.add(std::span(energies).first(300));
    sums.add(std::span(energies).subspan(300));
    auto const whole = level_states(energies, std::vector{0.5, 2.0});
    EXPECT_EQ(sums.lowest(), *std::min_element(energies.begin(), energies.end()));
    for (index b = 0; b < 2; ++b) {
        auto const &one = sums.state(b), &other = whole[static_cast<std::size_t>(b)];
        EXPECT_NEAR(one.log_partition, other.log_partition, 1e-12);
        EXPECT_NEAR(one.energy, other.energy, 1e-12);
        EXPECT_NEAR(one.entropy, other.entropy, 1e-12);
        EXPECT_NEAR(one.participation, other.participation, 1e-12);
    }
}

// Levels of the model itself must agree with its exact means, and levels of another law not.
TEST(Comparison, RecognisesTheModel) {
    constexpr index N = 9;
    constexpr int samples = 400;
    auto const exact = theory::random_energy(N, betas()[freezing]);
    double own = 0, other = 0;
    for (int i = 0; i < samples; ++i) {
        std::vector<double> energies(1 << N);
        Stream(4, Purpose::disorder, i).fill_normal(energies);
        for (double& E : energies) E = 5 + 0.3 * E;  // neither mean nor scale matters
        own += compare(energies, N, i % 2 == 0 ? 1 : -1).participation[freezing] / samples;
        for (double& E : energies) E = std::exp(10 * (E - 5));
        other += compare(energies, N, 1).participation[freezing] / samples;
    }
    // Standard deviation of one sample about 0.2; the measured variance of 512 levels adds less.
    EXPECT_NEAR(own, exact.participation, 0.03);
    EXPECT_LT(other, 0.1 * exact.participation);
}

/// Two classes with outputs (gap, 0), of which a share `right` has label 0.
struct Coin {
    Batch<double> log_probabilities;
    std::vector<std::int32_t> labels;
    std::vector<index> all;
    Coin(double gap, double right, index n) : log_probabilities(2, n), all(n) {
        for (index i = 0; i < n; ++i) {
            log_probabilities[i][0] = -std::log1p(std::exp(-gap));
            log_probabilities[i][1] = -std::log1p(std::exp(gap));
            labels.push_back(static_cast<double>(i) < right * static_cast<double>(n) ? 0 : 1);
        }
        std::iota(all.begin(), all.end(), index{0});
    }
    [[nodiscard]] Answers answers() const { return {log_probabilities.view(), labels}; }
};

// The best temperature makes confidence the share of right answers: gap / T = ln(right / wrong).
TEST(Calibration, TemperatureOfACoin) {
    for (double const gap : {0.5, 3.0, 8.0}) {
        Coin const coin(gap, 0.8, 1000);
        double const confidence = 1 / (1 + std::exp(-gap));
        auto const before = calibration(coin.answers(), coin.all, 1);
        EXPECT_NEAR(before.error, std::abs(0.8 - confidence), 1e-12);
        EXPECT_NEAR(before.loss, std::log1p(std::exp(-gap)) + 0.2 * gap, 1e-12);
        double const T = effective_temperature(coin.answers(), coin.all);
        EXPECT_NEAR(T, gap / std::log(4.0), 1e-7 * gap);
        EXPECT_NEAR(calibration(coin.answers(), coin.all, T).error, 0, 1e-7);
    }
    // Never wrong: the colder the better.
    Coin const sure(1, 1, 10);
    EXPECT_NEAR(effective_temperature(sure.answers(), sure.all), 0.01, 0.001);
}

TEST(Funnel, PointsHaveTheirOverlapAndNorm) {
    std::vector<float> a(500), b(500);
    Stream(7, Purpose::probe, 0).fill_normal(std::span<float>(a));
    Stream(7, Purpose::probe, 1).fill_normal(std::span<float>(b));
    auto const product = [](std::vector<float> const& x, std::vector<float> const& y) {
        return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
    };
    for (double const q : overlaps()) {
        auto const x = point_at_overlap(a, b, q);
        EXPECT_NEAR(product(x, x), product(b, b), 1e-3);
        EXPECT_NEAR(product(x, b) / product(b, b), q, 1e-6);
    }
    EXPECT_EQ(point_at_overlap(a, b, 1), b);
}

TEST(Funnel, HalfWay) {
    std::vector<double> const q = {0, 0.5, 1};
    EXPECT_DOUBLE_EQ(half_way(q, std::vector<double>{4, 3, 0}), 0.5 + 0.5 / 3);
    EXPECT_DOUBLE_EQ(half_way(q, std::vector<double>{4, 1, 0}), 0.5 * 2 / 3);
    EXPECT_TRUE(std::isnan(half_way(q, std::vector<double>{1, 1, 1})));
}

// Independent levels: 2^N / (N + 1) minima, whose energies do not depend on the overlap.
TEST(Glass, FunnelOfIndependentLevels) {
    constexpr index N = 10;
    Moments minima, slope;
    for (int i = 0; i < 200; ++i) {
        std::vector<double> energies(1 << N);
        Stream(5, Purpose::disorder, i).fill_normal(energies);
        auto const seen = funnel(energies, N, false);
        minima.add(static_cast<double>(seen.minima));
        slope.add(seen.slope);
    }
    EXPECT_NEAR(minima.mean, 1024 / 11.0, 4 * minima.standard_error());
    EXPECT_NEAR(slope.mean, 0, 4 * slope.standard_error());
}

TEST(Glass, FunnelsByHand) {
    // One bowl: energy = number of spins down. Two more minima on the way from far away.
    std::vector<double> energies(1 << 6);
    for (std::size_t s = 0; s < energies.size(); ++s)
        energies[s] = static_cast<double>(std::popcount(s));
    EXPECT_EQ(funnel(energies, 6, false).minima, 1);
    EXPECT_TRUE(std::isnan(funnel(energies, 6, false).slope));
    energies[0b000011] = 0.5;  // overlap 1/3
    energies[0b111111] = 3;    // overlap -1
    auto const seen = funnel(energies, 6, false);
    EXPECT_EQ(seen.minima, 3);
    EXPECT_NEAR(seen.slope, (0.5 - 3) / 6 / (4.0 / 3), 1e-14);
    EXPECT_NEAR(seen.mean_energy, 3.5 / 12, 1e-14);
}

// The mean of H over all configurations at d flips from any s is H(s) times a number known from the
// covariance (Krawtchouk's polynomial), for each disorder: what is scaled is what is believed.
TEST(Glass, MeanEnergyOfAShellFollowsTheCovariance) {
    constexpr index N = 9;
    for (int const p : {2, 3, 4}) {
        auto const H = IsingPSpin(N, p, CouplingLaw::gaussian, 3, 0).all_energies();
        auto const lowest =
            static_cast<std::size_t>(std::min_element(H.begin(), H.end()) - H.begin());
        double shell = 0;
        for (std::size_t s = 0; s < H.size(); ++s)
            if (std::popcount(s ^ lowest) == 1) shell += H[s] / N;
        EXPECT_NEAR(shell / H[lowest], 1 - 2.0 * p / N, 1e-12);
    }
    // Averaged over disorder, <H^2>/N is that variance.
    Moments square;
    for (int disorder = 0; disorder < 300; ++disorder) {
        auto const H = IsingPSpin(N, 3, CouplingLaw::gaussian, 4, disorder).all_energies();
        square.add(std::inner_product(H.begin(), H.end(), H.begin(), 0.0) / std::ssize(H) / N);
    }
    EXPECT_NEAR(square.mean, variance_per_spin(N, 3), 4 * square.standard_error());
}

}  // namespace
}  // namespace spinscape::levels
