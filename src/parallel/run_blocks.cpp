// SPDX-License-Identifier: BSD-3-Clause
// The driver around Scheduler. Rank 0's main thread computes like every other rank and takes its
// blocks straight from the scheduler; a service thread beside it answers the other ranks, asleep
// most of the time. Ranks take batches of blocks and report on a batch at once; they ask for their
// next batch before they compute the last block of the present one, so that the answer is there
// when they need it. Reports may bring more blocks: who asks when none waits, but some are still
// being computed, gets its answer later.
#include "desk.hpp"
#include "implementation.hpp"
#include "messages.hpp"
#include "spinscape/base/bytes.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/parallel/world.hpp"
#include "waiting.hpp"

#include <boost/mpi/collectives.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <deque>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <thread>

namespace spinscape::parallel {

namespace {

namespace mpi = boost::mpi;
using Clock = std::chrono::steady_clock;

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

std::string packed(Assignment const& assignment) {
    ByteWriter bytes;
    bytes.put_all(std::span<Block const>(assignment.blocks));
    bytes.put(static_cast<std::uint64_t>(assignment.enclosures.size()));
    for (auto const& [point, text] : assignment.enclosures) {
        bytes.put(point);
        bytes.put_text(*text);
    }
    return bytes.bytes();
}

/// Answers the other ranks until each has been told that nothing is left.
class Service {
public:
    Service(mpi::communicator const& ranks, Desk& desk)
        : ranks_(ranks), desk_(desk), outbox_(ranks), left_(ranks.size() - 1) {}

    void run() {
        Nap nap;
        while (left_ > 0) {
            auto const message = ranks_.iprobe();
            if (message) {
                nap.message_came();
                take(*message);
            }
            answer_who_waits();
            if (!message) nap.sleep();
        }
        outbox_.wait_until_all_are_taken();
    }

private:
    void take(mpi::status const& message) {
        int const from = message.source();
        if (message.tag() == tag_reports) {
            auto const bytes = receive_bytes(ranks_, from, tag_reports);
            for (ByteReader in(bytes); !in.at_end();) desk_.deliver(get_report(in, from));
            return;
        }
        std::int64_t code = 0;
        ranks_.recv(from, tag_request, &code, 1);
        auto const need = static_cast<Need>(code);
        if (need == Need::now) {
            waiting_.push_back(from);
        } else if (need == Need::in_reserve) {
            // An empty answer: it is to ask again when it has nothing left.
            outbox_.send(from, tag_answer, packed(desk_.next_batch(from, true)));
        } else {
            desk_.leave(from);
            --left_;
        }
    }

    /// In the order in which they asked. An empty answer: there is nothing left.
    void answer_who_waits() {
        while (!waiting_.empty()) {
            int const rank = waiting_.front();
            auto const assignment = desk_.next_batch(rank, false);
            if (assignment.blocks.empty()) {
                if (!desk_.over()) return;
                --left_;
            }
            waiting_.pop_front();
            outbox_.send(rank, tag_answer, packed(assignment));
        }
    }

    mpi::communicator const& ranks_;
    Desk& desk_;
    Outbox outbox_;
    std::deque<int> waiting_;  // ranks with nothing to do
    int left_;
};

void request(mpi::communicator const& ranks, Need need) {
    auto const code = static_cast<std::int64_t>(need);
    ranks.send(0, tag_request, &code, 1);
}

/// What every rank but 0 does: computes batches until nothing is left, or until a block comes to
/// nothing, which means that this rank is to stop.
template <class Compute>
class Assistant {
public:
    Assistant(mpi::communicator const& ranks, Compute const& compute)
        : ranks_(ranks), compute_(compute) {}

    void run() {
        for (;;) {
            request(ranks_, Need::now);
            auto batch = granted();
            if (batch.empty()) return;
            while (!batch.empty()) {
                ByteWriter reports;
                bool leaving = false, asked = false;
                for (auto const& block : batch) {
                    asked = block.id == batch.back().id;
                    if (asked) request(ranks_, Need::in_reserve);
                    auto const report = compute_(block, enclosures_[block.point]);
                    leaving = !report;
                    if (leaving) break;
                    put(reports, *report);
                }
                send_bytes(ranks_, 0, tag_reports, reports.bytes());
                batch = asked ? granted() : std::vector<Block>();
                if (!leaving) continue;
                request(ranks_, Need::nothing_more);
                return;
            }
        }
    }

private:
    /// The blocks granted for the last request; none if there are none (yet, if it was for
    /// reserve).
    std::vector<Block> granted() {
        for (Nap const nap; !ranks_.iprobe(0, tag_answer);) nap.sleep();
        auto const bytes = receive_bytes(ranks_, 0, tag_answer);
        ByteReader in(bytes);
        auto blocks = in.get_all<Block>();
        for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
            auto const point = in.get<index>();
            enclosures_[point] = in.get_text();
        }
        return blocks;
    }

    mpi::communicator const& ranks_;
    Compute const& compute_;
    std::map<index, std::string> enclosures_;  // the last of each Block::point
};

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
    auto const timed = [&](Block const& block,
                           std::string const& enclosed) -> std::optional<BlockReport> {
        try {
            if (stopping()) return std::nullopt;
            auto const begin = Clock::now();
            auto report = work.compute(block, enclosed);
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
        Desk desk(blocks, ranks.size(), work);
        std::thread service;
        if (ranks.size() > 1)
            service = std::thread([&] {
                try {
                    Service(ranks, desk).run();
                    serving = thread_seconds();
                } catch (std::exception const& problem) {
                    std::cerr << "spinscape: rank 0: " << problem.what() << std::endl;
                    world.abort(static_cast<int>(ExitCode::internal));
                }
            });
        while (!desk.over() && !stopping()) {
            auto const next = desk.next();
            if (!next) continue;
            auto const& [block, enclosed] = *next;
            auto const report = timed(block, enclosed ? *enclosed : std::string());
            if (!report) break;
            desk.deliver(*report);
        }
        desk.leave(0);
        if (stopping()) desk.close();
        if (service.joinable()) service.join();
    } else {
        Assistant(ranks, timed).run();
    }

    // A rank that is done must not ask for work of the next run while this one is still being
    // served.
    patient_barrier(ranks);
    Times times{.wall = seconds_since(start), .computing = {}, .blocks = {}, .serving = serving};
    mpi::gather(ranks, computing, times.computing, 0);
    mpi::gather(ranks, computed, times.blocks, 0);
    return times;
}

}  // namespace spinscape::parallel
