// SPDX-License-Identifier: BSD-3-Clause
#include "result_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace spinscape::result_groups {

using store::Attributes;
using store::Group;
using store::Variable;

Attributes described(std::string const& text, std::string const& units) {
    return {{"long_name", text}, {"units", units}};
}

namespace {

/// Doubles that hold integers, missing ones as _FillValue.
template <class T>
Variable integer_variable(std::string name, std::vector<std::string> dimensions,
                          std::vector<double> const& values, Attributes attributes) {
    constexpr T fill = std::numeric_limits<T>::min();
    std::vector<T> whole;
    whole.reserve(values.size());
    for (double const x : values) whole.push_back(std::isnan(x) ? fill : static_cast<T>(x));
    attributes.emplace_back("_FillValue", std::int64_t{fill});
    return {std::move(name), std::move(dimensions), std::move(whole), std::move(attributes)};
}

}  // namespace

Variable code_variable(std::string name, std::string const& dimension,
                       std::vector<double> const& values, std::string const& description,
                       std::vector<std::string> const& meanings) {
    std::vector<std::int64_t> flags(meanings.size());
    std::iota(flags.begin(), flags.end(), std::int64_t{0});
    return integer_variable<std::int8_t>(
        std::move(name), {dimension}, values,
        {{"long_name", description},
         {"flag_values", flags},
         {"flag_meanings", fmt::format("{}", fmt::join(meanings, " "))}});
}

void add_parameters(Job const& job, Group& group, std::string const& dimension, index rows,
                    std::function<index(index)> const& point_of) {
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
            group.variables.push_back(
                integer_variable<std::int64_t>(name, {dimension}, numbers, attributes));
    }
}

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

namespace {

/// A variable for each field of a table whose rows run along `dimension`.
void add_fields(RowTable const& table, std::string const& dimension, Group& group) {
    for (auto const& field : table.fields()) {
        std::vector<double> values;
        values.reserve(static_cast<std::size_t>(table.rows() * field.length()));
        auto const offset = static_cast<std::size_t>(table.offset(field.name)),
                   length = static_cast<std::size_t>(field.length());
        for (index row = 0; row < table.rows(); ++row) {
            auto const cells = table.row(row).subspan(offset, length);
            values.insert(values.end(), cells.begin(), cells.end());
        }
        std::vector<std::string> dimensions = {dimension};
        if (!field.axis.empty()) dimensions.push_back(field.axis);
        auto const attributes = described(field.description, field.units);
        if (!field.meanings.empty())
            group.variables.push_back(
                code_variable(field.name, dimension, values, field.description, field.meanings));
        else if (field.type == Field::Type::integer)
            group.variables.push_back(
                integer_variable<std::int64_t>(field.name, dimensions, values, attributes));
        else
            group.variables.push_back({field.name, dimensions, values, attributes});
    }
}

/// Parameter point and replica of each row.
void add_place(RowTable const& table, std::string const& dimension, Group& group) {
    std::vector<std::int32_t> points;
    std::vector<std::int64_t> replicas;
    for (index row = 0; row < table.rows(); ++row) {
        points.push_back(static_cast<std::int32_t>(table.point(row)));
        replicas.push_back(table.replica(row));
    }
    group.variables.push_back(
        {"point", {dimension}, points, described("parameter point, row of /summary", "1")});
    group.variables.push_back(
        {"replica",
         {dimension},
         replicas,
         described("replica number: with the master seed, all its random numbers", "1")});
}

}  // namespace

Group records(Job const& job, RecordTable const& records) {
    auto const rows = records.rows();
    Group group{.name = "records", .dimensions = {{"record", rows}}};
    add_axes(records.fields(), group);
    add_place(records, "record", group);
    std::vector<std::int8_t> outcomes;
    for (index row = 0; row < rows; ++row)
        outcomes.push_back(static_cast<std::int8_t>(records.outcome(row)));
    std::vector<std::int64_t> flags(outcome_names.size());
    std::iota(flags.begin(), flags.end(), std::int64_t{0});
    group.variables.push_back(
        {"outcome",
         {"record"},
         outcomes,
         {{"long_name", std::string("how the replica ended")},
          {"flag_values", flags},
          {"flag_meanings", fmt::format("{}", fmt::join(outcome_names, " "))}}});
    add_parameters(job, group, "record", rows, [&](index row) { return records.point(row); });
    add_fields(records, "record", group);
    return group;
}

Group critical_points(Job const& job, RecordTable const& records, PointTable const& points) {
    Group group{.name = "critical_points",
                .dimensions = {{"record", records.rows()}, {"critical_point", points.rows()}}};
    add_axes(points.fields(), group);
    std::vector<std::int32_t> sizes, order;
    index row = 0;
    for (index record = 0; record < records.rows(); ++record) {
        auto const first = row;
        while (row < points.rows() && points.point(row) == records.point(record) &&
               points.replica(row) == records.replica(record))
            order.push_back(static_cast<std::int32_t>(row++ - first));
        sizes.push_back(static_cast<std::int32_t>(row - first));
    }
    auto size_attributes = described("critical points of each row of /records", "1");
    size_attributes.emplace_back("sample_dimension", std::string("critical_point"));
    group.variables.push_back({"row_size", {"record"}, sizes, size_attributes});
    add_place(points, "critical_point", group);
    group.variables.push_back({"order",
                               {"critical_point"},
                               order,
                               described("place among the points of its replica", "1")});
    add_parameters(job, group, "critical_point", points.rows(),
                   [&](index i) { return points.point(i); });
    add_fields(points, "critical_point", group);
    return group;
}

}  // namespace spinscape::result_groups
