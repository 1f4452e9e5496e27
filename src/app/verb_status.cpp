// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/duration.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/study/runner.hpp"
#include "spinscape/study/waves.hpp"
#include "text_table.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace spinscape::app {

namespace {

struct PointStatus {
    index done = 0, wanted = 0, failed = 0;
    double cost_left = 0;
};

std::vector<PointStatus> points_of(Job const& job, Finished const& finished) {
    std::vector<PointStatus> points(job.points.size());
    auto const all_wanted = wanted_replicas(job, finished);
    for (std::size_t p = 0; p < points.size(); ++p) {
        auto const wanted = all_wanted[p];
        points[p].wanted = wanted;
        for (index r = 0; r < wanted; ++r)
            if (finished.has(static_cast<index>(p), r)) ++points[p].done;
        points[p].cost_left = job.study->cost(job.points[p].parameters) *
                              static_cast<double>(wanted - points[p].done);
    }
    for (auto const& failure : finished.failures)
        ++points[static_cast<std::size_t>(failure.point)].failed;
    return points;
}

/// Core-seconds per unit of the study's cost estimate, as measured; 1 before anything is.
double measured_rate(Job const& job, Finished const& finished) {
    double cost = 0;
    for (index row = 0; row < finished.records.rows(); ++row)
        cost += job.study->cost(
            job.points[static_cast<std::size_t>(finished.records.point(row))].parameters);
    return cost > 0 && finished.core_seconds > 0 ? finished.core_seconds / cost : 1;
}

}  // namespace

int status(std::vector<Study> const& studies, std::string const& path, Overrides const& overrides,
           Form form) {
    auto const job = job_of(studies, path, overrides);
    RunFolder const folder(job);
    auto const finished = folder.finished(job);
    auto const points = points_of(job, finished);
    PointStatus all;
    for (auto const& point : points) {
        all.done += point.done;
        all.wanted += point.wanted;
        all.failed += point.failed;
        all.cost_left += point.cost_left;
    }
    double const seconds_left = all.cost_left * measured_rate(job, finished);
    bool const running = folder.in_use(), complete = all.done == all.wanted;
    if (form == Form::json) {
        auto list = nlohmann::json::array();
        for (std::size_t p = 0; p < points.size(); ++p)
            list.push_back({{"point", label(job, p)},
                            {"done", points[p].done},
                            {"wanted", points[p].wanted},
                            {"failed", points[p].failed}});
        fmt::print("{}\n", nlohmann::json{{"job", job.path},
                                          {"output", job.output},
                                          {"running", running},
                                          {"complete", complete},
                                          {"result", std::filesystem::exists(job.output)},
                                          {"done", all.done},
                                          {"wanted", all.wanted},
                                          {"failed", all.failed},
                                          {"core_seconds_spent", finished.core_seconds},
                                          {"core_seconds_left", seconds_left},
                                          {"sessions", finished.sessions},
                                          {"repeated", finished.repeated},
                                          {"damage", finished.damage},
                                          {"points", list}}
                               .dump(2));
    } else {
        std::vector<std::vector<std::string>> rows = {{"point", "done", "wanted", "failed"}};
        for (std::size_t p = 0; p < points.size(); ++p)
            rows.push_back({label(job, p), fmt::format("{}", points[p].done),
                            fmt::format("{}", points[p].wanted),
                            fmt::format("{}", points[p].failed)});
        fmt::print("{}", text_table(rows));
        fmt::print(
            "{} of {} replicas, {} failed; {}; remaining cost {:.3g} core-hours ({} on one "
            "core)\n",
            all.done, all.wanted, all.failed,
            running    ? "a run computes now"
            : complete ? "complete"
                       : "no run computes now",
            seconds_left / 3600, duration_text(seconds_left));
        for (auto const& sentence : finished.damage) fmt::print("{}\n", sentence);
    }
    return static_cast<int>(complete ? ExitCode::success : ExitCode::stopped);
}

int remove(std::vector<Study> const& studies, std::string const& path, Overrides const& overrides,
           bool yes) {
    auto const job = job_of(studies, path, overrides);
    RunFolder folder(job);
    if (!folder.exists()) {
        fmt::print("there is no run folder {}\n", folder.path());
        return 0;
    }
    auto const rows = folder.finished(job).records.rows();
    if (!yes)
        throw Error(ExitCode::usage,
                    fmt::format("{} with {} finished replicas would be removed (the result {} "
                                "would stay); say --yes to do it",
                                folder.path(), rows, job.output));
    folder.remove();
    fmt::print("removed: {} ({} finished replicas)\n", folder.path(), rows);
    return 0;
}

}  // namespace spinscape::app
