// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/run_folder.hpp"

#include "coin.hpp"
#include "finder.hpp"
#include "scratch_folder.hpp"
#include "spinscape/base/bytes.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"
#include "spinscape/study/journal_entries.hpp"
#include "spinscape/study/runner.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <fstream>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Policy = RunFolder::Policy;

class Folder : public tests::ScratchFolder {
protected:
    Job resolve(std::string const& lines) {
        return resolve_job("study = \"coin\"\n" + lines, "job.toml", studies_,
                           {.tier = "", .set = {}, .output = in_folder("result.h5")});
    }
    /// Appends this block to the journal of a rank, as a run does.
    static void compute(Job const& job, RunFolder const& folder, index rank,
                        parallel::Block const& block, Shard shard = {}) {
        RankCache cache;
        auto report = *compute_block(job, block, cache);
        auto const& point = job.points[static_cast<std::size_t>(block.point)].parameters;
        store::Journal journal(folder.journal(shard, rank));
        journal.append(session_entry(Session::here(0)));
        journal.append(block_entry(point_key(job, point), block.first, block.count, 0.25, report));
    }
    /// The whole job, dealt out to so many ranks, in reverse order.
    static void compute_all(Job const& job, RunFolder const& folder, index ranks,
                            Shard shard = {}) {
        auto blocks = missing_blocks(job, wanted(job), Finished(job), shard);
        std::reverse(blocks.begin(), blocks.end());
        for (auto const& block : blocks) compute(job, folder, block.id % ranks, block, shard);
    }
    static std::vector<index> wanted(Job const& job) {
        std::vector<index> replicas;
        for (auto const& point : job.points) replicas.push_back(point.replicas);
        return replicas;
    }
    static std::string bits(RecordTable records) {
        records.sort();
        ByteWriter all;
        for (index row = 0; row < records.rows(); ++row) {
            all.put(records.point(row));
            all.put(records.replica(row));
            all.put(records.outcome(row));
            all.put_all(records.row(row));
        }
        return all.bytes();
    }
    /// What a run in one process has.
    static std::string reference(Job const& job) {
        Finished finished(job);
        RankCache cache;
        for (auto const& block : blocks_of(job))
            finished.add(block.point, block.first, block.count, *compute_block(job, block, cache));
        return bits(finished.records);
    }
    static std::string refusal(Job const& job, Policy policy = Policy::keep, Shard shard = {}) {
        try {
            RunFolder(job).open(job, policy, shard);
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), ExitCode::bad_input);
            return error.what();
        }
        return "";
    }
    void put(std::string const& name, std::string const& text) const {
        std::ofstream(in_folder(name), std::ios::binary) << text;
    }

    std::vector<Study> const studies_ = {tests::coin()};
};

TEST_F(Folder, ASecondOpenerIsRefused) {
    auto const job = resolve("");
    {
        RunFolder first(job);
        EXPECT_FALSE(first.exists());
        EXPECT_FALSE(first.in_use());
        first.open(job, Policy::keep, {});
        EXPECT_TRUE(first.exists());
        for (auto const policy : {Policy::keep, Policy::force, Policy::restart})
            EXPECT_THAT(refusal(job, policy),
                        AllOf(HasSubstr("another run computes here (host "),
                              HasSubstr("process " + std::to_string(::getpid())),
                              HasSubstr("touch '" + first.path() + "/STOP'")));
        RunFolder second(job);
        EXPECT_TRUE(second.in_use());
        EXPECT_THROW(second.remove(), Error);
        EXPECT_TRUE(second.exists());
    }
    EXPECT_FALSE(RunFolder(job).in_use());
    EXPECT_EQ(refusal(job), "");
}

TEST_F(Folder, ShardsComputeSideBySideAWholeRunAlone) {
    auto const job = resolve("");
    {
        RunFolder one(job), two(job);
        one.open(job, Policy::keep, {1, 2});
        two.open(job, Policy::keep, {2, 2});
        EXPECT_THAT(refusal(job, Policy::keep, {2, 2}), HasSubstr("another run computes here"));
        EXPECT_EQ(refusal(job, Policy::keep, {1, 3}), "");
        EXPECT_THAT(refusal(job), HasSubstr("another run computes here"));
        EXPECT_TRUE(one.in_use());
        EXPECT_THROW(RunFolder(job).remove(), Error);
    }
    {
        RunFolder whole(job);
        whole.open(job, Policy::keep, {});
        EXPECT_THAT(refusal(job, Policy::keep, {1, 2}), HasSubstr("computes here (host "));
    }
    // The whole run has ended: it is not the one to wait for.
    RunFolder shard(job);
    shard.open(job, Policy::keep, {1, 2});
    EXPECT_THAT(refusal(job), HasSubstr("computes here (a shard of this job)"));
}

// What other shards have written, or write at this moment, is not this shard's to discard.
TEST_F(Folder, AShardDoesNotRestartWhileOthersCompute) {
    auto const job = resolve("");
    {
        RunFolder one(job);
        one.open(job, Policy::keep, {1, 2});
        compute_all(job, one, 1, {1, 2});
        EXPECT_THAT(refusal(job, Policy::restart, {2, 2}), HasSubstr("another run computes here"));
        EXPECT_GT(one.finished(job).records.rows(), 0);
    }
    RunFolder alone(job);
    alone.open(job, Policy::restart, {2, 2});
    EXPECT_EQ(alone.finished(job).records.rows(), 0);
    EXPECT_EQ(refusal(job, Policy::keep, {1, 2}), "");  // others may join again
}

TEST_F(Folder, AnyRanksAndShardsGiveTheSameRecords) {
    auto const job = resolve("[parameters]\nthrow_at = 5\ndiverge_at = 3\n[run]\nblock = 3\n");
    auto const expected = reference(job);
    for (index const ranks : {1, 2, 7}) {
        RunFolder folder(job);
        folder.open(job, Policy::restart, {});
        EXPECT_EQ(folder.finished(job).records.rows(), 0);
        compute_all(job, folder, ranks);
        auto const found = folder.finished(job);
        EXPECT_EQ(bits(found.records), expected) << ranks;
        EXPECT_EQ(found.failures.size(), 3U);
        EXPECT_THAT(found.damage, IsEmpty());
        EXPECT_EQ(found.repeated, 0);
        EXPECT_EQ(found.core_seconds, 0.25 * 42);
        for (index p = 0; p < 3; ++p)
            for (index r = 0; r < 42; ++r) EXPECT_EQ(found.has(p, r), r < 40);
    }
    ASSERT_TRUE(std::filesystem::remove_all(in_folder("result.h5.run")) > 0);
    for (index number = 1; number <= 3; ++number) {
        RunFolder folder(job);
        folder.open(job, Policy::keep, {number, 3});
        compute_all(job, folder, number, {number, 3});
    }
    EXPECT_EQ(bits(RunFolder(job).finished(job).records), expected);
}

TEST_F(Folder, WhatIsFoundTwiceIsTakenOnce) {
    auto const job = resolve("[parameters]\nthrow_at = 5\n[run]\nblock = 4\n");
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    compute_all(job, folder, 2);
    compute_all(job, folder, 3);
    // Blocks of another length that reach over the failure.
    auto const other = resolve("[parameters]\nthrow_at = 5\n[run]\nblock = 7\n");
    std::filesystem::remove(folder.journal({}, 1));
    compute_all(other, folder, 1);
    auto const found = folder.finished(job);
    EXPECT_EQ(bits(found.records), reference(job));
    EXPECT_GT(found.repeated, 0);
    std::vector<std::pair<index, index>> failed;
    for (auto const& failure : found.failures) failed.emplace_back(failure.point, failure.replica);
    EXPECT_THAT(failed,
                testing::UnorderedElementsAre(std::pair{0, 5}, std::pair{1, 5}, std::pair{2, 5}));
    EXPECT_EQ(found.failures[0].message, "the coin rolled away");
}

TEST_F(Folder, FailuresOfOverlappingBlocksAreCountedOnce) {
    auto const job = resolve("[parameters]\nthrow_at = 5\n[sweep]\ngrid = { k = [4] }\n");
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    compute(job, folder, 0, {.point = 0, .first = 4, .count = 2});
    compute(job, folder, 0, {.point = 0, .first = 0, .count = 10});
    auto const found = folder.finished(job);
    EXPECT_EQ(found.records.rows(), 10);
    EXPECT_EQ(found.repeated, 2);
    EXPECT_THAT(found.failures, SizeIs(1));
}

TEST_F(Folder, MoreSeedsAndPointsKeepWhatIsFinished) {
    auto const less = resolve("[seeds]\ncount = 4\n[sweep]\ngrid = { k = [1, 4] }\n");
    {
        RunFolder folder(less);
        folder.open(less, Policy::keep, {});
        compute_all(less, folder, 2);
    }
    auto const more = resolve("[seeds]\ncount = 6\n[sweep]\ngrid = { k = [9, 4, 1] }\n");
    RunFolder folder(more);
    folder.open(more, Policy::keep, {});
    auto const found = folder.finished(more);
    EXPECT_EQ(found.records.rows(), 8);
    EXPECT_FALSE(found.has(0, 0));
    EXPECT_TRUE(found.has(1, 3) && found.has(2, 3));
    EXPECT_FALSE(found.has(1, 4));
}

TEST_F(Folder, RecordsOfAnotherJobAreRefusedWithWhatDiffers) {
    auto const before = resolve("[seeds]\ncount = 4\n");
    {
        RunFolder folder(before);
        folder.open(before, Policy::keep, {});
        compute_all(before, folder, 1);
    }
    auto const now = resolve("[seeds]\ncount = 4\n[parameters]\nspin = false\n");
    EXPECT_THAT(refusal(now), AllOf(HasSubstr("12 finished replicas belong to parameters"),
                                    HasSubstr("--restart"), HasSubstr("--force"),
                                    HasSubstr("parameters.spin: true  ->  false")));
    // Refused is refused: the job before still goes on.
    EXPECT_EQ(refusal(before), "");
    EXPECT_EQ(refusal(now, Policy::force), "");
    EXPECT_EQ(RunFolder(now).finished(now).foreign, 12);
    EXPECT_EQ(RunFolder(before).finished(before).records.rows(), 12);
    EXPECT_EQ(refusal(now, Policy::restart), "");
    EXPECT_EQ(RunFolder(before).finished(before).records.rows(), 0);
    EXPECT_EQ(RunFolder(before).finished(before).foreign, 0);
}

TEST_F(Folder, RecordsOfAnotherProgramAreRefused) {
    auto const job = resolve("[seeds]\ncount = 4\n");
    auto const file = in_folder("result.h5.run/job.toml");
    {
        RunFolder folder(job);
        folder.open(job, Policy::keep, {});
        // Without records nothing has to fit.
        store::replace_file(file, "# program: older\n" + job.resolved());
    }
    EXPECT_EQ(refusal(job), "");
    compute_all(job, RunFolder(job), 1);
    EXPECT_EQ(refusal(job), "");
    store::replace_file(file, "# program: older\n" + job.resolved());
    EXPECT_THAT(refusal(job), AllOf(HasSubstr("computed by another program"),
                                    HasSubstr("older  ->  " + program_identity())));
    EXPECT_EQ(refusal(job, Policy::force), "");
    EXPECT_EQ(refusal(job), "");
}

TEST_F(Folder, StaleTemporaryAndForeignFilesAreLeftAlone) {
    auto const job = resolve("[seeds]\ncount = 4\n");
    RunFolder folder(job);
    {
        RunFolder first(job);
        first.open(job, Policy::keep, {});
        compute_all(job, first, 2);
    }
    put("result.h5.run/job.toml.tmp1234", "half a jo");
    put("result.h5.run/state/abc-0-4.tmp77", "half a state");
    put("result.h5.run/rank00000.journal.tmp9", "half a journal");
    put("result.h5.run/notes.txt", "mine");
    std::filesystem::create_directory(in_folder("result.h5.run/mine"));
    EXPECT_EQ(refusal(job), "");
    EXPECT_EQ(bits(folder.finished(job).records), reference(job));
    EXPECT_THAT(folder.finished(job).damage, IsEmpty());
    EXPECT_EQ(folder.state("abc", 0, 4), "");
    EXPECT_EQ(refusal(job, Policy::restart), "");
    EXPECT_EQ(folder.finished(job).records.rows(), 0);
    EXPECT_THAT(tests::names_in(folder.path()),
                AllOf(Contains("notes.txt"), Contains("mine"), Not(Contains("rank00000.journal"))));
}

TEST_F(Folder, RemovedWithAllThatIsInIt) {
    auto const job = resolve("[seeds]\ncount = 4\n");
    put("result.h5", "the result stays");
    {
        RunFolder folder(job);
        folder.open(job, Policy::keep, {});
        compute_all(job, folder, 2);
    }
    RunFolder(job).remove();
    EXPECT_THAT(names(), ElementsAre("result.h5"));
    EXPECT_EQ(RunFolder(job).finished(job).records.rows(), 0);
    RunFolder(job).remove();  // nothing there: nothing to do
}

// <output>.run may be somebody's folder that only happens to have this name.
TEST_F(Folder, AFolderThatIsNoneOfOursIsNotRemoved) {
    std::filesystem::create_directory(in_folder("result.h5.run"));
    put("result.h5.run/thesis.tex", "years of work");
    auto const job = resolve("");
    try {
        RunFolder(job).remove();
        FAIL() << "was removed";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_input);
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr(in_folder("result.h5.run")), HasSubstr("is no run folder")));
    }
    EXPECT_EQ(store::read_file(in_folder("result.h5.run/thesis.tex")), "years of work");
}

TEST_F(Folder, StatesAreKeptPerBlock) {
    auto const job = resolve("");
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    folder.save_state("key", 0, 16, "first");
    folder.save_state("key", 0, 16, "second");
    folder.save_state("key", 16, 16, std::string("a\0b", 3));
    // What was there when it was first asked for; later ones are this run's own.
    EXPECT_EQ(folder.state("key", 0, 16), "second");
    folder.save_state("key", 32, 16, "late");
    EXPECT_EQ(folder.state("key", 32, 16), "");
    RunFolder later(job);
    EXPECT_EQ(later.state("key", 16, 16), std::string("a\0b", 3));
    EXPECT_EQ(later.state("key", 32, 16), "late");
    EXPECT_EQ(later.state("key", 0, 8), "");
    EXPECT_EQ(later.state("yek", 0, 16), "");
    later.drop_state("key", 0, 16);
    later.drop_state("key", 0, 16);
    EXPECT_EQ(RunFolder(job).state("key", 0, 16), "");
    EXPECT_THAT(tests::names_in(folder.path() + "/state"), SizeIs(2));
}

TEST_F(Folder, ADamagedStateIsNone) {
    auto const job = resolve("");
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    auto const whole = store::framed("some state");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto wrong = whole;
        wrong[at] = static_cast<char>(wrong[at] ^ 1);
        put("result.h5.run/state/key-0-4", wrong);
        EXPECT_EQ(RunFolder(job).state("key", 0, 4), "") << at;
        put("result.h5.run/state/key-0-4", whole.substr(0, at));
        EXPECT_EQ(RunFolder(job).state("key", 0, 4), "") << at;
    }
    put("result.h5.run/state/key-0-4", whole);
    EXPECT_EQ(RunFolder(job).state("key", 0, 4), "some state");
}

TEST_F(Folder, ARequestToStopIsForOneRun) {
    auto const job = resolve("");
    RunFolder folder(job);
    EXPECT_FALSE(folder.stop_requested());
    std::filesystem::create_directory(folder.path());
    put("result.h5.run/STOP", "");
    EXPECT_TRUE(folder.stop_requested());
    folder.open(job, Policy::keep, {});
    EXPECT_FALSE(folder.stop_requested());
}

TEST_F(Folder, RunsAreToldApart) {
    auto const job = resolve("");
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    for (auto const* name : {"SLURM_JOB_ID", "SLURM_RESTART_COUNT", "PBS_JOBID", "LSB_JOBID"})
        ::unsetenv(name);
    ::setenv("SLURM_JOB_ID", "12", 1);
    ::setenv("SLURM_RESTART_COUNT", "3", 1);
    store::Journal(folder.journal({}, 0)).append(session_entry(Session::here(0)));
    ::unsetenv("SLURM_JOB_ID");
    ::setenv("PBS_JOBID", "7.server", 1);
    store::Journal(folder.journal({}, 1)).append(session_entry(Session::here(1)));
    store::Journal(folder.journal({2, 5}, 0)).append(session_entry(Session::here(0)));
    ::unsetenv("PBS_JOBID");
    auto const found = folder.finished(job);
    EXPECT_EQ(found.sessions, 3);
    ASSERT_THAT(found.runs, SizeIs(2));
    EXPECT_EQ(found.runs[0].batch_job, "pbs 7.server");  // rank00000-2of5 stands before rank00000.
    EXPECT_EQ(found.runs[1].batch_job, "slurm 12, restart 3");
    EXPECT_EQ(found.runs[1].program, program_identity());
    EXPECT_FALSE(found.runs[1].host.empty());
}

TEST_F(Folder, CriticalPointsComeBackOnceAndInOrder) {
    std::vector<Study> const studies = {tests::finder()};
    auto const job = resolve_job("study = \"finder\"\nseeds.count = 9\nrun.block = 4\n", "job.toml",
                                 studies, {.output = in_folder("result.h5")});
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    compute_all(job, folder, 2);
    compute(job, folder, 3, {.point = 1, .first = 1, .count = 6});  // some of them once more
    auto found = folder.finished(job);
    EXPECT_THAT(found.damage, IsEmpty());
    EXPECT_EQ(found.repeated, 6);
    found.critical_points.sort();
    Finished direct(job);
    RankCache cache;
    for (auto const& block : blocks_of(job))
        direct.add(block.point, block.first, block.count, *compute_block(job, block, cache));
    direct.critical_points.sort();
    ASSERT_EQ(found.critical_points.rows(), direct.critical_points.rows());
    ASSERT_GT(direct.critical_points.rows(), 30);
    for (index row = 0; row < direct.critical_points.rows(); ++row) {
        EXPECT_EQ(found.critical_points.replica(row), direct.critical_points.replica(row));
        EXPECT_EQ(found.critical_points.at(row, "energy"),
                  direct.critical_points.at(row, "energy"));
    }
}

TEST_F(Folder, EntriesThatDoNotFitAreToldAndSkipped) {
    auto const job = resolve("[seeds]\ncount = 4\n[sweep]\ngrid = { k = [4] }\n");
    RunFolder folder(job);
    folder.open(job, Policy::keep, {});
    auto const key = point_key(job, job.points[0].parameters);
    auto const entry = [&](index first, index count, std::size_t numbers,
                           std::vector<double> points = {}) {
        return block_entry(key, first, count, 1,
                           {.headline = {},
                            .rows = std::vector<double>(numbers, 1.0),
                            .failures = {},
                            .points = std::move(points)});
    };
    {
        store::Journal journal(folder.journal({}, 0));
        journal.append("");
        journal.append("\x07 what later versions may write");
        journal.append(entry(0, 1, 2));
        journal.append(entry(0, 2, 6));
        journal.append(entry(-1, 1, 6));
        journal.append(entry(std::int64_t{1} << 60, 1, 6));
        journal.append(entry(0, 1, 6, {0}));  // with points, which this study has none of
        journal.append(entry(2, 1, 6));       // an outcome and five numbers: this one fits
    }
    put("result.h5.run/other.journal", "no journal at all");
    auto const found = folder.finished(job);
    EXPECT_EQ(found.records.rows(), 1);
    EXPECT_TRUE(found.has(0, 2));
    EXPECT_THAT(found.damage, SizeIs(8));
    EXPECT_THAT(found.damage, Contains(HasSubstr("other.journal: 17 damaged bytes")));
}

TEST_F(Folder, WhatCannotBeMadeIsTold) {
    auto const job = resolve("");
    put("result.h5.run", "a file");
    try {
        RunFolder(job).open(job, Policy::keep, {});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::cannot_create);
        EXPECT_THAT(error.what(), HasSubstr("result.h5.run"));
    }
}

}  // namespace
}  // namespace spinscape
