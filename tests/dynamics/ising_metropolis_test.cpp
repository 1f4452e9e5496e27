// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/ising_metropolis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

double boltzmann_mean(std::vector<double> const& levels, double beta) {
    double Z = 0, sum = 0;
    for (double const H : levels) {
        Z += std::exp(-beta * H);
        sum += H * std::exp(-beta * H);
    }
    return sum / Z;
}

/// Mean energies of walkers and standard errors from 100 batches of sweeps.
struct Measured {
    double mean, error;
};
Measured measure(IsingWalkers& walkers, std::vector<double> const& betas, index w) {
    int const batches = 100, sweeps = 200;
    double sum = 0, squares = 0;
    index sweep = 200;
    for (index t = 0; t < sweep; ++t) walkers.sweep(t, betas);
    for (int b = 0; b < batches; ++b) {
        double mean = 0;
        for (int t = 0; t < sweeps; ++t) {
            walkers.sweep(sweep++, betas);
            mean += walkers.energies()[static_cast<std::size_t>(w)] / sweeps;
        }
        sum += mean;
        squares += mean * mean;
    }
    double const mean = sum / batches;
    return {mean, std::sqrt((squares / batches - mean * mean) / (batches - 1))};
}

TEST(IsingMetropolis, ReachesTheBoltzmannEnergy) {
    for (int const p : {2, 3, 4}) {
        IsingPSpin const model(10, p, CouplingLaw::gaussian, 21, 0);
        IsingFields const fields(model);
        std::vector<double> const betas = {0.3, 0.7};
        IsingWalkers walkers(model, fields, 1, 0, 0, 2);
        for (index w = 0; w < 2; ++w) {
            auto const [mean, error] = measure(walkers, betas, w);
            auto const exact =
                boltzmann_mean(model.all_energies(), betas[static_cast<std::size_t>(w)]);
            EXPECT_NEAR(mean, exact, 4 * error) << p << " " << w;
            EXPECT_LT(error, 0.1);
            // The other temperature is told apart.
            EXPECT_GT(std::abs(mean - boltzmann_mean(model.all_energies(),
                                                     betas[static_cast<std::size_t>(1 - w)])),
                      8 * error);
        }
    }
}

TEST(IsingMetropolis, AWalkerDoesNotDependOnItsCompany) {
    IsingPSpin const model(20, 3, CouplingLaw::gaussian, 21, 0);
    IsingFields const fields(model);
    IsingWalkers all(model, fields, 1, 0, 0, 21), some(model, fields, 1, 0, 15, 4);
    std::vector<double> betas;
    for (index w = 0; w < 21; ++w) betas.push_back(0.1 * static_cast<double>(w));
    for (index t = 0; t < 150; ++t) {
        all.sweep(t, betas);
        some.sweep(t, std::span(betas).subspan(15, 4));
    }
    for (index w = 15; w < 19; ++w) {
        EXPECT_EQ(all.spins(w), some.spins(w));
        EXPECT_EQ(all.energies()[static_cast<std::size_t>(w)],
                  some.energies()[static_cast<std::size_t>(w - 15)]);
        EXPECT_NEAR(model.energy(all.spins(w)), all.energies()[static_cast<std::size_t>(w)], 1e-4);
    }
}

TEST(IsingMetropolis, GoesOnFromWhatWasPutBack) {
    IsingPSpin const model(12, 3, CouplingLaw::gaussian, 2, 0);
    IsingFields const fields(model);
    std::vector<double> const betas(5, 1.0);
    IsingWalkers walkers(model, fields, 1, 0, 0, 5), later(model, fields, 1, 0, 2, 2);
    for (index t = 0; t < 10; ++t) walkers.sweep(t, betas);
    for (index w = 2; w < 4; ++w) {
        auto const spins = walkers.spins(w);
        later.put(w, std::vector<double>(spins.begin(), spins.end()),
                  walkers.energies()[static_cast<std::size_t>(w)]);
    }
    for (index t = 10; t < 20; ++t) {
        walkers.sweep(t, betas);
        later.sweep(t, std::span(betas).first(2));
    }
    for (index w = 2; w < 4; ++w) {
        EXPECT_EQ(walkers.spins(w), later.spins(w));
        EXPECT_EQ(walkers.energies()[static_cast<std::size_t>(w)],
                  later.energies()[static_cast<std::size_t>(w - 2)]);
    }
}

}  // namespace
}  // namespace spinscape
