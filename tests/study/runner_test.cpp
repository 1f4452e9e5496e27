// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/runner.hpp"

#include "coin.hpp"
#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Runner : public testing::Test {
protected:
    Job resolve(std::string const& lines) {
        return resolve_job("study = \"coin\"\n" + lines, "job.toml", studies_, {});
    }
    /// All records, computed in this process.
    static RecordTable records_of(Job const& job, std::vector<Failure>& failures) {
        Finished finished(job);
        RankCache cache;
        for (auto const& block : blocks_of(job))
            finished.add(block.point, block.first, block.count, *compute_block(job, block, cache));
        failures = finished.failures;
        finished.records.sort();
        return finished.records;
    }
    static std::vector<std::uint64_t> bits(RecordTable const& records) {
        std::vector<std::uint64_t> all;
        for (index row = 0; row < records.rows(); ++row) {
            all.push_back(static_cast<std::uint64_t>(records.point(row)));
            all.push_back(static_cast<std::uint64_t>(records.replica(row)));
            all.push_back(static_cast<std::uint64_t>(records.outcome(row)));
            for (double const x : records.row(row)) all.push_back(std::bit_cast<std::uint64_t>(x));
        }
        return all;
    }
    std::string complaint(Job const& job, index ranks) {
        try {
            validate(job, ranks);
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), ExitCode::bad_input);
            return error.what();
        }
        return "";
    }

    std::vector<Study> studies_ = {tests::coin()};
    std::vector<Failure> failures_;
};

TEST_F(Runner, BlocksCoverEveryReplicaOnce) {
    auto const job = resolve("[seeds]\ncount = 10\n[run]\nblock = 4\n");
    auto const blocks = blocks_of(job);
    ASSERT_EQ(blocks.size(), 9U);  // 4 + 4 + 2 at each of three points
    index id = 0;
    std::vector<index> counts(3);
    for (auto const& block : blocks) {
        EXPECT_EQ(block.id, id++);
        EXPECT_EQ(block.first, counts[static_cast<std::size_t>(block.point)]);
        counts[static_cast<std::size_t>(block.point)] += block.count;
    }
    EXPECT_THAT(counts, ElementsAre(10, 10, 10));
    EXPECT_DOUBLE_EQ(blocks[8].cost, 2 * 9e-8);  // as the study says: two replicas of nine tosses
}

class MissingBlocks : public Runner {
protected:
    /// "point: first + count", one after another.
    static std::vector<std::string> told(std::vector<parallel::Block> const& blocks) {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            EXPECT_EQ(blocks[i].id, static_cast<index>(i));
            all.push_back(std::to_string(blocks[i].point) + ": " + std::to_string(blocks[i].first) +
                          " + " + std::to_string(blocks[i].count));
        }
        return all;
    }
};

TEST_F(MissingBlocks, AreCutAtFinishedReplicasAndNeverJoined) {
    auto const job = resolve("[run]\nblock = 4\n[sweep]\ngrid = { k = [4, 9] }\n");
    Finished finished(job);
    EXPECT_THAT(told(missing_blocks(job, {10, 3}, finished)),
                ElementsAre("0: 0 + 4", "0: 4 + 4", "0: 8 + 2", "1: 0 + 3"));
    finished.mark(0, 1, 1);
    finished.mark(0, 3, 3);
    finished.mark(1, 0, 40);  // more than are wanted
    EXPECT_THAT(told(missing_blocks(job, {10, 3}, finished)),
                ElementsAre("0: 0 + 1", "0: 2 + 1", "0: 6 + 2", "0: 8 + 2"));
    EXPECT_THAT(told(missing_blocks(job, {0, 0}, finished)), ElementsAre());
    finished.mark(0, 0, 10);
    EXPECT_THAT(told(missing_blocks(job, {10, 3}, finished)), ElementsAre());
    EXPECT_THAT(told(missing_blocks(job, {11, 41}, finished)),
                ElementsAre("0: 10 + 1", "1: 40 + 1"));
}

TEST_F(MissingBlocks, CostWhatTheirReplicasCost) {
    auto const job = resolve("[run]\nblock = 4\n[sweep]\ngrid = { k = [4] }\n");
    Finished finished(job);
    finished.mark(0, 1, 1);
    auto const blocks = missing_blocks(job, {4}, finished);
    ASSERT_EQ(blocks.size(), 2U);
    EXPECT_DOUBLE_EQ(blocks[0].cost, 4e-8);
    EXPECT_DOUBLE_EQ(blocks[1].cost, 8e-8);
}

TEST_F(MissingBlocks, TheBlockIsTheJobsOrTheStudysOrSixteen) {
    auto const counts = [&](std::string const& lines) {
        auto const job = resolve(lines + "[sweep]\ngrid = { k = [4] }\n");
        std::vector<index> all;
        for (auto const& block : missing_blocks(job, {20}, Finished(job)))
            all.push_back(block.count);
        return all;
    };
    EXPECT_THAT(counts(""), ElementsAre(16, 4));
    studies_[0].block = [](Parameters const& p) { return p.integer("k") + 3; };
    EXPECT_THAT(counts(""), ElementsAre(7, 7, 6));
    EXPECT_THAT(counts("[run]\nblock = 15\n"), ElementsAre(15, 5));
    studies_[0].block = [](Parameters const&) { return 0; };  // nonsense: one by one
    EXPECT_EQ(counts("").size(), 20U);
}

// Each replica belongs to one shard, whatever is finished already.
TEST_F(MissingBlocks, ShardsShareOutTheWholeJob) {
    auto const job = resolve("[run]\nblock = 3\n");
    std::vector<index> const wanted = {10, 1, 17};
    Finished none(job), some(job);
    some.mark(0, 2, 5);
    some.mark(2, 0, 3);
    for (index const of : {1, 2, 3, 5, 20}) {
        std::vector<std::pair<index, index>> all, left;
        for (index number = 1; number <= of; ++number) {
            std::vector<std::pair<index, index>> mine;
            for (auto const& block : missing_blocks(job, wanted, none, {number, of}))
                for (index i = 0; i < block.count; ++i)
                    mine.emplace_back(block.point, block.first + i);
            for (auto const& block : missing_blocks(job, wanted, some, {number, of}))
                for (index i = 0; i < block.count; ++i) {
                    left.emplace_back(block.point, block.first + i);
                    EXPECT_THAT(mine, testing::Contains(left.back()));
                }
            all.insert(all.end(), mine.begin(), mine.end());
        }
        std::sort(all.begin(), all.end());
        EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
        EXPECT_EQ(all.size(), 28U) << of;
        EXPECT_EQ(left.size(), 20U) << of;
    }
}

TEST_F(Runner, BlockSizeChangesNoBit) {
    auto const reference =
        bits(records_of(resolve("[parameters]\nthrow_at = 5\ndiverge_at = 3\n"), failures_));
    for (int const block : {1, 3, 7, 100}) {
        std::vector<Failure> failures;
        auto const job = resolve("[parameters]\nthrow_at = 5\ndiverge_at = 3\n[run]\nblock = " +
                                 std::to_string(block) + "\n");
        EXPECT_EQ(bits(records_of(job, failures)), reference) << block;
        EXPECT_EQ(failures.size(), failures_.size());
    }
}

TEST_F(Runner, OnlyTheReplicaThatThrowsIsLost) {
    auto const sound = records_of(resolve("[sweep]\ngrid = { k = [4] }\n"), failures_);
    ASSERT_TRUE(failures_.empty());
    auto const job = resolve("[sweep]\ngrid = { k = [4] }\n[parameters]\nthrow_at = 5\n");
    auto const records = records_of(job, failures_);
    ASSERT_EQ(records.rows(), 40);
    for (index row = 0; row < 40; ++row) {
        EXPECT_EQ(records.outcome(row), row == 5 ? Outcome::failed : Outcome::completed);
        if (row == 5)
            EXPECT_TRUE(std::isnan(records.at(row, "mean")));
        else
            EXPECT_EQ(records.at(row, "mean"), sound.at(row, "mean"));
    }
    ASSERT_EQ(failures_.size(), 1U);
    EXPECT_EQ(failures_[0].replica, 5);
    EXPECT_EQ(failures_[0].message, "the coin rolled away");  // on one line
}

TEST_F(Runner, DivergenceIsARecord) {
    auto const job = resolve("[sweep]\ngrid = { k = [4] }\n[parameters]\ndiverge_at = 0\n");
    auto const records = records_of(job, failures_);
    EXPECT_TRUE(failures_.empty());
    EXPECT_EQ(records.outcome(0), Outcome::diverged);
    EXPECT_TRUE(std::isnan(records.at(0, "mean")));
}

TEST_F(Runner, HeadlineMomentsAreThoseOfTheRows) {
    auto const job = resolve("[sweep]\ngrid = { k = [4] }\n[parameters]\ndiverge_at = 2\n");
    RankCache cache;
    auto const block = blocks_of(job).at(0);
    auto const report = *compute_block(job, block, cache);
    Finished finished(job);
    finished.add(block.point, block.first, block.count, report);
    Moments moments;
    for (double const x : finished.records.column(0, "mean")) moments.add(x);
    EXPECT_EQ(report.headline.count, 15);
    EXPECT_EQ(report.headline.mean, moments.mean);
    EXPECT_EQ(report.headline.M2, moments.M2);
}

TEST_F(Runner, MeansFollowTheirLaw) {
    // 4000 means of 4 normal numbers: variance 1/4, mean 0; five standard errors.
    auto const job = resolve("[seeds]\ncount = 4000\n[sweep]\ngrid = { k = [4] }\n");
    auto const records = records_of(job, failures_);
    Moments moments;
    for (double const x : records.column(0, "mean")) moments.add(x);
    EXPECT_NEAR(moments.mean, 0, 5 * 0.5 / std::sqrt(4000.0));
    EXPECT_NEAR(moments.variance(), 0.25, 5 * 0.25 * std::sqrt(2.0 / 4000));
}

TEST_F(Runner, ProblemsLargerThanTheMachineAreRefused) {
    EXPECT_EQ(complaint(resolve("[parameters]\ngigabytes = 1e-3\n"), 1), "");
    EXPECT_THAT(complaint(resolve("[parameters]\ngigabytes = 1e6\n"), 1),
                HasSubstr("too large for this machine: 1 rank(s)"));
    // What one rank can do, a million ranks on one node cannot.
    EXPECT_THAT(complaint(resolve("[parameters]\ngigabytes = 0.1\n"), 1000000),
                HasSubstr("too large"));
    EXPECT_THAT(complaint(resolve("[seeds]\ncount = 4000000000\n"), 1), HasSubstr("records"));
    EXPECT_THAT(complaint(resolve("[seeds]\ncount = 5000000000\n"), 1),
                HasSubstr("at most 4294967296"));
}

TEST(Task, RecordsOnlyWhatWasDeclared) {
    auto const study = tests::coin();
    Parameters const parameters;
    RankCache cache;
    Task task(study, parameters, 1, 10, 2, ".", cache);
    task.record(11, "mean", 3.0);
    task.record(10, "walk", std::vector<double>{1, 2, 3});
    EXPECT_THROW(task.record(10, "maen", 1.0), Error);
    EXPECT_THROW(task.record(10, "walk", std::vector<double>{1, 2}), Error);
    EXPECT_THROW(task.record(10, "walk", 1.0), Error);
    auto const& rows = task.rows();
    ASSERT_EQ(rows.size(), 10U);
    EXPECT_TRUE(std::isnan(rows[0]));
    EXPECT_EQ(rows[4], 3.0);
    EXPECT_EQ(rows[5], 3.0);
    EXPECT_TRUE(std::isnan(rows[6]));
}

TEST(RankCache, MakesAnObjectOncePerKey) {
    RankCache cache;
    int made = 0;
    auto const get = [&](std::string const& key) {
        return *cache.get<int>("slot", key, [&] { return ++made; });
    };
    EXPECT_EQ(get("a"), 1);
    EXPECT_EQ(get("a"), 1);
    EXPECT_EQ(get("b"), 2);
    EXPECT_EQ(get("a"), 3);
}

}  // namespace
}  // namespace spinscape
