// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace spinscape {

/// What a search for a critical point ended at. The first four are critical points with a
/// certificate; the others are rejected, and counted. The numbers are written to result files:
/// append, never renumber.
enum class PointKind : std::int8_t {
    minimum = 0,
    saddle = 1,         ///< of the index in the column `index`
    maximum = 2,        ///< no eigenvalue is positive
    degenerate = 3,     ///< more zero eigenvalues than the symmetries explain
    gradient_flat = 4,  ///< |gradient| is stationary there, but not zero
    stalled = 5,        ///< no progress, or out of budget, before the tolerance was met
    diverged = 6        ///< a value became NaN or infinite
};

inline constexpr std::array<std::string_view, 7> point_kind_names = {
    "minimum", "saddle", "maximum", "degenerate", "gradient_flat", "stalled", "diverged"};

}  // namespace spinscape
