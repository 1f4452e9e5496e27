// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/figure.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/types.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::HasSubstr;

std::vector<Figure> two_figures() {
    Series const points{.label = "measured, \"N\" = ∞\n",
                        .mark = Series::Mark::points,
                        .x = {0, 1, 2},
                        .y = {0.5, missing, HUGE_VAL},
                        .y_error = {0.1, 0.2, -HUGE_VAL},
                        .faint = true,
                        .colour = 3,
                        .bar_width = 0.25};
    Series const level{.label = "", .mark = Series::Mark::level, .x = {}, .y = {-1e-300}};
    return {{.id = "one",
             .title = "First",
             .caption = "Θ₀ \\ 'caption'",
             .panels =
                 {{.title = "left",
                   .x_label = "t",
                   .y_label = "E",
                   .series = {points, level},
                   .x_log = true},
                  {.title = "right", .x_label = "", .y_label = "y", .series = {}, .y_log = true}}},
            {.id = "two", .title = "Second", .caption = "", .panels = {}}};
}

// What cannot be drawn is stored as null and comes back as missing.
TEST(Figure, JsonRoundTrip) {
    auto const read = figures_from_json(to_json(two_figures()));
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].id, "one");
    EXPECT_EQ(read[0].title, "First");
    EXPECT_EQ(read[0].caption, "Θ₀ \\ 'caption'");
    EXPECT_EQ(read[1].id, "two");
    EXPECT_TRUE(read[1].panels.empty());
    ASSERT_EQ(read[0].panels.size(), 2U);
    auto const& left = read[0].panels[0];
    auto const& right = read[0].panels[1];
    EXPECT_EQ(left.title + left.x_label + left.y_label, "lefttE");
    EXPECT_EQ(right.title + right.x_label + right.y_label, "righty");
    EXPECT_TRUE(left.x_log && !left.y_log && !right.x_log && right.y_log);
    ASSERT_EQ(left.series.size(), 2U);
    auto const& points = left.series[0];
    EXPECT_EQ(points.label, "measured, \"N\" = ∞\n");
    EXPECT_EQ(points.mark, Series::Mark::points);
    EXPECT_THAT(points.x, testing::ElementsAre(0, 1, 2));
    using testing::IsNan;
    EXPECT_THAT(points.y, testing::ElementsAre(0.5, IsNan(), IsNan()));
    EXPECT_THAT(points.y_error, testing::ElementsAre(0.1, 0.2, IsNan()));
    EXPECT_TRUE(points.faint);
    EXPECT_EQ(points.colour, 3);
    EXPECT_EQ(points.bar_width, 0.25);
    auto const& level = left.series[1];
    EXPECT_EQ(level.mark, Series::Mark::level);
    EXPECT_TRUE(level.x.empty());
    EXPECT_THAT(level.y, testing::ElementsAre(-1e-300));
    EXPECT_FALSE(level.faint);
    EXPECT_EQ(level.colour, -1);
}

TEST(Figure, EveryMarkIsKept) {
    for (auto const mark : {Series::Mark::points, Series::Mark::line, Series::Mark::steps,
                            Series::Mark::bars, Series::Mark::level, Series::Mark::vertical}) {
        Figure const figure{.id = "f", .panels = {{.series = {{.mark = mark}}}}};
        EXPECT_EQ(figures_from_json(to_json(std::vector{figure}))[0].panels[0].series[0].mark,
                  mark);
    }
}

TEST(Figure, NineDigitsAreKept) {
    Figure const figure{.id = "f",
                        .panels = {{.series = {{.x = {1.0 / 3, 123456789.123, -2e-20}}}}}};
    auto const x = figures_from_json(to_json(std::vector{figure}))[0].panels[0].series[0].x;
    EXPECT_THAT(x, testing::ElementsAre(0.333333333, 123456789, -2e-20));
    // A text once written does not change when it is read and written again.
    auto const text = to_json(two_figures());
    EXPECT_EQ(to_json(figures_from_json(text)), text);
}

TEST(Figure, UnreadableTextIsNamed) {
    auto const complaint = [](std::string const& text) -> std::string {
        try {
            figures_from_json(text);
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), ExitCode::bad_input);
            return error.what();
        }
        return "nothing";
    };
    EXPECT_THAT(complaint("[{"), HasSubstr("figures of this file cannot be read"));
    EXPECT_THAT(complaint("[{\"id\": \"a\"}]"), HasSubstr("title"));
    EXPECT_THAT(complaint("[3]"), HasSubstr("cannot be read"));
    auto text = to_json(two_figures());
    text.replace(text.find("\"level\""), 7, "\"stars\"");
    EXPECT_THAT(complaint(text), HasSubstr("unknown mark 'stars'"));
}

}  // namespace
}  // namespace spinscape
