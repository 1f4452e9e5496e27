// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// The exchange step of parallel tempering [HukushimaNemoto1996]: walkers stay where they are, on
/// whichever rank, and swap temperatures. Levels l = 0, 1, ... have inverse temperatures beta_l;
/// in step n the pairs (l, l+1) with l = n (mod 2) swap with probability
/// min(1, exp((beta_l - beta_{l+1}) (H_l - H_{l+1}))).
///
/// A decision is a function of (master seed, disorder, step, pair) and the two energies: every rank
/// that knows all energies comes to the same one, with no message and in any order.
class TemperatureExchange {
public:
    /// Walker w starts at level w. `betas` has at least two values, in order.
    TemperatureExchange(std::vector<double> betas, std::uint64_t master_seed, index disorder);

    [[nodiscard]] index levels() const { return static_cast<index>(betas_.size()); }
    [[nodiscard]] double beta(index level) const { return betas_[static_cast<std::size_t>(level)]; }
    [[nodiscard]] index level_of(index walker) const;
    [[nodiscard]] index walker_at(index level) const;
    /// beta of walkers first ... first + count - 1.
    [[nodiscard]] std::vector<double> betas_of(index first, index count) const;

    /// Energies H of all walkers, in order of walkers.
    void exchange(index step, std::span<double const> energies);

    /// Share of accepted swaps of pairs (l, l+1); NaN if none was tried.
    [[nodiscard]] std::vector<double> acceptance() const;
    /// Completed journeys from level 0 to the last and back, all walkers together, and the mean
    /// number of steps each took (NaN if none).
    [[nodiscard]] index round_trips() const { return round_trips_; }
    [[nodiscard]] double steps_per_round_trip() const;

    void write(ByteWriter& out) const;
    void read(ByteReader& in);

private:
    void note_ends(index step);

    std::vector<double> betas_;
    std::uint64_t master_seed_;
    index disorder_;
    std::vector<index> level_, walker_;   // of walkers, of levels: inverse to each other
    std::vector<index> tried_, swapped_;  // per pair
    std::vector<index> left_;    // per walker: step in which it last left level 0 for good, or -1
    std::vector<index> turned_;  // per walker: 1 if it has been at the last level since
    index round_trips_ = 0, round_trip_steps_ = 0;
};

}  // namespace spinscape
