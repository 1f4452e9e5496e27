// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"
#include "spinscape/study/job.hpp"

#include <string>
#include <vector>

namespace spinscape {

/// A replica whose computation threw, with the message.
struct Failure {
    index point, replica;
    std::string message;
};

/// What a run produced, complete on rank 0.
struct Swept {
    RecordTable records;
    std::vector<Failure> failures;
    parallel::Times times;
    std::string started_at;  ///< UTC, ISO 8601
};

/// The work of a job in blocks; block boundaries have no influence on records.
std::vector<parallel::Block> blocks_of(Job const& job);

/// Calls the study's own checks at every point and compares the memory needed by `ranks` ranks with
/// what this machine has available. Throws Error before any work.
void validate(Job const& job, index ranks);

/// Computes one block: the message a rank sends. A replica that throws is recorded as failed.
parallel::BlockReport compute_block(Job const& job, parallel::Block const& block, RankCache& cache);

/// Computes all replicas of a job over the ranks; collective. `progress` (may be empty) is called
/// on rank 0 after each block.
Swept run_sweep(
    Job const& job, parallel::World& world,
    std::function<void(parallel::Block const&, parallel::BlockReport const&)> const& progress);

/// Adds the rows of a report to a table.
void unpack(parallel::Block const& block, parallel::BlockReport const& report, RecordTable& records,
            std::vector<Failure>& failures);

}  // namespace spinscape
