// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/surface.hpp"
#include "spinscape/landscape/architecture.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// A random direction in parameter space as long as the network is in every filter ([Li2018]):
/// normal components, then the incoming weights of each unit are scaled to the norm that they have
/// in x; biases stay as they are in x (components 0). Rescaling a unit of a rectified network
/// rescales the direction along, so that pictures do not see it.
std::vector<double> filter_normalised_direction(Architecture const& architecture,
                                                std::span<double const> x, Stream& stream);

/// f(x + alpha d) at each alpha; on a sphere at the nearest points of it.
std::vector<double> values_on_line(Surface& surface, std::span<double const> x,
                                   std::span<double const> d, std::span<double const> alpha);

/// f(x + alpha d + beta e): a row of beta.size() numbers for each alpha.
std::vector<double> values_on_plane(Surface& surface, std::span<double const> x,
                                    std::span<double const> d, std::span<double const> e,
                                    std::span<double const> alpha, std::span<double const> beta);

/// Crossing points of the contour f = level with the edges of the grid, by linear interpolation
/// between neighbours; `values` as made by values_on_plane.
struct Crossing {
    double alpha, beta;
};
std::vector<Crossing> contour_crossings(std::span<double const> alpha, std::span<double const> beta,
                                        std::span<double const> values, double level);

}  // namespace spinscape
