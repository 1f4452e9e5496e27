// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/blocks.hpp"

#include "spinscape/study/waves.hpp"

#include <algorithm>

namespace spinscape {

namespace {

constexpr index default_block = 16;

index block_size(Job const& job, Parameters const& point) {
    auto const wished = job.block > 0      ? job.block
                        : job.study->block ? job.study->block(point)
                                           : default_block;
    return std::max(wished, index{1});
}

/// Appends what is missing of the block first ... end - 1, in as few pieces as may be.
void add_missing(Job const& job, index point, index first, index end, Finished const& finished,
                 std::optional<Line> const& line, std::vector<parallel::Block>& blocks) {
    double const cost = job.study->cost(job.points[static_cast<std::size_t>(point)].parameters);
    while (first < end) {
        if (finished.has(point, first)) {
            ++first;
            continue;
        }
        index count = 1;
        while (first + count < end && !finished.has(point, first + count) &&
               !(line && finished.kept.count_at(*line, first + count) > 0))
            ++count;
        // What goes on from a kept state goes on in the same blocks.
        double left = 1;
        if (line) {
            if (auto const kept = finished.kept.count_at(*line, first); kept > 0)
                count = std::min(count, kept);
            if (auto const* state = finished.kept.find(*line, first, count))
                left -= static_cast<double>(state->line.value) / static_cast<double>(line->value);
        }
        blocks.push_back({.id = std::ssize(blocks),
                          .point = point,
                          .first = first,
                          .count = count,
                          .cost = cost * left * static_cast<double>(count)});
        first += count;
    }
}

}  // namespace

void add_missing_blocks(Job const& job, index point, index replicas, Finished const& finished,
                        std::vector<parallel::Block>& blocks, Shard shard, index cell) {
    auto const& parameters = job.points[static_cast<std::size_t>(point)].parameters;
    auto const size = block_size(job, parameters), wave = wave_size(job, parameters);
    auto const line = finished.kept.empty() ? std::nullopt : line_of(job, parameters);
    for (index start = 0, end = 0; start < replicas; start = end, ++cell) {
        end = std::min(start + size, replicas);
        if (wave > 0) end = std::min(end, (start / wave + 1) * wave);
        if (cell % shard.of == shard.number - 1)
            add_missing(job, point, start, end, finished, line, blocks);
    }
}

std::vector<parallel::Block> missing_blocks(Job const& job, std::vector<index> const& replicas,
                                            Finished const& finished, Shard shard) {
    std::vector<parallel::Block> blocks;
    index cell = 0;  // blocks of the whole job, finished or not: what shards share out
    for (std::size_t p = 0; p < job.points.size(); ++p) {
        add_missing_blocks(job, static_cast<index>(p), replicas[p], finished, blocks, shard, cell);
        auto const size = block_size(job, job.points[p].parameters);
        cell += (replicas[p] + size - 1) / size;
    }
    return blocks;
}

std::vector<parallel::Block> blocks_of(Job const& job) {
    return missing_blocks(job, wanted_replicas(job, Finished(job)), Finished(job));
}

}  // namespace spinscape
