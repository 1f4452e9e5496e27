// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

namespace spinscape {

/// Bytes of main memory of this machine; 0 if unknown.
double physical_memory();

/// Throws Error(unavailable) if this machine does not have so many bytes: before work that would
/// fail or swap for hours. `what` needs them: "the dense Hessian of 120000 parameters".
void require_memory(double bytes, std::string const& what);

/// Memory that is read all over takes fewer faults and address translations in large pages. Only
/// wishes: where the system does not grant them, nothing changes. The first is for memory that will
/// be written, the second moves what has been written.
void wish_for_large_pages(void const* data, std::size_t bytes);
void move_to_large_pages(void const* data, std::size_t bytes);

}  // namespace spinscape
