// SPDX-License-Identifier: BSD-3-Clause
// Blocks that are long and in which ranks work together: who computes what is fixed beforehand, and
// reports reach rank 0 whenever it is between two blocks of its own.
#include "implementation.hpp"
#include "messages.hpp"
#include "spinscape/base/error.hpp"
#include "waiting.hpp"

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
        int const here = static_cast<int>(mine.size());
        std::vector<int> counts(static_cast<std::size_t>(size()));
        wait_for([&](MPI_Request& request) {
            MPI_Iallgather(&here, 1, MPI_INT, counts.data(), 1, MPI_INT, ranks_, &request);
        });
        return all_gather(mine, counts);
    }
    std::vector<double> all_gather(std::span<double const> mine, index items,
                                   index width) override {
        std::vector<int> counts(static_cast<std::size_t>(size()));
        for (index r = 0; r < size(); ++r)
            counts[static_cast<std::size_t>(r)] =
                static_cast<int>(share_of(r, size(), items).count * width);
        return all_gather(mine, counts);
    }
    bool decided(bool mine) override {
        int value = mine ? 1 : 0;
        broadcast(&value, 1, MPI_INT);
        return value != 0;
    }
    std::string of_rank_0(std::string mine) override {
        auto size = static_cast<std::int64_t>(mine.size());
        broadcast(&size, 1, MPI_INT64_T);
        mine.resize(static_cast<std::size_t>(size));
        broadcast(mine.data(), static_cast<int>(size), MPI_CHAR);
        return mine;
    }

private:
    template <class Begin>
    static void wait_for(Begin const& begin) {
        MPI_Request request{};
        begin(request);
        wait_patiently(request);
    }

    std::vector<double> all_gather(std::span<double const> mine, std::vector<int> const& counts) {
        std::vector<int> places(counts.size());
        std::exclusive_scan(counts.begin(), counts.end(), places.begin(), 0);
        std::vector<double> all(static_cast<std::size_t>(places.back() + counts.back()));
        wait_for([&](MPI_Request& request) {
            MPI_Iallgatherv(mine.data(), static_cast<int>(mine.size()), MPI_DOUBLE, all.data(),
                            counts.data(), places.data(), MPI_DOUBLE, ranks_, &request);
        });
        return all;
    }

    void broadcast(void* data, int count, MPI_Datatype type) {
        wait_for([&](MPI_Request& request) { MPI_Ibcast(data, count, type, 0, ranks_, &request); });
    }

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
        Nap nap;
        while (working_ > 0) {
            auto const message = ranks_.iprobe(mpi::any_source, tag_crew_report);
            if (!message && !all) return;
            if (!message) {
                nap.sleep();
                continue;
            }
            nap.message_came();
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

    patient_barrier(ranks);
    Times times{.wall = seconds_since(start), .computing = {}, .blocks = {}};
    mpi::gather(ranks, computing, times.computing, 0);
    mpi::gather(ranks, computed, times.blocks, 0);
    return times;
}

}  // namespace spinscape::parallel
