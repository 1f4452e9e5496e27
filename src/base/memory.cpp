// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/memory.hpp"

#include "spinscape/base/error.hpp"

#include <cstdio>
#include <unistd.h>

namespace spinscape {

double physical_memory() {
    auto const pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? static_cast<double>(pages) * static_cast<double>(size) : 0;
}

void require_memory(double bytes, std::string const& what) {
    double const there = physical_memory();
    if (there == 0 || bytes <= there) return;
    char text[80];
    std::snprintf(text, sizeof text, " needs %.3g GiB; this machine has %.3g GiB", bytes / 0x1p30,
                  there / 0x1p30);
    throw Error(ExitCode::unavailable, what + text);
}

}  // namespace spinscape
