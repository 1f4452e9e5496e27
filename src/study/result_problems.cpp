// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {

namespace {

using store::Group;

template <class T>
T const* held(Group const& group, char const* name) {
    auto const* value = group.attribute(name);
    return value != nullptr ? std::get_if<T>(value) : nullptr;
}

void check_root(Group const& root, std::vector<std::string>& problems) {
    for (auto const* name : {"Conventions", "study", "filetype"})
        if (held<std::string>(root, name) == nullptr)
            problems.push_back(fmt::format("root attribute '{}' is missing or no text", name));
    for (auto const* name : {"master_seed", "n_records", "n_failed"})
        if (held<std::int64_t>(root, name) == nullptr)
            problems.push_back(fmt::format("root attribute '{}' is missing or no integer", name));
    if (auto const* type = held<std::string>(root, "filetype");
        type != nullptr && *type != "spinscape-result")
        problems.emplace_back("root attribute 'filetype' is not \"spinscape-result\"");
    auto const* version = held<std::vector<std::int64_t>>(root, "format_version");
    if (version == nullptr || version->size() != 2)
        problems.emplace_back("root attribute 'format_version' is missing or no pair of integers");
    else if (version->front() != result_format)
        problems.push_back(fmt::format("format version {}.{} is not {}.x, which this program knows",
                                       version->front(), version->back(), result_format));
}

void check_counts(Group const& root, std::vector<std::string>& problems) {
    auto const* point = root.variable("records/point");
    if (point == nullptr) return;
    auto const rows = point->size();
    if (auto const* n = held<std::int64_t>(root, "n_records"); n != nullptr && *n != rows)
        problems.push_back(
            fmt::format("root attribute 'n_records' is {} where /records has {} rows", *n, rows));
    for (auto const* name : {"records/replica", "records/outcome"})
        if (auto const* column = root.variable(name); column != nullptr && column->size() != rows)
            problems.push_back(fmt::format("/{} has {} rows where /records/point has {}", name,
                                           column->size(), rows));
    auto const* n = root.variable("summary/n");
    if (n == nullptr || std::holds_alternative<std::vector<std::string>>(n->data)) return;
    auto const counts = n->reals();
    auto const total = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (total != static_cast<double>(rows))
        problems.push_back(
            fmt::format("/summary/n adds up to {} where /records has {} rows", total, rows));
}

/// Codes that are not in their table.
void check_codes(Group const& group, std::vector<std::string>& problems) {
    for (auto const& variable : group.variables) {
        auto const* flags = variable.attribute("flag_values");
        auto const* known =
            flags != nullptr ? std::get_if<std::vector<std::int64_t>>(flags) : nullptr;
        if (known == nullptr) continue;
        for (double const x : variable.reals()) {
            if (std::isnan(x) || std::find(known->begin(), known->end(),
                                           static_cast<std::int64_t>(x)) != known->end())
                continue;
            problems.push_back(fmt::format("/{}/{} holds {}, which is not among its flag_values",
                                           group.name, variable.name, x));
            break;
        }
    }
}

void check_critical_points(Group const& root, std::vector<std::string>& problems) {
    auto const* group = root.group("critical_points");
    if (group == nullptr) return;
    auto const* sizes = group->variable("row_size");
    auto const* replicas = group->variable("replica");
    if (sizes == nullptr || replicas == nullptr || group->variable("point") == nullptr) {
        problems.emplace_back("/critical_points lacks one of row_size, point, replica");
        return;
    }
    auto const* sample = sizes->attribute("sample_dimension");
    if (sample == nullptr || *sample != store::Attribute(std::string("critical_point")))
        problems.emplace_back(
            "/critical_points/row_size has no sample_dimension \"critical_point\"");
    auto const counts = sizes->reals();
    auto const total = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (total != static_cast<double>(replicas->size()))
        problems.push_back(
            fmt::format("/critical_points/row_size adds up to {} where there are {} points", total,
                        replicas->size()));
    if (auto const* records = root.variable("records/replica");
        records != nullptr && records->size() != sizes->size())
        problems.push_back(
            fmt::format("/critical_points/row_size has {} rows where /records has {}",
                        sizes->size(), records->size()));
    if (auto const* n = held<std::int64_t>(root, "n_critical_points");
        n == nullptr || *n != replicas->size())
        problems.push_back(
            fmt::format("root attribute 'n_critical_points' is not {}, the number "
                        "of points in /critical_points",
                        replicas->size()));
    check_codes(*group, problems);
}

}  // namespace

std::vector<std::string> result_problems(std::string const& path) {
    auto problems = store::convention_problems(path);
    auto const root = store::read(path);
    check_root(root, problems);
    for (auto const* variable :
         {"config_toml", "records/point", "records/replica", "records/outcome", "summary/n",
          "summary/n_failed", "claims/id", "claims/statement", "claims/source", "claims/measured",
          "claims/stderr", "claims/n", "claims/relation", "claims/predicted", "claims/tolerance",
          "claims/verdict", "claims/factor_to_decide", "claims/note", "figures/figures_json"})
        if (root.variable(variable) == nullptr)
            problems.push_back(fmt::format("variable '/{}' is missing", variable));
    if (root.group("provenance") == nullptr)
        problems.emplace_back("group '/provenance' is missing");
    if (auto const* claims = root.group("claims"); claims != nullptr)
        if (auto const* problem = claims->attribute("problem"))
            problems.push_back(fmt::format("the study drew no conclusions: {}",
                                           std::get_if<std::string>(problem) != nullptr
                                               ? std::get<std::string>(*problem)
                                               : "for an unknown reason"));
    check_counts(root, problems);
    check_critical_points(root, problems);
    if (auto const* records = root.group("records")) check_codes(*records, problems);
    return problems;
}

}  // namespace spinscape
