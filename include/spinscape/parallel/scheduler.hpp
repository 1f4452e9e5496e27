// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <optional>
#include <set>
#include <vector>

namespace spinscape::parallel {

/// Replicas first ... first + count - 1 of one parameter point: the unit of work a rank takes.
struct Block {
    index id = 0;
    index point = 0;
    index first = 0, count = 0;
    double cost = 0;  ///< estimated core-seconds; only the order of work depends on it
};

/// Seconds that bound the cost of a batch of several blocks.
struct BatchLimits {
    double longest = 10;  ///< what a lost rank, or a wrong estimate, may spoil
    double service =
        20e-6;  ///< rank 0's time per batch: a batch lasts as long as serving all ranks
};

/// Decides which block is computed next. A pure state machine: knows no MPI, no clock, no rank
/// count; tested under random orders and losses. Blocks are handed out dearest first, ties by id.
class Scheduler {
public:
    /// Ids must be 0, 1, 2, ... in order.
    explicit Scheduler(std::vector<Block> const& blocks);
    /// More blocks, whose ids go on where the earlier ones ended.
    void add(std::vector<Block> const& blocks);

    /// The next block for `rank`, or nothing when all are handed out.
    std::optional<Block> next(index rank);
    /// The next blocks for `rank`, one of `ranks` at work; empty when all are handed out. Guided
    /// self-scheduling: a 1 / (batch_share * ranks) part of the waiting cost within `limits`, at
    /// least one block. So the number of batches grows with the logarithm of the number of blocks,
    /// and at the end no rank idles longer than one block or one round of requests takes.
    std::vector<Block> next_batch(index rank, index ranks, BatchLimits const& limits = {});
    /// `rank` delivered `block`. False if it had been delivered before (the copy is ignored).
    bool deliver(index rank, index block);
    /// `rank` is lost: what it held and did not deliver waits again, in its place by cost.
    void lose(index rank);

    /// Blocks not handed out yet.
    [[nodiscard]] index waiting() const;
    [[nodiscard]] double cost_waiting() const;
    [[nodiscard]] bool complete() const;
    [[nodiscard]] double cost_delivered() const;
    [[nodiscard]] double cost_total() const;

private:
    enum class State : char { waiting, handed_out, delivered };
    struct Entry {
        Block block;
        State state = State::waiting;
        index holder = -1;
    };
    /// Dearest first, ties by id.
    struct Order {
        double cost;
        index id;
        bool operator<(Order const& other) const {
            return cost != other.cost ? cost > other.cost : id < other.id;
        }
    };
    Entry& at(index place) { return entries_[static_cast<std::size_t>(place)]; }
    static Order order(Entry const& entry) { return {entry.block.cost, entry.block.id}; }
    [[nodiscard]] Entry const* front();
    void lose(index rank, index place);
    Block const& hand_out(index rank);
    [[nodiscard]] index batch_size(index ranks, BatchLimits const& limits);

    // Small enough that ranks whose blocks take twice their estimate do not outlast the queue.
    static constexpr index batch_share = 4;

    // The blocks of the beginning in the order of handing out, so that rank 0 walks through memory
    // once: with 10,000 ranks it has some 50 ns per block. Behind them, what was added later.
    std::vector<Entry> entries_;
    std::vector<index> place_;  // of each id in entries_
    index next_ = 0;            // all before it have been handed out at least once
    index walk_ = 0;            // end of the blocks of the beginning
    std::set<Order> late_;      // what waits besides the walk: added, or returned by lost ranks
    index waiting_ = 0, delivered_ = 0;
    double cost_waiting_ = 0, cost_delivered_ = 0, cost_total_ = 0;
};

}  // namespace spinscape::parallel
