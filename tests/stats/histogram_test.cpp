// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::ElementsAre;

TEST(Histogram, BinsAreClosedBelowAndTheLastOneAbove) {
    Histogram histogram({0, 1, 2, 4});
    for (double const x : {0.0, 0.5, 1.0, std::nextafter(2.0, 0.0), 2.0, 4.0}) histogram.add(x);
    EXPECT_THAT(histogram.counts(), ElementsAre(2, 2, 2));
    EXPECT_EQ(histogram.underflow(), 0);
    EXPECT_EQ(histogram.overflow(), 0);
}

TEST(Histogram, WhatLiesOutsideIsCountedAndMissingIsNot) {
    Histogram histogram({0, 1});
    for (double const x :
         {std::nextafter(0.0, -1.0), -HUGE_VAL, std::nextafter(1.0, 2.0), 9.0, HUGE_VAL, missing})
        histogram.add(x);
    EXPECT_THAT(histogram.counts(), ElementsAre(0));
    EXPECT_EQ(histogram.underflow(), 2);
    EXPECT_EQ(histogram.overflow(), 3);
}

TEST(Histogram, MergedIsTheHistogramOfAll) {
    std::vector<double> const edges = {-1, 0, 0.5, 2};
    Histogram all(edges), even(edges), odd(edges);
    for (int i = 0; i < 100; ++i) {
        double const x = -1.5 + 0.04 * i;
        all.add(x);
        (i % 2 == 0 ? even : odd).add(x);
    }
    even.merge(odd);
    EXPECT_EQ(even.counts(), all.counts());
    EXPECT_EQ(even.underflow(), all.underflow());
    EXPECT_EQ(even.overflow(), all.overflow());
    EXPECT_GT(all.underflow(), 0);
    EXPECT_GT(all.overflow(), 0);
}

TEST(AutomaticEdges, AreEqualBinsThatHoldBothEnds) {
    auto const edges = automatic_edges(-1, 2, 6);
    EXPECT_THAT(edges, ElementsAre(-1, -0.5, 0, 0.5, 1, 1.5, 2));
    for (double const high : {0.1, 1e-9, 1e9, 0.3}) {
        auto const some = automatic_edges(-0.7, high, 7);
        EXPECT_EQ(some.size(), 8U);
        EXPECT_EQ(some.front(), -0.7);
        EXPECT_EQ(some.back(), high);
    }
}

TEST(AutomaticEdges, OfOneValueHoldIt) {
    for (double const x : {0.0, 1.0, -3e8, 1e-200, 1e200}) {
        auto const edges = automatic_edges(x, x, 4);
        Histogram histogram(edges);
        histogram.add(x);
        EXPECT_EQ(histogram.underflow() + histogram.overflow(), 0) << x;
        EXPECT_LT(edges.front(), x);
        EXPECT_GT(edges.back(), x);
        EXPECT_TRUE(std::is_sorted(edges.begin(), edges.end(), std::less_equal<>())) << x;
    }
}

}  // namespace
}  // namespace spinscape
