// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace spinscape {

/// Bytes of main memory of this machine; 0 if unknown.
double physical_memory();

/// Throws Error(unavailable) if this machine does not have so many bytes: before work that would
/// fail or swap for hours. `what` needs them: "the dense Hessian of 120000 parameters".
void require_memory(double bytes, std::string const& what);

}  // namespace spinscape
