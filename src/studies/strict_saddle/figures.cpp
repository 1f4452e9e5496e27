// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::recovery {

namespace {

Series mean_curve(Results const& results, index point, std::string label, bool from_zero) {
    auto const& p = results.points[static_cast<std::size_t>(point)];
    Series series{.label = std::move(label), .mark = Series::Mark::line, .x = {}, .y = {}};
    auto const places = progress();
    for (std::size_t k = 0; k < places.size(); ++k) {
        auto const mean =
            mean_estimate(results.records.column(point, "error", static_cast<index>(k)));
        if (std::isnan(mean.value) || (!from_zero && places[k] == 0)) continue;
        series.x.push_back(places[k] * p.real("iterations"));
        series.y.push_back(mean.value);
    }
    return series;
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    Panel tensor{.title = "Orthogonal tensor, from random rotations",
                 .x_label = "iteration",
                 .y_label = "reconstruction error",
                 .series = {}};
    Panel ica{.title = "ICA",
              .x_label = "iteration",
              .y_label = "reconstruction error",
              .series = {},
              .x_log = true,
              .y_log = true};
    Panel saddle{.title = "From the symmetric saddle",
                 .x_label = "iteration",
                 .y_label = "reconstruction error",
                 .series = {}};
    for (index point = 0; point < std::ssize(results.points); ++point) {
        auto const& p = results.points[static_cast<std::size_t>(point)];
        bool const is_ica = p.text("problem") == "ica";
        auto& panel = is_ica ? ica : p.text("start") == "saddle" ? saddle : tensor;
        auto label = fmt::format("{}{}, eta {:g}", p.text("dynamics"),
                                 is_ica ? "" : ", " + p.text("problem"), p.real("learning_rate"));
        if (p.integer("d") != 10) label += fmt::format(", d = {}", p.integer("d"));
        if (p.text("dynamics") == "noisy" && p.real("decay") > 0) label += ", decaying";
        panel.series.push_back(mean_curve(results, point, label, !is_ica));
        if (auto const* const curve = published(p)) {
            Series digitised{.label = fmt::format("figure {} of the paper", curve->figure),
                             .x = curve->iterations,
                             .y = curve->error,
                             .faint = true};
            if (is_ica && digitised.x.front() == 0) {  // a logarithmic axis
                digitised.x.erase(digitised.x.begin());
                digitised.y.erase(digitised.y.begin());
            }
            panel.series.push_back(std::move(digitised));
        }
    }
    Figure figure{.id = "recovery",
                  .title = "Recovery of components",
                  .caption =
                      "Mean over replicas of |T - sum u^4|^2 / |T|^2; points: digitised from "
                      "the paper, one run each.",
                  .panels = {}};
    for (auto* panel : {&tensor, &ica, &saddle})
        if (!panel->series.empty()) figure.panels.push_back(std::move(*panel));
    return {figure};
}

}  // namespace spinscape::recovery
