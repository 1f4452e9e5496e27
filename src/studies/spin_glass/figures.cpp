// SPDX-License-Identifier: BSD-3-Clause
#include "families.hpp"
#include "model.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace spinscape::glass {

namespace {

Series points(std::string label, int colour) {
    return {.label = std::move(label),
            .mark = Series::Mark::points,
            .x = {},
            .y = {},
            .colour = colour};
}

void add(Series& series, double x, Estimate const& y) {
    if (std::isnan(y.value)) return;
    series.x.push_back(x);
    series.y.push_back(y.value);
    series.y_error.push_back(std::isnan(y.standard_error) ? 0 : y.standard_error);
}

/// Curves of all sizes over that of N = infinity, and their differences from it.
Figure curves(Results const& results, Family const& family) {
    Figure figure{
        .id = "curves_" + family.name,
        .title = fmt::format("{} ({})", family.descends() ? "Gradient flow" : "Langevin dynamics",
                             family.title),
        .caption =
            "Points: means over disorder samples with standard errors, "
            "extrapolated to steps of no length. Lines: the equations of "
            "Cugliandolo and Kurchan for N = ∞. Right: the difference of the "
            "energies.",
        .panels = {}};
    std::vector<double> const times(curve_times().begin(),
                                    curve_times().begin() + std::ssize(family.energy));
    Panel differences{.title = "Difference from N = ∞",
                      .x_label = "t",
                      .y_label = "E_N(t) − E_∞(t)",
                      .series = {}};
    differences.x_log = true;
    for (auto const* field : {"energy_curve", "correlation_curve"}) {
        bool const energies = std::string_view(field) == "energy_curve";
        Panel panel{.title = energies ? "Energy" : "Overlap with the start",
                    .x_label = "t",
                    .y_label = energies ? "energy per spin" : "C(t, 0)",
                    .series = {}};
        panel.x_log = true;
        int colour = 0;
        for (auto const& size : family.sizes) {
            auto series = points(fmt::format("N = {}{}", size.N, size.diluted ? ", diluted" : ""),
                                 colour),
                 off = series;
            off.colour = colour++;
            for (std::size_t k = 0; k < times.size(); ++k) {
                auto estimate = at_time(results, family, size, field, k).estimate;
                add(series, times[k], estimate);
                estimate.value -= family.curve(field)[k];
                if (energies) add(off, times[k], estimate);
            }
            panel.series.push_back(std::move(series));
            if (energies) differences.series.push_back(std::move(off));
        }
        panel.series.push_back({.label = "N = ∞",
                                .mark = Series::Mark::line,
                                .x = times,
                                .y = family.curve(field),
                                .colour = 7});
        figure.panels.push_back(std::move(panel));
    }
    differences.series.push_back({.label = "", .mark = Series::Mark::level, .x = {}, .y = {0}});
    figure.panels.push_back(std::move(differences));
    return figure;
}

/// End energies against N^(-2/3), with threshold and ground state.
Figure end_energies(Results const& results, std::vector<Family> const& families) {
    Figure figure{.id = "end_energies",
                  .title = "Where descents end",
                  .caption =
                      "Mean end energy per spin against N^(−2/3), the power with which "
                      "the threshold is said to be approached; dashed: threshold, and "
                      "ground state at N = ∞.",
                  .panels = {}};
    for (auto const& family : families) {
        if (!family.descends() || family.start_beta > 0) continue;
        Panel panel{.title = family.title,
                    .x_label = "N^(−2/3)",
                    .y_label = "end energy per spin",
                    .series = {}};
        int colour = 0;
        for (auto const& other : families) {
            if (!other.descends() || other.title.rfind(family.title, 0) != 0 ||
                other.terms.size() != family.terms.size())
                continue;
            auto series =
                points(other.start_beta > 0
                           ? fmt::format("from equilibrium at T = {:.3g}", 1 / other.start_beta)
                           : "from random starts",
                       colour++);
            for (auto const& size : other.sizes)
                if (size.to_the_end >= 0)
                    add(series, std::pow(size.N, -2.0 / 3),
                        mean_estimate(results.records.column(size.to_the_end, "energy")));
            if (!series.x.empty()) panel.series.push_back(std::move(series));
        }
        if (panel.series.empty()) continue;
        panel.series.push_back({.label = "threshold",
                                .mark = Series::Mark::level,
                                .x = {},
                                .y = {theory::threshold_energy(family.terms)}});
        panel.series.push_back({.label = "ground state",
                                .mark = Series::Mark::level,
                                .x = {},
                                .y = {theory::ground_state_energy(family.terms)}});
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

/// Overlaps of different minima over the law of two random points.
Figure overlaps(Results const& results, std::vector<Family> const& families) {
    Figure figure{.id = "overlaps",
                  .title = "Overlaps between different minima of one sample",
                  .caption =
                      "Outlines: measured density of sqrt(N) q. Line: standard normal, the "
                      "law of two random points.",
                  .panels = {}};
    for (auto const& family : families) {
        Panel panel{
            .title = family.title, .x_label = "sqrt(N) q", .y_label = "density", .series = {}};
        int colour = 0;
        for (auto const& size : family.sizes) {
            if (size.to_the_end < 0) continue;
            Series series{.label = fmt::format("N = {}", size.N),
                          .mark = Series::Mark::steps,
                          .x = {},
                          .y = {},
                          .colour = colour++};
            auto const centres = overlap_centres();
            double const root = std::sqrt(size.N), width = root * (centres[1] - centres[0]);
            for (std::size_t k = 0; k < centres.size(); ++k) {
                auto const share = mean_estimate(results.records.column(
                    size.to_the_end, "overlap_share", static_cast<index>(k)));
                if (share.n == 0 || std::abs(centres[k]) * root > 5) continue;
                series.x.push_back(centres[k] * root);
                series.y.push_back(share.value / width);
            }
            if (!series.x.empty()) panel.series.push_back(std::move(series));
        }
        if (panel.series.empty()) continue;
        Series normal{
            .label = "random points", .mark = Series::Mark::line, .x = {}, .y = {}, .colour = 7};
        for (double z = -4; z <= 4.01; z += 0.1) {
            normal.x.push_back(z);
            normal.y.push_back(std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi));
        }
        panel.series.push_back(std::move(normal));
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

}  // namespace

std::vector<Figure> figures(Results const& results, std::vector<Family> const& families) {
    std::vector<Figure> all;
    for (auto figure : {end_energies(results, families), overlaps(results, families)})
        if (!figure.panels.empty()) all.push_back(std::move(figure));
    for (auto const& family : families)
        if (!family.energy.empty()) all.push_back(curves(results, family));
    return all;
}

}  // namespace spinscape::glass
