// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/finished.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// What stands in the journals of a run folder.
namespace spinscape {

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

/// Takes entries of journals in, in any order.
class JournalEntries {
public:
    /// Adds to `finished`, which must outlive this.
    JournalEntries(Job const& job, Finished& finished);
    /// Error(bad_input) if it does not fit the job's study, or is of an unknown kind.
    void take(std::string_view bytes);
    /// After the last one: counts the replicas that belong to no point of the job and do not lead
    /// to one.
    void end();

private:
    Job const& job_;
    Finished& finished_;
    std::multimap<std::string, index> points_;  // by point_key
    std::map<std::string, index> foreign_;      // replicas by point_key
};

/// The kept state that an entry tells of; nothing if it is another entry.
std::optional<KeptState> kept_state_of(std::string_view bytes);

}  // namespace spinscape
