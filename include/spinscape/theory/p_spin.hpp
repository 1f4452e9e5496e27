// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

/// Closed forms for the pure spherical p-spin glass, p >= 3, in unit normalisation
/// E[H(s)H(s')] = N q^p [Auffinger2013, Choromanska2015]. Energies u = H/N, per spin.
namespace spinscape::theory {

/// E_inf = 2 sqrt((p-1)/p): below -E_inf only critical points of finite index are typical, and
/// gradient descent from a random start ends at -E_inf as N -> infinity [Sellke2024].
double e_infinity(int p);

/// E_k: the root of complexity_of_index(p, k, -E_k) = 0 above E_inf; E_0 is the ground state.
double e_k(int p, int k);

/// lim ln E[number of critical points with energy below N u] / N.
double complexity(int p, double u);
/// The same for critical points of index k.
double complexity_of_index(int p, int k, double u);

/// Fraction of negative eigenvalues of the Riemannian Hessian at a critical point of energy u:
/// 0 below -E_inf, 1 above E_inf.
double index_fraction(int p, double u);

/// Spectrum of the Riemannian Hessian at a critical point of energy u as N -> infinity.
struct Semicircle {
    double centre, radius;  ///< -p u and 2 sqrt(p (p-1)): marginal at u = -E_inf
};
Semicircle hessian_bulk(int p, double u);

/// Lowest energy per spin at size N: a Gumbel variable whose rate c and prefactor C come from the
/// sharp asymptotics of the number of critical points, C N^{-1/2} exp(c N (u + E_0)).
struct GroundState {
    double mean;  ///< -E_0 + (ln(N)/2 - ln C - 0.57722) / (c N); even p: C/2, for points +-s
    double sd;    ///< pi / (sqrt(6) c N)
    double c, C;
};
GroundState ground_state(int p, index N);

/// Mean energy per spin in equilibrium at size N and a temperature T above freezing, where the
/// partition function's fluctuations are small.
struct EquilibriumEnergy {
    double value;  ///< -beta (1 - <q^p>), q the overlap of two replicas: an identity of the model
    double error;  ///< |value + beta|, about as large as what the expansion leaves out at N = 50
};
/// <q^p> to first order in N beta^2: E[q^p] + N beta^2 (E[q^2p] - E[q^p]^2), E over independent
/// points of the sphere; 15 beta^2 / N^2 for p = 3. At N = infinity the value is -beta.
EquilibriumEnergy equilibrium_energy(int p, index N, double T);

}  // namespace spinscape::theory
