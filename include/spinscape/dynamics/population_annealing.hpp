// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// The resampling of population annealing [HukushimaIba2003, WangMachtaKatzgraber2015]: R walkers
/// in equilibrium at beta become R walkers for beta' > beta, walker i being copied n_i times with
///   E[n_i] = R w_i / sum w,  w_i = exp(-(beta' - beta) H_i),  n_i rounded down or up,
/// by systematic resampling (one random number per step). What walkers do in between, any dynamics
/// that leaves exp(-beta' H) as it is, is not its affair. The estimate of a partition function,
///   Z(beta_n) / Z(beta_0) = prod (1/R) sum w,
/// is unbiased; its logarithm is low by about half its variance.
///
/// Walkers may live on any ranks: a decision is a function of (master seed, disorder, step) and the
/// energies of all, so that every rank that knows these comes to the same one.
class PopulationAnnealing {
public:
    PopulationAnnealing(index walkers, double beta, std::uint64_t master_seed, index disorder);

    /// To beta'. Energies H of all walkers, in order. Place w is to get a copy of walker source[w];
    /// a walker that survives keeps its place.
    std::vector<index> resample(double beta, std::span<double const> energies);

    [[nodiscard]] index walkers() const { return static_cast<index>(family_.size()); }
    [[nodiscard]] double beta() const { return beta_; }
    /// Estimate of ln(Z(beta) / Z(first beta)).
    [[nodiscard]] double log_partition_ratio() const { return log_ratio_; }
    /// Of walkers at the first beta, how many have offspring now.
    [[nodiscard]] index families() const;
    /// rho_t = R sum over families (share of the population)^2: 1 if none has grown. R / rho_t
    /// tells how many walkers are worth something.
    [[nodiscard]] double mean_square_family() const;

    void write(ByteWriter& out) const;
    void read(ByteReader& in);

private:
    double beta_, log_ratio_ = 0;
    std::uint64_t master_seed_;
    index disorder_, step_ = 0;
    std::vector<index> family_;  // walker at the first beta from which each descends
};

}  // namespace spinscape
