// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/error.hpp"
#include "spinscape/parallel/world.hpp"

#include <cstdlib>
#include <iostream>
#include <numeric>
#include <string>
#include <string_view>
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
        list.push_back({.id = i, .point = 0, .first = 3 * i, .count = 3, .cost = 1});
    return list;
}

/// Something that needs all parts: prefix sums of the squares of numbers spread over the crew.
BlockReport together(Block const& block, Crew& crew) {
    auto const [first, count] = crew.share(17);
    std::vector<double> mine;
    for (index i = first; i < first + count; ++i)
        mine.push_back(static_cast<double>((block.first + i) * i));
    auto rows = crew.all_gather(mine);
    std::partial_sum(rows.begin(), rows.end(), rows.begin());
    check(crew.decided(crew.rank() == 0), "what rank 0 says counts");
    check(crew.of_rank_0(std::to_string(crew.rank())) == "0", "the text of rank 0");
    return {.block = block.id, .headline = {}, .rows = rows, .failures = ""};
}

void crews_of(World& world, index size) {
    auto const list = blocks(world.rank() == 0 ? 7 : 0);
    std::vector<std::vector<double>> rows(7);
    auto const times =
        run_crews(world, list, size,
                  {.compute = [&](Block const& block, Crew& crew) { return together(block, crew); },
                   .on_report =
                       [&](BlockReport const& report) {
                           auto& place = rows[static_cast<std::size_t>(report.block)];
                           check(place.empty(), "a block arrives once");
                           place = report.rows;
                       },
                   .stopping = {}});
    if (world.rank() != 0) return;
    check(std::reduce(times.blocks.begin(), times.blocks.end()) == 7, "all blocks are counted");
    Crew alone;
    for (auto const& block : list)
        check(rows[static_cast<std::size_t>(block.id)] == together(block, alone).rows,
              "the same rows as of one rank, block " + std::to_string(block.id));
}

void stops_together(World& world) {
    auto const list = blocks(world.rank() == 0 ? 50 : 0);
    index arrived = 0;
    bool stop = false;
    run_crews(world, list, 2,
              {.compute =
                   [&](Block const& block, Crew& crew) {
                       stop = block.id >= 10;
                       return std::optional(together(block, crew));
                   },
               .on_report = [&](BlockReport const&) { ++arrived; },
               .stopping = [&] { return stop; }});
    if (world.rank() == 0) check(arrived >= 1 && arrived < 50, "a stop ends all crews");
}

}  // namespace

int main(int argc, char** argv) {
    World world;
    auto const* promised = std::getenv("SPINSCAPE_EXPECT_RANKS");
    check(promised != nullptr && world.size() == std::atoi(promised), "as many ranks as promised");
    if (argc > 1 && std::string_view(argv[1]) == "throw") {
        run_crews(world, blocks(world.rank() == 0 ? 9 : 0), 2,
                  {.compute =
                       [&](Block const& block, Crew& crew) {
                           if (block.id == 4 && crew.rank() == crew.size() - 1)
                               throw Error(ExitCode::bad_input, "block 4 is bad");
                           return std::optional(together(block, crew));
                       },
                   .on_report = [](BlockReport const&) {},
                   .stopping = {}});
        return 0;
    }
    for (index const size : {1, 2, 3, 100}) crews_of(world, size);
    stops_together(world);
    return failures == 0 ? 0 : 1;
}
