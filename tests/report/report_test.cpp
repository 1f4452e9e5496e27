// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/report/report.hpp"

#include "report/example.hpp"
#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sys/resource.h>

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

TEST(Report, ValuesHaveTheDecimalsOfTheirErrors) {
    auto const page = report_html(example_result());
    EXPECT_NE(page.find("Measured −1.6200 ± 0.0020 (n = 1000)"), std::string::npos);
    EXPECT_NE(page.find("Measured 0.900 ± 0.060 (n = 1000)"), std::string::npos);
}

class ReportFile : public testing::Test {
protected:
    ReportFile() { std::filesystem::create_directory(folder_); }
    ~ReportFile() override { std::filesystem::remove_all(folder_); }

    /// What write_report throws for a file in the folder, with whole names in the message.
    Error failure(std::string const& name) {
        auto const path = folder_ / name;
        try {
            write_report(small_, path);
        } catch (Error const& error) {
            EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
            return error;
        }
        return Error(ExitCode::success, "nothing thrown");
    }
    [[nodiscard]] auto files() const {
        return std::distance(std::filesystem::directory_iterator(folder_), {});
    }

    std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                    testing::UnitTest::GetInstance()->current_test_info()->name();
    store::Group small_ = [] {
        store::Group group;
        group.attributes = {{"title", std::string("t")}, {"study", std::string("s")}};
        return group;
    }();
};

TEST_F(ReportFile, HoldsThePageAndLeavesNothingElse) {
    write_report(small_, folder_ / "page.html");
    std::ifstream in(folder_ / "page.html");
    std::string const page((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(page, report_html(small_));
    EXPECT_EQ(files(), 1);
}

TEST_F(ReportFile, NeedsItsFolder) {
    auto const error = failure("absent/page.html");
    EXPECT_EQ(error.code(), ExitCode::cannot_create);
    EXPECT_NE(std::string(error.what()).find("No such file"), std::string::npos) << error.what();
}

TEST_F(ReportFile, CannotReplaceAFolder) {
    std::filesystem::create_directories(folder_ / "page.html" / "full");
    EXPECT_EQ(failure("page.html").code(), ExitCode::cannot_create);
    EXPECT_EQ(files(), 1);
}

TEST_F(ReportFile, FailsWhereTheDiskIsFullAndKeepsTheOldPage) {
    std::ofstream(folder_ / "page.html") << "old";
    // A limit of the file size stands for the end of the disk.
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit limit = before;
    limit.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &limit);
    auto const error = failure("page.html");
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(error.code(), ExitCode::io_failure) << error.what();
    EXPECT_EQ(files(), 1);
    EXPECT_EQ(std::filesystem::file_size(folder_ / "page.html"), 3U);
}

}  // namespace
}  // namespace spinscape::report
