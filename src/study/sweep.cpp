// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/job.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinscape {

namespace {

using Values = std::map<std::string, Value, std::less<>>;

/// Calls visit(values) for every point of a sweep.
template <class Visit>
void for_each_point(Sweep const& sweep, Values values, Visit const& visit, std::size_t axis = 0) {
    if (axis == 0)
        for (auto const& [name, value] : sweep.fixed) values[name] = value;
    if (axis < sweep.grid.size()) {
        auto const& [name, list] = sweep.grid[axis];
        for (auto const& value : list) {
            values[name] = value;
            for_each_point(sweep, values, visit, axis + 1);
        }
        return;
    }
    std::size_t const steps = sweep.zip.empty() ? 1 : sweep.zip.front().second.size();
    for (std::size_t i = 0; i < steps; ++i) {
        for (auto const& [name, list] : sweep.zip) values[name] = list[i];
        visit(values);
    }
}

}  // namespace

bool applies(ParameterSpec const& spec, Parameters const& point) {
    return !spec.only_where || point.text(spec.only_where->first) == spec.only_where->second;
}

index replicas_of(Study const& study, Parameters const& point, index seeds) {
    return study.replicas ? study.replicas(point, seeds) : seeds;
}

std::vector<Point> expand(Study const& study, Values const& base, std::vector<Sweep> const& sweeps,
                          index seeds, bool adaptive) {
    std::vector<Point> points;
    auto const add = [&](Values const& values, index count, bool fixed) {
        Parameters parameters(values);
        auto const replicas = replicas_of(study, parameters, count);
        points.push_back({std::move(parameters), replicas, count, fixed});
    };
    if (sweeps.empty()) add(base, seeds, !adaptive);
    for (auto const& sweep : sweeps)
        for_each_point(sweep, base, [&](Values const& values) {
            add(values, sweep.seeds.value_or(seeds), !adaptive || sweep.seeds.has_value());
        });
    return points;
}

std::vector<std::string> Job::swept() const {
    std::vector<std::string> names;
    for (auto const& spec : study->parameters) {
        // Values at points where the parameter means nothing do not count.
        Value const* first = nullptr;
        bool differs = false;
        for (auto const& point : points) {
            if (!applies(spec, point.parameters)) continue;
            auto const& value = point.parameters.value(spec.name);
            if (first == nullptr) first = &value;
            differs = differs || value != *first;
        }
        if (differs) names.push_back(spec.name);
    }
    return names;
}

std::string Job::resolved() const {
    auto const count = adaptive ? fmt::format("{{ min = {}, max = {}, until = \"{}\" }}", seeds,
                                              adaptive->most, adaptive->until)
                                : fmt::format("{}", seeds);
    auto text = fmt::format(
        "study = \"{}\"\ntier = \"{}\"\n\n[seeds]\nmaster = {}\ncount = {}\n\n[parameters]\n",
        study->name, tier, master_seed, count);
    for (auto const& spec : study->parameters)
        text += fmt::format("{} = {}\n", spec.name, to_text(parameters.at(spec.name)));
    auto const axes = [&](char const* kind, std::vector<Sweep::Axis> const& list) {
        if (list.empty()) return;
        text += fmt::format("{} = {{ ", kind);
        for (std::size_t i = 0; i < list.size(); ++i) {
            text += fmt::format("{}{} = [", i > 0 ? ", " : "", list[i].first);
            for (std::size_t k = 0; k < list[i].second.size(); ++k)
                text += (k > 0 ? ", " : "") + to_text(list[i].second[k]);
            text += "]";
        }
        text += " }\n";
    };
    for (auto const& sweep : sweeps) {
        text += "\n[[sweep]]\n";
        if (!sweep.fixed.empty()) {
            text += "fixed = { ";
            for (std::size_t i = 0; i < sweep.fixed.size(); ++i)
                text += fmt::format("{}{} = {}", i > 0 ? ", " : "", sweep.fixed[i].first,
                                    to_text(sweep.fixed[i].second));
            text += " }\n";
        }
        axes("grid", sweep.grid);
        axes("zip", sweep.zip);
        if (sweep.seeds) text += fmt::format("seeds = {}\n", *sweep.seeds);
    }
    return text;
}

}  // namespace spinscape
