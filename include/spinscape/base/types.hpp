// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <limits>

namespace spinscape {

/// Sizes, counts and positions. Signed, so that differences and downward loops are safe.
using index = std::ptrdiff_t;

/// Marks a value that was not measured or does not apply. Written as NaN or as `_FillValue`.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace spinscape
