// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/waves.hpp"

#include "finder.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/study/runner.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <random>

namespace spinscape {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WavesOfAStudy : public testing::Test {
protected:
    Job resolve(std::string const& lines) {
        return resolve_job("study = \"finder\"\n" + lines, "job.toml", studies_, {});
    }
    /// Computes a block as a rank does.
    void compute(Job const& job, parallel::Block const& block, Waves& waves, Finished& finished) {
        auto const shared = waves.shared(block.point);
        finished.add(block.point, block.first, block.count,
                     *compute_block(job, block, cache_, nullptr, nullptr, nullptr, *shared));
    }
    /// The whole sweep, open blocks in random order; energies by (point, replica, order).
    std::vector<double> energies(Job const& job, unsigned seed) {
        Finished finished(job);
        Waves waves(job, finished);
        std::vector<parallel::Block> ready;
        for (index p = 0; p < std::ssize(job.points); ++p)
            add_missing_blocks(job, p, waves.open(p), finished, ready);
        std::mt19937 shuffle(seed);
        order_.clear();
        while (!ready.empty()) {
            std::swap(ready[shuffle() % ready.size()], ready.back());
            auto const block = ready.back();
            ready.pop_back();
            order_.push_back(block.point);
            compute(job, block, waves, finished);
            for (index const p : waves.advance(block.point))
                add_missing_blocks(job, p, waves.open(p), finished, ready);
        }
        EXPECT_EQ(waves.wanted(), wanted_replicas(job, finished));
        for (index p = 0; p < std::ssize(job.points); ++p)
            for (index r = 0; r < waves.wanted(p); ++r) EXPECT_TRUE(finished.has(p, r));
        wanted_ = waves.wanted();
        finished.critical_points.sort();
        std::vector<double> all;
        for (index p = 0; p < std::ssize(job.points); ++p)
            for (double const energy : finished.critical_points.column(p, "energy"))
                all.push_back(energy);
        return all;
    }

    std::vector<Study> studies_ = {tests::finder()};
    RankCache cache_;
    std::vector<index> order_, wanted_;
};

TEST_F(WavesOfAStudy, WithoutWavesEverythingIsOpen) {
    auto const job = resolve("seeds.count = 9\n");
    Finished finished(job);
    Waves waves(job, finished);
    EXPECT_THAT(waves.wanted(), ElementsAre(9, 9, 9));
    EXPECT_EQ(waves.open(1), 9);
    EXPECT_EQ(*waves.shared(1), "");
}

TEST_F(WavesOfAStudy, OpenWhenTheOnesBeforeAreComplete) {
    auto const job = resolve("seeds.count = 10\nparameters.wave = 4\nrun.block = 3\n");
    Finished finished(job);
    Waves waves(job, finished);
    EXPECT_THAT(waves.wanted(), ElementsAre(10, 10, 10));
    EXPECT_EQ(waves.open(0), 4);
    EXPECT_EQ(*waves.shared(0), "");
    compute(job, {.point = 1, .first = 0, .count = 3}, waves, finished);
    EXPECT_THAT(waves.advance(1), IsEmpty());
    compute(job, {.point = 1, .first = 3, .count = 1}, waves, finished);
    EXPECT_THAT(waves.advance(1), ElementsAre(1));
    EXPECT_EQ(waves.open(1), 8);
    EXPECT_EQ(waves.open(0), 4);
    EXPECT_NE(*waves.shared(1), "");
    EXPECT_EQ(*waves.shared(0), "");
    // Blocks lie within one wave.
    std::vector<parallel::Block> blocks;
    add_missing_blocks(job, 0, 10, Finished(job), blocks);
    std::vector<index> counts;
    for (auto const& block : blocks) counts.push_back(block.count);
    EXPECT_THAT(counts, ElementsAre(3, 1, 3, 1, 2));
}

TEST_F(WavesOfAStudy, ResultsDependOnNeitherOrderNorBlocks) {
    auto const lines = std::string("seeds.count = 22\nparameters.wave = 5\n");
    auto const expected = energies(resolve(lines), 1);
    ASSERT_GT(expected.size(), 60U);
    for (unsigned seed : {2, 3, 4}) {
        auto const block = "run.block = " + std::to_string(seed - 1) + "\n";
        EXPECT_EQ(energies(resolve(lines + block), seed), expected);
        // Points go on by themselves.
        EXPECT_FALSE(std::is_sorted(order_.begin(), order_.end()));
    }
    // The waves matter; a longer sweep begins with the same replicas.
    EXPECT_NE(energies(resolve("seeds.count = 22\nparameters.wave = 6\n"), 1), expected);
    auto const only = "[sweep]\ngrid = { most = [6] }\n";
    auto const shorter =
        energies(resolve("seeds.count = 13\nparameters.wave = 5\n" + std::string(only)), 1);
    auto const longer = energies(resolve(lines + only), 1);
    ASSERT_LT(shorter.size(), longer.size());
    EXPECT_EQ(std::vector(longer.begin(), longer.begin() + std::ssize(shorter)), shorter);
}

TEST_F(WavesOfAStudy, EndWhenItIsEnough) {
    auto const job = resolve("seeds.count = 1000\nparameters = { wave = 5, enough = 40 }\n");
    energies(job, 1);
    EXPECT_EQ(wanted_[0], 1000);  // at most = 0 nothing is found
    for (auto const wanted : {wanted_[1], wanted_[2]}) {
        EXPECT_EQ(wanted % 5, 0);
        EXPECT_LT(wanted, 60);
    }
    EXPECT_GT(wanted_[1], wanted_[2]);  // fewer per replica
}

TEST_F(WavesOfAStudy, GoTogetherWithAdaptiveSeeds) {
    auto const lines = std::string(
        "seeds.count = { min = 7, max = 200, until = \"stderr found < 0.15\" }\n"
        "[sweep]\ngrid = { most = [1, 3, 6] }\n[parameters]\nwave = 5\n");
    auto const expected = energies(resolve(lines), 1);
    EXPECT_LT(wanted_[0], wanted_[1]);
    EXPECT_LT(wanted_[1], wanted_[2]);
    EXPECT_EQ(energies(resolve(lines + "[run]\nblock = 2\n"), 7), expected);
    // Enough is enough, whatever the error.
    energies(resolve(lines + "enough = 20\n"), 1);
    EXPECT_LT(wanted_[2], 20);
}

TEST_F(WavesOfAStudy, CannotBeSharded) {
    EXPECT_THAT(why_no_shards(resolve("parameters.wave = 5\n")), HasSubstr("finder"));
    EXPECT_EQ(why_no_shards(resolve("")), "");
}

TEST_F(WavesOfAStudy, DoNotGoTogetherWithExtends) {
    studies_[0].extends = [](Parameters const&) { return "most"; };
    EXPECT_THROW(validate(resolve("parameters.wave = 5\n"), 1), Error);
    validate(resolve(""), 1);
}

}  // namespace
}  // namespace spinscape
