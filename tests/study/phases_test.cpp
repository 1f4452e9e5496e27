// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/phases.hpp"

#include "coin.hpp"
#include "scratch_folder.hpp"
#include "spinscape/base/bytes.hpp"
#include "spinscape/study/result.hpp"
#include "spinscape/study/runner.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

void sleep(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

TEST(PhaseClock, APhaseWithinAPhaseTakesItsTimeOutOfTheOuterOne) {
    PhaseClock clock;
    sleep(0.02);  // nobody's
    auto const start = PhaseClock::Clock::now();
    {
        auto const outer = clock.phase("outer");
        sleep(0.01);
        for (int i = 0; i < 2; ++i) {
            auto const inner = clock.phase("inner");
            sleep(0.01);
        }
        sleep(0.01);
    }
    std::chrono::duration<double> const passed = PhaseClock::Clock::now() - start;
    sleep(0.02);
    auto const times = clock.take();
    ASSERT_EQ(times.size(), 2U);
    EXPECT_GE(times.at("outer"), 0.02);
    EXPECT_GE(times.at("inner"), 0.02);
    EXPECT_LE(total(times), passed.count());
    EXPECT_GE(total(times), 0.9 * passed.count());
    EXPECT_THAT(clock.take(), IsEmpty());
}

TEST(PhaseClock, WhatIsTakenDuringAPhaseComesNotAgain) {
    PhaseClock clock;
    auto const start = PhaseClock::Clock::now();
    PhaseTimes all;
    {
        auto const timer = clock.phase("long");
        for (int i = 0; i < 3; ++i) {
            sleep(0.005);
            all += clock.take();
        }
        sleep(0.005);
    }
    all += clock.take();
    std::chrono::duration<double> const passed = PhaseClock::Clock::now() - start;
    EXPECT_GE(all.at("long"), 0.02);
    EXPECT_LE(all.at("long"), passed.count());
}

TEST(PhaseClock, AnExceptionEndsItsPhases) {
    PhaseClock clock;
    try {
        auto const outer = clock.phase("outer");
        auto const inner = clock.phase("inner");
        throw 1;
    } catch (int) {
    }
    clock.take();
    sleep(0.005);
    EXPECT_THAT(clock.take(), IsEmpty());
}

TEST(PhaseTimes, AddUpAndKeepTheirBytes) {
    PhaseTimes times = {{"a", 1}, {"b", 2}};
    times += {{"b", 3}, {"c", 4}};
    EXPECT_THAT(times, ElementsAre(Pair("a", 1), Pair("b", 5), Pair("c", 4)));
    EXPECT_EQ(total(times), 10);
    ByteWriter out;
    put(out, times);
    ByteReader in(out.bytes());
    EXPECT_EQ(get_phase_times(in), times);
    EXPECT_TRUE(in.at_end());
}

/// Sleeps in two phases, and 1 ms per replica in none; can be left after every step.
Study sleeper() {
    auto study = tests::coin();
    study.name = "sleeper";
    study.pauses = true;
    study.run = [](Task& task) {
        index step = 0;
        task.resume([&](ByteReader& in) { step = in.get<index>(); });
        {
            auto const timer = task.phase("walking");
            for (; step < 4 * task.count(); ++step) {
                if (task.pause([&](ByteWriter& out) { out.put(step); })) return;
                sleep(0.002);
                auto const inner = task.phase("resting");
                sleep(0.001);
            }
        }
        sleep(0.001 * static_cast<double>(task.count()));
    };
    study.conclude = [](Results const&) { return Findings{}; };
    return study;
}

class SweptPhases : public tests::ScratchFolder {
protected:
    Job job(std::string const& study, std::string const& more = "") {
        return resolve_job("study = \"" + study + "\"\n" + more, "job.toml", studies_,
                           {.tier = "", .set = {}, .output = in_folder("result.h5")});
    }
    static parallel::World& world() {
        static parallel::World only;
        return only;
    }
    static double core_seconds(store::Group const& root) {
        return std::get<double>(*root.group("provenance")->attribute("core_seconds"));
    }

    std::vector<Study> const studies_ = {sleeper(), tests::coin()};
};

// Left after every few steps and taken up again; half of the blocks save their state as they go.
TEST_F(SweptPhases, AddUpOverRestarts) {
    auto const only = job("sleeper", "[seeds]\ncount = 3\n[sweep]\ngrid = { k = [1, 2] }\n");
    index asked = 0, sessions = 0;
    auto const start = PhaseClock::Clock::now();
    for (;; ++sessions) {
        ASSERT_LT(sessions, 20);
        RunFolder folder(only);
        folder.open(only, RunFolder::Policy::keep, {});
        asked = 0;
        auto const swept = run_sweep(only, world(), folder.finished(only),
                                     {.folder = &folder,
                                      .stopping = [&] { return ++asked > 5; },
                                      .save_seconds = sessions % 2 == 0 ? 600.0 : -1.0});
        if (swept.missing_replicas > 0) continue;
        std::chrono::duration<double> const passed = PhaseClock::Clock::now() - start;
        auto const root = result_tree(only, swept, {.hosts = {"here"}});
        EXPECT_THAT(root.require("provenance/phase").texts(),
                    ElementsAre("resting", "walking", "other"));
        auto const seconds = root.require("provenance/core_seconds").reals();
        EXPECT_GE(seconds[0], 24 * 0.001);
        EXPECT_GE(seconds[1], 24 * 0.002);
        EXPECT_GE(seconds[2], 6 * 0.001);
        EXPECT_NEAR(seconds[0] + seconds[1] + seconds[2], core_seconds(root), 1e-9);
        EXPECT_LE(core_seconds(root), passed.count());
        // Nothing is lost when the result is made from the journals.
        auto const merged = swept_so_far(only, RunFolder(only).finished(only));
        EXPECT_EQ(merged.phases.size(), swept.phases.size());
        for (auto const& [name, time] : swept.phases)
            EXPECT_NEAR(merged.phases.at(name), time, 1e-9) << name;
        break;
    }
    EXPECT_GE(sessions, 4);
}

TEST_F(SweptPhases, WhereNoneIsNamedAllIsOther) {
    auto const only = job("coin");
    auto const swept = run_sweep(only, world(), Finished(only), {});
    auto const root = result_tree(only, swept, {.hosts = {"here"}});
    EXPECT_THAT(root.require("provenance/phase").texts(), ElementsAre("other"));
    EXPECT_EQ(root.require("provenance/core_seconds").reals().at(0), core_seconds(root));
}

}  // namespace
}  // namespace spinscape
