// SPDX-License-Identifier: BSD-3-Clause
// The driver around Scheduler. Rank 0's main thread computes like every other rank and takes its
// blocks straight from the scheduler; a service thread beside it answers the other ranks, asleep
// most of the time. Ranks take batches of blocks and report on a batch at once; they ask for their
// next batch before they compute the last block of the present one, so that the answer is there
// when they need it.
#include "implementation.hpp"
#include "messages.hpp"
#include "spinscape/base/bytes.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/parallel/world.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/nonblocking.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace spinscape::parallel {

namespace {

namespace mpi = boost::mpi;
using Clock = std::chrono::steady_clock;

/// How long to sleep before looking for a message again. Whoever waits leaves the core to whoever
/// computes there, and each look takes the core away for some microseconds: so the longer nothing
/// has come, the longer the sleep, up to what is short against any block worth sending.
class Nap {
public:
    void sleep() const {
        using namespace std::chrono_literals;
        auto const waited = Clock::now() - since_;
        std::this_thread::sleep_for(std::clamp<Clock::duration>(waited / 20, 50us, 5ms));
    }
    void message_came() { since_ = Clock::now(); }

private:
    Clock::time_point since_ = Clock::now();
};

enum Tag : int { tag_request = 1, tag_reports = 2, tag_answer = 3 };

enum class Need : std::int64_t { now = 0, in_reserve = 1, nothing_more = 2 };

/// Processor time of this thread.
double thread_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Scheduler and report sink of rank 0, shared by its main and its service thread.
class Desk {
public:
    Desk(std::vector<Block> const& blocks, index ranks,
         std::function<void(BlockReport const&)> const& on_report)
        : scheduler_(blocks), ranks_(ranks), on_report_(on_report) {}

    std::optional<Block> next() {
        std::lock_guard const lock(mutex_);
        return closed_ ? std::nullopt : scheduler_.next(0);
    }
    std::vector<Block> next_batch(index rank, Need need) {
        std::lock_guard const lock(mutex_);
        // Near the end a block in one rank's reserve is a block another rank could be computing.
        if (closed_ || (need == Need::in_reserve && scheduler_.waiting() <= 2 * ranks_)) return {};
        return scheduler_.next_batch(rank, ranks_);
    }
    /// `rank` takes no more; what it holds and has not delivered may be taken by others.
    void leave(index rank) {
        std::lock_guard const lock(mutex_);
        scheduler_.lose(rank);
    }
    /// Nobody takes any more.
    void close() {
        std::lock_guard const lock(mutex_);
        closed_ = true;
    }
    void deliver(BlockReport const& report) {
        std::lock_guard const lock(mutex_);
        if (scheduler_.deliver(report.rank, report.block)) on_report_(report);
    }

private:
    std::mutex mutex_;
    Scheduler scheduler_;
    index ranks_;
    bool closed_ = false;
    std::function<void(BlockReport const&)> const& on_report_;
};

/// Answers the other ranks until each has been told that nothing is left.
void serve(mpi::communicator const& ranks, Desk& desk) {
    Nap nap;
    Outbox outbox(ranks);
    for (int left = ranks.size() - 1; left > 0;) {
        auto const message = ranks.iprobe();
        if (!message) {
            nap.sleep();
            continue;
        }
        nap.message_came();
        int const from = message->source();
        if (message->tag() == tag_reports) {
            auto const bytes = receive_bytes(ranks, from, tag_reports);
            for (ByteReader in(bytes); !in.at_end();) desk.deliver(get_report(in, from));
            continue;
        }
        std::int64_t code = 0;
        ranks.recv(from, tag_request, &code, 1);
        auto const need = static_cast<Need>(code);
        if (need == Need::nothing_more) {
            desk.leave(from);
            --left;
            continue;
        }
        auto const batch = desk.next_batch(from, need);
        // An empty answer: ask again, if it was for reserve; else there is nothing left.
        if (batch.empty() && need == Need::now) --left;
        ByteWriter answer;
        answer.put_all(std::span<Block const>(batch));
        outbox.send(from, tag_answer, answer.bytes());
    }
    outbox.wait_until_all_are_taken();
}

void request(mpi::communicator const& ranks, Need need) {
    auto const code = static_cast<std::int64_t>(need);
    ranks.send(0, tag_request, &code, 1);
}

/// The blocks granted for the last request; none if there are none (yet, if it was for reserve).
std::vector<Block> granted(mpi::communicator const& ranks) {
    for (Nap const nap; !ranks.iprobe(0, tag_answer);) nap.sleep();
    auto const bytes = receive_bytes(ranks, 0, tag_answer);
    return ByteReader(bytes).get_all<Block>();
}

/// What every rank but 0 does: computes batches until nothing is left, or until a block comes to
/// nothing, which means that this rank is to stop.
template <class Compute>
void work_through_batches(mpi::communicator const& ranks, Compute const& compute) {
    for (;;) {
        request(ranks, Need::now);
        auto batch = granted(ranks);
        if (batch.empty()) return;
        while (!batch.empty()) {
            ByteWriter reports;
            bool leaving = false, asked = false;
            for (auto const& block : batch) {
                asked = block.id == batch.back().id;
                if (asked) request(ranks, Need::in_reserve);
                auto const report = compute(block);
                leaving = !report;
                if (leaving) break;
                put(reports, *report);
            }
            send_bytes(ranks, 0, tag_reports, reports.bytes());
            batch = asked ? granted(ranks) : std::vector<Block>();
            if (!leaving) continue;
            request(ranks, Need::nothing_more);
            return;
        }
    }
}

}  // namespace

Times& Times::operator+=(Times const& later) {
    wall += later.wall;
    serving += later.serving;
    computing.resize(std::max(computing.size(), later.computing.size()));
    blocks.resize(computing.size());
    for (std::size_t r = 0; r < later.computing.size(); ++r) {
        computing[r] += later.computing[r];
        blocks[r] += later.blocks[r];
    }
    return *this;
}

Times run_blocks(World& world, std::vector<Block> const& blocks, Work const& work) {
    auto const& ranks = world.implementation_->ranks;
    auto const start = Clock::now();
    double computing = 0, serving = 0;
    index computed = 0;

    auto const stopping = [&] { return work.stopping && work.stopping(); };
    auto const timed = [&](Block const& block) -> std::optional<BlockReport> {
        try {
            if (stopping()) return std::nullopt;
            auto const begin = Clock::now();
            auto report = work.compute(block);
            auto const seconds = seconds_since(begin);
            computing += seconds;
            if (!report) return std::nullopt;
            report->block = block.id;
            report->rank = ranks.rank();
            report->seconds = seconds;
            ++computed;
            return report;
        } catch (std::exception const& problem) {
            if (ranks.size() == 1) throw;
            auto const* known = dynamic_cast<Error const*>(&problem);
            std::cerr << "spinscape: rank " << ranks.rank() << ": " << problem.what() << std::endl;
            world.abort(static_cast<int>(known != nullptr ? known->code() : ExitCode::internal));
        }
    };

    if (ranks.rank() == 0) {
        Desk desk(blocks, ranks.size(), work.on_report);
        std::thread service;
        if (ranks.size() > 1)
            service = std::thread([&] {
                try {
                    serve(ranks, desk);
                    serving = thread_seconds();
                } catch (std::exception const& problem) {
                    std::cerr << "spinscape: rank 0: " << problem.what() << std::endl;
                    world.abort(static_cast<int>(ExitCode::internal));
                }
            });
        while (auto const block = desk.next()) {
            auto const report = timed(*block);
            if (!report) break;
            desk.deliver(*report);
        }
        desk.leave(0);
        if (stopping()) desk.close();
        if (service.joinable()) service.join();
    } else {
        work_through_batches(ranks, timed);
    }

    Times times{.wall = seconds_since(start), .computing = {}, .blocks = {}, .serving = serving};
    mpi::gather(ranks, computing, times.computing, 0);
    mpi::gather(ranks, computed, times.blocks, 0);
    // A rank that is done must not ask for work of the next run while this one is still being
    // served.
    ranks.barrier();
    return times;
}

}  // namespace spinscape::parallel
