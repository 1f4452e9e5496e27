// SPDX-License-Identifier: BSD-3-Clause
#include "desk.hpp"

#include <chrono>

namespace spinscape::parallel {

std::optional<std::pair<Block, Enclosure>> Desk::next() {
    using namespace std::chrono_literals;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20ms, [&] { return scheduler_.waiting() > 0 || over_locked(); });
    auto const block = closed_ ? std::nullopt : scheduler_.next(0);
    if (!block) return std::nullopt;
    return std::pair{*block, work_.enclosed ? work_.enclosed(*block) : nullptr};
}

Assignment Desk::next_batch(index rank, bool in_reserve) {
    std::lock_guard const lock(mutex_);
    // Near the end a block in one rank's reserve is a block another rank could be computing.
    if (closed_ || (in_reserve && scheduler_.waiting() <= 2 * ranks_)) return {};
    Assignment result{scheduler_.next_batch(rank, ranks_), {}};
    if (!work_.enclosed) return result;
    auto& sent = sent_[static_cast<std::size_t>(rank)];
    for (auto const& block : result.blocks)
        if (auto text = work_.enclosed(block); text && sent[block.point] != text) {
            sent[block.point] = text;
            result.enclosures.emplace_back(block.point, std::move(text));
        }
    return result;
}

bool Desk::over() {
    std::lock_guard const lock(mutex_);
    return over_locked();
}

void Desk::leave(index rank) {
    std::lock_guard const lock(mutex_);
    scheduler_.lose(rank);
    changed_.notify_one();
}

void Desk::close() {
    std::lock_guard const lock(mutex_);
    closed_ = true;
}

void Desk::deliver(BlockReport const& report) {
    std::lock_guard const lock(mutex_);
    if (!scheduler_.deliver(report.rank, report.block)) return;
    work_.on_report(report);
    if (work_.more) scheduler_.add(work_.more(report));
    changed_.notify_one();
}

}  // namespace spinscape::parallel
