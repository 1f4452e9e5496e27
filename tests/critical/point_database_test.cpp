// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/point_database.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace spinscape {
namespace {

CriticalPoint point(std::vector<double> x, double value, PointKind kind = PointKind::saddle) {
    CriticalPoint p{.x = std::move(x), .kind = kind};
    p.certificate.value = value;
    p.certificate.index = 3;
    return p;
}

/// Everything that a database says.
std::vector<std::pair<std::vector<double>, std::vector<index>>> content(PointDatabase const& d) {
    std::vector<std::pair<std::vector<double>, std::vector<index>>> all;
    for (auto const* unique : d.points()) all.emplace_back(unique->point.x, unique->sources);
    return all;
}

TEST(PointDatabase, CountsHitsOfTheSamePoint) {
    PointDatabase d(plain_distance);
    d.add(point({1, 0}, -1), 4);
    d.add(point({1, 1e-9}, -1 - 1e-12), 2);  // the same, found by an earlier search
    d.add(point({0, 1}, -1), 3);             // another one of equal value
    d.add(point({1, 0}, -0.5), 7);           // equal place, another value (another landscape)
    d.add(point({0, 0}, missing, PointKind::diverged), 8);
    d.add(point({0, 0}, 1, PointKind::gradient_flat), 9);
    d.add(point({1, 0}, -1), 4);  // search 4 again
    ASSERT_EQ(d.points().size(), 3U);
    EXPECT_EQ(d.points()[0]->sources, (std::vector<index>{2, 4}));
    EXPECT_EQ(d.points()[0]->point.x[1], 1e-9);
    EXPECT_EQ(d.hit_counts(), (std::vector<index>{2, 1, 1}));
    EXPECT_EQ(d.searches(), 6);
    EXPECT_EQ(d.ended_at(PointKind::gradient_flat), 1);
    EXPECT_EQ(d.ended_at(PointKind::saddle), 4);
    EXPECT_TRUE(d.separated());
    EXPECT_NEAR(d.widest_same(), 1e-9, 1e-15);
    EXPECT_NEAR(d.nearest_other(), std::sqrt(2.0), 1e-8);
    d.add(point({0, 1.0002}, -1), 10);  // 2e-4 away: another point, but barely
    EXPECT_EQ(d.points().size(), 4U);
    EXPECT_FALSE(d.separated());
}

TEST(PointDatabase, AnyOrderOfAddingAndMergingGivesTheSame) {
    index const n = 60;
    // Hits of 9 points, some of equal value, in a noise far below the tolerance.
    auto const hit = [](index search) {
        index const k = search * search % 9;
        std::vector<double> x(5);
        Stream(1, Purpose::start, k).fill_normal(std::span<double>(x));
        Stream noise(1, Purpose::noise, search);
        for (auto& component : x) component += 1e-8 * noise.normal();
        return point(x, -1 + 0.25 * static_cast<double>(k % 4) + 1e-10 * noise.normal());
    };
    PointDatabase whole(plain_distance);
    for (index s = 0; s < n; ++s) whole.add(hit(s), s);
    EXPECT_TRUE(whole.separated());
    index hits = 0;
    for (auto const h : whole.hit_counts()) hits += h;
    EXPECT_EQ(hits, n);
    for (index trial = 0; trial < 10; ++trial) {
        std::vector<std::int32_t> order(static_cast<std::size_t>(n));
        Stream(1, Purpose::data_order, trial).permutation(order);
        std::vector<PointDatabase> parts(4, PointDatabase(plain_distance));
        for (index i = 0; i < n; ++i) {
            auto const s = order[static_cast<std::size_t>(i)];
            parts[static_cast<std::size_t>(i % 4)].add(hit(s), s);
            if (i % 5 == 0) parts[static_cast<std::size_t>((i + 1) % 4)].add(hit(s), s);
        }
        PointDatabase merged(plain_distance);
        for (auto const k : {2, 0, 3, 1, 2}) {  // one of them twice, and through bytes
            ByteWriter out;
            parts[static_cast<std::size_t>(k)].save(out);
            ByteReader in(out.bytes());
            merged.load(in);
            EXPECT_TRUE(in.at_end());
        }
        EXPECT_EQ(content(merged), content(whole));
        EXPECT_EQ(merged.searches(), n);
        EXPECT_TRUE(merged.separated());
    }
}

// All critical points of a small glass of even p come in pairs; a database without the symmetry
// finds twice as many. Real searches, from many starts.
TEST(PointDatabase, PointsOfAGlassModuloItsSymmetry) {
    index const N = 4;
    SphericalPSpin<double> const f(N, {{.p = 4}}, 3, 0);
    auto const surface = surface_of(f);
    PointDatabase with(glass_distance(f.terms())), without(plain_distance);
    for (index r = 0; r < 300; ++r) {
        std::vector<double> x(static_cast<std::size_t>(N));
        Stream(3, Purpose::start, r).fill_normal(std::span<double>(x));
        surface->retract(x);
        auto const found = find_critical_point(
            *surface, x, {.method = SearchMethod::trust_region_newton, .tolerance = 1e-10});
        with.add(found, r);
        without.add(found, r);
    }
    EXPECT_TRUE(with.separated());
    EXPECT_TRUE(without.separated());
    EXPECT_GT(with.points().size(), 3U);
    EXPECT_EQ(without.points().size(), 2 * with.points().size());
    // Morse theory on the sphere S^3: the alternating sum of the counts vanishes.
    index euler = 0;
    for (auto const* p : without.points()) euler += p->point.certificate.index % 2 == 0 ? 1 : -1;
    EXPECT_EQ(euler, 0);
}

}  // namespace
}  // namespace spinscape
