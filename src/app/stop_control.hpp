// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/run_folder.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace spinscape::app {

/// From now on SIGUSR1, SIGTERM, SIGINT and SIGXCPU ask for a stop instead of killing; a second
/// SIGINT kills. (mpirun forwards USR1 as it is; INT and TERM become TERM, and one second later
/// KILL.)
void catch_stop_signals();

/// When and why a run has to end: a signal, the time that was given, or a file STOP in the run
/// folder. Each rank has its own.
class StopControl {
public:
    /// `seconds`: from now until the process must have ended; no limit if empty. Work stops earlier
    /// by a margin of 5 % (1 s ... 60 s), for saving and for the result.
    StopControl(std::optional<double> seconds, RunFolder const& folder);

    [[nodiscard]] bool stopping();
    [[nodiscard]] double seconds_left() const;
    [[nodiscard]] std::string reason() const;

private:
    using Clock = std::chrono::steady_clock;

    std::optional<Clock::time_point> deadline_;
    RunFolder const& folder_;
    Clock::time_point looked_{};  // for the file: not more often than once a second
    bool file_ = false;
};

}  // namespace spinscape::app
