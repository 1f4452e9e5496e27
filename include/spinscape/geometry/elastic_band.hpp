// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/search.hpp"

#include <array>
#include <vector>

namespace spinscape {

struct BandOptions {
    index images = 9;    ///< between the ends
    double spring = 1;   ///< constant of the springs between neighbours
    double step = 0.05;  ///< first time step; below 2 / sqrt(largest eigenvalue of the Hessian)
    index most_steps = 1000;
    double tolerance = 1e-2;  ///< converged: no image feels a greater force
};

/// A chain of points from one end to the other.
struct Band {
    std::vector<std::vector<double>> images;  ///< with both ends
    std::vector<double> values;
    index highest = 0;       ///< interior image with the greatest value
    double force = missing;  ///< greatest that an image feels
    index steps = 0;
    bool converged = false;
};

/// Nudged elastic band ([Henkelman2000]): interior images feel the gradient across the band and
/// springs along it, tau being the tangent towards the higher neighbour,
///   F_i = -(g - (g.tau) tau) + k (|x_{i+1} - x_i| - |x_i - x_{i-1}|) tau,
/// the highest one climbs: F = -g + 2 (g.tau) tau. Relaxed by FIRE ([Bitzek2006]) from the straight
/// line (retracted to the manifold) between `a` and `b`.
Band relax_band(Surface& surface, std::span<double const> a, std::span<double const> b,
                BandOptions const& options = {});

struct TransitionState {
    CriticalPoint saddle;
    Band band;
};

/// Double-ended search: the highest image of a band between a and b, refined by eigenvector
/// following to a saddle of index 1 (see its kind and index for whether it became one).
TransitionState find_transition_state(Surface& surface, std::span<double const> a,
                                      std::span<double const> b, BandOptions const& band = {},
                                      SearchOptions search = {});

/// Points on both sides of a saddle: displaced by -+ `distance` along the eigenvector of its lowest
/// eigenvalue, on the manifold.
std::array<std::vector<double>, 2> sides_of_saddle(Surface& surface, std::span<double const> saddle,
                                                   double distance);

/// The minima on both sides of a saddle: from displacements by +- `distance` along the eigenvector
/// of its lowest eigenvalue, downhill by eigenvector following.
std::array<CriticalPoint, 2> adjacent_minima(Surface& surface, std::span<double const> saddle,
                                             double distance, SearchOptions search = {});

}  // namespace spinscape
