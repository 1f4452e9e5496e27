// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Spherical p-spin glasses with a planted signal, H(s) = H_glass(s) - lambda N m^p, m = s.v/N, in
/// unit normalisation E[H_glass(s) H_glass(s')] = N q^p, at N = infinity [RichardMontanari2014].
namespace spinscape::theory {

/// The minimum around the signal, where descents from the signal end.
struct SignalMinimum {
    double overlap;  ///< m
    double energy;   ///< per spin; with the signal's part -lambda m^p
};

/// The least lambda at which it exists: sqrt((p - 1)^(p-1) / (p (p - 2)^(p-2))), for p = 2 that of
/// the transition of Baik, Ben Arous and Peche, 1/sqrt 2; for p = 3 it is 2/sqrt 3.
double signal_threshold(int p);

/// One minimum, hence replica symmetric: at temperature zero, with f(q) = q^p and susceptibility
/// chi = lim (1 - q)/T, the lowest energy at overlap m is
///   e(m) = -lambda m^p - min_chi (chi f'(1) + (1 - m^2) / chi) / 2
///        = -lambda m^p - sqrt(p (1 - m^2))    at chi = sqrt((1 - m^2) / p).
/// e is stationary where lambda sqrt(p) m^(p-2) sqrt(1 - m^2) = 1; the outer root is a minimum. It
/// is stable where chi^2 f''(1) = (p - 1)(1 - m^2) < 1, which begins at signal_threshold, with
/// marginal minima of energy -E_inf. For p = 2, s.Ms with M a Gaussian orthogonal matrix of edge
/// sqrt 2 and a perturbation of rank one, it is exact and the ground state:
///   m^2 = 1 - 1/(2 lambda^2),   e = -lambda - 1/(2 lambda).
/// Error(bad_input) below signal_threshold.
SignalMinimum signal_minimum(int p, double lambda);

}  // namespace spinscape::theory
