// SPDX-License-Identifier: BSD-3-Clause
#include "stop_control.hpp"

#include "scratch_folder.hpp"
#include "study/coin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <thread>

namespace spinscape::app {
namespace {

using namespace std::chrono_literals;

class Stop : public tests::ScratchFolder {
protected:
    Stop() {
        // Death tests run in processes of their own: what a signal leaves behind ends with them.
        GTEST_FLAG_SET(death_test_style, "fast");
        std::filesystem::create_directory(run_.path());
    }
    void put_stop_file() const { std::ofstream(run_.path() + "/STOP"); }

    std::vector<Study> const studies_ = {tests::coin()};
    RunFolder const run_{resolve_job("study = \"coin\"\n", "job.toml", studies_,
                                     {.tier = "", .set = {}, .output = in_folder("result.h5")})};
};

TEST_F(Stop, NothingStopsARunByItself) {
    StopControl stop(std::nullopt, run_);
    EXPECT_FALSE(stop.stopping());
    EXPECT_TRUE(std::isinf(stop.seconds_left()));
}

TEST_F(Stop, AFileStopsForGood) {
    put_stop_file();
    StopControl stop(std::nullopt, run_);
    EXPECT_TRUE(stop.stopping());
    EXPECT_EQ(stop.reason(), "file " + run_.path() + "/STOP");
    std::filesystem::remove(run_.path() + "/STOP");
    EXPECT_TRUE(stop.stopping());
}

TEST_F(Stop, TheFileIsLookedForOnceASecond) {
    StopControl stop(std::nullopt, run_);
    EXPECT_FALSE(stop.stopping());
    put_stop_file();
    EXPECT_FALSE(stop.stopping());
    std::this_thread::sleep_for(1050ms);
    EXPECT_TRUE(stop.stopping());
}

TEST_F(Stop, TheTimeGivenLessAMargin) {
    // 5 %, but at least a second and at most a minute.
    for (auto const& [given, left] : std::vector<std::pair<double, double>>{
             {10, 9}, {20, 19}, {100, 95}, {1200, 1140}, {2000, 1940}, {1e6, 999940}}) {
        StopControl stop(given, run_);
        EXPECT_FALSE(stop.stopping());
        EXPECT_LE(stop.seconds_left(), left);
        EXPECT_GT(stop.seconds_left(), left - 0.5);
    }
    for (double const given : {-5.0, 0.0, 0.5, 1.0}) {
        StopControl stop(given, run_);
        EXPECT_TRUE(stop.stopping());
        EXPECT_EQ(stop.reason(), "the time given is up");
    }
    StopControl stop(1.2, run_);
    EXPECT_FALSE(stop.stopping());
    std::this_thread::sleep_for(250ms);
    EXPECT_TRUE(stop.stopping());
    EXPECT_LT(stop.seconds_left(), 0);
}

/// Ends the process: 0 if this signal stops and is named as the reason.
[[noreturn]] void stop_by(int signal, RunFolder const& run) {
    catch_stop_signals();
    StopControl stop(1000.0, run);
    if (stop.stopping()) std::_Exit(1);
    std::raise(signal);
    bool const good = stop.stopping() && stop.stopping() &&
                      stop.reason() == "signal " + std::to_string(signal) &&
                      StopControl(std::nullopt, run).stopping();
    std::_Exit(good ? 0 : 2);
}

using StopDeathTest = Stop;

TEST_F(StopDeathTest, SignalsStop) {
    for (int const signal : {SIGUSR1, SIGTERM, SIGINT, SIGXCPU})
        EXPECT_EXIT(stop_by(signal, run_), testing::ExitedWithCode(0), "") << signal;
}

TEST_F(StopDeathTest, OtherSignalsKillAsEver) {
    EXPECT_EXIT(stop_by(SIGUSR2, run_), testing::KilledBySignal(SIGUSR2), "");
}

TEST_F(StopDeathTest, ASecondInterruptKills) {
    auto const interrupt_twice = [&] {
        catch_stop_signals();
        std::raise(SIGINT);
        if (!StopControl(std::nullopt, run_).stopping()) std::_Exit(1);
        std::raise(SIGINT);
        std::_Exit(2);
    };
    EXPECT_EXIT(interrupt_twice(), testing::KilledBySignal(SIGINT), "");
    // Schedulers may repeat theirs while a run saves.
    auto const twice = [&](int signal) {
        catch_stop_signals();
        std::raise(signal);
        std::raise(signal);
        std::_Exit(StopControl(std::nullopt, run_).stopping() ? 0 : 1);
    };
    for (int const signal : {SIGUSR1, SIGTERM, SIGXCPU})
        EXPECT_EXIT(twice(signal), testing::ExitedWithCode(0), "") << signal;
}

// What was under way goes on: a write to a journal must not fail because of a signal.
TEST_F(StopDeathTest, SystemCallsAreNotCutShort) {
    auto const read_through_a_signal = [&] {
        catch_stop_signals();
        int ends[2];
        if (::pipe(ends) != 0) std::_Exit(1);
        auto const self = ::pthread_self();
        std::thread disturber([&] {
            std::this_thread::sleep_for(50ms);
            ::pthread_kill(self, SIGUSR1);
            std::this_thread::sleep_for(50ms);
            if (::write(ends[1], "x", 1) != 1) std::_Exit(1);
        });
        char letter = 0;
        auto const n = ::read(ends[0], &letter, 1);
        disturber.join();
        std::_Exit(n == 1 && StopControl(std::nullopt, run_).stopping() ? 0 : 2);
    };
    EXPECT_EXIT(read_through_a_signal(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace spinscape::app
