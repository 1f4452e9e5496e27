// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/parallel/scheduler.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <numeric>

namespace spinscape::parallel {

Scheduler::Scheduler(std::vector<Block> const& blocks) {
    for (auto const& block : blocks) {
        SPINSCAPE_EXPECT(block.id == std::ssize(entries_));
        cost_total_ += block.cost;
        queue_.push_back(block.id);
        entries_.push_back({.block = block});
    }
    // Taken from the back: dearest last, and the smaller id last among equals.
    std::sort(queue_.begin(), queue_.end(), [&](index a, index b) {
        auto const &x = entries_[static_cast<std::size_t>(a)].block,
                   &y = entries_[static_cast<std::size_t>(b)].block;
        return x.cost != y.cost ? x.cost < y.cost : x.id > y.id;
    });
}

std::optional<Block> Scheduler::next(index rank) {
    if (queue_.empty()) return std::nullopt;
    auto& entry = entries_[static_cast<std::size_t>(queue_.back())];
    queue_.pop_back();
    entry.state = State::handed_out;
    entry.holder = rank;
    return entry.block;
}

bool Scheduler::deliver(index, index block) {
    auto& entry = entries_[static_cast<std::size_t>(block)];
    if (entry.state == State::delivered) return false;
    // A block of a rank given up for lost may arrive after all: then nobody needs to repeat it.
    if (entry.state == State::waiting) std::erase(queue_, block);
    entry.state = State::delivered;
    entry.holder = -1;
    ++delivered_;
    cost_delivered_ += entry.block.cost;
    return true;
}

void Scheduler::lose(index rank) {
    for (auto& entry : entries_)
        if (entry.state == State::handed_out && entry.holder == rank) {
            entry.state = State::waiting;
            entry.holder = -1;
            queue_.push_back(entry.block.id);
        }
}

index Scheduler::waiting() const {
    return std::ssize(queue_);
}

bool Scheduler::complete() const {
    return delivered_ == std::ssize(entries_);
}

double Scheduler::cost_delivered() const {
    return cost_delivered_;
}

double Scheduler::cost_total() const {
    return cost_total_;
}

}  // namespace spinscape::parallel
