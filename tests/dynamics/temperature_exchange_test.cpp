// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/temperature_exchange.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/ising_metropolis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

// Two independent levels whose "walkers" are redrawn exactly at their temperatures: the swap must
// leave the product of Boltzmann weights alone. With a two-level system H = 0 or 1 the joint
// distribution after a swap is known.
TEST(TemperatureExchange, KeepsTheJointBoltzmannWeight) {
    std::vector<double> const betas = {0.2, 1.5};
    TemperatureExchange exchange(betas, 4, 0);
    Stream stream(4, Purpose::start, 1);
    int const n = 200000;
    int up[2] = {};
    for (int step = 0; step < n; ++step) {
        std::vector<double> energies(2);
        for (index w = 0; w < 2; ++w) {
            auto const beta = exchange.beta(exchange.level_of(w));
            energies[static_cast<std::size_t>(w)] =
                stream.uniform() < 1 / (1 + std::exp(beta)) ? 1 : 0;
        }
        exchange.exchange(2 * step, energies);
        for (index l = 0; l < 2; ++l)
            up[l] += energies[static_cast<std::size_t>(exchange.walker_at(l))] > 0.5 ? 1 : 0;
    }
    for (int l = 0; l < 2; ++l) {
        double const share = 1 / (1 + std::exp(betas[static_cast<std::size_t>(l)]));
        EXPECT_NEAR(static_cast<double>(up[l]) / n, share, 4 * std::sqrt(share * (1 - share) / n));
    }
    EXPECT_GT(exchange.acceptance()[0], 0.5);
    EXPECT_LT(exchange.acceptance()[0], 1);
}

TEST(TemperatureExchange, EqualTemperaturesAlwaysSwapAndTravel) {
    index const levels = 6;
    TemperatureExchange exchange(std::vector<double>(6, 1.0), 1, 0);
    std::vector<double> const energies(6, 0.0);
    for (index step = 0; step < 600; ++step) exchange.exchange(step, energies);
    for (double const share : exchange.acceptance()) EXPECT_EQ(share, 1);
    // Every walker moves one level per step, up and down: a round trip takes 2 levels steps.
    EXPECT_NEAR(exchange.steps_per_round_trip(), 2 * levels, 0.5);
    EXPECT_NEAR(static_cast<double>(exchange.round_trips()), 600.0 / 2, 10);
    for (index l = 0; l < levels; ++l) EXPECT_EQ(exchange.level_of(exchange.walker_at(l)), l);
}

// A ladder on an Ising glass: each level has the Boltzmann energy.
TEST(TemperatureExchange, LadderOfAnIsingGlass) {
    IsingPSpin const model(12, 3, CouplingLaw::gaussian, 8, 0);
    IsingFields const fields(model);
    std::vector<double> const betas = {0.2, 0.6, 1.0, 1.4, 1.8};
    TemperatureExchange exchange(betas, 8, 0);
    IsingWalkers walkers(model, fields, 8, 0, 0, 5);
    auto const levels = model.all_energies();
    int const batches = 60, length = 250;
    std::vector<double> sum(5), squares(5);
    for (index t = 0; t < 500; ++t) {
        walkers.sweep(t, exchange.betas_of(0, 5));
        exchange.exchange(t, walkers.energies());
    }
    for (int b = 0; b < batches; ++b) {
        std::vector<double> mean(5);
        for (int t = 0; t < length; ++t) {
            auto const step = 500 + b * length + t;
            walkers.sweep(step, exchange.betas_of(0, 5));
            exchange.exchange(step, walkers.energies());
            for (index l = 0; l < 5; ++l)
                mean[static_cast<std::size_t>(l)] +=
                    walkers.energies()[static_cast<std::size_t>(exchange.walker_at(l))] / length;
        }
        for (std::size_t l = 0; l < 5; ++l) {
            sum[l] += mean[l] / batches;
            squares[l] += mean[l] * mean[l] / batches;
        }
    }
    for (std::size_t l = 0; l < 5; ++l) {
        double Z = 0, exact = 0;
        for (double const H : levels) {
            Z += std::exp(-betas[l] * H);
            exact += H * std::exp(-betas[l] * H);
        }
        exact /= Z;
        double const error = std::sqrt((squares[l] - sum[l] * sum[l]) / (batches - 1));
        EXPECT_NEAR(sum[l], exact, 4 * error) << l;
        EXPECT_LT(error, 0.2) << l;
    }
    EXPECT_GT(exchange.round_trips(), 100);
}

TEST(TemperatureExchange, GoesOnFromWhatWasWritten) {
    TemperatureExchange exchange({0.1, 0.2, 0.5, 1.0}, 3, 2), later({0.1, 0.2, 0.5, 1.0}, 3, 2);
    std::vector<double> const energies = {-3, -1, -2, -5};
    for (index step = 0; step < 9; ++step) exchange.exchange(step, energies);
    ByteWriter out;
    exchange.write(out);
    ByteReader in(out.bytes());
    later.read(in);
    for (index step = 9; step < 30; ++step) {
        exchange.exchange(step, energies);
        later.exchange(step, energies);
    }
    for (index w = 0; w < 4; ++w) EXPECT_EQ(exchange.level_of(w), later.level_of(w));
    EXPECT_EQ(exchange.acceptance(), later.acceptance());
}

}  // namespace
}  // namespace spinscape
