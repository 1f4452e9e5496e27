// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace spinscape {

/// How a replica's computation ended. Data, not an error: every replica gets one and keeps its row.
/// The numbers are written to result files: append, never renumber.
enum class Outcome : std::int8_t {
    converged = 0,      ///< its stopping criterion was met
    completed = 1,      ///< ran its prescribed length (no criterion to meet)
    out_of_budget = 2,  ///< reached the step limit before its criterion
    stalled = 3,        ///< no further progress possible before its criterion
    diverged = 4,       ///< a value became NaN, infinite or larger than allowed
    failed = 5          ///< an exception was thrown; the message is in /provenance/failures
};

inline constexpr std::array<std::string_view, 6> outcome_names = {
    "converged", "completed", "out_of_budget", "stalled", "diverged", "failed"};

}  // namespace spinscape
