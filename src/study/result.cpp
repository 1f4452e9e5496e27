// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/result.hpp"

#include "result_groups.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/version.hpp"
#include "utc_now.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace spinscape {

namespace {

using result_groups::described;
using store::Group;

Group claims_group(std::vector<Claim> const& claims) {
    Group group{.name = "claims", .dimensions = {{"claim", std::ssize(claims)}}};
    std::vector<std::string> id, statement, source, relation, verdict, note;
    std::vector<double> measured, error, predicted, tolerance, factor;
    std::vector<std::int64_t> n;
    for (auto const& claim : claims) {
        id.push_back(claim.id);
        statement.push_back(claim.statement);
        source.push_back(claim.source);
        relation.emplace_back(name(claim.relation));
        verdict.emplace_back(name(claim.verdict()));
        note.push_back(claim.note);
        measured.push_back(claim.measured.value);
        error.push_back(claim.measured.standard_error);
        n.push_back(claim.measured.n);
        predicted.push_back(claim.predicted);
        tolerance.push_back(claim.tolerance);
        factor.push_back(claim.factor_to_decide());
    }
    auto const add = [&](char const* variable, store::Data data, char const* text) {
        group.variables.push_back({variable, {"claim"}, std::move(data), described(text, "1")});
    };
    add("id", id, "short name of the claim");
    add("statement", statement, "the claim in one sentence");
    add("source", source, "citation key");
    add("measured", measured, "measured value");
    add("stderr", error, "its standard error");
    add("n", n, "independent values behind it");
    add("relation", relation, "relation of measured to predicted");
    add("predicted", predicted, "predicted value or bound");
    add("tolerance", tolerance, "accuracy of the prediction, for relation equal");
    add("verdict", verdict, "99 % interval against the prediction");
    add("factor_to_decide", factor,
        "times more replicas that would about decide an undecided claim");
    add("note", note, "remarks");
    return group;
}

Group reference_group(std::vector<Reference> const& references) {
    Group group{.name = "reference"};
    for (auto const& reference : references) {
        auto attributes = described(reference.description, reference.y_units);
        attributes.emplace_back("source", reference.source);
        group.groups.push_back(
            {.name = reference.name,
             .dimensions = {{reference.x_name, std::ssize(reference.x)}},
             .variables = {{reference.x_name,
                            {reference.x_name},
                            reference.x,
                            described(reference.x_name, reference.x_units)},
                           {"value", {reference.x_name}, reference.y, attributes}}});
    }
    return group;
}

/// Where the core-seconds went: phases as the study names them, then the rest.
void add_phases(Swept const& swept, double core_seconds, Group& group) {
    std::vector<std::string> names;
    std::vector<double> seconds;
    for (auto const& [name, time] : swept.phases) {
        names.push_back(name);
        seconds.push_back(time);
    }
    names.emplace_back("other");
    seconds.push_back(std::max(0.0, core_seconds - total(swept.phases)));
    group.dimensions.push_back({"phase", std::ssize(names)});
    group.variables.push_back({"phase", {"phase"}, names, described("part of the work", "1")});
    group.variables.push_back({"core_seconds",
                               {"phase"},
                               seconds,
                               described("time spent in it, summed over ranks, blocks and earlier "
                                         "runs",
                                         "s")});
}

Group provenance_group(Job const& job, Swept const& swept, Provenance const& provenance) {
    auto const& build = build_information();
    auto const ranks = std::ssize(swept.times.computing);
    double const core_seconds = std::accumulate(
        swept.times.computing.begin(), swept.times.computing.end(), swept.earlier_core_seconds);
    Group group{.name = "provenance",
                .dimensions = {{"rank", ranks},
                               {"run", std::ssize(swept.runs)},
                               {"failure", std::ssize(swept.failures)}},
                .attributes = {
                    {"version", build.version},
                    {"git_commit", build.git_commit},
                    {"git_dirty", std::int64_t{build.git_dirty}},
                    {"compiler", build.compiler},
                    {"compiler_flags", build.flags},
                    {"build_type", build.build_type},
                    {"instruction_set", fmt::format("{}", fmt::join(swept.instruction_sets, ", "))},
                    {"blas", provenance.blas},
                    {"mpi_library", provenance.mpi_library},
                    {"hdf5_version", store::hdf5_version()},
                    {"mpi_ranks", std::int64_t{ranks}},
                    {"command_line", provenance.command_line},
                    {"job_file", job.path},
                    {"started_at", swept.started_at},
                    {"created_at", utc_now()},
                    {"wall_seconds", swept.times.wall},
                    {"serving_seconds", swept.times.serving},
                    {"core_seconds", core_seconds},
                    {"sessions", std::int64_t{swept.sessions}},
                    {"restarts", std::max<std::int64_t>(0, std::ssize(swept.runs) - 1)},
                    {"master_seed", static_cast<std::int64_t>(job.master_seed)},
                    {"n_failed", std::int64_t{std::ssize(swept.failures)}}}};
    std::vector<std::int64_t> blocks(swept.times.blocks.begin(), swept.times.blocks.end());
    group.variables.push_back({"host", {"rank"}, provenance.hosts, described("host name", "1")});
    group.variables.push_back({"instruction_set",
                               {"rank"},
                               swept.rank_instruction_sets,
                               described("instruction set of its kernels", "1")});
    group.variables.push_back(
        {"computing", {"rank"}, swept.times.computing, described("time spent computing", "s")});
    group.variables.push_back({"blocks", {"rank"}, blocks, described("blocks computed", "1")});
    add_phases(swept, core_seconds, group);
    auto const of_runs = [&](char const* name, std::string Session::*member,
                             char const* description) {
        std::vector<std::string> texts;
        for (auto const& run : swept.runs) texts.push_back(run.*member);
        group.variables.push_back({name, {"run"}, texts, described(description, "1")});
    };
    of_runs("run_started_at", &Session::started_at, "start of each run or shard, UTC");
    of_runs("run_host", &Session::host, "host of its rank 0");
    of_runs("run_program", &Session::program, "version, commit and hash of its executable");
    of_runs("run_batch_job", &Session::batch_job, "its number in the batch system; empty: none");
    std::vector<std::int64_t> points, replicas;
    std::vector<std::string> messages;
    for (auto const& failure : swept.failures) {
        points.push_back(failure.point);
        replicas.push_back(failure.replica);
        messages.push_back(failure.message);
    }
    group.variables.push_back(
        {"failure_point", {"failure"}, points, described("parameter point", "1")});
    group.variables.push_back(
        {"failure_replica", {"failure"}, replicas, described("replica number", "1")});
    group.variables.push_back(
        {"failure_message", {"failure"}, messages, described("what went wrong", "1")});
    return group;
}

}  // namespace

store::Group result_tree(Job const& job, Swept const& swept, Provenance const& provenance) {
    std::vector<Parameters> points;
    for (auto const& point : job.points) points.push_back(point.parameters);
    Findings findings;
    std::string problem;
    try {
        findings = job.study->conclude(
            {points, swept.records, swept.critical_points, job.master_seed, job.folder});
    } catch (std::exception const& thrown) {
        problem = thrown.what();  // records that took hours must not be lost to it
    }
    Group root{.name = "",
               .variables = {{"config_toml",
                              {},
                              std::vector<std::string>{job.resolved()},
                              {{"long_name", std::string("the complete resolved job")}}}},
               .attributes = {{"Conventions", std::string("CF-1.10 Spinscape-1.0")},
                              {"title", fmt::format("Spinscape: {}", job.study->name)},
                              {"study", job.study->name},
                              {"question", job.study->question},
                              {"sources", job.study->sources},
                              {"source", fmt::format("spinscape {}", build_information().version)},
                              {"history", fmt::format("{} spinscape run", swept.started_at)},
                              {"filetype", std::string("spinscape-result")},
                              {"format_version", std::vector<std::int64_t>{result_format, 0}},
                              {"tier", job.tier},
                              {"master_seed", static_cast<std::int64_t>(job.master_seed)},
                              {"n_records", std::int64_t{swept.records.rows()}},
                              {"n_failed", std::int64_t{std::ssize(swept.failures)}},
                              {"n_missing", std::int64_t{swept.missing_replicas}}}};
    root.groups.push_back(result_groups::records(job, swept.records));
    if (!job.study->point_fields.empty()) {
        root.attributes.emplace_back("n_critical_points",
                                     std::int64_t{swept.critical_points.rows()});
        root.groups.push_back(
            result_groups::critical_points(job, swept.records, swept.critical_points));
    }
    root.groups.push_back(result_groups::summary(job, swept.records));
    root.groups.push_back(claims_group(findings.claims));
    if (!problem.empty()) root.groups.back().attributes.emplace_back("problem", problem);
    root.groups.push_back(reference_group(findings.references));
    root.groups.push_back(
        {.name = "figures",
         .variables = {
             {"figures_json",
              {},
              std::vector<std::string>{to_json(findings.figures)},
              {{"long_name", std::string("figures with their numbers, for the report")}}}}});
    root.groups.push_back(provenance_group(job, swept, provenance));
    return root;
}

}  // namespace spinscape
