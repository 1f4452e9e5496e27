// SPDX-License-Identifier: BSD-3-Clause
#include "utc_now.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace spinscape {

std::string utc_now() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace spinscape
