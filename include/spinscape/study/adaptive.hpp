// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/run_folder.hpp"

#include <vector>

namespace spinscape {

/// Replicas wanted at each point, given what is finished. Fixed seeds: those of the job. Adaptive
/// seeds come in waves: the first has the least number everywhere; after each complete wave, the
/// merged records of that wave alone decide where how many are added (at most as many again, at
/// least a quarter), until the criterion is met or the largest number reached:
///   "claims decided":      points of undecided claims, as many times as Claim::factor_to_decide
///   "stderr FIELD < X":    points whose mean has a larger standard error: n (error / X)^2
/// The answer is the same for any number of ranks, restarts and orders, since a wave that is not
/// complete decides nothing.
std::vector<index> wanted_replicas(Job const& job, Finished const& finished);

}  // namespace spinscape
