// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/line_search.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

struct Found {
    LineSearch::State state = LineSearch::State::searching;
    double t = 0;
    int evaluations = 0;
};

template <class F, class G>
Found minimise(F const& f, G const& slope, double first, LineSearchOptions const& options = {}) {
    LineSearch search(f(0), slope(0), first);
    Found found;
    while (found.state == LineSearch::State::searching) {
        found.t = search.trial();
        ++found.evaluations;
        found.state = search.observe(f(found.t), slope(found.t), options);
    }
    return found;
}

TEST(LineSearch, OfAParabolaTakesOneSecant) {
    auto const f = [](double t) { return (t - 3) * (t - 3); };
    auto const slope = [](double t) { return 2 * (t - 3); };
    for (double const first : {0.5, 1.0, 7.0}) {
        auto const found = minimise(f, slope, first);
        EXPECT_EQ(found.state, LineSearch::State::accepted);
        EXPECT_NEAR(found.t, 3, 1e-12);
        EXPECT_EQ(found.evaluations, 2);
    }
}

TEST(LineSearch, FindsMinimaFromAnywhere) {
    auto const f = [](double t) { return std::cos(t) + 0.1 * t; };
    auto const slope = [](double t) { return -std::sin(t) + 0.1; };
    for (double const first : {1e-4, 0.3, 3.0, 30.0, 300.0}) {
        LineSearch search(f(0.2), slope(0.2), first);
        auto const found = minimise([&](double t) { return f(t + 0.2); },
                                    [&](double t) { return slope(t + 0.2); }, first);
        EXPECT_EQ(found.state, LineSearch::State::accepted) << first;
        EXPECT_LT(f(found.t + 0.2), f(0.2));
        EXPECT_LE(std::abs(slope(found.t + 0.2)), 0.1 * std::abs(slope(0.2)));
        EXPECT_LE(found.evaluations, 12) << first;
    }
}

TEST(LineSearch, WhatHasNoMinimumFails) {
    // Upwards all the way, though the slope at 0 says otherwise; NaN; downwards without end.
    auto const up = minimise([](double t) { return t; }, [](double) { return -1.0; }, 1);
    EXPECT_EQ(up.state, LineSearch::State::failed);
    auto const nan =
        minimise([](double t) { return t > 0 ? std::nan("") : 0; }, [](double) { return -1.0; }, 1);
    EXPECT_EQ(nan.state, LineSearch::State::failed);
    auto const down = minimise([](double t) { return -t; }, [](double) { return -1.0; }, 1);
    EXPECT_EQ(down.state, LineSearch::State::accepted);  // the lowest that was met
    EXPECT_GT(down.t, 1e15);
}

}  // namespace
}  // namespace spinscape
