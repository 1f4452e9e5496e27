// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/scheduler.hpp"
#include "spinscape/study/run_folder.hpp"

#include <vector>

namespace spinscape {

/// What is left to do of a shard of a job, in blocks; their boundaries have no influence on
/// records. Replicas that a finished block holds are left out; `replicas[p]` are wanted at point p.
std::vector<parallel::Block> missing_blocks(Job const& job, std::vector<index> const& replicas,
                                            Finished const& finished, Shard shard = {});
/// The same of one point, appended to `blocks`; `cell` is the number of its first block in the
/// whole job.
void add_missing_blocks(Job const& job, index point, index replicas, Finished const& finished,
                        std::vector<parallel::Block>& blocks, Shard shard = {}, index cell = 0);
/// All of it.
std::vector<parallel::Block> blocks_of(Job const& job);

}  // namespace spinscape
