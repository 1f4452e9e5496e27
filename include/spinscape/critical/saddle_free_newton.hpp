// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/surface.hpp"

#include <vector>

namespace spinscape {

/// A second-order step in the eigenbasis of the Hessian: the component of the gradient along an
/// eigenvector with eigenvalue l is divided by
enum class NewtonRule {
    damped,      ///< l + d: Newton's method, drawn to critical points of every index
    saddle_free  ///< |l| + d ([Dauphin2014]), which leaves saddles along negative eigenvalues
};

struct NewtonOptions {
    NewtonRule rule = NewtonRule::saddle_free;
    /// Dampings d; each step tries all of them and takes the one that ends lowest, even if that is
    /// higher than where it starts: so the source compares the two rules.
    std::vector<double> dampings = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
    /// 0: exact, from all eigenvalues of the dense Hessian. Else the step stays in the Krylov space
    /// span{g, Hg, ..., H^(k-1) g} of this dimension, with the eigenvalues of the Hessian on it.
    index krylov = 0;
};

struct NewtonStep {
    double damping = missing;  ///< taken
    double value = missing;    ///< of f before the step
    /// Extreme eigenvalues of the Hessian before the step; of its restriction to the Krylov space:
    /// `lowest` is then an upper and `highest` a lower bound.
    double lowest = missing, highest = missing;
    /// False: no damping led to a finite value, or the gradient vanishes; the point has not moved.
    bool moved = false;
};

/// One step from the surface's current point, which moves. Costs a dense Hessian with its
/// eigenvectors (2 n^2 doubles) or `krylov` Hessian products, one value per damping and one
/// gradient.
NewtonStep newton_step(Surface& surface, NewtonOptions const& options = {});

}  // namespace spinscape
