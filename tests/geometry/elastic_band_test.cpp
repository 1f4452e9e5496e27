// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/elastic_band.hpp"

#include "critical/function_landscape.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

/// Two wells at (+-1, 0), whose valley bends: (x^2 - 1)^2 + 2 (y - b (1 - x^2))^2; the saddle is at
/// (0, b) with value 1, for every b.
FunctionLandscape bent_valley(double b) {
    return FunctionLandscape([b](double x, double y) {
        double const s = x * x - 1, d = y - b * (1 - x * x), dx = 2 * b * x;
        return FunctionLandscape::Derivatives{s * s + 2 * d * d,
                                              {4 * s * x + 4 * d * dx, 4 * d},
                                              12 * x * x - 4 + 4 * dx * dx + 8 * b * d,
                                              4 * dx,
                                              4};
    });
}

TEST(ElasticBand, ClimbsToTheSaddleOfABentValley) {
    for (double const b : {0.0, 0.6}) {
        auto const f = bent_valley(b);
        auto const surface = surface_of(f);
        // An end off the symmetry axis, so that no image lies on the saddle from the start.
        std::vector<double> const left = {-1, 0}, right = {1, 0};
        auto const found = find_transition_state(*surface, left, right, {.images = 6});
        EXPECT_TRUE(found.band.converged);
        EXPECT_EQ(found.saddle.kind, PointKind::saddle);
        EXPECT_EQ(found.saddle.certificate.index, 1);
        EXPECT_NEAR(found.saddle.x[0], 0, 1e-8);
        EXPECT_NEAR(found.saddle.x[1], b, 1e-8);
        EXPECT_NEAR(found.saddle.certificate.value, 1, 1e-12);
        // The band itself has come near already, in a valley that the straight line leaves.
        EXPECT_NEAR(found.band.values[static_cast<std::size_t>(found.band.highest)], 1, 1e-2);
        auto const minima = adjacent_minima(*surface, found.saddle.x, 0.05);
        for (auto const& minimum : minima) {
            EXPECT_EQ(minimum.kind, PointKind::minimum);
            EXPECT_NEAR(std::abs(minimum.x[0]), 1, 1e-8);
        }
        EXPECT_NEAR(minima[0].x[0] + minima[1].x[0], 0, 1e-8);
    }
}

TEST(ElasticBand, ImagesAreEvenlySpacedAndEndsStay) {
    auto const f = bent_valley(0.6);
    auto const surface = surface_of(f);
    std::vector<double> const left = {-1, 0}, right = {1, 0};
    auto const band =
        relax_band(*surface, left, right, {.images = 9, .spring = 5, .tolerance = 1e-3});
    ASSERT_TRUE(band.converged);
    EXPECT_EQ(band.images.front(), left);
    EXPECT_EQ(band.images.back(), right);
    // Equal distances on each side of the climbing image, which feels no springs.
    for (std::size_t i = 1; i + 1 < band.images.size(); ++i) {
        if (static_cast<index>(i) == band.highest) continue;
        EXPECT_NEAR(linalg::distance(band.images[i - 1], band.images[i]),
                    linalg::distance(band.images[i], band.images[i + 1]), 2e-3);
    }
}

// Between two minima of a glass there is a saddle of index 1 above both, and the ways down from it
// end in minima.
TEST(ElasticBand, TransitionStatesOfAGlass) {
    index const N = 14;
    SphericalPSpin<double> const f(N, {{.p = 3}}, 11, 0);
    auto const surface = surface_of(f);
    std::vector<CriticalPoint> minima;
    for (index r = 0; r < 30 && minima.size() < 3; ++r) {
        std::vector<double> x(static_cast<std::size_t>(N));
        Stream(11, Purpose::start, r).fill_normal(std::span<double>(x));
        surface->retract(x);
        auto found = find_critical_point(
            *surface, x, {.method = SearchMethod::eigenvector_following, .target_index = 0});
        if (found.kind != PointKind::minimum) continue;
        bool fresh = true;
        for (auto const& other : minima) fresh &= linalg::distance(other.x, found.x) > 1e-3;
        if (fresh) minima.push_back(std::move(found));
    }
    ASSERT_GE(minima.size(), 2U);
    auto const found =
        find_transition_state(*surface, minima[0].x, minima[1].x, {.images = 11, .step = 0.02});
    ASSERT_EQ(found.saddle.kind, PointKind::saddle);
    EXPECT_EQ(found.saddle.certificate.index, 1);
    auto const sides = adjacent_minima(*surface, found.saddle.x, 0.05);
    for (auto const& side : sides) {
        EXPECT_EQ(side.kind, PointKind::minimum);
        EXPECT_LT(side.certificate.value, found.saddle.certificate.value);
    }
    EXPECT_GT(linalg::distance(sides[0].x, sides[1].x), 1e-3);
    for (auto const& image : found.band.images)
        EXPECT_NEAR(linalg::dot(image, image), static_cast<double>(N), 1e-9);
}

}  // namespace
}  // namespace spinscape
