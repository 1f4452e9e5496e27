// SPDX-License-Identifier: BSD-3-Clause
#include "result_groups.hpp"
#include "spinscape/stats/histogram.hpp"
#include "spinscape/stats/moments.hpp"

#include <fmt/format.h>

#include <numeric>

namespace spinscape::result_groups {

using store::Group;

namespace {

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

}  // namespace

Group summary(Job const& job, RecordTable const& records) {
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
        if (!field.meanings.empty()) continue;  // a mean of codes means nothing
        add_moments(field, records, points, group);
        if (field.histogram_edges.empty()) continue;
        std::vector<std::vector<double>> columns;
        for (index p = 0; p < points; ++p) columns.push_back(records.column(p, field.name));
        add_histogram(field, columns, group);
    }
    return group;
}

}  // namespace spinscape::result_groups
