// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"

#include <span>
#include <vector>

namespace spinscape::theory {

struct MeanFieldOptions {
    double temperature = 0;  ///< of the bath, T; 0: gradient flow
    /// Inverse temperature of the equilibrium the start is drawn from, 0: uniform. Right where the
    /// annealed average is (above the Kauzmann temperature).
    double start_beta = 0;
    double step = 0.05;  ///< largest of the three, h
};

/// Langevin dynamics ds = -(grad H + mu s) dt + sqrt(2 T) dW on the sphere |s|^2 = N at N =
/// infinity.
struct MeanFieldCurve {
    std::vector<double> times;
    std::vector<double> energy;       ///< H/N at these times
    std::vector<double> correlation;  ///< C(t, 0) = s(t).s(0)/N
    /// What the last stage of the extrapolation changed.
    std::vector<double> energy_error, correlation_error;
};

/// Heun's rule is stable up to 2 / (largest rate), which lies below mu + 2 sqrt(f''(1)) with
/// mu <= 2 sqrt(f''(1)) + T + start_beta f'(1).
double largest_step(std::span<PSpinTerm const> terms, MeanFieldOptions const& options = {});

/// Integrates the dynamical mean-field equations of [CugliandoloKurchan1993], with the start of
/// [FranzParisi1995], for f(q) = sum c^2 q^p (unit normalisation; in the "half" one, E[HH'] = N
/// f/2, energies and temperatures are smaller by sqrt 2 and times longer by sqrt 2). With b =
/// start_beta:
///   dC(t,t')/dt = -mu C + int_0^t f''(C_ts) R_ts C_st' ds + int_0^t' f'(C_ts) R_t's ds
///                 + b f'(C_t0) C_t'0,
///   dR(t,t')/dt = -mu R + int_t'^t f''(C_ts) R_ts R_st' ds,   R(t,t) = C(t,t) = 1,
///   mu = T + int_0^t (f'' C + f')(C_ts) R_ts ds + b f'(C_t0) C_t0,
///   E = -int_0^t f'(C_ts) R_ts ds - b f(C_t0)
/// by Heun's rule with steps h, h/2, h/4 and Richardson's extrapolation. Cost (t/h)^3. `times`
/// ascend and are not negative. Error(bad_input) if the step is above largest_step, or temperature
/// or start_beta is negative.
MeanFieldCurve mean_field_dynamics(std::span<PSpinTerm const> terms, std::span<double const> times,
                                   MeanFieldOptions const& options = {});

}  // namespace spinscape::theory
