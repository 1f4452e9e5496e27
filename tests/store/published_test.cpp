// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/published.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace spinscape::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Published : public testing::Test {
protected:
    Published()
        : path_(fs::temp_directory_path() / ("spinscape_published_" + std::to_string(::getpid()))) {
    }
    ~Published() override { fs::remove(path_); }
    Published(Published const&) = delete;
    Published& operator=(Published const&) = delete;

    [[nodiscard]] std::vector<std::vector<double>> columns_of(std::string const& text) const {
        std::ofstream(path_) << text;
        return read_columns(path_.string());
    }
    [[nodiscard]] std::string complaint(std::string const& text) const {
        try {
            return std::to_string(columns_of(text).size()) + " columns were read";
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), ExitCode::bad_input);
            EXPECT_THAT(error.what(), HasSubstr(path_.string()));
            return error.what();
        }
    }

private:
    fs::path path_;
};

TEST_F(Published, ColumnsOfNumbers) {
    using Columns = std::vector<std::vector<double>>;
    EXPECT_EQ(columns_of("# x y\n1 2.5\n-3e2\t 0.1\n\n  4 5  \n"),
              (Columns{{1, -300, 4}, {2.5, 0.1, 5}}));
    EXPECT_EQ(columns_of("1 2\r\n\r\n3 4\r\n \n"), (Columns{{1, 3}, {2, 4}}));
    EXPECT_EQ(columns_of("7"), (Columns{{7}}));
    EXPECT_EQ(columns_of("# nothing\n"), Columns{});
    EXPECT_TRUE(std::isnan(columns_of("nan\n")[0][0]));
}

TEST_F(Published, MessagesNameTheLine) {
    EXPECT_THAT(complaint("# head\n1 2\n3 x\n"), HasSubstr(":3: 'x' is not a number"));
    EXPECT_THAT(complaint("1 2\n3 4,5\n"), HasSubstr(":2: '4,5' is not a number"));
    EXPECT_THAT(complaint("1 2\n\n3\n"), HasSubstr(":3: 1 columns where the lines before have 2"));
    EXPECT_THAT(complaint("1\n2 3\n"), HasSubstr(":2: 2 columns"));
}

TEST_F(Published, MissingFile) {
    try {
        read_columns("/nowhere/at/all.txt");
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::missing_input);
        EXPECT_THAT(error.what(), HasSubstr("/nowhere/at/all.txt"));
    }
}

TEST(ShippedPublishedData, IsReadableAndFinite) {
    int files = 0;
    for (auto const& entry :
         fs::directory_iterator(SPINSCAPE_SOURCE_DIR "/jobs/data/choromanska2015")) {
        auto const columns = read_columns(entry.path().string());
        ASSERT_FALSE(columns.empty()) << entry.path();
        for (auto const& column : columns)
            EXPECT_THAT(column, testing::Each(testing::ResultOf(
                                    [](double x) { return std::isfinite(x); }, true)))
                << entry.path();
        ++files;
    }
    EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace spinscape::store
