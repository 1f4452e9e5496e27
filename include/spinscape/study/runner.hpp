// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"
#include "spinscape/study/blocks.hpp"
#include "spinscape/study/job.hpp"
#include "spinscape/study/run_folder.hpp"

#include <exception>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace spinscape {

/// What a run produced, complete on rank 0.
struct Swept {
    RecordTable records;
    PointTable critical_points;
    std::vector<Failure> failures;
    parallel::Times times;
    std::string started_at;           ///< UTC, ISO 8601
    index missing_replicas = 0;       ///< > 0: the run was stopped; run again to continue
    index sessions = 1;               ///< processes that computed, of this run and earlier ones
    std::vector<Session> runs{};      ///< this one and earlier ones, in order of their starts
    double earlier_core_seconds = 0;  ///< of the blocks that earlier runs left
    PhaseTimes phases{};              ///< core-seconds in named phases, of all runs
    std::vector<std::string> rank_instruction_sets{};  ///< of each rank of this run
    std::set<std::string> instruction_sets{};          ///< of all processes that computed records
    std::exception_ptr problem{};  ///< thrown when the study was asked for its next wave
};

/// Calls the study's own checks at every point and compares the memory needed by `ranks` ranks with
/// what this machine has available. Throws Error before any work.
void validate(Job const& job, index ranks);

/// Computes one block: the message a rank sends, to be unpacked by Finished::add. A replica that
/// throws is recorded as failed, unless a crew computes: its ranks cannot go on without each other,
/// and the exception is passed on. Nothing if the study paused. `shared` is that of its wave.
std::optional<parallel::BlockReport> compute_block(Job const& job, parallel::Block const& block,
                                                   RankCache& cache,
                                                   Interruption const* interruption = nullptr,
                                                   PhaseClock* clock = nullptr,
                                                   parallel::Crew* crew = nullptr,
                                                   std::string const& shared = "");

/// How a sweep is run.
struct SweepOptions {
    RunFolder const* folder = nullptr;  ///< keeps journals and states; none if null
    Shard shard{};
    std::function<bool()> stopping{};        ///< the run is to end; asked on every rank
    std::function<double()> seconds_left{};  ///< until the run must have ended
    double save_seconds = 600;               ///< between saved states of a long block
    /// On rank 0 when work begins, with all that is wanted by then, and after each block.
    std::function<void(std::vector<parallel::Block> const&, Finished const&)> on_start{};
    std::function<void(parallel::Block const&, parallel::BlockReport const&)> on_block{};
    /// On rank 0 when a complete wave has changed how many replicas are wanted at the points.
    std::function<void(std::vector<index> const& before, std::vector<index> const& now)>
        on_wanted{};
};

/// Computes what is missing of a job over the ranks; collective; `finished` counts on rank 0.
Swept run_sweep(Job const& job, parallel::World& world, Finished finished,
                SweepOptions const& options);

/// The records that exist, as of a run that ended here: for results of unfinished sweeps.
Swept swept_so_far(Job const& job, Finished finished);

}  // namespace spinscape
