// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// One configuration of an Ising p-spin glass with the fields of all its spins, kept up to date
/// with every flip: a flip costs one IsingFields::response.
class IsingConfiguration {
public:
    /// Model and fields must outlive this. Spins +-1.
    IsingConfiguration(IsingPSpin const& model, IsingFields const& fields,
                       std::span<std::int8_t const> spins);
    /// A random one.
    IsingConfiguration(IsingPSpin const& model, IsingFields const& fields, Stream start);

    [[nodiscard]] std::span<double const> spins() const { return spins_; }
    [[nodiscard]] double energy() const { return energy_; }  ///< H, not divided by N
    /// H' - H if spin i were flipped: -2 s_i dH/ds_i.
    [[nodiscard]] double change(index i) const {
        auto const at = static_cast<std::size_t>(i);
        return -2 * spins_[at] * field_[at];
    }
    void flip(index i);
    [[nodiscard]] index flips() const { return flips_; }

    void write(ByteWriter& out) const;
    void read(ByteReader& in);

private:
    void count(IsingPSpin const& model);

    IsingFields const& fields_;
    std::vector<double> spins_, field_, response_;
    double energy_ = 0;
    index flips_ = 0;
};

/// Flips the spin that lowers H most, until none does: the configuration is stable against single
/// flips. At most so many flips; returns how many.
index greedy_descent(IsingConfiguration& at, index most_flips);

/// Extremal optimisation [BoettcherPercus2001]: spins are ranked by how much a flip would lower H,
/// the worst first; the spin of rank k = 1 ... N, drawn with probability ~ k^-tau, is flipped in
/// any case. There is no temperature; the best configuration that was met counts.
class ExtremalOptimisation {
public:
    /// tau > 0; `decisions` draws the ranks. The configuration must outlive this.
    ExtremalOptimisation(IsingConfiguration& at, double tau, Stream decisions);

    void advance();                                          ///< one flip
    [[nodiscard]] double lowest() const { return lowest_; }  ///< energy met so far

    void write(ByteWriter& out) const;  ///< with the configuration
    void read(ByteReader& in);

private:
    IsingConfiguration& at_;
    Stream decisions_;
    std::vector<double> below_;  // cumulative probabilities of ranks
    std::vector<index> order_;
    double lowest_;
};

}  // namespace spinscape
