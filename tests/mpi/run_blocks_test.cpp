// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/error.hpp"
#include "spinscape/parallel/world.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace spinscape;
using namespace spinscape::parallel;

int failures = 0;

void check(bool good, std::string const& what) {
    if (good) return;
    ++failures;
    std::cerr << "FAILED: " << what << std::endl;
}

std::vector<Block> blocks(index n) {
    std::vector<Block> list;
    for (index i = 0; i < n; ++i)
        list.push_back({.id = i,
                        .point = i % 3,
                        .first = 10 * i,
                        .count = 1 + i % 4,
                        .cost = 1.0 + static_cast<double>((7 * i) % 5)});
    return list;
}

BlockReport report_of(Block const& block, std::size_t length) {
    BlockReport report{.block = block.id,
                       .headline = {},
                       .rows = std::vector<double>(length),
                       .failures = block.id % 5 == 0 ? "message\n" : ""};
    std::iota(report.rows.begin(), report.rows.end(), static_cast<double>(block.first));
    for (double const x : report.rows) report.headline.add(x);
    return report;
}

Times computed(World& world, std::vector<Block> const& list,
               std::function<std::optional<BlockReport>(Block const&)> const& compute,
               std::function<void(BlockReport const&)> const& on_report) {
    return run_blocks(
        world, list,
        {.compute = [&](Block const& block, std::string const&) { return compute(block); },
         .on_report = on_report});
}

/// Every block arrives once, unchanged, wherever it was computed.
void everything_arrives(World& world, index n, std::size_t length) {
    std::vector<int> seen(static_cast<std::size_t>(n));
    auto const list = blocks(n);
    auto const times = computed(
        world, list, [&](Block const& block) { return report_of(block, length); },
        [&](BlockReport const& report) {
            auto const expected = report_of(list[static_cast<std::size_t>(report.block)], length);
            ++seen[static_cast<std::size_t>(report.block)];
            check(report.rows == expected.rows && report.failures == expected.failures,
                  "rows and messages unchanged");
            check(report.headline.count == expected.headline.count &&
                      report.headline.M2 == expected.headline.M2,
                  "moments unchanged");
        });
    if (world.rank() != 0) return;
    for (int const count : seen) check(count == 1, "each block once");
    check(std::ssize(times.blocks) == world.size() &&
              std::accumulate(times.blocks.begin(), times.blocks.end(), index{0}) == n,
          "blocks counted");
}

/// Waves of 4 blocks at 3 points, each opened by the last report of the one before: what comes with
/// a block is that of its wave, nobody leaves before the end, points do not wait for each other.
void reports_bring_blocks(World& world) {
    constexpr index points = 3, waves = 5, per_wave = 4;
    std::vector<Block> all;
    std::vector<index> delivered(points);
    std::vector<std::shared_ptr<std::string const>> text(points);
    auto const open = [&](index point) {
        auto const first = std::ssize(all);
        auto const wave = delivered[static_cast<std::size_t>(point)];
        for (index i = 0; i < per_wave; ++i)
            all.push_back({.id = std::ssize(all),
                           .point = point,
                           .first = wave + i,
                           .count = 1,
                           .cost = 1.0 + static_cast<double>(point)});
        // Long, so that it does not fit into one message of MPI.
        text[static_cast<std::size_t>(point)] = std::make_shared<std::string const>(
            std::to_string(wave) +
            std::string(static_cast<std::size_t>(30000000 * (point / 2)), 'x'));
        return std::vector<Block>(all.begin() + first, all.end());
    };
    std::vector<Block> initial;
    for (index point = 0; point < points; ++point) {
        auto const first = open(point);
        initial.insert(initial.end(), first.begin(), first.end());
    }
    std::vector<int> seen(points * waves * per_wave);
    auto const times = run_blocks(
        world, initial,
        {.compute = [&](Block const& block,
                        std::string const& enclosed) -> std::optional<BlockReport> {
             std::this_thread::sleep_for(std::chrono::milliseconds(block.point));
             auto const wave = std::to_string(block.first / per_wave * per_wave);
             check(enclosed.substr(0, enclosed.find('x')) == wave,
                   "a block comes with the text of its wave");
             return report_of(block, 3);
         },
         .on_report =
             [&](BlockReport const& report) { ++seen[static_cast<std::size_t>(report.block)]; },
         .more = [&](BlockReport const& report) -> std::vector<Block> {
             auto const point = all[static_cast<std::size_t>(report.block)].point;
             auto& n = delivered[static_cast<std::size_t>(point)];
             if (++n % per_wave != 0 || n == waves * per_wave) return {};
             return open(point);
         },
         .enclosed =
             [&](Block const& block) { return text[static_cast<std::size_t>(block.point)]; }});
    if (world.rank() != 0) return;
    for (int const count : seen) check(count == 1, "each block of each wave once");
    check(std::accumulate(times.blocks.begin(), times.blocks.end(), index{0}) == std::ssize(seen),
          "blocks of all waves counted");
}

/// Blocks over two decades of length (asleep, so that more ranks than cores can be timed).
void load_is_balanced(World& world) {
    std::vector<Block> list;
    for (index i = 0; i < 60; ++i)
        list.push_back({.id = i, .count = 1, .cost = i % 20 == 0 ? 0.1 : 0.005});
    double total = 0;
    for (auto const& block : list) total += block.cost;
    auto const times = computed(
        world, list,
        [&](Block const& block) {
            // A block that comes from another rank's message carries no cost: recompute it.
            std::this_thread::sleep_for(
                std::chrono::duration<double>(block.id % 20 == 0 ? 0.1 : 0.005));
            return BlockReport{.block = block.id, .headline = {}, .rows = {}, .failures = {}};
        },
        [](BlockReport const&) {});
    if (world.rank() == 0)
        check(times.wall < total / static_cast<double>(world.size()) + 0.25,
              "balanced: " + std::to_string(times.wall) + " s");
}

void short_blocks(World& world) {
    auto const list = blocks(1000);
    auto const times = computed(
        world, list,
        [](Block const& block) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return BlockReport{.block = block.id, .headline = {}, .rows = {1.0}, .failures = {}};
        },
        [](BlockReport const&) {});
    if (world.rank() == 0) {
        double const busy = std::accumulate(times.computing.begin(), times.computing.end(), 0.0) /
                            static_cast<double>(world.size());
        std::cout << world.size() << " ranks, blocks of 1 ms: " << 100 * (times.wall / busy - 1)
                  << " % beyond the computing" << std::endl;
    }
}

/// Answers and reports that are both too long for MPI to take at once (batches of hundreds of tiny
/// blocks): rank 0 must not wait with an answer for a rank that waits with its reports for rank 0.
void long_messages_cross(World& world) {
    std::vector<Block> list;
    for (index i = 0; i < 20000; ++i)
        list.push_back({.id = i, .first = i, .count = 1, .cost = 1e-5});
    std::vector<int> seen(list.size());
    computed(
        world, list, [](Block const& block) { return report_of(block, 50); },
        [&](BlockReport const& report) { ++seen[static_cast<std::size_t>(report.block)]; });
    if (world.rank() == 0)
        check(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }),
              "each of many blocks once");
}

/// Each rank leaves after `most` blocks: none is reported twice, and what nobody took stays undone.
void ranks_leave(World& world, index n, index most) {
    auto const list = blocks(n);
    std::vector<int> seen(static_cast<std::size_t>(n));
    index mine = 0;
    auto const times = run_blocks(
        world, list,
        {.compute = [&](Block const& block, std::string const&) -> std::optional<BlockReport> {
             if (mine == most) return std::nullopt;
             ++mine;
             return report_of(block, 3);
         },
         .on_report =
             [&](BlockReport const& report) { ++seen[static_cast<std::size_t>(report.block)]; },
         .stopping = {}});
    if (world.rank() != 0) return;
    for (int const count : seen) check(count <= 1, "no block twice");
    auto const done = std::accumulate(seen.begin(), seen.end(), index{0});
    check(done == std::min(n, most * world.size()) || (done < n && done <= most * world.size()),
          "as many blocks as the ranks took");
    check(done == std::accumulate(times.blocks.begin(), times.blocks.end(), index{0}),
          "finished blocks counted");
}

/// When rank 0 is to stop, nobody takes any more, and all return.
void everybody_stops(World& world) {
    std::atomic<bool> stop = false;
    index done = 0;
    auto const list = blocks(100000);
    run_blocks(
        world, list,
        {.compute = [&](Block const& block, std::string const&) -> std::optional<BlockReport> {
             std::this_thread::sleep_for(std::chrono::milliseconds(1));
             return report_of(block, 3);
         },
         .on_report = [&](BlockReport const&) { stop = ++done > 20; },
         .stopping = [&] { return stop.load(); }});
    if (world.rank() == 0) check(done > 20 && done < 1000, "stopped early");
}

}  // namespace

int main(int argc, char** argv) {
    World world;
    auto const* promised = std::getenv("SPINSCAPE_EXPECT_RANKS");
    check(promised != nullptr && std::to_string(world.size()) == promised,
          "as many ranks as promised");
    if (argc > 1 && std::string_view(argv[1]) == "throw") {
        computed(
            world, blocks(40),
            [](Block const& block) {
                if (block.id == 17) throw Error(ExitCode::bad_input, "block 17 is bad");
                return report_of(block, 3);
            },
            [](BlockReport const&) {});
        return 0;
    }
    check(world.broadcast(world.rank() == 0 ? "text" : "") == "text", "broadcast");
    check(world.maximum(static_cast<int>(world.rank())) == world.size() - 1, "maximum");
    for (index const n : {0, 1, 2, 5, 50}) everything_arrives(world, n, 7);
    everything_arrives(world, 3, 2500000);  // 20 MB each
    for (int repeat = 0; repeat < 3; ++repeat) reports_bring_blocks(world);
    for (int repeat = 0; repeat < 5; ++repeat) long_messages_cross(world);
    ranks_leave(world, 50, 3);
    ranks_leave(world, 50, 0);
    everybody_stops(world);
    load_is_balanced(world);
    short_blocks(world);
    return world.maximum(failures) == 0 ? 0 : 1;
}
