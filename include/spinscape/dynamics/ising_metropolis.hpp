// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/ising_p_spin.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// Metropolis dynamics of Ising walkers, each at an inverse temperature of its own. A sweep visits
/// the spins in order and flips spin i with probability min(1, exp(-beta (H' - H))), which keeps
/// the Boltzmann weight exp(-beta H) [Metropolis1953].
///
/// Walkers have global numbers, of which one object holds first ... first + count - 1: what a
/// walker does depends on (master seed, disorder, walker, sweep) and its temperatures alone.
class IsingWalkers {
public:
    /// Starts from independent random configurations (Purpose::start).
    IsingWalkers(IsingPSpin const& model, IsingFields const& fields, std::uint64_t master_seed,
                 index disorder, index first, index count);

    [[nodiscard]] index first() const { return first_; }
    [[nodiscard]] index count() const { return count_; }

    /// Sweep number `sweep` of all walkers; betas of these walkers.
    void sweep(index sweep, std::span<double const> betas);

    /// H (not divided by N) of these walkers: kept up to date with every flip, and counted afresh
    /// in double every 128 sweeps.
    [[nodiscard]] std::span<double const> energies() const { return energies_; }
    [[nodiscard]] std::vector<std::int8_t> spins(index walker) const;  ///< a global number
    [[nodiscard]] index flips() const { return flips_; }

    /// Sets spins (numbers +1 and -1) and energy of a walker: how a saved state comes back, with
    /// any division of walkers among objects.
    void put(index walker, std::span<double const> spins, double energy);

private:
    [[nodiscard]] float* group(index g) const;
    void recount(index walker);

    IsingPSpin const& model_;
    IsingFields const& fields_;
    std::uint64_t master_seed_;
    index disorder_, first_, count_, flips_ = 0;
    std::vector<float> storage_;  // groups of 16 lanes, rows of spins
    float* spins_;                // its first aligned float
    std::vector<double> energies_;
    std::vector<double> uniforms_;    // of one group: a row of N per walker
    std::vector<double> thresholds_;  // and per spin and lane, -ln u
};

}  // namespace spinscape
