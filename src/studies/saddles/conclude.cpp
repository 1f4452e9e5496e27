// SPDX-License-Identifier: BSD-3-Clause
// Claims. Critical points that several searches found count once.
#include "exchange.hpp"
#include "groups.hpp"
#include "searches.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/stats/unseen.hpp"
#include "spinscape/theory/bray_dean.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace spinscape::saddle_study {

namespace {

std::string what_was_found(Group const& group) {
    auto const unseen = unseen_mass(group.hits);
    auto const all = richness(group.hits);
    return fmt::format(
        "{} searches, {} ended at critical points, {} of them different; unseen "
        "share {:.2f} +- {:.2f}, at least {:.0f} +- {:.0f} points in reach.",
        group.rows.size(), std::accumulate(group.hits.begin(), group.hits.end(), index{0}),
        group.unique.size(), unseen.value, unseen.standard_error, all.value, all.standard_error);
}

/// What both systems have in common.
void add_common(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const heights = column(results, group.unique, "height");
    auto const source = group.field() ? "BrayDean2007" : "Dauphin2014";
    // Points of one field share its disorder; those of a network are all that there are of it.
    auto const correlation = [&](std::vector<double> const& values) {
        return group.field() ? clustered_spearman_correlation(
                                   values, heights, column(results, group.unique, "disorder"))
                             : spearman_correlation(values, heights);
    };
    claims.push_back({.id = "index_rises_" + group.name(),
                      .statement = "Critical points of higher error have more negative curvatures: "
                                   "rank correlation of index fraction and height above 0.8",
                      .source = source,
                      .measured = correlation(column(results, group.unique, "index_fraction")),
                      .relation = Relation::greater,
                      .predicted = 0.8,
                      .note = what_was_found(group),
                      .points = {group.point}});
    claims.push_back(
        {.id = "spectrum_shifts_" + group.name(),
         .statement = "The spectrum moves to the left with height: rank correlation of its 10 % "
                      "quantile and height below 0",
         .source = source,
         .measured = correlation(column(results, group.unique, "eigenvalues", 5)),
         .relation = Relation::less,
         .predicted = 0,
         .note = "",
         .points = {group.point}});
}

void add_network(Results const& results, Group const& group, std::vector<Claim>& claims) {
    std::vector<double> low, high;
    auto const fraction = column(results, group.unique, "index_fraction"),
               height = column(results, group.unique, "height");
    auto sorted = fraction;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < fraction.size(); ++i)
        (fraction[i] < sorted[sorted.size() / 4] ? low : high).push_back(height[i]);
    if (low.size() >= 2 && high.size() >= 2)
        claims.push_back({.id = "low_index_low_error_" + group.name(),
                          .statement = "Points of low index lie at the bottom: mean loss of the "
                                       "lowest quarter in index less that of the others",
                          .source = "Dauphin2014",
                          .measured = difference(mean_estimate(low), mean_estimate(high)),
                          .relation = Relation::less,
                          .predicted = 0,
                          .note = "",
                          .points = {group.point}});
    if (group.parameters->text("search") == "eigenvector_following") return;
    std::vector<double> flat;
    for (auto const row : group.rows)
        flat.push_back(kind_at(results.records, row) == PointKind::gradient_flat ? 1 : 0);
    claims.push_back({.id = "gradient_flat_" + group.name(),
                      .statement = "Searches that lower |grad| often end at gradient-flat points: "
                                   "share of them above 0.1",
                      .source = "Frye2021",
                      .measured = share_estimate(flat),
                      .relation = Relation::greater,
                      .predicted = 0.1,
                      .note = "The source speaks of many; 0.1 is ours.",
                      .points = {group.point}});
}

/// With a ridge the loss grows without bound: its critical points have a sum.
void add_completeness(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const& p = *group.parameters;
    if (p.integer("wave") == 0 || p.real("exhausted") == 0 || p.real("ridge") == 0) return;
    bool const complete = exhausted(p, results.records, group.rows);
    claims.push_back(
        {.id = "euler_" + group.name(),
         .statement = "All critical points of the network are found: sum of (-1)^index over them, "
                      "images under permutations and signs of hidden units included, is 1",
         .source = "Milnor1963",
         .measured = {alternating_sum(results.records, group.rows), complete ? 0 : missing,
                      std::ssize(group.unique)},
         .relation = Relation::equal,
         .predicted = 1,
         .note = what_was_found(group) +
                 " A count, without error; undecided until every index is exhausted.",
         .points = {group.point}});
}

double waves_of(Parameters const& parameters) {
    auto const waves = parameters.real("waves");
    return waves > 0 ? waves : 64 * parameters.real("N");
}

/// Sum y x / sum x^2 in each field, y and x functions of a row; then the mean over fields, which
/// are independent.
template <class Y, class X>
Estimate slope_over_fields(Results const& results, Group const& group, Y const& y, X const& x) {
    std::map<double, std::pair<double, double>> sums;
    for (auto const row : group.unique) {
        auto& [products, squares] = sums[results.records.at(row, "disorder")];
        products += y(row) * x(row);
        squares += x(row) * x(row);
    }
    std::vector<double> slopes;
    for (auto const& [disorder, sum] : sums)
        if (sum.second > 0) slopes.push_back(sum.first / sum.second);
    return mean_estimate(slopes);
}

/// Slope of the energy on the mean eigenvalue of the Hessian.
Estimate energy_slope(Results const& results, Group const& group) {
    return slope_over_fields(
        results, group, [&](index row) { return results.records.at(row, "height"); },
        [&](index row) { return results.records.at(row, "mean_eigenvalue"); });
}

void add_field(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const f = covariance_of(group);
    auto const N = group.parameters->real("N");
    auto const line = theory::energy_line(f, N);
    claims.push_back(
        {.id = "energy_line_" + group.name(),
         .statement = "Energy is proportional to the mean eigenvalue of the Hessian with slope "
                      "f'/(f'' (1 + 2/N))",
         .source = "BrayDean2007",
         .measured = energy_slope(results, group),
         .relation = Relation::equal,
         .predicted = line.slope,
         .tolerance = std::abs(line.slope) * 2 * N / waves_of(*group.parameters),
         .note = fmt::format(
             "Exact at every N if critical points are chosen by their Hessian alone; then energies "
             "scatter by {:.2g} around the line. A search meets points in proportion to their "
             "basins, which know the energy too: what it finds may deviate by some of that. "
             "Tolerance 2 N/M, for M waves.",
             std::sqrt(std::max(0.0, line.variance))),
         .points = {group.point}});
    claims.push_back(
        {.id = "energy_of_index_" + group.name(),
         .statement = "Energy follows from the index fraction alone, as at N = infinity: factor "
                      "between measured and predicted energies",
         .source = "BrayDean2007",
         .measured = slope_over_fields(
             results, group, [&](index row) { return results.records.at(row, "height"); },
             [&](index row) {
                 return theory::energy_of_index_fraction(
                     f, (results.records.at(row, "index") + 0.5) / (N + 1));
             }),
         .relation = Relation::equal,
         .predicted = 1,
         .tolerance = std::log(N) / N,
         .note = "At index k of N the fraction is (k + 1/2)/(N + 1), k-th of the N + 1 eigenvalues "
                 "in the exact count; corrections are of order ln N / N.",
         .points = {group.point}});
}

/// For f = exp(-u) the scatter around the line vanishes like 1/N: every critical point must lie on
/// it in the limit, whichever the searches prefer.
void add_field_limit(Results const& results, std::vector<Group> const& groups,
                     std::vector<Claim>& claims) {
    std::vector<double> x, y, error;
    index n = 0;
    for (auto const& group : groups) {
        if (!group.field() || group.parameters->text("covariance") != "gaussian") continue;
        auto const slope = energy_slope(results, group);
        if (!(slope.standard_error > 0)) continue;
        x.push_back(1 / group.parameters->real("N"));
        y.push_back(slope.value);
        error.push_back(slope.standard_error);
        n += slope.n;
    }
    if (x.size() < 2 ||
        *std::max_element(x.begin(), x.end()) == *std::min_element(x.begin(), x.end()))
        return;
    auto const fit = fit_line(x, y, error);
    claims.push_back({.id = "energy_line_limit",
                      .statement = "Energy and centre of the spectrum are tied by eps = (f'/f'') c "
                                   "at N = infinity: slope, linear in 1/N, f(u) = exp(-u)",
                      .source = "BrayDean2007",
                      .measured = {fit.intercept, fit.intercept_error, n},
                      .relation = Relation::equal,
                      .predicted = -1,
                      .tolerance = 2.0 / 64,
                      .note = "Tolerance 2 N/M of 64 N waves."});
}

// --- figures -------------------------------------------------------------------------------------

}  // namespace

Findings conclude(Results const& results) {
    auto const groups = groups_of(results);
    if (groups.empty()) return {};
    Findings findings;
    for (auto const& group : groups) {
        add_common(results, group, findings.claims);
        if (group.field())
            add_field(results, group, findings.claims);
        else
            add_network(results, group, findings.claims);
        if (!group.field()) add_completeness(results, group, findings.claims);
    }
    add_field_limit(results, groups, findings.claims);
    findings.figures = figures_of(results, groups);
    Reference relation{.name = "energy_of_index_fraction",
                       .description =
                           "energy per dimension of critical points of a Gaussian "
                           "random field, f(u) = exp(-u), N = infinity",
                       .source = "BrayDean2007",
                       .x_name = "index_fraction",
                       .x = {},
                       .y = {}};
    for (int i = 0; i <= 100; ++i) {
        relation.x.push_back(i / 100.0);
        relation.y.push_back(
            theory::energy_of_index_fraction(theory::FieldCovariance::gaussian(), i / 100.0));
    }
    findings.references = {std::move(relation)};
    return findings;
}

}  // namespace spinscape::saddle_study
