// SPDX-License-Identifier: BSD-3-Clause
// Claims and figures. Critical points that several searches found count once.
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

/// The searches of one parameter point.
struct Group {
    index point = 0;
    Parameters const* parameters = nullptr;
    std::vector<index> rows;  ///< of all searches
    /// Accepted, each different critical point once (its first search), and how often it was met.
    std::vector<index> unique, hits;

    [[nodiscard]] bool field() const { return parameters->text("system") == "field"; }
    [[nodiscard]] std::string name() const {
        return field()
                   ? fmt::format("{}_{}", parameters->text("covariance"), parameters->integer("N"))
                   : fmt::format("width_{}_{}", parameters->integer("width"),
                                 parameters->text("search"));
    }
};

PointKind kind_at(RecordTable const& records, index row) {
    return static_cast<PointKind>(static_cast<int>(records.at(row, "kind")));
}

/// Two searches met the same point, up to a symmetry, if all that no symmetry changes agrees.
bool same_point(RecordTable const& records, index a, index b) {
    auto const close = [&](char const* field, double tolerance, index element = 0) {
        double const u = records.at(a, field, element), v = records.at(b, field, element);
        return std::abs(u - v) <= tolerance * std::max(std::abs(u), std::abs(v));
    };
    auto const last = std::ssize(quantile_shares()) - 1;
    double const disorder_a = records.at(a, "disorder"), disorder_b = records.at(b, "disorder");
    return records.at(a, "index") == records.at(b, "index") && close("height", 1e-7) &&
           close("eigenvalues", 1e-5) && close("eigenvalues", 1e-5, last) &&
           (disorder_a == disorder_b || (std::isnan(disorder_a) && std::isnan(disorder_b)));
}

std::vector<Group> groups_of(Results const& results) {
    auto const& records = results.records;
    std::vector<Group> groups;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        Group group{.point = static_cast<index>(i), .parameters = &results.points[i]};
        group.rows = records.rows_of(group.point);
        for (auto const row : group.rows) {
            if (std::isnan(records.at(row, "kind")) || !is_critical(kind_at(records, row)))
                continue;
            auto const known =
                std::find_if(group.unique.begin(), group.unique.end(),
                             [&](index other) { return same_point(records, row, other); });
            if (known == group.unique.end()) {
                group.unique.push_back(row);
                group.hits.push_back(1);
            } else {
                ++group.hits[static_cast<std::size_t>(known - group.unique.begin())];
            }
        }
        if (!group.rows.empty()) groups.push_back(std::move(group));
    }
    return groups;
}

std::vector<double> column(Results const& results, std::vector<index> const& rows,
                           std::string_view field, index element = 0) {
    std::vector<double> values;
    for (auto const row : rows) values.push_back(results.records.at(row, field, element));
    return values;
}

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
    auto const correlation =
        spearman_correlation(column(results, group.unique, "index_fraction"), heights);
    claims.push_back({.id = "index_rises_" + group.name(),
                      .statement = "Critical points of higher error have more negative curvatures: "
                                   "rank correlation of index fraction and height above 0.8",
                      .source = source,
                      .measured = correlation,
                      .relation = Relation::greater,
                      .predicted = 0.8,
                      .note = what_was_found(group),
                      .points = {group.point}});
    claims.push_back(
        {.id = "spectrum_shifts_" + group.name(),
         .statement = "The spectrum moves to the left with height: rank correlation of its 10 % "
                      "quantile and height below 0",
         .source = source,
         .measured = spearman_correlation(column(results, group.unique, "eigenvalues", 5), heights),
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

theory::FieldCovariance covariance_of(Group const& group) {
    return group.parameters->text("covariance") == "gaussian" ? theory::FieldCovariance::gaussian()
                                                              : theory::FieldCovariance::rational();
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

Panel index_panel(Results const& results, std::vector<Group> const& groups, bool field) {
    Panel panel{.title = field ? "Gaussian random fields" : "Networks",
                .x_label = "index fraction",
                .y_label = field ? "energy / N" : "loss per sample",
                .series = {}};
    int colour = 0;
    for (auto const& group : groups) {
        if (group.field() != field) continue;
        panel.series.push_back({.label = group.name(),
                                .mark = Series::Mark::points,
                                .x = column(results, group.unique, "index_fraction"),
                                .y = column(results, group.unique, "height"),
                                .colour = colour});
        if (field) {
            Series theory{
                .label = "", .mark = Series::Mark::line, .x = {}, .y = {}, .colour = colour};
            for (int i = 0; i <= 100; ++i) {
                theory.x.push_back(i / 100.0);
                theory.y.push_back(
                    theory::energy_of_index_fraction(covariance_of(group), i / 100.0));
            }
            panel.series.push_back(std::move(theory));
        }
        ++colour;
    }
    return panel;
}

/// Distribution functions of eigenvalues, mean over the lowest, middle and highest third in height.
Panel spectrum_panel(Results const& results, Group const& group) {
    Panel panel{
        .title = group.name(), .x_label = "eigenvalue", .y_label = "share below", .series = {}};
    auto rows = group.unique;
    std::sort(rows.begin(), rows.end(), [&](index a, index b) {
        return results.records.at(a, "height") < results.records.at(b, "height");
    });
    auto const& shares = quantile_shares();
    for (std::size_t third = 0; third < 3; ++third) {
        auto const begin = third * rows.size() / 3, end = (third + 1) * rows.size() / 3;
        if (begin == end) continue;
        std::vector<index> const part(rows.begin() + static_cast<index>(begin),
                                      rows.begin() + static_cast<index>(end));
        Series curve{.label = fmt::format("height {:.3g}",
                                          mean_estimate(column(results, part, "height")).value),
                     .mark = Series::Mark::line,
                     .x = {},
                     .y = shares};
        for (std::size_t q = 0; q < shares.size(); ++q)
            curve.x.push_back(
                mean_estimate(column(results, part, "eigenvalues", static_cast<index>(q))).value);
        panel.series.push_back(std::move(curve));
    }
    return panel;
}

/// How the searches of each group ended.
Panel ends_panel(Results const& results, std::vector<Group> const& groups) {
    Panel panel{.title = "Ends of searches",
                .x_label =
                    "kind: 0 minimum, 1 saddle, 2 maximum, 3 degenerate, 4 gradient-flat, "
                    "5 stalled, 6 diverged",
                .y_label = "share of searches",
                .series = {}};
    double const width = 0.8 / static_cast<double>(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
        Series bars{.label = groups[g].name(),
                    .mark = Series::Mark::bars,
                    .x = {},
                    .y = {},
                    .bar_width = width};
        auto const kinds = column(results, groups[g].rows, "kind");
        for (int k = 0; k < static_cast<int>(point_kind_names.size()); ++k) {
            bars.x.push_back(k - 0.4 + width * (static_cast<double>(g) + 0.5));
            bars.y.push_back(static_cast<double>(std::count(kinds.begin(), kinds.end(), k)) /
                             static_cast<double>(kinds.size()));
        }
        panel.series.push_back(std::move(bars));
    }
    return panel;
}

std::vector<Figure> figures_of(Results const& results, std::vector<Group> const& groups) {
    Figure index_figure{
        .id = "index_height",
        .title = "Index and height of critical points",
        .caption =
            "Each different critical point once. Lines: exact relation of Gaussian fields "
            "at N = infinity. Networks: loss without the ridge term.",
        .panels = {}};
    for (bool const field : {false, true}) {
        auto panel = index_panel(results, groups, field);
        if (!panel.series.empty()) index_figure.panels.push_back(std::move(panel));
    }
    Figure spectra{.id = "spectra",
                   .title = "Spectra at several heights",
                   .caption =
                       "Distribution functions of the Hessian's eigenvalues, quantiles "
                       "averaged over the lowest, middle and highest third of the points.",
                   .panels = {}};
    for (auto const& group : groups)
        if (group.unique.size() >= 3) spectra.panels.push_back(spectrum_panel(results, group));
    Figure ends{.id = "ends",
                .title = "What searches end at",
                .caption = "Kinds 4 to 6 are rejected.",
                .panels = {ends_panel(results, groups)}};
    std::vector<Figure> all = {std::move(index_figure)};
    if (!spectra.panels.empty()) all.push_back(std::move(spectra));
    all.push_back(std::move(ends));
    return all;
}

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
