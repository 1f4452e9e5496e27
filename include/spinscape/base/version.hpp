// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace spinscape {

/// What this program was built from and with; constant per build.
struct BuildInformation {
    std::string version;     ///< "0.1.0"
    std::string git_commit;  ///< full hash, or "unknown" outside a checkout
    bool git_dirty;          ///< uncommitted changes when it was built
    std::string compiler, flags, build_type;
};

BuildInformation const& build_information();

}  // namespace spinscape
