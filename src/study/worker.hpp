// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/error.hpp"
#include "spinscape/study/journal_entries.hpp"
#include "spinscape/study/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace spinscape {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One rank's share of a sweep: computes blocks, writes them down, saves and takes up states.
class Worker {
public:
    Worker(Job const& job, index rank, SweepOptions const& options)
        : job_(job), rank_(rank), options_(options) {}

    /// With a crew: on all its ranks, which agree on what they do; its rank 0 writes things down.
    std::optional<parallel::BlockReport> operator()(parallel::Block const& block,
                                                    parallel::Crew& crew,
                                                    std::string const& shared) {
        auto const cost = block.cost;
        if (!crew.decided(fits(cost))) return std::nullopt;
        auto const start = Clock::now();
        written_ = start;
        auto const& [key, line] = name_of(block.point);
        auto report = compute(block, key, line, crew, shared);
        if (!report) return std::nullopt;
        if (cost > 0)
            seconds_per_cost_ = std::max(0.9 * seconds_per_cost_, seconds_since(start) / cost);
        auto const phases = counted_phases();
        if (options_.folder == nullptr) return report;
        if (crew.rank() == 0)
            write_down(block, key, line, phases, *report);
        else
            journal().append(phases_entry(phases, seconds_since(written_)));
        return report;
    }

    /// Core-seconds that this rank has spent in named phases.
    [[nodiscard]] PhaseTimes const& phases() const { return phases_; }

private:
    struct Name {
        std::string key;
        std::optional<Line> line;
    };
    /// Of a point in the run folder; formed once.
    Name const& name_of(index point) {
        auto const [found, is_new] = names_.try_emplace(point);
        if (is_new && options_.folder != nullptr) {
            auto const& parameters = job_.points[static_cast<std::size_t>(point)].parameters;
            found->second = {point_key(job_, parameters), line_of(job_, parameters)};
        }
        return found->second;
    }

    /// Whether a block of this cost comes to its end, or to a state that can be saved, in time.
    [[nodiscard]] bool fits(double cost) const {
        if (!options_.seconds_left || job_.study->pauses) return true;
        return cost * (seconds_per_cost_ > 0 ? seconds_per_cost_ : 1) < options_.seconds_left();
    }

    std::optional<parallel::BlockReport> compute(parallel::Block const& block,
                                                 std::string const& key,
                                                 std::optional<Line> const& line,
                                                 parallel::Crew& crew, std::string const& shared) {
        if (options_.folder == nullptr)
            return compute_block(job_, block, cache_, nullptr, &clock_, &crew, shared);
        auto const& folder = *options_.folder;
        auto last_saved = Clock::now();
        bool kept = false;
        Interruption interruption{
            .stopping = [&] { return crew.decided(options_.stopping && options_.stopping()); },
            .save_due =
                [&] { return crew.decided(seconds_since(last_saved) > options_.save_seconds); },
            .save =
                [&](std::string const& bytes) {
                    last_saved = Clock::now();
                    if (crew.rank() != 0) return;
                    try {
                        folder.save_state(key, block.first, block.count, bytes);
                        kept = true;
                        journal().append(phases_entry(counted_phases(), seconds_since(written_)));
                        written_ = Clock::now();
                    } catch (Error const& problem) {  // a full disk: the block goes on unsaved
                        fmt::print(stderr, "spinscape: a state could not be saved: {}\n",
                                   problem.what());
                    }
                },
            .saved = crew.of_rank_0(crew.rank() == 0 ? folder.state(key, block.first, block.count)
                                                     : "")};
        bool const stale = !interruption.saved.empty();
        end_state_.clear();
        if (line) {
            if (!stale)
                interruption.saved =
                    crew.of_rank_0(crew.rank() == 0 ? kept_state(*line, block) : "");
            if (job_.keep_states)
                interruption.keep = [&](std::string const& bytes) { end_state_ = bytes; };
        }
        auto report = compute_block(job_, block, cache_, &interruption, &clock_, &crew, shared);
        stale_state_ = report && (kept || stale);
        return report;
    }

    /// The end of a shorter run of these replicas; empty if there is none.
    std::string kept_state(Line const& line, parallel::Block const& block) {
        if (!kept_) kept_ = options_.folder->kept_states();
        auto const* state = kept_->find(line, block.first, block.count);
        return state == nullptr
                   ? ""
                   : store::read_entry(options_.folder->path() + "/" + state->file, state->at);
    }

    void keep_end_state(std::string const& key, Line const& line, parallel::Block const& block) {
        auto const name = options_.folder->states_name(options_.shard, rank_);
        if (!states_) states_.emplace(options_.folder->path() + "/" + name);
        auto const at = states_->append(end_state_);
        journal().append(kept_entry({.point = key,
                                     .line = line,
                                     .first = block.first,
                                     .count = block.count,
                                     .file = name,
                                     .at = at}));
        end_state_.clear();
    }

    /// Phases since this was last called.
    PhaseTimes counted_phases() {
        auto phases = clock_.take();
        phases_ += phases;
        return phases;
    }

    store::Journal& journal() {
        if (!journal_) {
            journal_.emplace(options_.folder->journal(options_.shard, rank_));
            journal_->append(session_entry(Session::here(rank_)));
        }
        return *journal_;
    }

    void write_down(parallel::Block const& block, std::string const& key,
                    std::optional<Line> const& line, PhaseTimes const& phases,
                    parallel::BlockReport const& report) {
        auto const seconds = seconds_since(written_);
        if (!phases.empty()) journal().append(phases_entry(phases, 0));
        if (line && !end_state_.empty() && report.failures.empty())
            keep_end_state(key, *line, block);
        journal().append(block_entry(key, block.first, block.count, seconds, report));
        if (stale_state_) options_.folder->drop_state(key, block.first, block.count);
        if (seconds_since(synced_) < 10) return;
        journal().sync();
        synced_ = Clock::now();
    }

    Job const& job_;
    index rank_;
    SweepOptions const& options_;
    RankCache cache_;
    std::map<index, Name> names_;
    std::optional<store::Journal> journal_, states_;  // made when there is something to write
    std::optional<KeptStates> kept_;                  // read when first asked for
    PhaseClock clock_;
    PhaseTimes phases_;          // since this rank began
    Clock::time_point written_;  // up to here, time is in the journal
    std::string end_state_;      // of the block just computed, to be kept
    bool stale_state_ = false;
    double seconds_per_cost_ = 0;
    Clock::time_point synced_ = Clock::now();
};

}  // namespace spinscape
