// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <vector>

namespace spinscape::tempering {

inline constexpr int levels = 24;  ///< of a ladder
inline constexpr index largest_enumerated = 20;

/// Inverse temperatures from hottest to coldest, in geometric progression.
std::vector<double> ladder(Parameters const& parameters);

/// Replica = disorder sample; in each, two independent ladders.
void run(Task& task);

Findings conclude(Results const& results);

}  // namespace spinscape::tempering
