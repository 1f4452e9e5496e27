// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/runner.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/study/declaration.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <sstream>

namespace spinscape {

namespace {

constexpr index default_block = 16;

/// Replica numbers are 32-bit words of the random numbers' counter.
constexpr index most_replicas = index{1} << 32;

/// Bytes that this machine can still give; 0 if unknown.
double available_memory() {
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        double kilobytes = 0;
        if (std::sscanf(line.c_str(), "MemAvailable: %lf kB", &kilobytes) == 1)
            return kilobytes * 1024;
    }
    return 0;
}

/// Runs the study over replicas first ... first + count - 1; rows are outcome, then the fields.
std::vector<double> run_replicas(Job const& job, Parameters const& point, index first, index count,
                                 RankCache& cache) {
    Task task(point, job.master_seed, first, count, job.study->fields, job.folder, cache);
    job.study->run(task);
    auto const width = count > 0 ? std::ssize(task.rows()) / count : 0;
    std::vector<double> rows;
    for (index i = 0; i < count; ++i) {
        rows.push_back(static_cast<double>(task.outcomes()[static_cast<std::size_t>(i)]));
        auto const begin = task.rows().begin() + i * width;
        rows.insert(rows.end(), begin, begin + width);
    }
    return rows;
}

}  // namespace

std::vector<parallel::Block> blocks_of(Job const& job) {
    std::vector<parallel::Block> blocks;
    for (std::size_t p = 0; p < job.points.size(); ++p) {
        auto const& [parameters, replicas] = job.points[p];
        auto const wished = job.block > 0      ? job.block
                            : job.study->block ? job.study->block(parameters)
                                               : default_block;
        auto const size = std::max(wished, index{1});
        double const cost = job.study->cost(parameters);
        for (index first = 0; first < replicas; first += size) {
            auto const count = std::min(size, replicas - first);
            blocks.push_back({.id = std::ssize(blocks),
                              .point = static_cast<index>(p),
                              .first = first,
                              .count = count,
                              .cost = cost * static_cast<double>(count)});
        }
    }
    return blocks;
}

void validate(Job const& job, index ranks) {
    check_declaration(*job.study);
    double largest = 0, replicas = 0;
    for (auto const& point : job.points) {
        if (point.replicas > most_replicas)
            throw Error(ExitCode::bad_input,
                        fmt::format("{}: {} replicas at one parameter point; at most {} have "
                                    "random numbers of their own",
                                    job.path, point.replicas, most_replicas));
        replicas += static_cast<double>(point.replicas);
        if (job.study->validate) job.study->validate(point.parameters, job.folder);
        if (job.study->memory) largest = std::max(largest, job.study->memory(point.parameters));
    }
    // Rank 0 holds all records, and once more as the variables of the result.
    auto const columns = static_cast<double>(RecordTable(job.study->fields).width() + 3 +
                                             std::ssize(job.study->parameters));
    double const records = 2 * replicas * columns * sizeof(double);
    double const needed = largest * static_cast<double>(ranks) + records,
                 there = available_memory();
    if (there > 0 && needed > there)
        throw Error(
            ExitCode::bad_input,
            fmt::format("{}: too large for this machine: {} rank(s) need {:.3g} GiB and {:.0f} "
                        "records {:.3g} GiB, {:.3g} GiB are available; use fewer ranks per node, "
                        "smaller systems or fewer replicas",
                        job.path, ranks, largest * static_cast<double>(ranks) / (1 << 30), replicas,
                        records / (1 << 30), there / (1 << 30)));
}

parallel::BlockReport compute_block(Job const& job, parallel::Block const& block,
                                    RankCache& cache) {
    auto const& point = job.points[static_cast<std::size_t>(block.point)].parameters;
    parallel::BlockReport report{.block = block.id, .headline = {}, .rows = {}, .failures = {}};
    try {
        report.rows = run_replicas(job, point, block.first, block.count, cache);
    } catch (std::exception const&) {
        // Somebody in this block throws: one by one, so that only that replica is lost.
        for (index i = 0; i < block.count; ++i) try {
                auto const row = run_replicas(job, point, block.first + i, 1, cache);
                report.rows.insert(report.rows.end(), row.begin(), row.end());
            } catch (std::exception const& problem) {
                auto const width = RecordTable(job.study->fields).width();
                report.rows.push_back(static_cast<double>(Outcome::failed));
                report.rows.insert(report.rows.end(), static_cast<std::size_t>(width), missing);
                std::string message = problem.what();
                std::replace(message.begin(), message.end(), '\n', ' ');
                report.failures += fmt::format("{} {}\n", block.first + i, message);
            }
    }
    RecordTable const shape(job.study->fields);
    auto const headline = 1 + shape.offset(job.study->headline(point)), stride = 1 + shape.width();
    for (index i = 0; i < block.count; ++i)
        report.headline.add(report.rows[static_cast<std::size_t>(i * stride + headline)]);
    return report;
}

void unpack(parallel::Block const& block, parallel::BlockReport const& report, RecordTable& records,
            std::vector<Failure>& failures) {
    auto const stride = static_cast<std::size_t>(1 + records.width());
    for (index i = 0; i < block.count; ++i) {
        auto const row =
            std::span(report.rows).subspan(static_cast<std::size_t>(i) * stride, stride);
        records.append(block.point, block.first + i, static_cast<Outcome>(static_cast<int>(row[0])),
                       row.subspan(1));
    }
    std::istringstream lines(report.failures);
    for (std::string line; std::getline(lines, line);) {
        auto const space = line.find(' ');
        failures.push_back({block.point, static_cast<index>(std::stoll(line.substr(0, space))),
                            line.substr(space + 1)});
    }
}

Swept run_sweep(
    Job const& job, parallel::World& world,
    std::function<void(parallel::Block const&, parallel::BlockReport const&)> const& progress) {
    Swept result{
        .records = RecordTable(job.study->fields), .failures = {}, .times = {}, .started_at = {}};
    result.started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    auto const blocks = blocks_of(job);
    RankCache cache;
    result.times = parallel::run_blocks(
        world, blocks,
        [&](parallel::Block const& block) { return compute_block(job, block, cache); },
        [&](parallel::BlockReport const& report) {
            auto const& block = blocks[static_cast<std::size_t>(report.block)];
            unpack(block, report, result.records, result.failures);
            if (progress) progress(block, report);
        });
    result.records.sort();
    std::sort(result.failures.begin(), result.failures.end(),
              [](Failure const& a, Failure const& b) {
                  return std::pair{a.point, a.replica} < std::pair{b.point, b.replica};
              });
    return result;
}

}  // namespace spinscape
