// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/steepest_descent.hpp"

#include "critical/function_landscape.hpp"
#include "spinscape/critical/all_critical_points.hpp"
#include "spinscape/geometry/disconnectivity.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

/// Wells at (+-1, 0), divided by the line x = 0; the valley y = 0 is narrow and steep.
FunctionLandscape two_wells() {
    return FunctionLandscape([](double x, double y) {
        double const s = x * x - 1;
        return FunctionLandscape::Derivatives{
            s * s / 4 + 10 * y * y, {x * s, 20 * y}, 3 * x * x - 1, 0, 20};
    });
}

TEST(SteepestDescent, StaysInItsBasin) {
    auto const f = two_wells();
    auto const surface = surface_of(f);
    for (double const x : {-2.0, -0.5, -1e-3, 1e-6, 0.3, 3.0})
        for (double const y : {-3.0, 0.0, 2.0}) {
            std::vector<double> const start = {x, y};
            auto const end = steepest_descent(*surface, start);
            ASSERT_EQ(end.kind, PointKind::minimum);
            EXPECT_NEAR(end.x[0], x > 0 ? 1 : -1, 1e-7);
            EXPECT_NEAR(end.x[1], 0, 1e-8);
        }
    // On the ridge it ends at the saddle, which is no minimum.
    std::vector<double> const ridge = {0, 1};
    EXPECT_NE(steepest_descent(*surface, ridge, {.most_steps = 300}).kind, PointKind::minimum);
}

// All minima and saddles of index 1 of a glass: every descent ends in one of the minima, and all
// minima are connected, the sphere being so. Without passages they
// are not.
TEST(SteepestDescent, AllMinimaOfAGlassAreConnected) {
    index const N = 7;
    for (index disorder = 0; disorder < 4; ++disorder) {
        SphericalPSpin<double> const f(N, {{.p = 3}}, 21, disorder);
        auto const all = all_critical_points(f);
        ASSERT_TRUE(all.complete());
        auto const surface = surface_of(f);
        std::vector<std::vector<double>> minima;
        std::vector<double> values;
        for (auto const& point : all.points)
            if (point.certificate.index == 0) {
                minima.push_back(point.s);
                values.push_back(point.certificate.value);
            }
        std::vector<Passage> passages;
        for (auto const& point : all.points) {
            if (point.certificate.index != 1) continue;
            Passage passage{.value = point.certificate.value};
            auto const ends = connected_minima(*surface, point.s, 0.01);
            for (auto const& end : ends) {
                ASSERT_EQ(end.kind, PointKind::minimum);
                index number = 0;
                while (number < std::ssize(minima) &&
                       linalg::distance(minima[static_cast<std::size_t>(number)], end.x) > 1e-6)
                    ++number;
                ASSERT_LT(number, std::ssize(minima));
                (&end == &ends[0] ? passage.one : passage.other) = number;
            }
            passages.push_back(passage);
        }
        EXPECT_GE(std::ssize(passages), std::ssize(minima) - 1);
        EXPECT_EQ(DisconnectivityGraph(values, passages).components(), 1);
        EXPECT_EQ(DisconnectivityGraph(values, {}).components(), std::ssize(minima));
    }
}

}  // namespace
}  // namespace spinscape
