// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/base/types.hpp"

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

/// What Hessian ascent in `steps` steps, each along the lowest Ritz vector of `products` Lanczos
/// steps, reaches at N = infinity: -cos(pi / (products + 1)) sum_{k < steps} sqrt(f''(k/steps)) /
/// steps. Derived from two facts: a spherical glass's Hessian has the semicircle of radius
/// 2 sqrt(f''(q)) as its spectrum everywhere on the sphere |x|^2 = N q [Subag2021], in which
/// Lanczos steps from a random vector find the fraction cos(pi / (products + 1)) of the radius; and
/// the gradient and the third derivative along the vector found do not grow like N.
double hessian_ascent_energy(std::span<PSpinTerm const> terms, index steps, index products);

/// What incremental message passing in `steps` steps reaches at N = infinity:
///   -sum_{j=1}^{steps-1} sqrt((f'(j/steps) - f'((j-1)/steps)) / steps).
/// State evolution: its messages z_{j+1} have covariances f'(min(q_j, q_k)), so that their
/// increments are orthogonal; a point m = sum_j a_j (z_{j+1} - z_j) answers to a field at step j by
/// a_j - a_{j+1}, and H(m)/N = -sum_j f'(q_j) (a_j - a_{j+1}) by integration by parts.
double message_passing_energy(std::span<PSpinTerm const> terms, index steps);

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
