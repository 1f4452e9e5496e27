// SPDX-License-Identifier: BSD-3-Clause
// A finished sweep whose replicas are continued when the parameter of Study::extends has grown.
#include "spinscape/study/kept_states.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/store/replace_file.hpp"
#include "spinscape/study/runner.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace spinscape {
namespace {

/// Random walks of `steps` steps; counts the steps that were really made.
Study walk(index& made) {
    return {
        .name = "walk",
        .question = "Where does it lead?",
        .sources = {},
        .parameters =
            {{.name = "steps", .standard = std::int64_t{10}, .description = "steps", .minimum = 1},
             {.name = "bridge",
              .standard = false,
              .description = "the law of a step depends on their number"}},
        .fields = {{.name = "end", .description = "where it leads"}},
        .headline = [](Parameters const&) { return "end"; },
        .smoke = "",
        .standard = "",
        .paper = "",
        .cost = [](Parameters const& p) { return 1e-6 * static_cast<double>(p.integer("steps")); },
        .memory = [](Parameters const&) { return 0.0; },
        .block = [](Parameters const&) { return index{4}; },
        .run =
            [&made](Task& task) {
                std::vector<double> at(static_cast<std::size_t>(task.count()));
                std::int64_t step = 0;
                task.resume([&](ByteReader& state) {
                    state.get_into(std::span<double>(at));
                    step = state.get<std::int64_t>();
                });
                auto const save = [&](ByteWriter& state) {
                    state.put_all(std::span<double const>(at));
                    state.put(step);
                };
                while (step < task.parameters().integer("steps")) {
                    for (index i = 0; i < task.count(); ++i, ++made)
                        at[static_cast<std::size_t>(i)] +=
                            Stream(task.master_seed(), Purpose::noise, task.first() + i, step)
                                .normal();
                    ++step;
                    if (task.pause(save)) return;
                }
                task.keep(save);
                for (index i = 0; i < task.count(); ++i)
                    task.record(task.first() + i, "end", at[static_cast<std::size_t>(i)]);
            },
        .extends = [](Parameters const& p) { return p.flag("bridge") ? "" : "steps"; },
        .conclude = [](Results const&) { return Findings{}; }};
}

class KeptStatesTest : public testing::Test {
protected:
    KeptStatesTest() {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    ~KeptStatesTest() override { std::filesystem::remove_all(folder_); }

    Job job(index seeds, index steps, std::string const& more = "") {
        return resolve_job(
            fmt::format("study = \"walk\"\n[seeds]\ncount = {}\n[parameters]\nsteps = {}\n{}",
                        seeds, steps, more),
            folder_ + "/walk.toml", studies_, {});
    }
    /// Ends of the walks, as a run over the run folder leaves them.
    std::vector<double> ends(Job const& job) {
        made_ = 0;
        RunFolder folder(job);
        folder.open(job, RunFolder::Policy::keep, {});
        return run_sweep(job, world(), folder.finished(job), {.folder = &folder})
            .records.column(0, "end");
    }
    std::vector<double> undisturbed(Job const& job) {
        return run_sweep(job, world(), Finished(job), {}).records.column(0, "end");
    }
    static parallel::World& world() {
        static parallel::World only;
        return only;
    }

    std::string folder_ = fmt::format("kept_states_test.{}", ::getpid());
    index made_ = 0;
    std::vector<Study> studies_ = {walk(made_)};
};

TEST_F(KeptStatesTest, MoreStepsContinueFinishedReplicas) {
    ends(job(10, 30));
    EXPECT_EQ(made_, 10 * 30);
    auto const more = job(10, 50);
    EXPECT_EQ(ends(more), undisturbed(more));
    ends(job(10, 70));
    EXPECT_EQ(made_, 10 * 20);
}

TEST_F(KeptStatesTest, MoreSeedsAndMoreStepsTogether) {
    ends(job(10, 30));
    ends(job(13, 30));
    EXPECT_EQ(made_, 3 * 30);
    auto const more = job(18, 50);
    auto const found = ends(more);
    EXPECT_EQ(made_, 13 * 20 + 5 * 50);
    EXPECT_EQ(found, undisturbed(more));
}

TEST_F(KeptStatesTest, OtherBlocksAreComputedAgain) {
    ends(job(12, 30));
    auto const more = job(12, 50, "[run]\nblock = 3\n");
    auto const found = ends(more);
    EXPECT_EQ(made_, 12 * 50) << "states of blocks of 4 do not fit blocks of 3";
    EXPECT_EQ(found, undisturbed(more));
}

TEST_F(KeptStatesTest, DamagedStatesAreComputedAgain) {
    ends(job(8, 30));
    auto const file = folder_ + "/walk.h5.run/rank00000.states";
    auto bytes = store::read_file(file);
    bytes[30] = static_cast<char>(bytes[30] ^ 1);  // in the first of two states
    std::ofstream(file, std::ios::binary) << bytes;
    auto const more = job(8, 50);
    auto const found = ends(more);
    EXPECT_EQ(made_, 4 * 50 + 4 * 20);
    EXPECT_EQ(found, undisturbed(more));
}

TEST_F(KeptStatesTest, FewerStepsAreAnotherSweep) {
    ends(job(4, 30));
    EXPECT_THROW(ends(job(4, 20)), Error);
}

TEST_F(KeptStatesTest, WhatDependsOnTheNumberOfStepsIsNotContinued) {
    ends(job(4, 30, "bridge = true\n"));
    EXPECT_THROW(ends(job(4, 50, "bridge = true\n")), Error);
}

TEST_F(KeptStatesTest, NothingIsKeptWhereTheJobSaysSo) {
    ends(job(4, 30, "[run]\nkeep_states = false\n"));
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/walk.h5.run/rank00000.states"));
    EXPECT_THROW(ends(job(4, 50)), Error);
}

TEST_F(KeptStatesTest, AStateThatCannotBeSavedDisturbsNothing) {
    auto const only = job(4, 30);
    RunFolder folder(only);
    folder.open(only, RunFolder::Policy::keep, {});
    std::filesystem::remove_all(folder.path() + "/state");
    made_ = 0;
    testing::internal::CaptureStderr();
    auto const found =
        run_sweep(only, world(), folder.finished(only), {.folder = &folder, .save_seconds = -1});
    EXPECT_NE(testing::internal::GetCapturedStderr().find("a state could not be saved"),
              std::string::npos);
    EXPECT_EQ(made_, 4 * 30);
    EXPECT_EQ(found.records.column(0, "end"), undisturbed(only));
}

}  // namespace
}  // namespace spinscape
