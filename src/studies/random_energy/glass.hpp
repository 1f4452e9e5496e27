// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

/// Ising p-spin glasses, all of whose levels are known: with p they go over into the random energy
/// model [Derrida1981].
namespace spinscape::levels {

inline constexpr index largest_glass = 20;  ///< spins

/// E[H(s)H(s')]/N of the p-spin glass at s = s': prod_{k<p} (1 - k/N), below 1 at finite N.
double variance_per_spin(index N, int p);

/// The landscape of 2^N energies over the hypercube, bit i of the place being spin i, seen from its
/// lowest minimum: energies of the other local minima (no flip of one spin lowers the energy)
/// against their overlap with it.
struct Funnel {
    index minima = 0;        ///< of all; ties count as minima
    double slope = 0;        ///< of energy per spin against overlap; missing below 3 minima
    double mean_energy = 0;  ///< per spin, of the other minima; missing if there are none
};
/// `even`: H(s) = H(-s), so that the mirror of the lowest is left out too and overlaps have no
/// sign.
Funnel funnel(std::span<double const> energies, index N, bool even);

}  // namespace spinscape::levels
