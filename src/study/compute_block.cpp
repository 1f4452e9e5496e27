// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinscape {

namespace {

/// Runs the study over replicas first ... first + count - 1 and adds to the report: of each one a
/// row of outcome and fields, and the number of its critical points with a row each. False if it
/// paused.
bool run_replicas(Job const& job, Parameters const& point, index first, index count,
                  RankCache& cache, Interruption const* interruption, PhaseClock* clock,
                  parallel::Crew* crew, std::string const& shared, parallel::BlockReport& report) {
    Task task(*job.study, point, job.master_seed, first, count, job.folder, cache, interruption,
              clock, crew, shared);
    job.study->run(task);
    if (task.paused()) return false;
    auto const width = count > 0 ? std::ssize(task.rows()) / count : 0;
    for (index i = 0; i < count; ++i) {
        report.rows.push_back(static_cast<double>(task.outcomes()[static_cast<std::size_t>(i)]));
        auto const begin = task.rows().begin() + i * width;
        report.rows.insert(report.rows.end(), begin, begin + width);
    }
    auto const point_width = Schema(job.study->point_fields).width();
    if (point_width == 0) return true;
    for (auto const& points : task.points()) {
        report.points.push_back(static_cast<double>(std::ssize(points) / point_width));
        report.points.insert(report.points.end(), points.begin(), points.end());
    }
    return true;
}

}  // namespace

std::optional<parallel::BlockReport> compute_block(Job const& job, parallel::Block const& block,
                                                   RankCache& cache,
                                                   Interruption const* interruption,
                                                   PhaseClock* clock, parallel::Crew* crew,
                                                   std::string const& shared) {
    auto const& point = job.points[static_cast<std::size_t>(block.point)].parameters;
    parallel::BlockReport report{.block = block.id, .headline = {}, .rows = {}, .failures = {}};
    Schema const fields(job.study->fields);
    try {
        if (!run_replicas(job, point, block.first, block.count, cache, interruption, clock, crew,
                          shared, report))
            return std::nullopt;
    } catch (std::exception const&) {
        if (crew != nullptr && crew->size() > 1) throw;
        // Somebody in this block throws: one by one, so that only that replica is lost.
        report.rows.clear();
        report.points.clear();
        for (index i = 0; i < block.count; ++i) try {
                run_replicas(job, point, block.first + i, 1, cache, nullptr, clock, nullptr, shared,
                             report);
            } catch (std::exception const& problem) {
                report.rows.push_back(static_cast<double>(Outcome::failed));
                report.rows.insert(report.rows.end(), static_cast<std::size_t>(fields.width()),
                                   missing);
                if (!job.study->point_fields.empty()) report.points.push_back(0);
                std::string message = problem.what();
                std::replace(message.begin(), message.end(), '\n', ' ');
                report.failures += fmt::format("{} {}\n", block.first + i, message);
            }
    }
    auto const headline = 1 + fields.offset(job.study->headline(point)),
               stride = 1 + fields.width();
    for (index i = 0; i < block.count; ++i)
        report.headline.add(report.rows[static_cast<std::size_t>(i * stride + headline)]);
    return report;
}

}  // namespace spinscape
