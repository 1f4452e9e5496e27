// SPDX-License-Identifier: BSD-3-Clause
#include "groups.hpp"

#include "search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace spinscape::searches {

std::string Group::id() const {
    return fmt::format("{}{}_N{}", system, p == 3 ? "" : fmt::format("_p{}", p), N);
}

std::string Group::label() const {
    return fmt::format("{} p = {}, N = {}", system == "glass" ? "spherical" : "Ising", p, N);
}

Group::Pair Group::common(std::string const& a, std::string const& b) const {
    Pair pair;
    auto const first = points.find(a), second = points.find(b);
    if (first == points.end() || second == points.end()) return pair;
    for (auto const& [budget, point] : first->second)
        if (auto const other = second->second.find(budget); other != second->second.end())
            pair = {point, other->second, budget};
    return pair;
}

std::vector<Group> groups(Results const& results) {
    std::map<std::tuple<std::string, int, index>, Group> list;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& point = results.points[i];
        auto const& system = point.text("system");
        if (system == "network") continue;
        auto const N = point.integer("N");
        auto const p = static_cast<int>(point.integer("p"));
        auto& group = list[{system, p, N}];
        group.system = system;
        group.N = N;
        group.p = p;
        group.points[point.text("method")][point.integer("budget")] = static_cast<index>(i);
    }
    std::vector<Group> sorted;
    for (auto& [key, group] : list) sorted.push_back(std::move(group));
    return sorted;
}

std::map<index, std::map<std::string, index>> networks(Results const& results) {
    std::map<index, std::map<std::string, index>> list;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& point = results.points[i];
        if (point.text("system") == "network")
            list[point.integer("width")][point.text("method")] = static_cast<index>(i);
    }
    return list;
}

Estimate mean_of(Results const& results, index point, std::string_view field) {
    return mean_estimate(results.records.column(point, field));
}

CoolingCurve cooling_curve(Results const& results, index point) {
    CoolingCurve curve;
    for (double const T : curve_temperatures()) {
        std::vector<double> values;
        for (auto const& [replica, energy] : cooling_energy(results, point, T))
            values.push_back(energy);
        auto const mean = mean_estimate(values);
        curve.energies.push_back(mean.value);
        curve.errors.push_back(mean.standard_error);
    }
    return curve;
}

studies::ByReplica cooling_energy(Results const& results, index point, double T) {
    auto const& grid = curve_temperatures();  // descending
    auto const offset = static_cast<std::size_t>(results.records.offset("energy_curve"));
    // The last interval whose hotter end is not below T.
    std::size_t hot = 0;
    while (hot + 2 < grid.size() && grid[hot + 1] >= T - 1e-12) ++hot;
    auto const share = (grid[hot] - T) / (grid[hot] - grid[hot + 1]);
    studies::ByReplica values;
    for (index const row : results.records.rows_of(point)) {
        auto const energies = results.records.row(row).subspan(offset, grid.size());
        auto const above = [&](std::size_t i) { return energies[i] + 1 / grid[i]; };
        values[results.records.replica(row)] =
            (1 - share) * above(hot) + (share == 0 ? 0 : share * above(hot + 1)) - 1 / T;
    }
    return values;
}

Findings conclude(Results const& results) {
    Findings findings;
    findings.claims = glass_claims(results);
    auto const others = other_claims(results);
    findings.claims.insert(findings.claims.end(), others.begin(), others.end());
    findings.figures = figures(results);
    return findings;
}

}  // namespace spinscape::searches
