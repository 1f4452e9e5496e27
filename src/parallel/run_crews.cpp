// SPDX-License-Identifier: BSD-3-Clause
// Blocks that are long and in which ranks work together: who computes what is fixed beforehand, and
// reports reach rank 0 whenever it is between two blocks of its own.
#include "implementation.hpp"
#include "messages.hpp"
#include "spinscape/base/error.hpp"

#include <boost/mpi/collectives.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <numeric>

namespace spinscape::parallel {

namespace {

namespace mpi = boost::mpi;
using Clock = std::chrono::steady_clock;

constexpr int tag_crew_report = 11;  // empty: this crew takes no more

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class MpiCrew : public Crew {
public:
    explicit MpiCrew(mpi::communicator ranks) : ranks_(std::move(ranks)) {}

    [[nodiscard]] index rank() const override { return ranks_.rank(); }
    [[nodiscard]] index size() const override { return ranks_.size(); }

    std::vector<double> all_gather(std::span<double const> mine) override {
        std::vector<int> counts;
        mpi::all_gather(ranks_, static_cast<int>(mine.size()), counts);
        std::vector<int> places(counts.size());
        std::exclusive_scan(counts.begin(), counts.end(), places.begin(), 0);
        std::vector<double> all(static_cast<std::size_t>(places.back() + counts.back()));
        MPI_Allgatherv(mine.data(), static_cast<int>(mine.size()), MPI_DOUBLE, all.data(),
                       counts.data(), places.data(), MPI_DOUBLE, ranks_);
        return all;
    }
    bool decided(bool mine) override {
        int value = mine ? 1 : 0;
        mpi::broadcast(ranks_, value, 0);
        return value != 0;
    }
    std::string of_rank_0(std::string mine) override {
        mpi::broadcast(ranks_, mine, 0);
        return mine;
    }

private:
    mpi::communicator ranks_;
};

/// On rank 0: hands on what the crews report.
class Reports {
public:
    Reports(mpi::communicator const& ranks, index crews,
            std::function<void(BlockReport const&)> const& on_report)
        : ranks_(ranks), working_(crews - 1), on_report_(on_report) {}

    /// What has come; `all`: waits until no crew works any more.
    void take(bool all) {
        while (working_ > 0) {
            auto const message = all ? std::optional(ranks_.probe(mpi::any_source, tag_crew_report))
                                     : to_optional(ranks_.iprobe(mpi::any_source, tag_crew_report));
            if (!message) return;
            auto const bytes = receive_bytes(ranks_, message->source(), tag_crew_report);
            if (bytes.empty()) {
                --working_;
                continue;
            }
            ByteReader in(bytes);
            on_report_(get_report(in, message->source()));
        }
    }

private:
    static std::optional<mpi::status> to_optional(boost::optional<mpi::status> const& status) {
        return status ? std::optional(*status) : std::nullopt;
    }

    mpi::communicator const& ranks_;
    index working_;  // crews beside that of rank 0
    std::function<void(BlockReport const&)> const& on_report_;
};

std::vector<Block> known_to_all(World& world, std::vector<Block> const& blocks) {
    ByteWriter out;
    out.put_all(std::span<Block const>(blocks));
    auto const bytes = world.broadcast(out.bytes());
    return ByteReader(bytes).get_all<Block>();
}

}  // namespace

Times run_crews(World& world, std::vector<Block> const& blocks, index crew_size,
                CrewWork const& work) {
    auto const& ranks = world.implementation_->ranks;
    auto const start = Clock::now();
    auto const all = known_to_all(world, blocks);
    auto const crews = std::clamp<index>(ranks.size() / std::max<index>(crew_size, 1), 1,
                                         std::max<index>(std::ssize(all), 1));
    auto const number = ranks.rank() * crews / ranks.size();
    MpiCrew crew(ranks.split(static_cast<int>(number)));
    bool const leads = crew.rank() == 0;
    Reports reports(ranks, crews, work.on_report);
    Outbox outbox(ranks);
    double computing = 0;
    index computed = 0;
    try {
        for (index b = number; b < std::ssize(all); b += crews) {
            if (crew.decided(work.stopping && work.stopping())) break;
            auto const begin = Clock::now();
            auto report = work.compute(all[static_cast<std::size_t>(b)], crew);
            auto const seconds = seconds_since(begin);
            computing += seconds;
            if (!crew.decided(report.has_value())) break;
            if (!leads) continue;
            ++computed;
            report->block = all[static_cast<std::size_t>(b)].id;
            report->rank = ranks.rank();
            report->seconds = seconds;
            if (ranks.rank() == 0) {
                work.on_report(*report);
                reports.take(false);
            } else {
                ByteWriter out;
                put(out, *report);
                outbox.send(0, tag_crew_report, out.bytes());
            }
        }
    } catch (std::exception const& problem) {
        // The others of this crew wait for this rank: nobody can go on.
        if (ranks.size() == 1) throw;
        auto const* known = dynamic_cast<Error const*>(&problem);
        std::cerr << "spinscape: rank " << ranks.rank() << ": " << problem.what() << std::endl;
        world.abort(static_cast<int>(known != nullptr ? known->code() : ExitCode::internal));
    }
    if (leads && ranks.rank() != 0) outbox.send(0, tag_crew_report, "");
    if (ranks.rank() == 0) reports.take(true);
    outbox.wait_until_all_are_taken();

    Times times{.wall = seconds_since(start), .computing = {}, .blocks = {}};
    mpi::gather(ranks, computing, times.computing, 0);
    mpi::gather(ranks, computed, times.blocks, 0);
    ranks.barrier();
    return times;
}

}  // namespace spinscape::parallel
