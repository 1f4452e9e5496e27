// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/estimate.hpp"
#include "spinscape/theory/p_spin.hpp"
#include "systems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape::depths {

namespace {

Series points(std::string label) {
    return {.label = std::move(label), .mark = Series::Mark::points, .x = {}, .y = {}};
}

void add(Series& series, double x, Estimate const& y) {
    if (std::isnan(y.value)) return;
    series.x.push_back(x);
    series.y.push_back(y.value);
    series.y_error.push_back(std::isnan(y.standard_error) ? 0 : y.standard_error);
}

Parameters const& at(Results const& results, index point) {
    return results.points[static_cast<std::size_t>(point)];
}

Panel glass_panel(Results const& results) {
    Panel panel{.title = "Glass: gap against p",
                .x_label = "p",
                .y_label = "mean end energy − best known, per spin",
                .series = {}};
    std::map<index, Series> by_size;
    double largest = 3;
    for (auto const point : points_of(results, "glass")) {
        auto const N = at(results, point).integer("N");
        auto const p = at(results, point).real("p");
        largest = std::max(largest, p);
        by_size.try_emplace(N, points(fmt::format("N = {}", N)));
        add(by_size.at(N), p, mean_estimate(results.records.column(point, "gap")));
    }
    if (by_size.empty()) return panel;
    for (auto& [N, series] : by_size) panel.series.push_back(std::move(series));
    Series theory{.label = "E₀ − E∞", .mark = Series::Mark::line, .x = {}, .y = {}};
    for (int p = 3; p <= static_cast<int>(largest); ++p) {
        theory.x.push_back(p);
        theory.y.push_back(theory::e_k(p, 0) - theory::e_infinity(p));
    }
    panel.series.push_back(std::move(theory));
    return panel;
}

Panel layers_panel(Results const& results) {
    Panel panel{.title = "Glass: lowest energy by index",
                .x_label = "index k",
                .y_label = "mean lowest energy per spin",
                .series = {}};
    for (auto const point : points_of(results, "layers")) {
        auto const& p = at(results, point);
        auto series = points(fmt::format("p = {}, N = {}", p.integer("p"), p.integer("N")));
        for (index k = 0; k < levels; ++k)
            add(series, static_cast<double>(k),
                mean_estimate(results.records.column(point, "lowest_by_index", k)));
        panel.series.push_back(std::move(series));
    }
    return panel;
}

Panel network_panel(Results const& results, bool gaps) {
    Panel panel{
        .title = gaps ? "Networks: mean less best" : "Networks: training loss",
        .x_label = "hidden layers",
        .y_label = gaps ? "mean − best of equally many seeds (nats)" : "loss per sample (nats)",
        .series = {}};
    std::map<std::string, std::pair<Series, Series>> all;
    for (auto const point : points_of(results, "network")) {
        auto const& p = at(results, point);
        auto const name = fmt::format("{} {}", p.text("match"), p.integer("width"));
        all.try_emplace(name, points(gaps ? name : name + ", mean"), points(name + ", best"));
        auto& [mean, best] = all.at(name);
        auto const gap =
            seed_gap(results.records.column(point, "train_loss"), p.integer("best_of"));
        add(mean, p.real("layers"), gaps ? gap.gap : gap.typical);
        add(best, p.real("layers"), gap.best);
    }
    for (auto& [name, series] : all) {
        panel.series.push_back(std::move(series.first));
        if (!gaps) panel.series.push_back(std::move(series.second));
    }
    return panel;
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    Figure gaps{.id = "gaps",
                .title = "How far typical minima are from the best known",
                .caption =
                    "Left: mean end energy of descents in a spherical glass less the best "
                    "of them, means over disorder samples; line: N = ∞. Others: networks "
                    "on 10x10 MNIST, mean over seeds and mean best of equally many.",
                .panels = {}};
    for (auto panel :
         {glass_panel(results), network_panel(results, true), network_panel(results, false)})
        if (!panel.series.empty()) gaps.panels.push_back(std::move(panel));
    Figure layers{.id = "layers",
                  .title = "Layers of critical points",
                  .caption =
                      "Lowest energy among all critical points of each index, mean over "
                      "samples.",
                  .panels = {layers_panel(results)}};
    std::vector<Figure> all;
    if (!gaps.panels.empty()) all.push_back(std::move(gaps));
    if (!layers.panels[0].series.empty()) all.push_back(std::move(layers));
    return all;
}

}  // namespace spinscape::depths
