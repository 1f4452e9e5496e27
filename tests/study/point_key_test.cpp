// SPDX-License-Identifier: BSD-3-Clause
#include "coin.hpp"
#include "spinscape/study/job.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <set>

namespace spinscape {
namespace {

class PointKey : public testing::Test {
protected:
    Job resolve(std::string const& lines) {
        return resolve_job("study = \"coin\"\n" + lines, "job.toml", studies_, {});
    }
    /// Of the only point of a job.
    std::string key(std::string const& parameters, std::string const& lines = "") {
        auto const job =
            resolve(lines + "[parameters]\n" + parameters + "\n[sweep]\ngrid = {k=[4]}\n");
        EXPECT_EQ(job.points.size(), 1U);
        return point_key(job, job.points.at(0).parameters);
    }

    std::vector<Study> studies_ = {tests::coin()};
};

TEST_F(PointKey, IsThirtyTwoHexadecimalDigits) {
    EXPECT_THAT(key(""), testing::MatchesRegex("[0-9a-f]{32}"));
}

// Run folders hold these keys: a change of them loses what users have computed.
TEST_F(PointKey, StaysTheSameForever) {
    EXPECT_EQ(key("label = \"a\"\nbias = 0.25"), "dd0b647f17b8e431b482976a5f01c3cc");
}

TEST_F(PointKey, DependsOnValuesNotOnHowTheyCameAbout) {
    auto const standard = key("");
    EXPECT_EQ(key("spin = true\nsides = [1, 2]\nlabel = \"\""), standard);
    EXPECT_EQ(key("label = \"\"\nsides = [1, 2]\nspin = true"), standard);
    EXPECT_EQ(key("weights = [0.5, 5e-1]"), standard);
    EXPECT_EQ(key("", "tier = \"smoke\"\n"), standard);
    EXPECT_EQ(key("", "[seeds]\ncount = 7\n"), standard);
    EXPECT_EQ(key("", "[run]\nblock = 3\n[output]\nfile = \"x.h5\"\n"), standard);
    // Swept or fixed, at whatever place.
    auto const swept = resolve("[sweep]\ngrid = { spin = [false, true], k = [9, 4] }\n");
    ASSERT_EQ(swept.points.size(), 4U);
    EXPECT_EQ(point_key(swept, swept.points[3].parameters), standard);
    auto const fixed = resolve("[[sweep]]\nfixed = { k = 7 }\n[[sweep]]\nfixed = { k = 4 }\n");
    EXPECT_EQ(point_key(fixed, fixed.points[1].parameters), standard);
}

TEST_F(PointKey, DiffersWhereAnythingDiffers) {
    std::set<std::string> keys;
    int count = 0;
    for (auto const* parameters : {"",
                                   "kind = \"biased\"",
                                   "bias = 0.25",
                                   "bias = 1",
                                   "bias = 0.5000000000000001",
                                   "label = \"a\"",
                                   "label = \" \"",
                                   "label = \"\\n\"",
                                   "label = \"a\\nsides = [1, 2]\"",
                                   "label = \"\\\"\"",
                                   "label = \"0.5\"",
                                   "sides = [2, 1]",
                                   "sides = [1]",
                                   "sides = [12]",
                                   "sides = [1, 2, 2]",
                                   "weights = [0.5]",
                                   "weights = [1.0]",
                                   "weights = [0.5, 0.5, 0.5]",
                                   "spin = false",
                                   "throw_at = 1",
                                   "throw_at = 0",
                                   "diverge_at = 1"}) {
        keys.insert(key(parameters));
        ++count;
    }
    keys.insert(key("", "[seeds]\nmaster = 1\n"));
    keys.insert(key("", "[seeds]\nmaster = 2\n"));
    EXPECT_EQ(std::ssize(keys), count + 2);
    // Of another study, too.
    auto other = tests::coin();
    other.name = "dice";
    std::vector<Study> const others = {other};
    auto const job =
        resolve_job("study = \"dice\"\n[sweep]\ngrid = {k=[4]}\n", "job.toml", others, {});
    EXPECT_TRUE(keys.insert(point_key(job, job.points[0].parameters)).second);
}

TEST_F(PointKey, TypesAreToldApart) {
    std::set<std::string> texts;
    for (auto const& value :
         {Value(std::int64_t{1}), Value(1.0), Value(true), Value(std::string("1")),
          Value(std::string("true")), Value(std::vector<std::int64_t>{1}),
          Value(std::vector<double>{1}), Value(std::vector<std::string>{"1"})})
        EXPECT_TRUE(texts.insert(to_text(value)).second) << to_text(value);
    // What is written as an integer for a real parameter is that real number.
    EXPECT_EQ(key("bias = 1"), key("bias = 1.0"));
}

TEST_F(PointKey, ThousandsOfPointsHaveKeysOfTheirOwn) {
    auto const job = resolve("[parameters]\nlabel = \"x\"\n");
    auto values = job.points[0].parameters.values();
    std::set<std::string> keys, halves;
    for (std::int64_t k = 0; k < 20000; ++k) {
        values["throw_at"] = k;
        auto const name = point_key(job, Parameters(values));
        keys.insert(name);
        halves.insert(name.substr(0, 16));
        halves.insert(name.substr(16));
    }
    EXPECT_EQ(keys.size(), 20000U);
    EXPECT_EQ(halves.size(), 40000U);
}

}  // namespace
}  // namespace spinscape
