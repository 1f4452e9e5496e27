// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::glass_census {

namespace {

std::string label(Point const& point) {
    return fmt::format("p = {}, N = {}", point.p, point.N);
}

void add(Series& series, double x, Estimate const& y) {
    if (std::isnan(y.value)) return;
    series.x.push_back(x);
    series.y.push_back(y.value);
    series.y_error.push_back(y.standard_error);
}

/// A series for each point of the sweep, with measured values, and a curve of exact ones.
template <class Fill>
Panel panel(std::vector<Point> const& points, std::string title, std::string x, std::string y,
            Fill const& fill) {
    Panel result{
        .title = std::move(title), .x_label = std::move(x), .y_label = std::move(y), .series = {}};
    for (std::size_t i = 0; i < points.size(); ++i) {
        auto const colour = static_cast<int>(i);
        Series measured{.label = label(points[i]), .x = {}, .y = {}, .colour = colour};
        Series exact{.label = "", .mark = Series::Mark::line, .x = {}, .y = {}, .colour = colour};
        fill(points[i], measured, exact);
        result.series.push_back(std::move(measured));
        result.series.push_back(std::move(exact));
    }
    return result;
}

void fill_numbers(Point const& point, Series& measured, Series& exact) {
    for (index k = 0; k < point.N; ++k) {
        auto const i = static_cast<std::size_t>(k);
        add(measured, static_cast<double>(k), point.by_index[i]);
        exact.x.push_back(static_cast<double>(k));
        exact.y.push_back(point.exact_by_index[i].number());
    }
}

void fill_energies(Point const& point, Series& measured, Series& exact) {
    for (index k = 0; k < point.N; ++k) {
        auto const i = static_cast<std::size_t>(k);
        add(measured, static_cast<double>(k), point.energy[i]);
        exact.x.push_back(static_cast<double>(k));
        exact.y.push_back(point.exact_by_index[i].energy);
    }
}

void fill_levels(Point const& point, Series& measured, Series& exact) {
    std::vector<PSpinTerm> const terms = {{.p = point.p}};
    auto const all = levels();
    auto const total = point.exact.number();
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& below = point.below[i];
        add(measured, all[i], {below.value / total, below.standard_error / total, below.n});
        exact.x.push_back(all[i]);
        exact.y.push_back(theory::mean_critical_points(terms, point.N, all[i]).number() / total);
    }
}

}  // namespace

std::vector<Figure> figures(std::vector<Point> const& points) {
    if (points.empty()) return {};
    Figure numbers{
        .id = "numbers",
        .title = "Critical points by index",
        .caption =
            "Mean number of critical points of each index per sample (left) and "
            "their mean energy (right). Lines: exact means for this N by the "
            "Kac-Rice formula.",
        .panels = {panel(points, "How many", "index", "mean number", fill_numbers),
                   panel(points, "How deep", "index", "energy per spin", fill_energies)}};
    numbers.panels[0].y_log = true;
    Figure energies{
        .id = "energies",
        .title = "Critical points by energy",
        .caption =
            "Mean number of critical points below an energy, over the exact mean "
            "of all. Lines: exact.",
        .panels = {panel(points, "", "energy per spin u", "share below u", fill_levels)}};
    return {std::move(numbers), std::move(energies)};
}

std::vector<Reference> references(std::vector<Point> const& points) {
    std::vector<Reference> all;
    for (auto const& point : points) {
        Reference reference{.name = "mean_points_" + point.name,
                            .description = fmt::format(
                                "exact mean number of critical points by index, {}", label(point)),
                            .source = "Auffinger2013",
                            .x_name = "index",
                            .x = {},
                            .y = {}};
        for (std::size_t k = 0; k < point.exact_by_index.size(); ++k) {
            reference.x.push_back(static_cast<double>(k));
            reference.y.push_back(point.exact_by_index[k].number());
        }
        all.push_back(std::move(reference));
    }
    return all;
}

}  // namespace spinscape::glass_census
