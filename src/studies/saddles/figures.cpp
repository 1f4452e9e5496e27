// SPDX-License-Identifier: BSD-3-Clause
#include "groups.hpp"
#include "searches.hpp"
#include "spinscape/stats/estimate.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace spinscape::saddle_study {

namespace {

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

/// Shares of the accepted searches that ended at each different point.
Panel basins_panel(std::vector<Group> const& groups) {
    Panel panel{.title = "Basins",
                .x_label = "different points of a landscape, the largest basin first",
                .y_label = "share of the searches that ended at a critical point",
                .series = {},
                .x_log = true,
                .y_log = true};
    for (auto const& group : groups) {
        if (group.field()) continue;
        auto hits = group.hits;
        std::ranges::sort(hits, std::greater());
        Series shares{.label = group.name(), .mark = Series::Mark::points, .x = {}, .y = {}};
        double const all = static_cast<double>(std::accumulate(hits.begin(), hits.end(), index{0}));
        for (std::size_t i = 0; i < hits.size(); ++i) {
            shares.x.push_back(static_cast<double>(i + 1));
            shares.y.push_back(static_cast<double>(hits[i]) / all);
        }
        if (!hits.empty()) panel.series.push_back(std::move(shares));
    }
    return panel;
}

}  // namespace

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
    if (auto basins = basins_panel(groups); !basins.series.empty())
        ends.panels.push_back(std::move(basins));
    std::vector<Figure> all = {std::move(index_figure)};
    if (!spectra.panels.empty()) all.push_back(std::move(spectra));
    all.push_back(std::move(ends));
    return all;
}

}  // namespace spinscape::saddle_study
