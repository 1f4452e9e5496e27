// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/parameters.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

namespace spinscape {
namespace {

TEST(Parameters, TextIsToml) {
    EXPECT_EQ(to_text(Value(std::int64_t{20})), "20");
    EXPECT_EQ(to_text(Value(20.0)), "20.0");
    EXPECT_EQ(to_text(Value(1e-5)), "1e-05");
    EXPECT_EQ(to_text(Value(0.1)), "0.1");
    EXPECT_EQ(to_text(Value(true)), "true");
    EXPECT_EQ(to_text(Value(std::string("a\"b\\c\nd"))), "\"a\\\"b\\\\c\\u000Ad\"");
    EXPECT_EQ(to_text(Value(std::vector<std::int64_t>{})), "[]");
    EXPECT_EQ(to_text(Value(std::vector<double>{1, 0.5})), "[1.0, 0.5]");
    EXPECT_EQ(to_text(Value(std::vector<std::string>{"a", "b"})), "[\"a\", \"b\"]");
}

TEST(Parameters, TypesAreKept) {
    Parameters const parameters({{"n", std::int64_t{3}}, {"x", 0.5}, {"name", std::string("a")}});
    EXPECT_EQ(parameters.integer("n"), 3);
    EXPECT_EQ(parameters.real("n"), 3.0);
    EXPECT_EQ(parameters.real("x"), 0.5);
    EXPECT_THROW(static_cast<void>(parameters.integer("x")), Error);
    EXPECT_THROW(static_cast<void>(parameters.flag("n")), Error);
    EXPECT_THROW(static_cast<void>(parameters.text("absent")), Error);
}

}  // namespace
}  // namespace spinscape
