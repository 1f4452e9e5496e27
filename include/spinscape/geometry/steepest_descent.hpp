// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/search.hpp"

#include <array>

namespace spinscape {

struct SteepestDescentOptions {
    double turning = 0.05;  ///< a step changes the gradient by at most this share of it
    index most_steps = 100000;
    /// Newton's method takes over where the Hessian is positive definite and the minimum nearer
    /// than this share of |x|, |gradient| over lowest eigenvalue being the bound of a convex basin.
    double near = 0.02;
};

/// The minimum in whose basin of attraction under x' = -grad f the point lies: Euler steps that
/// shrink until the path is resolved. Of kind `stalled` if it was not reached. Dense Hessians, one
/// in ten steps; `search` tells tolerance and certificate of the minimum.
CriticalPoint steepest_descent(Surface& surface, std::span<double const> start,
                               SteepestDescentOptions const& options = {},
                               SearchOptions search = {});

/// The minima that a saddle of index 1 connects: steepest descents from displacements by
/// +- `distance` along the eigenvector of its lowest eigenvalue. Unlike adjacent_minima, which is
/// quicker, this cannot leave a basin of attraction.
std::array<CriticalPoint, 2> connected_minima(Surface& surface, std::span<double const> saddle,
                                              double distance,
                                              SteepestDescentOptions const& options = {},
                                              SearchOptions const& search = {});

}  // namespace spinscape
