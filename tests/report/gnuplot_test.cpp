// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/report/gnuplot.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <regex>
#include <string>
#include <vector>

namespace spinscape::report {
namespace {

using Mark = Series::Mark;
using Strings = std::vector<std::string>;

std::vector<std::smatch> matches(std::string const& text, char const* pattern) {
    std::regex const regex(pattern);
    return {std::sregex_iterator(text.begin(), text.end(), regex), {}};
}

/// The group of the n-th series, cut at its own end; empty if there is none.
std::string series_group(std::string const& svg, int n) {
    auto const start = svg.find("gnuplot_plot_" + std::to_string(n) + "\"");
    if (start == std::string::npos) return "";
    int depth = 1;
    for (auto at = start; (at = svg.find('<', at + 1)) != std::string::npos;) {
        if (svg.compare(at, 3, "<g ") == 0) ++depth;
        if (svg.compare(at, 4, "</g>") == 0 && --depth == 0) return svg.substr(start, at - start);
    }
    return "";
}

bool has_marks(std::string const& group) {
    return std::regex_search(group, std::regex("<(path|use|polygon|circle)\\s"));
}

struct Place {
    double x, y;  // in pixels from the upper left
};

/// The centres of point marks.
std::vector<Place> places(std::string const& group) {
    std::vector<Place> result;
    for (auto const& match : matches(group, "<use[^>]*translate\\(([-\\d.]+),([-\\d.]+)\\)"))
        result.push_back({std::stod(match[1]), std::stod(match[2])});
    return result;
}

/// Texts at the ticks of an axis; gnuplot centres those of x and ends those of y at the axis.
Strings tick_labels(std::string const& svg, char axis) {
    auto const anchor = std::string("text-anchor=\"") + (axis == 'x' ? "middle" : "end") + '"';
    Strings labels;
    for (auto const& match :
         matches(svg, "fill=\"rgb\\(68,68,68\\)\"([^>]*)>\\s*<text>(.*?)</text>")) {
        auto const text = std::regex_replace(match[2].str(), std::regex("<[^>]*>|\\s"), "");
        if (match[1].str().find(anchor) != std::string::npos && !text.empty())
            labels.push_back(text);
    }
    return labels;
}

/// Labels on the logarithmic x axis of a plot of two points.
Strings log_labels(double low, double high) {
    Panel const panel{"", "x", "y", {{"", Mark::points, {low, high}, {1, 2}}}, true};
    return tick_labels(draw_svg(panel, "a"), 'x');
}

TEST(Gnuplot, EveryMarkAddsToThePicture) {
    for (int mark = 0; mark < 6; ++mark) {
        Series series{"", static_cast<Mark>(mark), {1, 2}, {3, 4}};
        auto const svg = draw_svg({"t", "", "", {series}}, "a");
        EXPECT_TRUE(has_marks(series_group(svg, 1))) << mark;
        // Without data there is a group as well, and axes after it, but no marks.
        series.x = series.y = {};
        auto const empty = draw_svg({"t", "", "", {series}}, "a");
        ASSERT_FALSE(series_group(empty, 1).empty()) << mark;
        EXPECT_FALSE(has_marks(series_group(empty, 1))) << mark;
        EXPECT_NE(empty.find("no data"), std::string::npos) << mark;
    }
}

TEST(Gnuplot, LabelsRunNoCommands) {
    std::string const text = "`echo un``echo safe` it's <b>";
    Panel panel{text, text, text, {}};
    for (auto const mark : {Mark::points, Mark::level, Mark::vertical})
        panel.series.push_back({text, mark, {1, 2}, {1, 2}});
    auto const svg = draw_svg(panel, "a");
    EXPECT_EQ(svg.find("unsafe"), std::string::npos);
    EXPECT_EQ(svg.find("<b>"), std::string::npos);
}

TEST(Gnuplot, EqualRatiosAreEqualDistancesOnLogarithmicAxes) {
    Panel const panel{"",   "x", "y", {{"", Mark::points, {1, 10, 100, 1000}, {2, 20, 200, 2000}}},
                      true, true};
    auto const svg = draw_svg(panel, "a");
    auto const at = places(series_group(svg, 1));
    ASSERT_EQ(at.size(), 4U);
    for (std::size_t i = 1; i < 4; ++i) {
        EXPECT_NEAR(at[i].x - at[i - 1].x, at[1].x - at[0].x, 0.02);
        EXPECT_NEAR(at[i].y - at[i - 1].y, at[1].y - at[0].y, 0.02);
    }
    EXPECT_EQ(tick_labels(svg, 'x'), (Strings{"100", "101", "102", "103"}));  // 10 with exponents
}

TEST(Gnuplot, LogarithmicAxesLeaveOutWhatIsNotPositive) {
    Panel const panel{"",   "x", "y", {{"", Mark::points, {-1, 0, 1, 10, 100}, {1, 1, -1, 2, 3}}},
                      true, true};
    EXPECT_EQ(places(series_group(draw_svg(panel, "a"), 1)).size(), 2U);
    for (int mark = 0; mark < 6; ++mark) {
        Panel const nothing{"",   "x", "y", {{"", static_cast<Mark>(mark), {-1, 0}, {-1, 0}}},
                            true, true};
        EXPECT_NE(draw_svg(nothing, "a").find("no data"), std::string::npos) << mark;
    }
}

TEST(Gnuplot, AxesUnderTwoDecadesHaveTicksAtOneTwoFive) {
    EXPECT_EQ(log_labels(20, 500), (Strings{"20", "50", "100", "200", "500"}));
    EXPECT_EQ(log_labels(0.3, 3), (Strings{"0.5", "1", "2"}));
    EXPECT_EQ(log_labels(2e-5, 2e-4), (Strings{"2×10−5", "5×10−5", "0.0001", "0.0002"}));
    EXPECT_EQ(log_labels(1e6, 5e6), (Strings{"1×106", "2×106", "5×106"}));  // 10 with exponent
}

TEST(Gnuplot, NoEndOfAShortLogarithmicAxisIsBare) {
    EXPECT_EQ(log_labels(25, 200), (Strings{"25", "50", "100", "200"}));
    EXPECT_EQ(log_labels(5, 40), (Strings{"5", "10", "20", "40"}));
}

TEST(Gnuplot, ShortLogarithmicAxesHaveTicksBetween) {
    EXPECT_EQ(log_labels(25, 50), (Strings{"25", "30", "40", "50"}));
    EXPECT_EQ(log_labels(25, 26), (Strings{"25", "25.5", "26"}));
    for (double const low : {1.1, 2.1, 3.3, 5.1, 7.0, 9.7})
        for (double const ratio : {1.01, 1.2, 1.9, 3.0, 8.0, 70.0}) {
            auto const n = log_labels(low, ratio * low).size();
            EXPECT_TRUE(n >= 3 && n <= 9) << low << " × " << ratio << ": " << n;
        }
}

TEST(Gnuplot, FaintSeriesAreTranslucentAndBehind) {
    for (auto const mark : {Mark::points, Mark::line, Mark::steps}) {
        Panel const panel{"",
                          "x",
                          "y",
                          {{"front", mark, {1, 2, 3}, {3, 4, 5}},
                           {"back", mark, {1, 2, 3}, {5, 4, 3}, {}, true}}};
        auto const svg = draw_svg(panel, "a");
        auto const back = svg.find(">back<"), front = svg.find(">front<");
        ASSERT_TRUE(back != std::string::npos && front != std::string::npos);
        EXPECT_LT(back, front);
        // Outlines have a group for their area and one for the line.
        int const groups = mark == Mark::steps ? 2 : 1;
        auto const opacity = std::regex("opacity='0\\.5");
        EXPECT_TRUE(std::regex_search(series_group(svg, groups), opacity)) << svg;
        EXPECT_FALSE(std::regex_search(series_group(svg, 2 * groups), opacity));
    }
}

TEST(Gnuplot, ErrorBarsEndOneErrorAway) {
    // The ends of the first bar are as high as the other two points.
    Panel const panel{"", "x", "y", {{"", Mark::points, {1, 2, 3}, {5, 7, 3}, {2, 0, 0}}}};
    auto const group = series_group(draw_svg(panel, "a"), 1);
    auto const at = places(group);
    ASSERT_EQ(at.size(), 3U);
    auto const bar = matches(group, "M([\\d.]+),([\\d.]+) L\\1,([\\d.]+) M");
    ASSERT_FALSE(bar.empty()) << group;
    EXPECT_NEAR(std::stod(bar[0][1]), at[0].x, 0.02);
    EXPECT_NEAR(std::stod(bar[0][2]), at[2].y, 0.02);
    EXPECT_NEAR(std::stod(bar[0][3]), at[1].y, 0.02);
}

TEST(Gnuplot, ErrorsThatAreNotFiniteDrawNoBar) {
    double const nan = std::numeric_limits<double>::quiet_NaN();
    Panel const panel{"", "x", "y", {{"", Mark::points, {1, 2}, {5, 7}, {nan, nan}}}};
    auto const group = series_group(draw_svg(panel, "a"), 1);
    EXPECT_EQ(places(group).size(), 2U);
    EXPECT_EQ(group.find("<path"), std::string::npos);
}

TEST(Gnuplot, PointsWithErrorsBeyondALogarithmicAxisStay) {
    Panel const panel{"",    "x", "y", {{"", Mark::points, {1, 2, 3}, {1, 10, 5}, {2, 1, 1}}},
                      false, true};
    EXPECT_EQ(places(series_group(draw_svg(panel, "a"), 1)).size(), 3U);
}

TEST(Gnuplot, WithoutItTheErrorNamesThePackage) {
    char const* const path = std::getenv("PATH");
    std::string const before = path ? path : "";
    setenv("PATH", "/nonexistent", 1);
    std::string message;
    auto code = ExitCode::success;
    try {
        draw_svg({}, "a");
    } catch (Error const& error) {
        code = error.code();
        message = error.what();
    }
    setenv("PATH", before.c_str(), 1);
    EXPECT_EQ(code, ExitCode::unavailable);
    EXPECT_NE(message.find("apt-get install gnuplot-nox"), std::string::npos) << message;
}

}  // namespace
}  // namespace spinscape::report
