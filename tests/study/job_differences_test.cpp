// SPDX-License-Identifier: BSD-3-Clause
#include "coin.hpp"
#include "spinscape/study/job.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace spinscape {
namespace {

std::string text(std::string const& lines) {
    static std::vector<Study> const studies = {tests::coin()};
    return resolve_job("study = \"coin\"\n" + lines, "job.toml", studies, {}).resolved();
}

TEST(JobDifferences, NoneBetweenEquals) {
    EXPECT_EQ(job_differences(text(""), text("")), "");
    EXPECT_EQ(job_differences(text("[run]\nblock = 3\n"), text("[parameters]\nspin = true\n")), "");
    EXPECT_EQ(job_differences("", ""), "");
    // The first line of a job file in a run folder says which program it was.
    EXPECT_EQ(job_differences("# program: 0.1.0 abc\n" + text(""), text("")), "");
}

TEST(JobDifferences, ALinePerKeyWithBothValues) {
    EXPECT_EQ(job_differences(text("[seeds]\nmaster = 1\n[parameters]\nlabel = \"a = b\"\n"),
                              text("[parameters]\nk = 5\nbias = 0.25\n")),
              "\n  parameters.bias: 0.5  ->  0.25"
              "\n  parameters.k: 4  ->  5"
              "\n  parameters.label: \"a = b\"  ->  \"\""
              "\n  seeds.master: 1  ->  20160907");
    EXPECT_EQ(job_differences(
                  text(""),
                  text("tier = \"smoke\"\nseeds.count = 40\n[sweep]\ngrid = { k = [1, 4, 9] }\n")),
              "\n  tier: \"standard\"  ->  \"smoke\"");
}

TEST(JobDifferences, SweepsThatComeAndGo) {
    EXPECT_EQ(job_differences(text("[[sweep]]\nfixed = { k = 1 }\n[[sweep]]\nfixed = { k = 2 }\n"),
                              text("[[sweep]]\nfixed = { k = 3 }\nseeds = 7\n")),
              "\n  sweep 1.fixed: { k = 1 }  ->  { k = 3 }"
              "\n  sweep 1.seeds: (nothing)  ->  7"
              "\n  sweep 2.fixed: { k = 2 }  ->  (nothing)");
}

TEST(JobDifferences, TextsThatLookLikeAJobAreValues) {
    EXPECT_EQ(job_differences(text("[parameters]\nlabel = \"[seeds]\\nmaster = 9\"\n"), text("")),
              "\n  parameters.label: \"[seeds]\\u000Amaster = 9\"  ->  \"\"");
}

TEST(JobDifferences, AdaptiveSeeds) {
    EXPECT_EQ(
        job_differences(text("seeds.count = { min = 4, max = 9, until = \"stderr mean < 0.5\" }\n"),
                        text("")),
        "\n  seeds.count: { min = 4, max = 9, until = \"stderr mean < 0.5\" }  ->  40");
}

}  // namespace
}  // namespace spinscape
