// SPDX-License-Identifier: BSD-3-Clause
// The criteria of adaptive seeds, through Waves.
#include "coin.hpp"
#include "spinscape/stats/moments.hpp"
#include "spinscape/study/runner.hpp"
#include "spinscape/study/waves.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <random>

namespace spinscape {
namespace {

using testing::Each;
using testing::ElementsAre;

/// A study whose replicas cost nothing: `value` of replica r is deviation * sign, alternating, so
/// that the standard error is known; claims about every point with a margin of its own.
Study alternating() {
    auto study = tests::coin();
    study.name = "alternating";
    study.parameters = {{.name = "deviation", .standard = 1.0, .description = "of a value"},
                        {.name = "margin", .standard = 1.0, .description = "of the claim"}};
    study.fields = {{.name = "value", .description = "+- deviation"},
                    {.name = "nothing", .description = "never measured"}};
    study.headline = [](Parameters const&) { return "value"; };
    study.smoke = study.standard = study.paper = "";
    study.cost = [](Parameters const&) { return 1e-6; };
    study.memory = {};
    study.validate = {};
    study.run = [](Task& task) {
        for (index r = task.first(); r < task.first() + task.count(); ++r)
            task.record(r, "value", task.parameters().real("deviation") * (r % 2 == 0 ? 1 : -1));
    };
    study.conclude = [](Results const& results) {
        Findings findings;
        for (std::size_t p = 0; p < results.points.size(); ++p)
            findings.claims.push_back(
                {.id = "claim" + std::to_string(p),
                 .statement = "",
                 .source = "",
                 .measured = mean_estimate(results.records.column(static_cast<index>(p), "value")),
                 .relation = Relation::less,
                 .predicted = results.points[p].real("margin"),
                 .points = {static_cast<index>(p)}});
        return findings;
    };
    return study;
}

class Adaptive : public testing::Test {
protected:
    Job resolve(std::string const& count, std::string const& lines) {
        return resolve_job("study = \"alternating\"\nseeds.count = " + count + "\n" + lines,
                           "job.toml", studies_, {});
    }
    /// Adds replicas first ... end - 1 of a point.
    void add(Job const& job, index point, index first, index end, Finished& finished) {
        if (first == end) return;
        parallel::Block const block{.point = point, .first = first, .count = end - first};
        finished.add(point, first, block.count, *compute_block(job, block, cache_));
    }
    /// Computes all that is wanted, wave after wave; the wanted numbers after each.
    std::vector<std::vector<index>> waves(Job const& job) {
        Finished finished(job);
        std::vector<std::vector<index>> all = {wanted_replicas(job, finished)};
        std::vector<index> have(all[0].size());
        for (;;) {
            for (std::size_t p = 0; p < have.size(); ++p) {
                add(job, static_cast<index>(p), have[p], all.back()[p], finished);
                have[p] = all.back()[p];
            }
            auto const next = wanted_replicas(job, finished);
            if (next == all.back()) return all;
            all.push_back(next);
            if (all.size() > 50) throw std::runtime_error("no end");
        }
    }

    std::vector<Study> const studies_ = {alternating(), tests::coin()};
    RankCache cache_;
};

TEST_F(Adaptive, FixedSeedsAreThoseOfTheJob) {
    auto const job = resolve(
        "7",
        "[[sweep]]\nfixed = { deviation = 1 }\n[[sweep]]\nfixed = { deviation = 2 }\nseeds = 3\n");
    EXPECT_THAT(wanted_replicas(job, Finished(job)), ElementsAre(7, 3));
    EXPECT_EQ(waves(job).size(), 1U);
}

TEST_F(Adaptive, SeedsGoWhereTheyAreNeededUntilTheErrorIsSmall) {
    auto const job = resolve("{ min = 10, max = 5000, until = \"stderr value < 0.1\" }",
                             "[sweep]\ngrid = { deviation = [0.1, 1, 3] }\n");
    auto const all = waves(job);
    EXPECT_THAT(all[0], ElementsAre(10, 10, 10));
    EXPECT_THAT(all[1], ElementsAre(10, 20, 20));  // at most as many again
    for (std::size_t w = 1; w < all.size(); ++w)
        for (std::size_t p = 0; p < 3; ++p) {
            if (all[w][p] == all[w - 1][p]) continue;
            EXPECT_LE(all[w][p], 2 * all[w - 1][p]);
            EXPECT_GE(4 * all[w][p], 5 * all[w - 1][p]);  // at least a quarter
        }
    // The standard error of n alternating values is deviation / sqrt(n - 1): reached, and not by
    // more than the least step.
    auto const& end = all.back();
    EXPECT_EQ(end[0], 10);
    EXPECT_GE(end[1], 101);
    EXPECT_LE(end[1], 130);
    EXPECT_GE(end[2], 901);
    EXPECT_LE(end[2], 1130);
    EXPECT_LE(all.size(), 9U);
}

TEST_F(Adaptive, StopsAtTheLargestNumber) {
    auto const all = waves(resolve("{ min = 4, max = 50, until = \"stderr value < 1e-9\" }", ""));
    EXPECT_THAT(all.back(), ElementsAre(50));
    // What is never measured has no error: only the largest number ends it.
    EXPECT_THAT(waves(resolve("{ min = 4, max = 50, until = \"stderr nothing < 1\" }", "")).back(),
                ElementsAre(50));
    EXPECT_EQ(waves(resolve("{ min = 4, max = 4, until = \"stderr value < 1e-9\" }", "")).size(),
              1U);
}

TEST_F(Adaptive, UndecidedClaimsGetMoreSeeds) {
    // 99 % intervals of half-width 2.576 / sqrt(n - 1) and margins 2, 0.5, 0.2: decided from n = 3,
    // 28 and 167 on.
    auto const job = resolve("{ min = 6, max = 5000, until = \"claims decided\" }",
                             "[sweep]\ngrid = { margin = [2, 0.5, 0.2] }\n");
    auto const all = waves(job);
    EXPECT_THAT(all[0], ElementsAre(6, 6, 6));
    EXPECT_EQ(all.back()[0], 6);
    EXPECT_GE(all.back()[1], 28);
    EXPECT_LE(all.back()[1], 40);
    EXPECT_GE(all.back()[2], 167);
    EXPECT_LE(all.back()[2], 230);
}

TEST_F(Adaptive, AClaimAboutEverythingAsksForSeedsEverywhere) {
    auto study = alternating();
    study.conclude = [](Results const& results) {
        return Findings{.claims = {{.id = "all",
                                    .statement = "",
                                    .source = "",
                                    .measured = mean_estimate(results.records.column(1, "value")),
                                    .relation = Relation::less,
                                    .predicted = 0.5}},
                        .figures = {},
                        .references = {}};
    };
    std::vector<Study> const studies = {study};
    auto const job = resolve_job(
        "study = \"alternating\"\nseeds.count = { min = 6, max = 5000 }\n[sweep]\ngrid = { margin "
        "= [1, 2, 3] }\n",
        "job.toml", studies, {});
    auto const end = waves(job).back();
    EXPECT_THAT(end, Each(end[0]));
    EXPECT_GE(end[0], 28);
}

TEST_F(Adaptive, SweepsWithSeedsOfTheirOwnAreLeftAlone) {
    auto const job = resolve(
        "{ min = 10, max = 100, until = \"stderr value < 0.01\" }",
        "[[sweep]]\nfixed = { deviation = 1 }\nseeds = 5\n[[sweep]]\nfixed = { deviation = 2 }\n");
    EXPECT_THAT(waves(job).back(), ElementsAre(5, 100));
}

// Replicas come per point as the study has it, e.g. two per seed.
TEST_F(Adaptive, SeedsAreNotReplicas) {
    auto study = alternating();
    study.replicas = [](Parameters const&, index seeds) { return 2 * seeds; };
    std::vector<Study> const studies = {study};
    auto const job = resolve_job(
        "study = \"alternating\"\nseeds.count = { min = 10, max = 30, until = \"stderr value < "
        "1e-9\" }\n",
        "job.toml", studies, {});
    auto const all = waves(job);
    EXPECT_THAT(all.front(), ElementsAre(20));
    EXPECT_THAT(all.back(), ElementsAre(60));
}

TEST_F(Adaptive, AWaveThatIsNotCompleteDecidesNothing) {
    auto const job = resolve("{ min = 10, max = 5000, until = \"stderr value < 0.1\" }",
                             "[sweep]\ngrid = { deviation = [1, 3] }\n");
    Finished finished(job);
    add(job, 0, 1, 10, finished);
    EXPECT_THAT(wanted_replicas(job, finished), ElementsAre(10, 10));
    // An error is each point's own affair.
    add(job, 1, 0, 10, finished);
    EXPECT_THAT(wanted_replicas(job, finished), ElementsAre(10, 20));
    add(job, 0, 0, 1, finished);
    EXPECT_THAT(wanted_replicas(job, finished), ElementsAre(20, 20));
    // Replicas of later waves that are there already change no decision.
    add(job, 1, 300, 400, finished);
    EXPECT_THAT(wanted_replicas(job, finished), ElementsAre(20, 20));
}

TEST_F(Adaptive, ClaimsAreDecidedWhenAllPointsAreComplete) {
    auto const job = resolve("{ min = 6, max = 5000, until = \"claims decided\" }",
                             "[sweep]\ngrid = { margin = [0.2, 0.5] }\n");
    Finished finished(job);
    Waves waves(job, finished);
    add(job, 0, 0, 6, finished);
    EXPECT_THAT(waves.advance(0), ElementsAre());
    add(job, 1, 0, 6, finished);
    EXPECT_THAT(waves.advance(1), ElementsAre(0, 1));
    EXPECT_THAT(waves.wanted(), ElementsAre(12, 12));
    EXPECT_EQ(waves.wanted(), wanted_replicas(job, finished));
}

/// The same random replicas in another order, with others beyond the wave.
TEST_F(Adaptive, TheOrderOfArrivalChangesNothing) {
    auto const job = resolve_job(
        "study = \"coin\"\nseeds.count = { min = 10, max = 400, until = \"stderr mean < 0.04\" }\n",
        "job.toml", studies_, {});
    std::vector<std::vector<index>> const expected = waves(job);
    ASSERT_GT(expected.size(), 2U);
    std::mt19937 shuffle(3);
    for (auto const& wave : expected) {
        struct Piece {
            index point, first, end;
        };
        std::vector<Piece> pieces;
        for (std::size_t p = 0; p < wave.size(); ++p)
            for (index first = 0; first < wave[p]; first += 7)
                pieces.push_back({static_cast<index>(p), first, std::min(first + 7, wave[p])});
        for (std::size_t i = pieces.size(); i > 1; --i)
            std::swap(pieces[i - 1], pieces[shuffle() % i]);
        Finished finished(job);
        for (auto const& piece : pieces) {
            // Never more than the next wave, which a point may reach before the others.
            auto const now = wanted_replicas(job, finished);
            auto const& most = &wave == &expected.back() ? wave : *(&wave + 1);
            for (std::size_t p = 0; p < wave.size(); ++p) ASSERT_LE(now[p], most[p]);
            add(job, piece.point, piece.first, piece.end, finished);
        }
        auto const next = &wave == &expected.back() ? wave : *(&wave + 1);
        EXPECT_EQ(wanted_replicas(job, finished), next);
        EXPECT_EQ(wanted_replicas(job, finished), next);
    }
}

}  // namespace
}  // namespace spinscape
