// SPDX-License-Identifier: BSD-3-Clause
// How far one dispatching rank carries:  mpirun -n 2 scheduler_simulation [BLOCKS_PER_RANK
// [FACTOR]] Measures what a message costs here, then runs the scheduler in virtual time on up to
// 10,000 ranks.
#include "parallel/scheduler_simulation.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/parallel/world.hpp"

#include <mpi.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace spinscape::parallel::simulation {
namespace {

constexpr int exchanges = 20000, tag_request = 1, tag_report = 2, tag_answer = 3;
constexpr int report_parts = 3, row_values = 16;

double median(std::vector<double> values) {
    auto const middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// What the service of run_blocks does per request and per report, without the blocks themselves.
void serve_pings(std::vector<double>& request, std::vector<double>& report) {
    std::array<std::int64_t, 5> words{};
    std::array<double, row_values> rows{};
    for (int i = 0; i < 2 * exchanges; ++i) {
        MPI_Status status;
        int there = 0;
        double start = 0;
        while (there == 0) {
            start = MPI_Wtime();
            MPI_Iprobe(1, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
        }
        if (status.MPI_TAG == tag_request) {
            MPI_Recv(words.data(), 1, MPI_INT64_T, 1, tag_request, MPI_COMM_WORLD, &status);
            MPI_Send(words.data(), 5, MPI_INT64_T, 1, tag_answer, MPI_COMM_WORLD);
            request.push_back(MPI_Wtime() - start);
        } else {
            for (int part = 0; part < report_parts; ++part)
                MPI_Recv(rows.data(), row_values, MPI_DOUBLE, 1, tag_report, MPI_COMM_WORLD,
                         &status);
            report.push_back(MPI_Wtime() - start);
        }
    }
}

/// The median time from request to answer.
double ping() {
    std::array<std::int64_t, 5> words{};
    std::array<double, row_values> rows{};
    std::vector<double> there_and_back;
    for (int i = 0; i < exchanges; ++i) {
        for (int part = 0; part < report_parts; ++part)
            MPI_Send(rows.data(), row_values, MPI_DOUBLE, 0, tag_report, MPI_COMM_WORLD);
        double const start = MPI_Wtime();
        MPI_Send(words.data(), 1, MPI_INT64_T, 0, tag_request, MPI_COMM_WORLD);
        MPI_Recv(words.data(), 5, MPI_INT64_T, 0, tag_answer, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        there_and_back.push_back(MPI_Wtime() - start);
    }
    return median(there_and_back);
}

std::vector<Block> equal_blocks(index count, double cost) {
    std::vector<Block> blocks;
    for (index id = 0; id < count; ++id) blocks.push_back({.id = id, .count = 1, .cost = cost});
    return blocks;
}

/// Costs log-uniform over three decades, with the given mean.
std::vector<Block> log_uniform_blocks(index count, double mean) {
    Stream stream(1, Purpose::noise, 0);
    auto blocks = equal_blocks(count, 0);
    double const range = std::log(1000.0), shortest = mean * range / 999;
    for (auto& block : blocks) block.cost = shortest * std::exp(range * stream.uniform());
    return blocks;
}

/// Rank 0's processor time per block of the other rank, in the real driver: scheduling, taking the
/// report in, keeping its rows.
double time_per_block(World& world) {
    std::vector<double> kept;
    auto const times = run_blocks(
        world, equal_blocks(400000, 1e-6),
        {.compute =
             [](Block const&, std::string const&) {
                 return std::optional(BlockReport{
                     .headline = {}, .rows = std::vector<double>(row_values), .failures = {}});
             },
         .on_report =
             [&](BlockReport const& report) {
                 kept.insert(kept.end(), report.rows.begin(), report.rows.end());
             },
         .stopping = {}});
    return world.rank() == 0 ? times.serving / static_cast<double>(times.blocks.at(1)) : 0;
}

/// On rank 0; rank 1 is the partner.
Costs measured_costs(World& world) {
    double const block = time_per_block(world);
    if (world.rank() == 1) {
        double const round_trip = ping();
        MPI_Send(&round_trip, 1, MPI_DOUBLE, 0, tag_report, MPI_COMM_WORLD);
        return {};
    }
    std::vector<double> request, report;
    serve_pings(request, report);
    double round_trip = 0;
    MPI_Recv(&round_trip, 1, MPI_DOUBLE, 1, tag_report, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return {.latency = std::max(0.0, (round_trip - median(request)) / 2),
            .request = median(request),
            .report = median(report),
            .block = block,
            .nap = 50e-6};
}

struct Workload {
    char const* name;
    std::function<std::vector<Block>(index)> blocks;
};

void print_table(Workload const& workload, index blocks_per_rank, Costs const& costs) {
    constexpr std::array protocols = {Protocol::single, Protocol::batched_grants,
                                      Protocol::batched};
    std::printf(
        "\n%s, %td blocks per rank: efficiency, idle at the end, rank 0 serving (in %%)\n"
        "%7s   %-22s   %-22s   %-22s\n",
        workload.name, blocks_per_rank, "ranks", "a block at a time", "batches, a report each",
        "batches, one report");
    std::array<index, protocols.size()> breaks{};
    for (index const ranks : {1, 10, 100, 1000, 10000}) {
        std::printf("%7td", ranks);
        auto const blocks = workload.blocks(ranks * blocks_per_rank);
        for (std::size_t i = 0; i < protocols.size(); ++i) {
            auto const usage = Simulation(blocks, ranks, costs, protocols[i]).run();
            std::printf("   %6.1f  %6.2f  %6.2f", 100 * usage.efficiency, 100 * usage.idle_at_end,
                        100 * usage.serving);
            if (usage.efficiency < 0.9 && breaks[i] == 0) breaks[i] = ranks;
        }
        std::printf("\n");
        std::fflush(stdout);
    }
    std::printf(" breaks");
    for (index const ranks : breaks)
        std::printf("   %-22s", ranks > 0 ? ("at " + std::to_string(ranks)).c_str() : "no");
    std::printf("\n");
}

void print_tables(index blocks_per_rank, Costs const& costs) {
    std::printf(
        "latency %.2f us; rank 0 takes %.2f us per request, %.2f us per report, "
        "%.2f us per block\n",
        1e6 * costs.latency, 1e6 * costs.request, 1e6 * costs.report, 1e6 * costs.block);
    print_table({"1 s each", [](index n) { return equal_blocks(n, 1); }}, blocks_per_rank, costs);
    print_table({"log-uniform over three decades, mean 1 s",
                 [](index n) { return log_uniform_blocks(n, 1); }},
                blocks_per_rank, costs);
    // Enough of them that the run is longer than a round of all ranks through rank 0.
    for (auto const& [name, seconds] :
         {std::pair{"1 ms each", 1e-3}, std::pair{"10 ms each", 1e-2}})
        print_table({name, [cost = seconds](index n) { return equal_blocks(n, cost); }},
                    5 * blocks_per_rank, costs);
}

}  // namespace
}  // namespace spinscape::parallel::simulation

int main(int argc, char** argv) {
    spinscape::parallel::World world;
    if (world.size() != 2) {
        std::fprintf(stderr, "scheduler_simulation: start it with  mpirun -n 2\n");
        return 64;
    }
    auto costs = spinscape::parallel::simulation::measured_costs(world);
    for (double* cost : {&costs.latency, &costs.request, &costs.report})
        *cost *= argc > 2 ? std::atof(argv[2]) : 1;
    if (world.rank() == 0)
        spinscape::parallel::simulation::print_tables(argc > 1 ? std::atol(argv[1]) : 100, costs);
}
