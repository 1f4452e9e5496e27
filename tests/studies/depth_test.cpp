// SPDX-License-Identifier: BSD-3-Clause
#include "depth/systems.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape::depths {
namespace {

TEST(Depth, ExpectedSmallestAveragesOverAllChoices) {
    // All pairs of {1, 2, 4, 8}: minima 1, 1, 1, 2, 2, 4.
    EXPECT_NEAR(expected_smallest({8, 1, 4, 2}, 2), 11.0 / 6, 1e-12);
    EXPECT_NEAR(expected_smallest({8, 1, missing, 4, 2}, 2), 11.0 / 6, 1e-12);
    EXPECT_EQ(expected_smallest({3, 1, 2}, 3), 1);
    EXPECT_NEAR(expected_smallest({3, 1, 2}, 1), 2, 1e-12);
    EXPECT_TRUE(std::isnan(expected_smallest({3, 1, 2}, 4)));
}

// The smallest of more seeds is smaller: a gap that took the best of all would grow with them.
TEST(Depth, GapDoesNotGrowWithTheNumberOfSeeds) {
    std::vector<double> few, many;
    for (int i = 0; i < 10; ++i) few.push_back(2 + (i + 0.5) / 10);
    for (int i = 0; i < 1000; ++i) many.push_back(2 + (i + 0.5) / 1000);
    auto const a = seed_gap(few, 4), b = seed_gap(many, 4);
    // Uniform on [2, 3]: mean 2.5, smallest of four 2.2.
    EXPECT_NEAR(b.gap.value, 0.3, 1e-3);
    EXPECT_NEAR(a.gap.value, 0.3, 0.05);
    EXPECT_NEAR(b.relative.value, 0.3 / 2.5, 1e-3);
    EXPECT_GT(a.gap.standard_error, 5 * b.gap.standard_error);
    EXPECT_GT(2.5 - many.front() - b.gap.value, 0.1);  // the best of all seeds: a wrong gap
    EXPECT_TRUE(std::isnan(seed_gap({1, 2, 3}, 2).gap.value));
}

TEST(Depth, WidthsGiveEqualNumbersOfParameters) {
    EXPECT_EQ(hidden_width(25, 1, "parameters", 100, 10), 25);
    EXPECT_EQ(hidden_width(25, 4, "width", 100, 10), 25);
    auto const count = [](double w, double layers) {
        return 101 * w + (layers - 1) * (w + 1) * w + (w + 1) * 10;
    };
    for (index layers = 2; layers <= 5; ++layers) {
        auto const w = static_cast<double>(hidden_width(25, layers, "parameters", 100, 10));
        auto const L = static_cast<double>(layers);
        auto const off = [&](double width) { return std::abs(count(width, L) - count(25, 1)); };
        EXPECT_LE(off(w), off(w - 1));
        EXPECT_LE(off(w), off(w + 1));
    }
}

}  // namespace
}  // namespace spinscape::depths
