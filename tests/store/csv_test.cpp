// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/csv.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace spinscape::store {
namespace {

using Table = std::vector<std::vector<std::string>>;

/// A reader of RFC 4180 that knows nothing of the writer.
Table parsed(std::string const& text) {
    Table table(1);
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            cell += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            table.back().push_back(std::exchange(cell, {}));
        } else if (!quoted && text.compare(i, 2, "\r\n") == 0) {
            table.back().push_back(std::exchange(cell, {}));
            table.emplace_back();
            ++i;
        } else {
            cell += c;
        }
    }
    EXPECT_FALSE(quoted);
    EXPECT_TRUE(table.back().empty() && cell.empty()) << "the last line has no end";
    table.pop_back();
    return table;
}

Group table(std::vector<Variable> variables, index rows) {
    return {.name = "records",
            .dimensions = {{"record", rows}, {"t", 2}},
            .variables = std::move(variables)};
}

TEST(Csv, TextOfASmallTable) {
    auto const text = to_csv(table({{"width", {"record"}, std::vector<std::int64_t>{25, -3}, {}},
                                    {"energy", {"record"}, std::vector{-1.5, 0.1}, {}},
                                    {"curve", {"record", "t"}, std::vector{1., 2., 3., 4.}, {}},
                                    {"t", {"t"}, std::vector{0., 1.}, {}},
                                    {"total", {}, std::vector{9.}, {}}},
                                   2),
                             "record");
    EXPECT_EQ(text,
              "width,energy,curve[0],curve[1]\r\n"
              "25,-1.5,1,2\r\n"
              "-3,0.1,3,4\r\n");
}

TEST(Csv, TextsAreQuotedWhereNeeded) {
    std::vector<std::string> const texts = {"plain", "a,b",  "say \"no\"", "two\r\nlines",
                                            "",      "Θ₀ ü", "\""};
    auto const read = parsed(to_csv(
        table({{"first, \"name\"", {"record"}, texts, {}}, {"second", {"record"}, texts, {}}},
              std::ssize(texts)),
        "record"));
    ASSERT_EQ(read.size(), texts.size() + 1);
    EXPECT_EQ(read[0], (std::vector<std::string>{"first, \"name\"", "second"}));
    for (std::size_t i = 0; i < texts.size(); ++i)
        EXPECT_EQ(read[i + 1], (std::vector<std::string>{texts[i], texts[i]}));
}

TEST(Csv, NumbersReadBackExactly) {
    std::vector<double> const numbers = {
        0.1, 1.0 / 3, -0.0, 1e300, 5e-324, std::nextafter(1.0, 2.0), 12345678901234567.0, HUGE_VAL};
    std::vector<float> const singles = {0.1F,   1.0F / 3,    -0.0F,   1e30F,
                                        1e-45F, 16777217.0F, 3.4e38F, -2.5F};
    auto const read = parsed(
        to_csv(table({{"number", {"record"}, numbers, {}}, {"single", {"record"}, singles, {}}},
                     std::ssize(numbers)),
               "record"));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        EXPECT_EQ(std::strtod(read[i + 1][0].c_str(), nullptr), numbers[i]);
        EXPECT_EQ(std::strtof(read[i + 1][1].c_str(), nullptr), singles[i]);
    }
}

TEST(Csv, MissingValuesAreEmptyCells) {
    auto const read =
        parsed(to_csv(table({{"energy", {"record"}, std::vector{missing, 2.0}, {}},
                             {"width",
                              {"record"},
                              std::vector<std::int32_t>{4, -1},
                              {{"_FillValue", std::int64_t{-1}}}},
                             {"outcome", {"record"}, std::vector<std::int8_t>{65, -1}, {}}},
                            2),
                      "record"));
    EXPECT_EQ(read[1], (std::vector<std::string>{"", "4", "65"}));
    EXPECT_EQ(read[2], (std::vector<std::string>{"2", "", "-1"}));
}

TEST(Csv, EmptyTableKeepsItsHeader) {
    auto const group = table({{"energy", {"record"}, std::vector<double>{}, {}}}, 0);
    EXPECT_EQ(to_csv(group, "record"), "energy\r\n");
    EXPECT_THROW(to_csv(group, "replica"), Error);
}

}  // namespace
}  // namespace spinscape::store
