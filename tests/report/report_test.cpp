// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/report/report.hpp"

#include "report/example.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/report/gnuplot.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace spinscape::report {
namespace {

TEST(Report, EscapesText) {
    EXPECT_EQ(escape_html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    EXPECT_NE(report_html(example_result()).find("Losses &lt;and&gt; energies"), std::string::npos);
}

TEST(Report, SameFileSamePageWithUniqueIdsThatResolve) {
    auto const page = report_html(example_result());
    EXPECT_EQ(page, report_html(example_result()));
    std::set<std::string> ids;
    std::regex const id("\\sid=[\"']([^\"']*)"), reference("(?:href=[\"']|url\\()#([^\"')]*)");
    for (std::sregex_iterator i(page.begin(), page.end(), id), end; i != end; ++i)
        EXPECT_TRUE(ids.insert((*i)[1]).second) << (*i)[1];
    EXPECT_GT(ids.size(), 5U);
    for (std::sregex_iterator i(page.begin(), page.end(), reference), end; i != end; ++i)
        EXPECT_TRUE(ids.contains((*i)[1])) << (*i)[1];
}

TEST(Report, EveryMarkAddsToThePicture) {
    auto const empty = draw_svg({.title = "t"}, "a").size();
    for (int mark = 0; mark < 6; ++mark) {
        Panel const panel{"t", "", "", {{"", static_cast<Series::Mark>(mark), {1, 2}, {3, 4}}}};
        auto const svg = draw_svg(panel, "a");
        auto const start = svg.find("gnuplot_plot_1");
        ASSERT_NE(start, std::string::npos) << mark;
        auto const marks = svg.substr(start, svg.find("gnuplot_plot_", start + 14) - start);
        EXPECT_TRUE(std::regex_search(marks, std::regex("<(path|use|polygon|circle)"))) << mark;
    }
    EXPECT_GT(empty, 0U);
}

TEST(Report, LabelsRunNoCommands) {
    auto const svg = draw_svg({.title = "`echo un``echo safe` it's <b>"}, "a");
    EXPECT_EQ(svg.find("unsafe"), std::string::npos);
}

TEST(Report, BadFilesAreBadInput) {
    auto const code = [](store::Group const& file) {
        try {
            report_html(file);
        } catch (Error const& error) {
            return error.code();
        }
        return ExitCode::success;
    };
    EXPECT_EQ(code({}), ExitCode::bad_input);
    auto broken = example_result();
    broken.groups.back().variables[0].data = std::vector<std::string>{"{not json"};
    EXPECT_EQ(code(broken), ExitCode::bad_input);
}

}  // namespace
}  // namespace spinscape::report
