// SPDX-License-Identifier: BSD-3-Clause
#include "coin.hpp"
#include "finder.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/study/runner.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::ElementsAre;

/// What a run that interrupts sees.
struct Interrupter {
    bool stop = false, due = false;
    std::string saved{};
    int saves = 0;
    [[nodiscard]] Interruption interruption() {
        return {.stopping = [this] { return stop; },
                .save_due = [this] { return due; },
                .save =
                    [this](std::string const& bytes) {
                        saved = bytes;
                        ++saves;
                    },
                .saved = saved};
    }
};

class PausedTask : public testing::Test {
protected:
    Task task(Interruption const* interruption, index count = 2) {
        return {study_, parameters_, 1, 10, count, ".", cache_, interruption};
    }
    static auto put(index value) {
        return [value](ByteWriter& out) { out.put(value); };
    }

    Study const study_ = tests::coin();
    Parameters const parameters_;
    RankCache cache_;
};

TEST_F(PausedTask, WithoutARunNothingInterrupts) {
    auto alone = task(nullptr);
    EXPECT_FALSE(alone.pause([](ByteWriter&) { FAIL(); }));
    EXPECT_FALSE(alone.resume([](ByteReader&) { FAIL(); }));
    EXPECT_FALSE(alone.paused());
}

TEST_F(PausedTask, SavesWhenDueAndStopsWhenAsked) {
    Interrupter run;
    auto const interruption = run.interruption();
    auto one = task(&interruption);
    EXPECT_FALSE(one.resume([](ByteReader&) { FAIL(); }));
    EXPECT_FALSE(one.pause([](ByteWriter&) { FAIL(); }));
    run.due = true;
    EXPECT_FALSE(one.pause(put(3)));
    EXPECT_EQ(run.saves, 1);
    EXPECT_FALSE(one.paused());
    run.stop = true;
    run.due = false;
    EXPECT_TRUE(one.pause(put(4)));
    EXPECT_EQ(run.saves, 2);
    EXPECT_TRUE(one.paused());
}

TEST_F(PausedTask, WhatWasRecordedComesBack) {
    Interrupter run{.stop = true};
    {
        auto const interruption = run.interruption();
        auto before = task(&interruption);
        before.record(10, "mean", 0.1);
        before.record(11, "walk", std::vector<double>{1, 2, 3});
        before.finish(11, Outcome::diverged);
        ASSERT_TRUE(before.pause(put(77)));
    }
    auto const interruption = run.interruption();
    auto after = task(&interruption);
    index value = 0;
    EXPECT_TRUE(after.resume([&](ByteReader& in) { value = in.get<index>(); }));
    EXPECT_EQ(value, 77);
    EXPECT_FALSE(after.paused());
    EXPECT_THAT(after.outcomes(), ElementsAre(Outcome::completed, Outcome::diverged));
    EXPECT_EQ(after.rows()[0], 0.1);
    EXPECT_TRUE(std::isnan(after.rows()[1]));
    EXPECT_EQ(after.rows()[9], 3);
}

TEST_F(PausedTask, AStateThatDoesNotFitIsAnError) {
    Interrupter run{.stop = true};
    {
        auto const interruption = run.interruption();
        ASSERT_TRUE(task(&interruption).pause(put(77)));
    }
    auto const refused = [&](std::string const& saved, index count) {
        run.saved = saved;
        auto const interruption = run.interruption();
        auto after = task(&interruption, count);
        EXPECT_THROW(after.resume([](ByteReader& in) { in.get<index>(); }), Error) << saved.size();
    };
    auto const whole = run.saved;
    refused(whole, 1);
    refused(whole, 3);
    for (std::size_t size = 1; size < whole.size(); ++size) refused(whole.substr(0, size), 2);
    // Bytes that nobody takes out belong to another study or another version of it.
    refused(whole + "x", 2);
}

/// Sums normal numbers; can be left after every one of them.
Study summing() {
    auto study = tests::coin();
    study.pauses = true;
    study.run = [](Task& task) {
        index r = task.first(), i = 0;
        double sum = 0;
        task.resume([&](ByteReader& in) {
            r = in.get<index>();
            i = in.get<index>();
            sum = in.get<double>();
        });
        for (; r < task.first() + task.count(); ++r, i = 0, sum = 0) {
            for (; i < 5; ++i) {
                auto const save = [&](ByteWriter& out) {
                    out.put(r);
                    out.put(i);
                    out.put(sum);
                };
                if (task.pause(save)) return;
                sum += Stream(task.master_seed(), Purpose::noise, r, i).normal();
            }
            task.record(r, "mean", sum / 5);
            task.finish(r, Outcome::converged);
        }
    };
    return study;
}

// A block that is left at every place it can be left at has the same bits at its end.
TEST(PausedBlock, IsTheSameWhereverItWasLeft) {
    std::vector<Study> const studies = {summing()};
    auto const job = resolve_job("study = \"coin\"\n", "job.toml", studies, {});
    parallel::Block const block{.point = 0, .first = 3, .count = 4};
    RankCache cache;
    auto const bits = [](std::vector<double> const& rows) {
        std::vector<std::uint64_t> all;
        for (double const x : rows) all.push_back(std::bit_cast<std::uint64_t>(x));
        return all;
    };
    auto const undisturbed = bits(compute_block(job, block, cache)->rows);
    Interrupter run;
    int asked = 0, sessions = 0;
    for (int every : {1, 2, 3, 7, 19}) {
        run.saved.clear();
        for (sessions = 1;; ++sessions) {
            ASSERT_LT(sessions, 100);
            asked = 0;
            auto interruption = run.interruption();
            interruption.stopping = [&] { return ++asked > every; };
            auto const report = compute_block(job, block, cache, &interruption);
            if (!report) continue;
            EXPECT_EQ(bits(report->rows), undisturbed) << every;
            break;
        }
        EXPECT_EQ(sessions, (20 + every - 1) / every) << every;
    }
    // A damaged state: the block starts afresh.
    run.saved.resize(run.saved.size() - 1);
    auto const interruption = run.interruption();
    EXPECT_EQ(bits(compute_block(job, block, cache, &interruption)->rows), undisturbed);
}

// The same with critical points, of which those found before the pause must come back once.
TEST(PausedBlock, KeepsItsPoints) {
    std::vector<Study> const studies = {tests::finder()};
    auto const job = resolve_job("study = \"finder\"\n", "job.toml", studies, {});
    parallel::Block const block{.point = 1, .first = 0, .count = 8};
    RankCache cache;
    auto const undisturbed = *compute_block(job, block, cache);
    ASSERT_GT(undisturbed.points.size(), 40U);
    for (int every : {1, 2, 3}) {
        Interrupter run;
        for (int sessions = 1;; ++sessions) {
            ASSERT_LT(sessions, 100);
            int asked = 0;
            auto interruption = run.interruption();
            interruption.stopping = [&] { return ++asked > every; };
            auto const report = compute_block(job, block, cache, &interruption);
            if (!report) continue;
            EXPECT_GT(sessions, 1);
            EXPECT_EQ(report->rows, undisturbed.rows);
            ASSERT_EQ(report->points.size(), undisturbed.points.size());
            for (std::size_t i = 0; i < report->points.size(); ++i)
                EXPECT_EQ(std::bit_cast<std::uint64_t>(report->points[i]),
                          std::bit_cast<std::uint64_t>(undisturbed.points[i]));
            break;
        }
    }
}

}  // namespace
}  // namespace spinscape
