// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spinscape::parallel {

/// What goes with a block.
using Enclosure = std::shared_ptr<std::string const>;

/// Blocks for one rank, with what they need and it does not have yet.
struct Assignment {
    std::vector<Block> blocks;
    std::vector<std::pair<index, Enclosure>> enclosures;  ///< by Block::point
};

/// Scheduler and report sink of rank 0, shared by its main and its service thread. Knows no MPI.
class Desk {
public:
    Desk(std::vector<Block> const& blocks, index ranks, Work const& work)
        : scheduler_(blocks), ranks_(ranks), work_(work), sent_(static_cast<std::size_t>(ranks)) {}

    /// For rank 0; waits a moment if there is none at present. Nothing: ask again unless over().
    std::optional<std::pair<Block, Enclosure>> next();
    /// For another rank; nothing if none waits, or (in reserve) if others should rather have it.
    Assignment next_batch(index rank, bool in_reserve);
    /// Whether nobody will be given a block any more.
    bool over();
    /// `rank` takes no more; what it holds and has not delivered may be taken by others.
    void leave(index rank);
    /// Nobody takes any more.
    void close();
    void deliver(BlockReport const& report);

private:
    [[nodiscard]] bool over_locked() const { return closed_ || scheduler_.complete(); }

    std::mutex mutex_;
    std::condition_variable changed_;  // for rank 0's main thread
    Scheduler scheduler_;
    index ranks_;
    bool closed_ = false;
    Work const& work_;
    std::vector<std::map<index, Enclosure>> sent_;  // to each rank, the last by Block::point
};

}  // namespace spinscape::parallel
