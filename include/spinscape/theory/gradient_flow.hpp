// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"

#include <span>
#include <vector>

namespace spinscape::theory {

/// Gradient flow ds/dt = -grad H - mu s on the sphere from a uniform start, at N = infinity.
struct GradientFlow {
    std::vector<double> times;
    std::vector<double> energy;        ///< H/N at these times
    std::vector<double> correlation;   ///< C(t, 0) = s(t).s(0)/N
    std::vector<double> energy_error;  ///< what the last stage of the extrapolation changed
};

/// Of gradient_flow: Heun's rule is stable up to 2 / (largest curvature, met at threshold).
double largest_step(std::span<PSpinTerm const> terms);

/// Integrates the dynamical mean-field equations of [Cugliandolo1993] for f(q) = sum c^2 q^p (unit
/// normalisation; in the "half" one, E[HH'] = N f/2, energies are smaller by sqrt 2 and times
/// longer by sqrt 2):
///   dC(t,t')/dt = -mu C + int_0^t f''(C_ts) R_ts C_st' ds + int_0^t' f'(C_ts) R_t's ds,
///   dR(t,t')/dt = -mu R + int_t'^t f''(C_ts) R_ts R_st' ds,   R(t,t) = C(t,t) = 1,
///   mu = int_0^t (f'' C + f')(C_ts) R_ts ds,   E = -int_0^t f'(C_ts) R_ts ds
/// by Heun's rule with steps h, h/2, h/4 and Richardson's extrapolation. Cost (t/h)^3. `times`
/// ascend and are not negative. Error(bad_input) if step > largest_step(terms).
GradientFlow gradient_flow(std::span<PSpinTerm const> terms, std::span<double const> times,
                           double step = 0.05);

}  // namespace spinscape::theory
