// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"
#include "spinscape/stats/point_table.hpp"
#include "spinscape/stats/record_table.hpp"
#include "spinscape/study/job.hpp"
#include "spinscape/study/kept_states.hpp"
#include "spinscape/study/phases.hpp"
#include "spinscape/study/session.hpp"

#include <set>
#include <string>
#include <vector>

namespace spinscape {

/// A replica whose computation threw, with the message.
struct Failure {
    index point, replica;
    std::string message;
};

/// Blocks that were computed: those in the journals of a run folder, then what a run adds.
struct Finished {
    explicit Finished(Job const& job);

    RecordTable records;
    PointTable critical_points;
    std::vector<Failure> failures;
    std::vector<std::vector<bool>> done;     ///< [point][replica]
    double core_seconds = 0;                 ///< of these blocks, and of those saved unfinished
    PhaseTimes phases;                       ///< the part of it that was spent in named phases
    index sessions = 0;                      ///< processes that started to write journals
    std::vector<Session> runs;               ///< of rank 0, one per run or shard, unordered
    std::set<std::string> instruction_sets;  ///< of all these processes
    index repeated = 0;                      ///< replicas found more than once (identical)
    index foreign = 0;  ///< replicas of points that the job does not have and that do not lead to
                        ///< one of its points
    KeptStates kept;    ///< ends of replicas, to go on from
    std::vector<std::string> damage;  ///< a sentence per damaged stretch or unusable entry

    [[nodiscard]] bool has(index point, index replica) const;
    /// Adds what is new of a block (see compute_block). Returns how many of its replicas were there
    /// before. Error(bad_input), and nothing is added, if it is of a study with other fields.
    index add(index point, index first, index count, parallel::BlockReport const& report);
    void mark(index point, index first, index count);
};

}  // namespace spinscape
