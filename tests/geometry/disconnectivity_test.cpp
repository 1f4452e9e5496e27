// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/disconnectivity.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

struct Random {
    std::vector<double> minima;
    std::vector<Passage> passages;
};

Random random_graph(index number) {
    Stream stream(5, Purpose::disorder, number);
    Random graph;
    auto const n = 2 + number % 9;
    for (index i = 0; i < n; ++i) graph.minima.push_back(-stream.uniform());
    for (index e = 0; e < n + number % 5; ++e) {
        auto const pick = [&] {
            return std::min(n - 1, static_cast<index>(stream.uniform() * static_cast<double>(n)));
        };
        auto const one = pick(), other = pick();
        graph.passages.push_back({stream.uniform(), one, other});
    }
    return graph;
}

/// Lowest heights of all ways, by relaxing over every intermediate minimum (Floyd and Warshall).
std::vector<std::vector<double>> brute_force(Random const& graph) {
    auto const n = graph.minima.size();
    std::vector<std::vector<double>> pass(n, std::vector<double>(n, infinite));
    for (auto const& [value, one, other] : graph.passages) {
        auto const a = static_cast<std::size_t>(one), b = static_cast<std::size_t>(other);
        pass[a][b] = pass[b][a] = std::min(pass[a][b], value);
    }
    for (std::size_t a = 0; a < n; ++a) pass[a][a] = graph.minima[a];
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t a = 0; a < n; ++a)
            for (std::size_t b = 0; b < n; ++b)
                if (a != b) pass[a][b] = std::min(pass[a][b], std::max(pass[a][k], pass[k][b]));
    return pass;
}

TEST(Disconnectivity, PassesAreThoseOfBruteForceOnRandomGraphs) {
    for (index number = 0; number < 300; ++number) {
        auto const random = random_graph(number);
        auto const exact = brute_force(random);
        DisconnectivityGraph const graph(random.minima, random.passages);
        auto const n = graph.minima();
        for (index a = 0; a < n; ++a) {
            double escape = infinite;
            for (index b = 0; b < n; ++b) {
                auto const i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
                ASSERT_EQ(graph.pass(a, b), exact[i][j]);
                if (random.minima[j] < random.minima[i])
                    escape = std::min(escape, exact[i][j] - random.minima[i]);
            }
            ASSERT_EQ(graph.escape_barrier(a), escape);
        }
        for (double const level : {-0.5, 0.0, 0.3, 0.6, 1.0}) {
            auto const basins = graph.superbasins(level);
            for (std::size_t i = 0; i < basins.size(); ++i) {
                ASSERT_EQ(basins[i] >= 0, random.minima[i] <= level);
                for (std::size_t j = 0; j < basins.size(); ++j) {
                    if (basins[i] < 0 || basins[j] < 0) continue;
                    ASSERT_EQ(basins[i] == basins[j], exact[i][j] <= level);
                }
            }
        }
        auto const all = graph.superbasins(infinite);
        ASSERT_EQ(graph.components(), 1 + *std::max_element(all.begin(), all.end()));
    }
}

TEST(Disconnectivity, OrderOfPassagesDoesNotMatter) {
    auto random = random_graph(44);
    DisconnectivityGraph const one(random.minima, random.passages);
    std::reverse(random.passages.begin(), random.passages.end());
    for (auto& passage : random.passages) std::swap(passage.one, passage.other);
    DisconnectivityGraph const other(random.minima, random.passages);
    ASSERT_EQ(one.nodes().size(), other.nodes().size());
    for (std::size_t i = 0; i < one.nodes().size(); ++i) {
        EXPECT_EQ(one.nodes()[i].value, other.nodes()[i].value);
        EXPECT_EQ(one.nodes()[i].lower, other.nodes()[i].lower);
        EXPECT_EQ(one.nodes()[i].upper, other.nodes()[i].upper);
    }
}

// f(x) = cos x + x / 10 on an interval: wells and tops in closed form, in a row.
TEST(Disconnectivity, RowOfWells) {
    double const shift = std::asin(0.1), root = std::sqrt(1 - 0.01);
    std::vector<double> minima;
    std::vector<Passage> passages;
    auto const top = [&](int k) { return root + 0.1 * (2 * M_PI * k + shift); };
    for (int k = 0; k < 5; ++k) {
        minima.push_back(-root + 0.1 * (M_PI + 2 * M_PI * k - shift));
        if (k > 0) passages.push_back({top(k), k - 1, k});
    }
    DisconnectivityGraph const graph(minima, passages);
    EXPECT_EQ(graph.components(), 1);
    for (index a = 0; a < 5; ++a)
        for (index b = 0; b < a; ++b) EXPECT_EQ(graph.pass(a, b), top(static_cast<int>(a)));
    // Every well has a lower one next to it, over the same barrier: one funnel.
    for (index a = 1; a < 5; ++a) {
        EXPECT_NEAR(graph.escape_barrier(a), 2 * root - 0.1 * (M_PI - 2 * shift), 1e-12);
        EXPECT_EQ(graph.funnel_bottom(a), 0);
    }
    EXPECT_EQ(graph.escape_barrier(0), infinite);
}

TEST(Disconnectivity, TwoFunnelsAndAnIsland) {
    // 0 and 1 are bottoms; 2 leads to both, lower to 1; 3 to 2; 4 is alone.
    DisconnectivityGraph const graph({-3, -2, -1, -0.5, -2.5},
                                     {{0.5, 0, 2}, {0.2, 1, 2}, {0.1, 3, 2}, {0.9, 3, 3}});
    EXPECT_EQ(graph.components(), 2);
    EXPECT_EQ(graph.funnel_bottom(3), 1);
    EXPECT_EQ(graph.funnel_bottom(2), 1);
    EXPECT_EQ(graph.funnel_bottom(1), 1);
    EXPECT_EQ(graph.funnel_bottom(4), 4);
    EXPECT_EQ(graph.pass(0, 4), infinite);
    EXPECT_EQ(graph.escape_barrier(1), 2.5);
    EXPECT_EQ(graph.superbasins(0.3), (std::vector<index>{0, 1, 1, 1, 2}));
}

TEST(Disconnectivity, OutlineIsOneStrokeOfUprightsAndLevels) {
    DisconnectivityGraph const graph({-3, -2, -1}, {{1, 0, 2}, {0, 1, 2}});
    auto const line = graph.outline(std::ssize(graph.nodes()) - 1, 10);
    for (std::size_t i = 1; i < line.x.size(); ++i)
        EXPECT_TRUE(line.x[i] == line.x[i - 1] || line.y[i] == line.y[i - 1]);
    EXPECT_EQ(*std::min_element(line.x.begin(), line.x.end()), 10);
    EXPECT_EQ(*std::max_element(line.x.begin(), line.x.end()), 12);
    // Every minimum is the foot of an upright, in the order of the tree.
    for (auto const& [x, y] : {std::pair{10.0, -3.0}, {11.0, -2.0}, {12.0, -1.0}}) {
        bool drawn = false;
        for (std::size_t i = 0; i < line.x.size(); ++i) drawn |= line.x[i] == x && line.y[i] == y;
        EXPECT_TRUE(drawn);
    }
}

}  // namespace
}  // namespace spinscape
