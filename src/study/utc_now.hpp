// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace spinscape {

/// "2026-07-01T12:00:00Z". Formats of times take seconds to compile: in one source only.
std::string utc_now();

}  // namespace spinscape
