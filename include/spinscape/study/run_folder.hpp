// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/store/journal.hpp"
#include "spinscape/study/finished.hpp"

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

}  // namespace spinscape
