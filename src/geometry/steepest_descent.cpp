// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/steepest_descent.hpp"

#include "spinscape/geometry/elastic_band.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <limits>

namespace spinscape {

namespace {

/// Bound on the distance to the minimum if the surface is as convex as here all the way; infinite
/// where it is not convex.
double distance_to_minimum(Surface& surface) {
    auto const lowest = certify(surface).lowest;
    return lowest > 0 ? surface.gradient_norm() / lowest : std::numeric_limits<double>::infinity();
}

/// Steps of the gradient flow, as long as the path stays resolved.
class Flow {
public:
    Flow(Surface& surface, double turning) : surface_(surface), turning_(turning) {}

    void advance() {
        std::vector<double> const x(surface_.point().begin(), surface_.point().end()),
            g(surface_.gradient().begin(), surface_.gradient().end());
        auto const limit = turning_ * surface_.gradient_norm();
        for (;;) {
            auto y = x;
            linalg::add(-step_, g, y);
            surface_.retract(y);
            surface_.move_to(y);
            auto const turned = linalg::distance(surface_.gradient(), g);
            if (turned <= limit || y == x) {
                if (turned <= 0.7 * limit) step_ *= 1.2;
                return;
            }
            step_ *= 0.5;
        }
    }

private:
    Surface& surface_;
    double turning_, step_ = 1;
};

}  // namespace

CriticalPoint steepest_descent(Surface& surface, std::span<double const> start,
                               SteepestDescentOptions const& options, SearchOptions search) {
    search.method = SearchMethod::eigenvector_following;
    search.target_index = 0;
    surface.move_to(start);
    Flow flow(surface, options.turning);
    for (index step = 0; step < options.most_steps; ++step) {
        if (step % 10 == 0) {
            std::vector<double> const x(surface.point().begin(), surface.point().end());
            auto const reach = distance_to_minimum(surface);
            if (reach <= options.near * linalg::norm(x)) {
                auto found = find_critical_point(surface, x, search);
                if (found.kind == PointKind::minimum && linalg::distance(found.x, x) <= 2 * reach)
                    return found;
                surface.move_to(x);
            }
        }
        flow.advance();
    }
    auto result = classify(surface, search);
    result.kind = PointKind::stalled;
    return result;
}

std::array<CriticalPoint, 2> connected_minima(Surface& surface, std::span<double const> saddle,
                                              double distance,
                                              SteepestDescentOptions const& options,
                                              SearchOptions const& search) {
    auto const [minus, plus] = sides_of_saddle(surface, saddle, distance);
    return {steepest_descent(surface, minus, options, search),
            steepest_descent(surface, plus, options, search)};
}

}  // namespace spinscape
