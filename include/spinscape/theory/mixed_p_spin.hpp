// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"

#include <span>

/// Statics of mixed spherical p-spin glasses with one step of replica symmetry breaking, in unit
/// normalisation E[H(s)H(s')] = N f(q). Energies per spin, temperatures in units of the coupling.
/// All terms need p >= 2, and at least one p >= 3.
namespace spinscape::theory {

/// f(q) = sum c^2 q^p and its first two derivatives.
struct Covariance {
    double value, slope, curvature;
};
Covariance covariance(std::span<PSpinTerm const> terms, double q);

/// Marginal minima: threshold energy E_th = (f (f' - f'') - f'^2) / (f' sqrt f'') at q = 1
/// [FolenaZamponi2023]; -E_inf for the pure model.
double threshold_energy(std::span<PSpinTerm const> terms);

/// -int_0^1 sqrt(f''(q)) dq: what incremental message passing and Hessian ascent reach
/// [Montanari2021]. The mixture needs a finite f''. Accuracy 1e-12.
double algorithmic_energy(std::span<PSpinTerm const> terms);

/// Lagrange multiplier of marginal minima, 2 sqrt(f''(1)): the Hessian's bulk reaches zero.
double marginal_multiplier(std::span<PSpinTerm const> terms);

/// Minima with susceptibility chi in (0, 1 / sqrt(f''(1))], which labels energy levels
/// [FolenaZamponi2023].
struct InherentStates {
    double energy;      ///< -f (1/(chi f') - chi) - chi f'
    double complexity;  ///< (chi^2 f' - ln(chi^2 f') - f/f'^2 (1/chi - chi f')^2 - 1) / 2
};
InherentStates inherent_states(std::span<PSpinTerm const> terms, double chi);

/// Energy at which the complexity of inherent states vanishes: the ground state with one step of
/// replica symmetry breaking. For the pure model it is -E_0 [CrisantiSommers1992].
double ground_state_energy(std::span<PSpinTerm const> terms);

/// T_d = max_q sqrt(f'(q) (1 - q) / q): below it equilibrium is not reached from a random start.
double dynamical_temperature(std::span<PSpinTerm const> terms);

/// T_K, where the Franz-Parisi potential -f(q)/(2 T^2) - (ln(1 - q) + q)/2 has a minimum of height
/// zero at q > 0 [FranzParisi1995].
double kauzmann_temperature(std::span<PSpinTerm const> terms);

}  // namespace spinscape::theory
