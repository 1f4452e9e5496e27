// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace spinscape {

/// "90min", "1h30m", "11h", "2d", "45s": units are required, since "60:30" means minutes to one
/// scheduler and hours to another. Error(usage) otherwise.
std::chrono::seconds parse_duration(std::string_view text);

/// "45s", "1m30s", "11h30m", "2d04h".
std::string duration_text(double seconds);

}  // namespace spinscape
