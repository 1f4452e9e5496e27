// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/parallel/scheduler.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>

namespace spinscape::parallel {

Scheduler::Scheduler(std::vector<Block> const& blocks) : place_(blocks.size()) {
    entries_.reserve(blocks.size());
    for (auto const& block : blocks) {
        SPINSCAPE_EXPECT(block.id == std::ssize(entries_));
        cost_total_ += block.cost;
        entries_.push_back({.block = block});
    }
    cost_waiting_ = cost_total_;
    waiting_ = walk_ = std::ssize(entries_);
    std::sort(entries_.begin(), entries_.end(),
              [](Entry const& a, Entry const& b) { return order(a) < order(b); });
    for (index place = 0; place < walk_; ++place)
        place_[static_cast<std::size_t>(at(place).block.id)] = place;
}

void Scheduler::add(std::vector<Block> const& blocks) {
    for (auto const& block : blocks) {
        SPINSCAPE_EXPECT(block.id == std::ssize(entries_));
        place_.push_back(block.id);
        entries_.push_back({.block = block});
        late_.insert(order(entries_.back()));
        cost_total_ += block.cost;
        cost_waiting_ += block.cost;
        ++waiting_;
    }
}

/// The block to be handed out next; null if none waits.
Scheduler::Entry const* Scheduler::front() {
    if (waiting_ == 0) return nullptr;
    while (next_ < walk_ && at(next_).state != State::waiting) ++next_;  // delivered meanwhile
    auto const* walked = next_ < walk_ ? &at(next_) : nullptr;
    if (late_.empty()) return walked;
    auto const* late = &at(place_[static_cast<std::size_t>(late_.begin()->id)]);
    return walked != nullptr && order(*walked) < order(*late) ? walked : late;
}

Block const& Scheduler::hand_out(index rank) {
    auto const place = front() - entries_.data();
    auto& next = at(place);
    if (place == next_ && place < walk_)
        ++next_;
    else
        late_.erase(late_.begin());
    next.state = State::handed_out;
    next.holder = rank;
    --waiting_;
    cost_waiting_ -= next.block.cost;
    return next.block;
}

std::optional<Block> Scheduler::next(index rank) {
    if (waiting_ == 0) return std::nullopt;
    return hand_out(rank);
}

index Scheduler::batch_size(index ranks, BatchLimits const& limits) {
    auto const parts = batch_share * ranks;
    double const guided = cost_waiting_ / static_cast<double>(parts);
    // Shorter batches would only make the ranks queue at rank 0; but never more than a fair share.
    double const shortest = std::min(limits.service * static_cast<double>(ranks),
                                     cost_waiting_ / static_cast<double>(ranks));
    double const cost = std::min(limits.longest, std::max(shortest, guided));
    // No block that waits is dearer than the next one.
    double const dearest = front()->block.cost;
    auto const share = waiting() / parts;
    auto const fit = dearest > 0 ? cost / dearest : static_cast<double>(share);
    return static_cast<index>(std::clamp(fit, 1.0, static_cast<double>(waiting())));
}

std::vector<Block> Scheduler::next_batch(index rank, index ranks, BatchLimits const& limits) {
    SPINSCAPE_EXPECT(ranks > 0);
    std::vector<Block> batch;
    if (waiting_ == 0) return batch;
    auto const size = batch_size(ranks, limits);
    batch.reserve(static_cast<std::size_t>(size));
    while (std::ssize(batch) < size) batch.push_back(hand_out(rank));
    return batch;
}

bool Scheduler::deliver(index, index block) {
    auto const place = place_[static_cast<std::size_t>(block)];
    auto& done = at(place);
    if (done.state == State::delivered) return false;
    // A block of a rank given up for lost may arrive after all: then nobody needs to repeat it.
    if (done.state == State::waiting) {
        late_.erase(order(done));
        --waiting_;
        cost_waiting_ -= done.block.cost;
    }
    done.state = State::delivered;
    done.holder = -1;
    ++delivered_;
    cost_delivered_ += done.block.cost;
    return true;
}

void Scheduler::lose(index rank) {
    for (index place = 0; place < next_; ++place) lose(rank, place);
    for (index place = walk_; place < std::ssize(entries_); ++place) lose(rank, place);
}

void Scheduler::lose(index rank, index place) {
    auto& lost = at(place);
    if (lost.state != State::handed_out || lost.holder != rank) return;
    lost.state = State::waiting;
    lost.holder = -1;
    ++waiting_;
    cost_waiting_ += lost.block.cost;
    late_.insert(order(lost));
}

index Scheduler::waiting() const {
    return waiting_;
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
