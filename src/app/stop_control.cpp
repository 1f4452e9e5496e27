// SPDX-License-Identifier: BSD-3-Clause
#include "stop_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <limits>

namespace spinscape::app {

namespace {

// Nothing but this may be touched by a handler.
volatile std::sig_atomic_t caught = 0;

extern "C" void remember_signal(int number) {
    caught = number;
    if (number == SIGINT) std::signal(SIGINT, SIG_DFL);
}

}  // namespace

void catch_stop_signals() {
    for (int const number : {SIGUSR1, SIGTERM, SIGINT, SIGXCPU}) {
        struct sigaction action {};
        action.sa_handler = remember_signal;
        action.sa_flags = SA_RESTART;
        sigaction(number, &action, nullptr);
    }
}

StopControl::StopControl(std::optional<double> seconds, RunFolder const& folder) : folder_(folder) {
    if (!seconds) return;
    double const margin = std::clamp(0.05 * *seconds, 1.0, 60.0);
    deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(*seconds - margin));
}

bool StopControl::stopping() {
    if (caught != 0 || file_) return true;
    auto const now = Clock::now();
    if (deadline_ && now >= *deadline_) return true;
    if (now - looked_ < std::chrono::seconds(1)) return false;
    looked_ = now;
    file_ = folder_.stop_requested();
    return file_;
}

double StopControl::seconds_left() const {
    if (!deadline_) return std::numeric_limits<double>::infinity();
    return std::chrono::duration<double>(*deadline_ - Clock::now()).count();
}

std::string StopControl::reason() const {
    if (caught != 0) return fmt::format("signal {}", static_cast<int>(caught));
    if (file_) return fmt::format("file {}/STOP", folder_.path());
    return "the time given is up";
}

}  // namespace spinscape::app
