// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/job.hpp"

#include "coin.hpp"
#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Job resolve(std::string const& text, Overrides const& overrides = {}) {
    static std::vector<Study> const studies = {tests::coin()};
    return resolve_job(text, "/somewhere/job.toml", studies, overrides);
}

std::string complaint(std::string const& text, Overrides const& overrides = {}) {
    try {
        static_cast<void>(resolve(text, overrides));
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_input);
        return error.what();
    }
    return "";
}

TEST(Job, LayersOverrideEachOther) {
    auto const defaults = resolve("study = \"coin\"\n");
    EXPECT_EQ(defaults.tier, "standard");
    EXPECT_EQ(defaults.seeds, 40);
    ASSERT_EQ(defaults.points.size(), 3U);
    auto const paper = resolve("study = \"coin\"\ntier = \"paper\"\n");
    EXPECT_EQ(paper.points.at(0).parameters.integer("k"), 100);
    auto const file = resolve("study = \"coin\"\ntier = \"paper\"\n[parameters]\nk = 7\n");
    EXPECT_EQ(file.points.at(0).parameters.integer("k"), 7);
    auto const line = resolve("study = \"coin\"\ntier = \"paper\"\n[parameters]\nk = 7\n",
                              {.tier = "smoke",
                               .set = {{"parameters.k", "8"}, {"seeds.count", "2"}},
                               .output = "/elsewhere/x.h5"});
    EXPECT_EQ(line.tier, "smoke");
    EXPECT_EQ(line.seeds, 2);
    EXPECT_EQ(line.parameters.at("k"), Value(std::int64_t{8}));
    EXPECT_EQ(line.output, "/elsewhere/x.h5");
    EXPECT_EQ(file.output, "/somewhere/job.h5");
    EXPECT_EQ(file.folder, "/somewhere");
}

TEST(Job, ASweepOfTheUserReplacesTheTiers) {
    auto const job = resolve("study = \"coin\"\n[sweep]\ngrid = { k = [2] }\n");
    ASSERT_EQ(job.points.size(), 1U);
    EXPECT_EQ(job.points[0].parameters.integer("k"), 2);
    auto const set = resolve("study = \"coin\"\n", {.set = {{"sweep.grid.k", "[5, 6]"}}});
    EXPECT_EQ(set.points.size(), 2U);
}

TEST(Job, GridsRunInTheOrderWrittenAndZipsInStep) {
    // "throw_at" before "k" in the file, though not in the alphabet.
    auto const job = resolve(
        "study = \"coin\"\n"
        "[[sweep]]\nfixed = { kind = \"biased\" }\ngrid = { throw_at = [7, 8], k = [1, 2, 3] }\n"
        "seeds = 3\n"
        "[[sweep]]\nzip = { k = [4, 5], diverge_at = [0, 1] }\n");
    std::vector<std::string> points;
    std::vector<index> replicas;
    for (auto const& point : job.points) {
        auto const& p = point.parameters;
        points.push_back(p.text("kind").substr(0, 1) + std::to_string(p.integer("throw_at")) + "," +
                         std::to_string(p.integer("k")) + "," +
                         std::to_string(p.integer("diverge_at")));
        replicas.push_back(point.replicas);
    }
    EXPECT_THAT(points, ElementsAre("b7,1,-1", "b7,2,-1", "b7,3,-1", "b8,1,-1", "b8,2,-1",
                                    "b8,3,-1", "f-1,4,0", "f-1,5,1"));
    EXPECT_THAT(replicas, ElementsAre(3, 3, 3, 3, 3, 3, 40, 40));
    // Bias is the same at all points where it means something.
    EXPECT_THAT(job.swept(), ElementsAre("kind", "k", "throw_at", "diverge_at"));
}

TEST(Job, ResolvedTextReadsBackAsTheSameJob) {
    auto const job = resolve(
        "study = \"coin\"\n[seeds]\nmaster = 9007199254740993\n[parameters]\nbias = 1\n"
        "label = \"tab\\t quote\\\" back\\\\ line\\n \\u007f é\"\nsides = []\n"
        "weights = [1e-30, 0.1, 3]\nspin = false\n"
        "[[sweep]]\nfixed = { kind = \"biased\" }\ngrid = { bias = [0.1, 1e300, 2], k = [1, 2] }\n"
        "seeds = 2\n[[sweep]]\nzip = { k = [4, 5], diverge_at = [0, 1] }\n");
    auto const again = resolve(job.resolved());
    EXPECT_EQ(again.resolved(), job.resolved());
    EXPECT_EQ(again.master_seed, 9007199254740993U);
    ASSERT_EQ(again.points.size(), job.points.size());
    for (std::size_t i = 0; i < job.points.size(); ++i) {
        EXPECT_EQ(again.points[i].parameters.values(), job.points[i].parameters.values());
        EXPECT_EQ(again.points[i].replicas, job.points[i].replicas);
    }
    EXPECT_EQ(job.points[0].parameters.real("bias"), 0.1);
    EXPECT_EQ(again.parameters.at("label"),
              Value(std::string("tab\t quote\" back\\ line\n \x7f é")));
}

TEST(Job, ResolvedTextHoldsNothingThatLeavesRecordsAlone) {
    auto const one = resolve("study = \"coin\"\n");
    auto const other =
        resolve("study = \"coin\"\n",
                {.tier = "", .set = {{"run.block", "3"}}, .output = "/elsewhere/x.h5"});
    EXPECT_EQ(other.block, 3);
    EXPECT_EQ(one.resolved(), other.resolved());
}

TEST(Job, TemplateIsAJobFile) {
    auto const text = job_template(tests::coin());
    EXPECT_EQ(resolve(text).resolved(), resolve("study = \"coin\"\n").resolved());
}

TEST(Job, AllProblemsAreToldWithTheirPlaces) {
    auto const text = complaint(
        "study = \"coin\"\nsweeep = 1\n[parameters]\nk = 0\nbias = nan\nkind = \"fiar\"\n"
        "spin = 1\nsides = [1, 2.5]\nwieghts = []\nlabel = 3\n");
    EXPECT_THAT(text, HasSubstr("job.toml:2:1: sweeep: unknown key"));
    EXPECT_THAT(text, HasSubstr("did you mean 'sweep'?"));
    EXPECT_THAT(text, HasSubstr("job.toml:4:5: parameters.k = 0: must be at least 1"));
    EXPECT_THAT(text, HasSubstr("job.toml:5:8: parameters.bias = nan: must be a finite number"));
    EXPECT_THAT(text, HasSubstr("did you mean 'fair'?"));
    EXPECT_THAT(text, HasSubstr("parameters.spin = 1: must be true or false"));
    EXPECT_THAT(text, HasSubstr("parameters.sides = [ 1, 2.5 ]: must be a list of integers"));
    EXPECT_THAT(text, HasSubstr("did you mean 'weights'?"));
    EXPECT_THAT(text, HasSubstr("parameters.label = 3: must be a text"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7) << text;
}

TEST(Job, RangesAreClosedUnlessDeclaredOpen) {
    auto const with = [](std::string const& line) {
        return complaint("study = \"coin\"\n[parameters]\n" + line + "\n");
    };
    EXPECT_EQ(with("k = 1"), "");
    EXPECT_EQ(with("k = 1000"), "");
    EXPECT_THAT(with("k = 1001"), HasSubstr("must be at most 1000"));
    EXPECT_EQ(with("gigabytes = 0"), "");
    EXPECT_THAT(with("bias = 0.0"), HasSubstr("must be greater than 0"));
    EXPECT_THAT(with("bias = -inf"), HasSubstr("must be a finite number"));
}

TEST(Job, SweepsThatMakeNoSenseAreRefused) {
    auto const with = [](std::string const& lines) {
        return complaint("study = \"coin\"\n" + lines);
    };
    EXPECT_THAT(with("[sweep]\ngrid = { k = [] }\n"), HasSubstr("at least one value"));
    EXPECT_THAT(with("[sweep]\ngrid = {}\n"), HasSubstr("is empty"));
    EXPECT_THAT(with("[sweep]\nzip = { k = [1], throw_at = [1, 2] }\n"), HasSubstr("in step"));
    EXPECT_THAT(with("[sweep]\ngrid = { k = [1] }\nfixed = { k = 2 }\n"), HasSubstr("set twice"));
    EXPECT_THAT(with("[sweep]\ngrid = { kk = [1] }\n"), HasSubstr("no parameter 'kk'"));
    EXPECT_THAT(with("[sweep]\ngrid = { bias = [1, 2] }\n"),
                HasSubstr("only where kind = \"biased\""));
    EXPECT_THAT(with("[[sweep]]\nfixed = { k = 1 }\n[[sweep]]\nfixed = { k = 1 }\n"),
                HasSubstr("points 1 and 2 are the same"));
    EXPECT_THAT(with("[sweep]\ngrid = { k = [5, 3, 5] }\n"),
                HasSubstr("points 1 and 3 are the same"));
}

TEST(Job, ASlipInAGridDoesNotFillTheMemory) {
    std::string list;
    for (int i = 1; i <= 1000; ++i) list += std::to_string(i) + ", ";
    auto const text = "study = \"coin\"\n[sweep]\ngrid = { k = [" + list + "], throw_at = [" +
                      list + "], diverge_at = [" + list + "] }\n";
    EXPECT_THAT(complaint(text), HasSubstr("1000000000 parameter points"));
}

TEST(Job, SettingsOfTheCommandLineAreChecked) {
    auto const with = [](std::string const& key, std::string const& value) {
        return complaint("study = \"coin\"\n", {.set = {{key, value}}});
    };
    EXPECT_EQ(with("parameters.kind", "biased"), "");  // bare words are texts
    EXPECT_THAT(with("parameters.k", "-3"), HasSubstr("parameters.k = -3"));
    EXPECT_THAT(with("parameters.kk", "3"), HasSubstr("no parameter 'kk'"));
    EXPECT_THAT(with("study.name", "3"), HasSubstr("'study' is no table"));
    EXPECT_THAT(with("seeds", "3"), HasSubstr("must be a table"));
    EXPECT_THAT(with("seeds.", "3"), HasSubstr("incomplete"));
}

}  // namespace
}  // namespace spinscape
