// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/parallel/scheduler.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>

namespace spinscape::parallel {

Scheduler::Scheduler(std::vector<Block> const& blocks) {
    for (auto const& block : blocks) {
        SPINSCAPE_EXPECT(block.id == std::ssize(entries_));
        cost_total_ += block.cost;
        queue_.push_back(block.id);
        entries_.push_back({.block = block});
    }
    cost_waiting_ = cost_total_;
    sort_queue_from(0);
}

void Scheduler::sort_queue_from(index sorted) {
    // Taken from the back: dearest last, and the smaller id last among equals.
    auto const later = [&](index a, index b) {
        auto const &x = entry(a).block, &y = entry(b).block;
        return x.cost != y.cost ? x.cost < y.cost : x.id > y.id;
    };
    std::sort(queue_.begin() + sorted, queue_.end(), later);
    std::inplace_merge(queue_.begin(), queue_.begin() + sorted, queue_.end(), later);
}

Block const& Scheduler::hand_out(index rank) {
    auto& next = entry(queue_.back());
    queue_.pop_back();
    next.state = State::handed_out;
    next.holder = rank;
    cost_waiting_ -= next.block.cost;
    return next.block;
}

std::optional<Block> Scheduler::next(index rank) {
    if (queue_.empty()) return std::nullopt;
    return hand_out(rank);
}

index Scheduler::batch_size(index ranks, BatchLimits const& limits) const {
    auto const parts = batch_share * ranks;
    double const guided = cost_waiting_ / static_cast<double>(parts);
    // Shorter batches would only make the ranks queue at rank 0; but never more than a fair share.
    double const shortest = std::min(limits.service * static_cast<double>(ranks),
                                     cost_waiting_ / static_cast<double>(ranks));
    double const cost = std::min(limits.longest, std::max(shortest, guided));
    // No block that waits is dearer than the next one.
    double const dearest = entries_[static_cast<std::size_t>(queue_.back())].block.cost;
    auto const fit = dearest > 0 ? cost / dearest : static_cast<double>(waiting() / parts);
    return static_cast<index>(std::clamp(fit, 1.0, static_cast<double>(waiting())));
}

std::vector<Block> Scheduler::next_batch(index rank, index ranks, BatchLimits const& limits) {
    SPINSCAPE_EXPECT(ranks > 0);
    std::vector<Block> batch;
    if (queue_.empty()) return batch;
    auto const size = batch_size(ranks, limits);
    batch.reserve(static_cast<std::size_t>(size));
    while (std::ssize(batch) < size) batch.push_back(hand_out(rank));
    return batch;
}

bool Scheduler::deliver(index, index block) {
    auto& done = entry(block);
    if (done.state == State::delivered) return false;
    // A block of a rank given up for lost may arrive after all: then nobody needs to repeat it.
    if (done.state == State::waiting) {
        std::erase(queue_, block);
        cost_waiting_ -= done.block.cost;
    }
    done.state = State::delivered;
    done.holder = -1;
    ++delivered_;
    cost_delivered_ += done.block.cost;
    return true;
}

void Scheduler::lose(index rank) {
    auto const before = waiting();
    for (auto& lost : entries_)
        if (lost.state == State::handed_out && lost.holder == rank) {
            lost.state = State::waiting;
            lost.holder = -1;
            cost_waiting_ += lost.block.cost;
            queue_.push_back(lost.block.id);
        }
    sort_queue_from(before);
}

index Scheduler::waiting() const {
    return std::ssize(queue_);
}

double Scheduler::cost_waiting() const {
    return cost_waiting_;
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
