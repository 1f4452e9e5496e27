// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/result.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/version.hpp"
#include "spinscape/stats/histogram.hpp"
#include "spinscape/stats/moments.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <numeric>

namespace spinscape {

namespace {

using store::Attributes;
using store::Group;
using store::Variable;

constexpr std::int64_t integer_fill = std::numeric_limits<std::int64_t>::min();

Attributes described(std::string const& text, std::string const& units) {
    return {{"long_name", text}, {"units", units}};
}

/// Doubles that hold integers, missing ones as _FillValue.
Variable integer_variable(std::string name, std::vector<std::string> dimensions,
                          std::vector<double> const& values, Attributes attributes) {
    std::vector<std::int64_t> whole;
    for (double const x : values)
        whole.push_back(std::isnan(x) ? integer_fill : static_cast<std::int64_t>(x));
    attributes.emplace_back("_FillValue", integer_fill);
    return {std::move(name), std::move(dimensions), std::move(whole), std::move(attributes)};
}

/// The swept parameters as one variable each, row i taken from point_of(i).
template <class PointOf>
void add_parameters(Job const& job, Group& group, std::string const& dimension, index rows,
                    PointOf const& point_of) {
    for (auto const& name : job.swept()) {
        auto const& spec = *std::find_if(job.study->parameters.begin(), job.study->parameters.end(),
                                         [&](auto const& s) { return s.name == name; });
        std::vector<double> numbers;
        std::vector<std::string> texts;
        bool const numeric = spec.standard.index() <= 2;  // integer, real, flag
        for (index row = 0; row < rows; ++row) {
            auto const& parameters = job.points[static_cast<std::size_t>(point_of(row))].parameters;
            bool const meant = applies(spec, parameters);
            if (!numeric) {
                auto const* text = std::get_if<std::string>(&parameters.value(name));
                texts.push_back(!meant            ? ""
                                : text != nullptr ? *text
                                                  : to_text(parameters.value(name)));
            } else if (spec.standard.index() == 2) {
                numbers.push_back(!meant ? missing : parameters.flag(name) ? 1 : 0);
            } else {
                numbers.push_back(meant ? parameters.real(name) : missing);
            }
        }
        auto const attributes = described(spec.description, spec.units);
        if (!numeric)
            group.variables.push_back({name, {dimension}, texts, attributes});
        else if (spec.standard.index() == 1)
            group.variables.push_back({name, {dimension}, numbers, attributes});
        else
            group.variables.push_back(integer_variable(name, {dimension}, numbers, attributes));
    }
}

/// Axes of curve fields, once each.
void add_axes(std::vector<Field> const& fields, Group& group) {
    for (auto const& field : fields) {
        auto const there = [&](store::Dimension const& d) { return d.name == field.axis; };
        if (field.axis.empty() ||
            std::any_of(group.dimensions.begin(), group.dimensions.end(), there))
            continue;
        group.dimensions.push_back({field.axis, field.length()});
        group.variables.push_back(
            {field.axis, {field.axis}, field.axis_values, described(field.axis, field.axis_units)});
    }
}

Group records_group(Job const& job, RecordTable const& records) {
    auto const rows = records.rows();
    Group group{.name = "records", .dimensions = {{"record", rows}}};
    add_axes(records.fields(), group);
    std::vector<std::int32_t> points;
    std::vector<std::int64_t> replicas;
    std::vector<std::int8_t> outcomes;
    for (index row = 0; row < rows; ++row) {
        points.push_back(static_cast<std::int32_t>(records.point(row)));
        replicas.push_back(records.replica(row));
        outcomes.push_back(static_cast<std::int8_t>(records.outcome(row)));
    }
    std::vector<std::int64_t> flags(outcome_names.size());
    std::iota(flags.begin(), flags.end(), std::int64_t{0});
    group.variables.push_back(
        {"point", {"record"}, points, described("parameter point, row of /summary", "1")});
    group.variables.push_back(
        {"replica",
         {"record"},
         replicas,
         described("replica number: with the master seed, all its random numbers", "1")});
    group.variables.push_back(
        {"outcome",
         {"record"},
         outcomes,
         {{"long_name", std::string("how the replica ended")},
          {"flag_values", flags},
          {"flag_meanings", fmt::format("{}", fmt::join(outcome_names, " "))}}});
    add_parameters(job, group, "record", rows, [&](index row) { return records.point(row); });
    for (auto const& field : records.fields()) {
        std::vector<double> values;
        auto const offset = static_cast<std::size_t>(records.offset(field.name)),
                   length = static_cast<std::size_t>(field.length());
        for (index row = 0; row < rows; ++row) {
            auto const cells = records.row(row).subspan(offset, length);
            values.insert(values.end(), cells.begin(), cells.end());
        }
        std::vector<std::string> dimensions = {"record"};
        if (!field.axis.empty()) dimensions.push_back(field.axis);
        auto const attributes = described(field.description, field.units);
        if (field.type == Field::Type::integer)
            group.variables.push_back(integer_variable(field.name, dimensions, values, attributes));
        else
            group.variables.push_back({field.name, dimensions, values, attributes});
    }
    return group;
}

void add_histogram(Field const& field, std::vector<std::vector<double>> const& columns,
                   Group& group) {
    auto const bin = field.name + "_bin", bounds = bin + "_bounds";
    std::vector<double> centres, edges;
    for (std::size_t i = 0; i + 1 < field.histogram_edges.size(); ++i) {
        centres.push_back((field.histogram_edges[i] + field.histogram_edges[i + 1]) / 2);
        edges.insert(edges.end(), {field.histogram_edges[i], field.histogram_edges[i + 1]});
    }
    std::vector<std::int64_t> counts, below, above;
    for (auto const& column : columns) {
        Histogram histogram(field.histogram_edges);
        for (double const x : column) histogram.add(x);
        counts.insert(counts.end(), histogram.counts().begin(), histogram.counts().end());
        below.push_back(histogram.underflow());
        above.push_back(histogram.overflow());
    }
    group.dimensions.push_back({bin, std::ssize(centres)});
    if (group.variable("edge") == nullptr) {
        group.dimensions.push_back({"edge", 2});
        group.variables.push_back({"edge",
                                   {"edge"},
                                   std::vector<std::int32_t>{0, 1},
                                   described("lower and upper edge of a bin", "1")});
    }
    auto centre_attributes = described("bin centres of " + field.description, field.units);
    centre_attributes.emplace_back("bounds", bounds);
    group.variables.push_back({bin, {bin}, centres, centre_attributes});
    group.variables.push_back({bounds, {bin, "edge"}, edges, {}});
    group.variables.push_back({field.name + "_histogram",
                               {"point", bin},
                               counts,
                               described("replicas per bin: " + field.description, "1")});
    group.variables.push_back({field.name + "_underflow",
                               {"point"},
                               below,
                               described("replicas below the first bin", "1")});
    group.variables.push_back({field.name + "_overflow",
                               {"point"},
                               above,
                               described("replicas above the last bin", "1")});
}

void add_moments(Field const& field, RecordTable const& records, index points, Group& group) {
    std::vector<double> mean, error, deviation, deviation_error, least, most;
    std::vector<std::int64_t> counts;
    for (index p = 0; p < points; ++p)
        for (index element = 0; element < field.length(); ++element) {
            Moments m;
            for (double const x : records.column(p, field.name, element)) m.add(x);
            counts.push_back(m.count);
            mean.push_back(m.count > 0 ? m.mean : missing);
            error.push_back(m.standard_error());
            deviation.push_back(m.standard_deviation());
            deviation_error.push_back(m.standard_deviation_error());
            least.push_back(m.count > 0 ? m.minimum : missing);
            most.push_back(m.count > 0 ? m.maximum : missing);
        }
    std::vector<std::string> dimensions = {"point"};
    if (!field.axis.empty()) dimensions.push_back(field.axis);
    auto const add = [&](char const* suffix, auto const& values, std::string const& text,
                         std::string const& method) {
        auto attributes = described(text + field.description, field.units);
        attributes.emplace_back("cell_methods", "replica: " + method);
        group.variables.push_back({field.name + suffix, dimensions, values, attributes});
    };
    add("_mean", mean, "mean of ", "mean");
    group.variables.back().attributes.emplace_back("ancillary_variables",
                                                   fmt::format("{0}_stderr {0}_count", field.name));
    add("_stderr", error, "standard error of the mean (replicas taken as independent) of ",
        "standard_error");
    group.variables.push_back({field.name + "_count", dimensions, counts,
                               described("replicas with a value of " + field.description, "1")});
    if (!field.axis.empty()) return;
    add("_sd", deviation, "standard deviation of ", "standard_deviation");
    add("_sd_stderr", deviation_error, "standard error of the standard deviation of ",
        "standard_error");
    add("_min", least, "minimum of ", "minimum");
    add("_max", most, "maximum of ", "maximum");
}

Group summary_group(Job const& job, RecordTable const& records) {
    auto const points = std::ssize(job.points);
    Group group{.name = "summary", .dimensions = {{"point", points}}};
    std::vector<std::int32_t> numbers(static_cast<std::size_t>(points));
    std::iota(numbers.begin(), numbers.end(), 0);
    group.variables.push_back({"point", {"point"}, numbers, described("parameter point", "1")});
    add_axes(records.fields(), group);
    add_parameters(job, group, "point", points, [](index row) { return row; });
    std::vector<std::int64_t> n(numbers.size());
    std::vector<std::vector<std::int64_t>> ended(outcome_names.size(), n);
    for (index row = 0; row < records.rows(); ++row) {
        auto const p = static_cast<std::size_t>(records.point(row));
        ++n[p];
        ++ended[static_cast<std::size_t>(records.outcome(row))][p];
    }
    group.variables.push_back({"n", {"point"}, n, described("replicas", "1")});
    for (std::size_t k = 0; k < ended.size(); ++k)
        group.variables.push_back(
            {fmt::format("n_{}", outcome_names[k]),
             {"point"},
             ended[k],
             described(fmt::format("replicas that ended as {}", outcome_names[k]), "1")});
    for (auto const& field : records.fields()) {
        add_moments(field, records, points, group);
        if (field.histogram_edges.empty()) continue;
        std::vector<std::vector<double>> columns;
        for (index p = 0; p < points; ++p) columns.push_back(records.column(p, field.name));
        add_histogram(field, columns, group);
    }
    return group;
}

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
    Group group{
        .name = "provenance",
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
            {"created_at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
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
        findings = job.study->conclude({points, swept.records, job.master_seed, job.folder});
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
    root.groups.push_back(records_group(job, swept.records));
    root.groups.push_back(summary_group(job, swept.records));
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
