// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/base/types.hpp"

#include <functional>
#include <span>

namespace spinscape {

/// Returns f(x) and writes its gradient to g.
using ValueAndGradient = std::function<double(std::span<double const> x, std::span<double> g)>;

struct BoxOptions {
    index iterations = 100;  ///< at most
    index memory = 10;       ///< pairs of steps and gradient differences kept
    /// Converged when the largest component of the projected gradient P(x - g) - x (P clips to the
    /// box) is at most this ...
    double gradient_tolerance = 1e-8;
    /// ... or when an iteration lowers f by at most this times max(|f|, 1).
    double value_tolerance = 0;
};

struct BoxMinimum {
    double value = missing;
    double projected_gradient = missing;  ///< its largest component
    index iterations = 0, evaluations = 0;
    /// converged; out_of_budget: all iterations used; stalled: the line search found no lower
    /// point; diverged: f is not finite, x is the last point where it was.
    Outcome outcome = Outcome::out_of_budget;
};

/// Minimises f over the box lower <= x <= upper (infinite bounds: none), from x, which is clipped
/// to the box first and ends at the best point found: L-BFGS-B 3.0 of the authors ([Byrd1995],
/// [Morales2011]).
BoxMinimum minimise_in_box(ValueAndGradient const& f, std::span<double const> lower,
                           std::span<double const> upper, std::span<double> x,
                           BoxOptions const& options = {});

}  // namespace spinscape
