// SPDX-License-Identifier: BSD-3-Clause
// The driver around Scheduler. Rank 0's main thread computes like every other rank and takes its
// blocks straight from the scheduler; a service thread beside it answers the other ranks, asleep
// most of the time. Ranks ask for their next block before they compute the present one, so that the
// answer is there when they need it.
#include "implementation.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/parallel/world.hpp"

#include <boost/mpi/collectives.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace spinscape::parallel {

namespace {

namespace mpi = boost::mpi;
using Clock = std::chrono::steady_clock;

/// Long enough to leave the core to whoever computes there, short against any block worth sending.
constexpr auto nap = std::chrono::microseconds(50);
/// Messages are cut into pieces: counts in MPI 3 are int.
constexpr std::size_t piece = std::size_t{1} << 24;

enum Tag : int {
    tag_request = 1,
    tag_report = 2,
    tag_measure = 3,
    tag_rows = 4,
    tag_failures = 5,
    tag_answer = 6
};

enum class Need : std::int64_t { now = 0, in_reserve = 1, nothing_more = 2 };
enum class Answer : std::int64_t { work = 0, ask_again = 1, finished = 2 };

using Integers = std::array<std::int64_t, 5>;
using Reals = std::array<double, 8>;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class T>
void send_all(mpi::communicator const& ranks, int to, int tag, T const* data, std::size_t count) {
    for (std::size_t first = 0; first < count; first += piece)
        ranks.send(to, tag, data + first, static_cast<int>(std::min(piece, count - first)));
}

template <class T>
void receive_all(mpi::communicator const& ranks, int from, int tag, T* data, std::size_t count) {
    for (std::size_t first = 0; first < count; first += piece)
        ranks.recv(from, tag, data + first, static_cast<int>(std::min(piece, count - first)));
}

void send_report(mpi::communicator const& ranks, BlockReport const& report) {
    Integers const sizes = {report.block, std::ssize(report.rows), std::ssize(report.failures),
                            report.headline.count, 0};
    auto const& m = report.headline;
    Reals const measured = {report.seconds, m.mean, m.M2, m.M3, m.M4, m.minimum, m.maximum, 0};
    ranks.send(0, tag_report, sizes.data(), static_cast<int>(sizes.size()));
    ranks.send(0, tag_measure, measured.data(), static_cast<int>(measured.size()));
    send_all(ranks, 0, tag_rows, report.rows.data(), report.rows.size());
    send_all(ranks, 0, tag_failures, report.failures.data(), report.failures.size());
}

BlockReport receive_report(mpi::communicator const& ranks, int from) {
    Integers sizes{};
    Reals measured{};
    ranks.recv(from, tag_report, sizes.data(), static_cast<int>(sizes.size()));
    ranks.recv(from, tag_measure, measured.data(), static_cast<int>(measured.size()));
    BlockReport report{.block = sizes[0],
                       .seconds = measured[0],
                       .headline = {.count = sizes[3],
                                    .mean = measured[1],
                                    .M2 = measured[2],
                                    .M3 = measured[3],
                                    .M4 = measured[4],
                                    .minimum = measured[5],
                                    .maximum = measured[6]},
                       .rows = std::vector<double>(static_cast<std::size_t>(sizes[1])),
                       .failures = std::string(static_cast<std::size_t>(sizes[2]), ' ')};
    receive_all(ranks, from, tag_rows, report.rows.data(), report.rows.size());
    receive_all(ranks, from, tag_failures, report.failures.data(), report.failures.size());
    return report;
}

/// Scheduler and report sink of rank 0, shared by its main and its service thread.
class Desk {
public:
    Desk(std::vector<Block> const& blocks, index ranks,
         std::function<void(BlockReport const&)> const& on_report)
        : scheduler_(blocks), ranks_(ranks), on_report_(on_report) {}

    std::optional<Block> next(index rank, Need need = Need::now) {
        std::lock_guard const lock(mutex_);
        if (closed_) return std::nullopt;
        // Near the end a block in one rank's reserve is a block another rank could be computing.
        if (need == Need::in_reserve && scheduler_.waiting() <= 2 * ranks_) return std::nullopt;
        return scheduler_.next(rank);
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
    void deliver(index rank, BlockReport report) {
        std::lock_guard const lock(mutex_);
        report.rank = rank;
        if (scheduler_.deliver(rank, report.block)) on_report_(report);
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
    for (int left = ranks.size() - 1; left > 0;) {
        auto const message = ranks.iprobe();
        if (!message) {
            std::this_thread::sleep_for(nap);
            continue;
        }
        int const from = message->source();
        if (message->tag() == tag_report) {
            desk.deliver(from, receive_report(ranks, from));
            continue;
        }
        std::int64_t need = 0;
        ranks.recv(from, tag_request, &need, 1);
        if (static_cast<Need>(need) == Need::nothing_more) {
            desk.leave(from);
            --left;
            continue;
        }
        Integers answer{};
        if (auto const block = desk.next(from, static_cast<Need>(need))) {
            answer = {static_cast<std::int64_t>(Answer::work), block->id, block->point,
                      block->first, block->count};
        } else if (static_cast<Need>(need) == Need::in_reserve) {
            answer[0] = static_cast<std::int64_t>(Answer::ask_again);
        } else {
            answer[0] = static_cast<std::int64_t>(Answer::finished);
            --left;
        }
        ranks.send(from, tag_answer, answer.data(), static_cast<int>(answer.size()));
    }
}

void request(mpi::communicator const& ranks, Need need) {
    auto const code = static_cast<std::int64_t>(need);
    ranks.send(0, tag_request, &code, 1);
}

/// The block granted for the last request; nothing if there is none (yet, if it was for reserve).
std::optional<Block> granted(mpi::communicator const& ranks) {
    while (!ranks.iprobe(0, tag_answer)) std::this_thread::sleep_for(nap);
    Integers answer{};
    ranks.recv(0, tag_answer, answer.data(), static_cast<int>(answer.size()));
    if (static_cast<Answer>(answer[0]) != Answer::work) return std::nullopt;
    return Block{.id = answer[1], .point = answer[2], .first = answer[3], .count = answer[4]};
}

}  // namespace

Times& Times::operator+=(Times const& later) {
    wall += later.wall;
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
    double computing = 0;
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
                } catch (std::exception const& problem) {
                    std::cerr << "spinscape: rank 0: " << problem.what() << std::endl;
                    world.abort(static_cast<int>(ExitCode::internal));
                }
            });
        while (auto const block = desk.next(0)) {
            auto report = timed(*block);
            if (!report) break;
            desk.deliver(0, std::move(*report));
        }
        desk.leave(0);
        if (stopping()) desk.close();
        if (service.joinable()) service.join();
    } else {
        bool leaving = false;
        while (!leaving) {
            request(ranks, Need::now);
            auto block = granted(ranks);
            if (!block) break;
            while (block && !leaving) {
                request(ranks, Need::in_reserve);
                auto const report = timed(*block);
                leaving = !report;
                if (report) send_report(ranks, *report);
                block = granted(ranks);
            }
        }
        if (leaving) request(ranks, Need::nothing_more);
    }

    Times times{.wall = seconds_since(start), .computing = {}, .blocks = {}};
    mpi::gather(ranks, computing, times.computing, 0);
    mpi::gather(ranks, computed, times.blocks, 0);
    // A rank that is done must not ask for work of the next run while this one is still being
    // served.
    ranks.barrier();
    return times;
}

}  // namespace spinscape::parallel
