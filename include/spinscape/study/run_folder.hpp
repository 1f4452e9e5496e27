// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"
#include "spinscape/stats/point_table.hpp"
#include "spinscape/stats/record_table.hpp"
#include "spinscape/store/journal.hpp"
#include "spinscape/study/job.hpp"
#include "spinscape/study/kept_states.hpp"
#include "spinscape/study/phases.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace spinscape {

/// Part `number` (1 ... of) of a job that is computed by independent processes, e.g. of a job
/// array.
struct Shard {
    index number = 1, of = 1;
};

/// A replica whose computation threw, with the message.
struct Failure {
    index point, replica;
    std::string message;
};

/// A process that computed a part of a job.
struct Session {
    index rank = 0;
    std::string started_at;  ///< UTC, ISO 8601
    std::string host;
    std::string program;          ///< program_identity
    std::string batch_job;        ///< "slurm 1234, restart 2"; empty outside of a scheduler
    std::string instruction_set;  ///< of its kernels

    static Session here(index rank);
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

/// The folder `<output>.run` beside a result: what is finished and what is under way.
///   job.toml          the resolved job and the program that compute here
///   lock, lock-2of5   held while a process group computes
///   *.journal         one per rank: its finished blocks (store::Journal)
///   *.states          one per rank: states that its finished blocks ended in (store::Journal)
///   state/            saved states of unfinished blocks, named by point and replicas
///   STOP              if somebody puts this file here, the run saves its states and ends
class RunFolder {
public:
    explicit RunFolder(Job const& job);
    ~RunFolder();
    RunFolder(RunFolder const&) = delete;
    RunFolder& operator=(RunFolder const&) = delete;

    enum class Policy {
        keep,    ///< finished replicas are kept; Error(bad_input) if they belong to another job
        force,   ///< what fits the job is kept whatever else has changed
        restart  ///< all is computed again
    };
    /// Makes and locks the folder; one process of a run. Error(bad_input) if another run computes
    /// here (to restart: or another shard) or if job or program have changed, with what differs.
    void open(Job const& job, Policy policy, Shard shard);

    [[nodiscard]] std::string const& path() const { return path_; }
    [[nodiscard]] bool exists() const;
    /// Whether a run holds the lock at this moment.
    [[nodiscard]] bool in_use() const;
    /// What all journals hold of this job. Reads only; may be called while others write.
    [[nodiscard]] Finished finished(Job const& job) const;
    [[nodiscard]] std::string journal(Shard shard, index rank) const;
    /// Name, within the folder, of the file for kept states of a rank.
    [[nodiscard]] std::string states_name(Shard shard, index rank) const;
    /// What finished() holds of kept states, alone.
    [[nodiscard]] KeptStates kept_states() const;
    [[nodiscard]] bool stop_requested() const;

    /// Saved state of this block that was there when this was first called; empty if none.
    [[nodiscard]] std::string state(std::string const& key, index first, index count) const;
    void save_state(std::string const& key, index first, index count,
                    std::string const& bytes) const;
    void drop_state(std::string const& key, index first, index count) const;

    /// Removes the folder with all that is in it. Error(bad_input) while a run holds it, or if it
    /// is none of ours.
    void remove();

private:
    [[nodiscard]] std::string state_path(std::string const& key, index first, index count) const;
    void lock(Shard shard, bool alone);
    void check_unchanged(Job const& job) const;
    [[nodiscard]] std::vector<std::string> files(char const* extension) const;

    std::string path_;
    std::vector<int> locks_;                               // descriptors
    mutable std::optional<std::set<std::string>> states_;  // names, listed once for all blocks
};

/// A block in a journal; `seconds` of one core were spent on it.
std::string block_entry(std::string const& key, index first, index count, double seconds,
                        parallel::BlockReport const& report);
/// Time spent in named phases since the entry before; `unfinished`: core-seconds since then of a
/// block that has saved its state (they do not come again in the entry of that block).
std::string phases_entry(PhaseTimes const& times, double unfinished);
/// A kept state, to be written before the entry of its block.
std::string kept_entry(KeptState const& state);
/// Start of a process that writes a journal.
std::string session_entry(Session const& session);

/// Version, commit and a hash of the executable file.
std::string program_identity();

}  // namespace spinscape
