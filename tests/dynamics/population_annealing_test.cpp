// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/population_annealing.hpp"

#include "spinscape/dynamics/ising_metropolis.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

namespace spinscape {
namespace {

/// A population of Ising walkers, held by several objects as if by several ranks.
class Population {
public:
    Population(IsingPSpin const& model, IsingFields const& fields, index R, index parts,
               std::uint64_t seed)
        : N_(model.dimension()), annealing_(R, 0, seed, 0) {
        for (index first = 0; first < R; first += R / parts)
            parts_.push_back(
                std::make_unique<IsingWalkers>(model, fields, seed, 0, first, R / parts));
    }

    /// Resamples to beta, then sweeps.
    void cool(double beta, int sweeps) {
        auto const all = energies();
        auto const source = annealing_.resample(beta, all);
        std::vector<std::vector<double>> spins;
        for (auto const& part : parts_)
            for (index w = part->first(); w < part->first() + part->count(); ++w) {
                auto const s = part->spins(w);
                spins.emplace_back(s.begin(), s.end());
            }
        for (auto const& part : parts_)
            for (index w = part->first(); w < part->first() + part->count(); ++w) {
                auto const from = static_cast<std::size_t>(source[static_cast<std::size_t>(w)]);
                part->put(w, spins[from], all[from]);
            }
        for (int k = 0; k < sweeps; ++k, ++sweep_)
            for (auto const& part : parts_)
                part->sweep(sweep_,
                            std::vector<double>(static_cast<std::size_t>(part->count()), beta));
    }
    [[nodiscard]] std::vector<double> energies() const {
        std::vector<double> all;
        for (auto const& part : parts_)
            all.insert(all.end(), part->energies().begin(), part->energies().end());
        return all;
    }
    [[nodiscard]] PopulationAnnealing const& annealing() const { return annealing_; }

private:
    index N_, sweep_ = 0;
    PopulationAnnealing annealing_;
    std::vector<std::unique_ptr<IsingWalkers>> parts_;
};

double log_partition(std::vector<double> const& levels, double beta) {
    double Z = 0;
    for (double const H : levels) Z += std::exp(-beta * H);
    return std::log(Z);
}

struct Mean {
    double value, error;
};
Mean mean_of(std::vector<double> const& values) {
    auto const n = static_cast<double>(values.size());
    double const mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (double const v : values) squares += (v - mean) * (v - mean);
    return {mean, std::sqrt(squares / (n * (n - 1)))};
}

TEST(PopulationAnnealing, FreeEnergyAndEnergyAreThoseOfEnumeration) {
    index const N = 10, R = 200;
    int const runs = 40, steps = 12;
    double const coldest = 1.2;
    for (int const p : {2, 3}) {
        IsingPSpin const model(N, p, CouplingLaw::gaussian, 21, 0);
        IsingFields const fields(model);
        auto const levels = model.all_energies();
        double const exact = log_partition(levels, coldest) - static_cast<double>(N) * std::log(2);
        double const energy =
            -(log_partition(levels, coldest + 1e-4) - log_partition(levels, coldest - 1e-4)) / 2e-4;
        std::vector<double> ratio, mean, without;
        for (int run = 0; run < runs; ++run) {
            Population population(model, fields, R, 1, static_cast<std::uint64_t>(run));
            for (int k = 1; k <= steps; ++k) population.cool(coldest * k / steps, 3);
            auto const all = population.energies();
            mean.push_back(std::accumulate(all.begin(), all.end(), 0.0) / R);
            ratio.push_back(std::exp(population.annealing().log_partition_ratio() - exact));
            EXPECT_GT(population.annealing().families(), 1);
            EXPECT_LT(population.annealing().families(), R);
            EXPECT_GT(population.annealing().mean_square_family(), 1);
        }
        auto const Z = mean_of(ratio), H = mean_of(mean);
        EXPECT_NEAR(Z.value, 1, 3 * Z.error) << p;
        EXPECT_LT(Z.error, 0.05) << p;
        EXPECT_NEAR(H.value, energy, 3 * H.error) << p;
        // A tenth colder is told apart.
        double const colder =
            log_partition(levels, 1.1 * coldest) - static_cast<double>(N) * std::log(2);
        EXPECT_GT(std::abs(std::exp(colder - exact) - Z.value), 8 * Z.error);
    }
}

TEST(PopulationAnnealing, CopiesAreAsManyAsWeightsSay) {
    std::vector<double> const energies = {0, 1, 2, 3, 0.5, 7};
    double const beta = 0.8;
    std::vector<double> copies(6), expected;
    int const draws = 4000;
    double sum = 0;
    for (double const H : energies) sum += std::exp(-beta * H);
    for (int d = 0; d < draws; ++d) {
        PopulationAnnealing annealing(6, 0, static_cast<std::uint64_t>(d), 0);
        auto const source = annealing.resample(beta, energies);
        std::vector<index> here(6);
        for (auto const from : source) ++here[static_cast<std::size_t>(from)];
        for (std::size_t i = 0; i < 6; ++i) {
            double const wanted = 6 * std::exp(-beta * energies[i]) / sum;
            EXPECT_LT(std::abs(static_cast<double>(here[i]) - wanted), 1);  // rounded only
            copies[i] += static_cast<double>(here[i]) / draws;
            if (here[i] > 0) {
                EXPECT_EQ(source[i], static_cast<index>(i));  // survivors stay
            }
        }
        EXPECT_NEAR(annealing.log_partition_ratio(), std::log(sum / 6), 1e-12);
    }
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_NEAR(copies[i], 6 * std::exp(-beta * energies[i]) / sum, 4 * 0.5 / std::sqrt(draws));
}

TEST(PopulationAnnealing, TheDivisionOfWalkersDoesNotMatterAndStatesContinue) {
    IsingPSpin const model(14, 3, CouplingLaw::gaussian, 2, 0);
    IsingFields const fields(model);
    Population one(model, fields, 48, 1, 5), three(model, fields, 48, 3, 5);
    for (int k = 1; k <= 6; ++k) {
        one.cool(0.2 * k, 2);
        three.cool(0.2 * k, 2);
        EXPECT_EQ(one.energies(), three.energies());
    }
    EXPECT_EQ(one.annealing().log_partition_ratio(), three.annealing().log_partition_ratio());

    ByteWriter out;
    one.annealing().write(out);
    PopulationAnnealing again(48, 0, 5, 0);
    ByteReader in(out.bytes());
    again.read(in);
    auto whole = one.annealing();
    EXPECT_EQ(whole.resample(1.5, one.energies()), again.resample(1.5, one.energies()));
    EXPECT_EQ(whole.families(), again.families());
}

}  // namespace
}  // namespace spinscape
