// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "sample.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::disconnection {

namespace {

bool is_glass(Parameters const& parameters) {
    return parameters.text("system") == "glass";
}

std::string label(Parameters const& parameters) {
    return is_glass(parameters)
               ? fmt::format("glass, p = {}, N = {}", parameters.integer("p"),
                             parameters.integer("N"))
               : fmt::format("network, {} hidden units", parameters.integer("hidden"));
}

/// The graph of the first replica of a point, from the table of its critical points.
DisconnectivityGraph first_graph(Results const& results, index point) {
    auto const& table = results.critical_points;
    std::vector<double> minima;
    std::vector<Passage> passages;
    for (auto const row : table.rows_of_replica(point, 0)) {
        auto const value = table.at(row, "value");
        auto const one = table.at(row, "connects_one"), other = table.at(row, "connects_other");
        if (!std::isnan(table.at(row, "number"))) {
            minima.push_back(value);
        } else if (!std::isnan(one) && !std::isnan(other)) {
            passages.push_back({value, static_cast<index>(one), static_cast<index>(other)});
        }
    }
    return {std::move(minima), std::move(passages)};
}

Panel tree(Results const& results, index point) {
    auto const& parameters = results.points[static_cast<std::size_t>(point)];
    Panel panel{.title = label(parameters),
                .x_label = "minima",
                .y_label = is_glass(parameters) ? "energy per spin" : "loss with ridge",
                .series = {}};
    auto const graph = first_graph(results, point);
    double x = 0;
    for (index i = 0; i < std::ssize(graph.nodes()); ++i) {
        auto const& node = graph.nodes()[static_cast<std::size_t>(i)];
        if (node.parent >= 0) continue;
        auto outline = graph.outline(i, x);
        x += static_cast<double>(node.leaves);
        panel.series.push_back({.label = "",
                                .mark = node.leaves > 1 ? Series::Mark::line : Series::Mark::points,
                                .x = std::move(outline.x),
                                .y = std::move(outline.y),
                                .colour = 0});
    }
    return panel;
}

/// Means over samples of one field against the size, for one system.
Series means(Results const& results, std::string_view system, std::string_view field,
             std::string text, int colour) {
    Series series{.label = std::move(text), .x = {}, .y = {}, .colour = colour};
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& parameters = results.points[i];
        if (parameters.text("system") != system) continue;
        auto const mean = mean_estimate(results.records.column(static_cast<index>(i), field));
        if (std::isnan(mean.value)) continue;
        series.x.push_back(parameters.real(is_glass(parameters) ? "N" : "hidden"));
        series.y.push_back(mean.value);
        series.y_error.push_back(mean.standard_error);
    }
    return series;
}

Panel barriers(Results const& results, std::string_view system) {
    bool const glass = system == "glass";
    return {.title = glass ? "Glass" : "Network",
            .x_label = glass ? "N" : "hidden units",
            .y_label = glass ? "energy per spin" : "loss",
            .series = {means(results, system, "mean_height", "height above the global minimum", 0),
                       means(results, system, "mean_barrier", "climb to the global minimum", 1),
                       means(results, system, "mean_escape", "climb to a lower minimum", 2)}};
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    Figure trees{.id = "trees",
                 .title = "Disconnectivity graphs",
                 .caption =
                     "First sample of each point: every minimum is the foot of a line; two "
                     "lines meet at the lowest pass between their minima.",
                 .panels = {}};
    Figure climbs{.id = "barriers",
                  .title = "Barriers",
                  .caption = "Means over the minima other than the global one and over samples.",
                  .panels = {}};
    for (std::size_t i = 0; i < results.points.size(); ++i)
        if (!results.critical_points.rows_of_replica(static_cast<index>(i), 0).empty())
            trees.panels.push_back(tree(results, static_cast<index>(i)));
    for (std::string const system : {"glass", "network"})
        for (auto const& point : results.points)
            if (point.text("system") == system) {
                climbs.panels.push_back(barriers(results, system));
                break;
            }
    return {trees, climbs};
}

}  // namespace spinscape::disconnection
