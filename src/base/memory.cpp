// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/memory.hpp"

#include "spinscape/base/error.hpp"

#include <cstdint>
#include <cstdio>
#include <sys/mman.h>
#include <unistd.h>

namespace spinscape {

namespace {

/// For the whole large pages between data and data + bytes.
[[maybe_unused]] void advise(void const* data, std::size_t bytes, int advice) {
    constexpr std::size_t page = std::size_t{1} << 21;
    auto const before = (page - reinterpret_cast<std::uintptr_t>(data) % page) % page;
    if (bytes < before + page) return;
    auto* const first = const_cast<char*>(static_cast<char const*>(data)) + before;
    ::madvise(first, (bytes - before) / page * page, advice);
}

}  // namespace

void wish_for_large_pages([[maybe_unused]] void const* data, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
    advise(data, bytes, MADV_HUGEPAGE);
#endif
}

void move_to_large_pages(void const* data, std::size_t bytes) {
    wish_for_large_pages(data, bytes);
#ifdef __linux__
    constexpr int collapse = 25;  // MADV_COLLAPSE of Linux 6.1; C libraries learn it later
    advise(data, bytes, collapse);
#endif
}

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
