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

namespace {

/// From T = 0.5, where no glass is in equilibrium, upwards to the first temperature at which the
/// energy is less than -1/T + excess, linear between those of the grid; NaN if there is none.
double crossing(std::vector<double> const& energies) {
    auto const& T = curve_temperatures();
    double below = missing;
    for (auto i = T.size(); i-- > 0;) {
        if (T[i] < 0.5) continue;
        double const above = energies[i] + 1 / T[i] - excess;
        if (above <= 0 && !std::isnan(below))
            return T[i + 1] + (T[i] - T[i + 1]) * below / (below - above);
        below = above;
    }
    return missing;
}

}  // namespace

Freezing freezing(Results const& results, index point) {
    auto const length = curve_temperatures().size();
    std::vector<std::vector<double>> curves;
    auto const offset = results.records.offset("energy_curve");
    for (index const row : results.records.rows_of(point)) {
        auto const values = results.records.row(row).subspan(static_cast<std::size_t>(offset));
        curves.emplace_back(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(length));
    }
    auto const n = static_cast<double>(curves.size());
    Freezing found{.temperature = {.n = std::ssize(curves)}, .energies = {}, .errors = {}};
    for (std::size_t i = 0; i < length; ++i) {
        std::vector<double> values;
        for (auto const& curve : curves) values.push_back(curve[i]);
        auto const mean = mean_estimate(values);
        found.energies.push_back(mean.value);
        found.errors.push_back(mean.standard_error);
    }
    found.temperature.value = crossing(found.energies);
    if (curves.size() < 5) return found;
    double sum = 0, squares = 0;
    for (auto const& left_out : curves) {
        std::vector<double> others(length);
        for (std::size_t i = 0; i < length; ++i)
            others[i] = (n * found.energies[i] - left_out[i]) / (n - 1);
        double const T = crossing(others);
        sum += T / n;
        squares += T * T / n;
    }
    if (std::isfinite(sum))  // else some samples decide whether there is a crossing at all
        found.temperature.standard_error = std::sqrt((n - 1) * std::max(0.0, squares - sum * sum));
    return found;
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
