// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>

namespace spinscape {

/// Exit codes of the program; the numbers are those of BSD's sysexits.h where one fits.
enum class ExitCode : int {
    success = 0,
    usage = 64,             ///< wrong command line
    bad_input = 65,         ///< a job or data file that cannot be used
    missing_input = 66,     ///< a file that is not there
    unavailable = 69,       ///< MPI, HDF5 or an external program is not usable
    internal = 70,          ///< a defect of Spinscape itself
    cannot_create = 73,     ///< an output that cannot be created
    io_failure = 74,        ///< reading or writing broke off
    stopped = 75,           ///< stopped cleanly; run again to continue
    some_tasks_failed = 76  ///< results were written, some replicas failed
};

/// What the user must know: the problem, where, why, and what to do. `code()` ends the program.
/// A numerical failure (diverged, stalled) is never an Error but a recorded `Outcome`.
class Error : public std::runtime_error {
public:
    Error(ExitCode code, std::string const& message) : std::runtime_error(message), code_(code) {}
    [[nodiscard]] ExitCode code() const { return code_; }

private:
    ExitCode code_;
};

}  // namespace spinscape
