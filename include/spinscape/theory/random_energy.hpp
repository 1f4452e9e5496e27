// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

/// The random energy model [Derrida1981]: 2^N levels, independent normal with mean 0 and variance
/// N. Energies and entropies per spin. Its entropy vanishes at beta_c = sqrt(2 ln 2).
namespace spinscape::theory {

/// Inverse temperature of freezing, sqrt(2 ln 2); also minus the ground state energy at N =
/// infinity.
double random_energy_beta_c();

inline constexpr index random_energy_largest_N = 200;

/// Means over the disorder at one temperature; u = E[<energy>]/N and so on.
struct RandomEnergyState {
    double log_partition;  ///< E[ln Z]/N
    double energy;         ///< u
    double entropy;        ///< E[ln Z]/N + beta u
    double participation;  ///< E[sum of squared Boltzmann weights]
    double error;          ///< of every one of these, absolute
};

/// Exact at finite N, by E[ln Z] = int dt/t (e^{-t} - E[e^{-t Z}]) with E[e^{-t Z}] = phi(t)^{2^N},
/// phi(t) = E[exp(-t e^{-beta E})], and likewise for the others. Time grows like beta^2 N^2: N =
/// 100 at beta = 3 takes a second. Error(bad_input) unless 1 <= N <= random_energy_largest_N and
/// beta > 0.
RandomEnergyState random_energy(index N, double beta);

/// N = infinity: ln 2 + beta^2/2, -beta, ln 2 - beta^2/2 and 0 below beta_c; beta beta_c, -beta_c,
/// 0 and 1 - beta_c/beta above.
RandomEnergyState random_energy_limit(double beta);

/// The lowest of the 2^N levels, per spin.
struct RandomEnergyMinimum {
    double mean, sd;
    double error;  ///< of both
};
/// Exact. Error(bad_input) unless 1 <= N <= random_energy_largest_N.
RandomEnergyMinimum random_energy_minimum(index N);

}  // namespace spinscape::theory
