// SPDX-License-Identifier: BSD-3-Clause
#include "conclusions.hpp"
#include "measures.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::batches {

namespace {

Parameters const& parameters_of(Results const& results, index point) {
    return results.points[static_cast<std::size_t>(point)];
}

/// Mean of a field along the line, for one point.
Series along_line(Results const& results, index point, char const* field, std::string label) {
    Series series{.label = std::move(label), .mark = Series::Mark::line, .x = {}, .y = {}};
    for (std::size_t i = 0; i < line_points().size(); ++i) {
        auto const mean =
            mean_estimate(results.records.column(point, field, static_cast<index>(i)));
        if (std::isnan(mean.value)) continue;
        series.x.push_back(line_points()[i]);
        series.y.push_back(mean.value);
        series.y_error.push_back(mean.standard_error);
    }
    return series;
}

Figure lines(Results const& results, index point) {
    Panel loss{.title = "Loss",
               .x_label = "alpha (0: small batch, 1: large batch)",
               .y_label = "loss per sample",
               .series = {along_line(results, point, "line_train_loss", "training"),
                          along_line(results, point, "line_test_loss", "test"),
                          along_line(results, point, "arc_train_loss", "training, arc")},
               .y_log = true};
    Panel error{.title = "Errors",
                .x_label = loss.x_label,
                .y_label = "share misclassified",
                .series = {along_line(results, point, "line_train_error", "training"),
                           along_line(results, point, "line_test_error", "test")}};
    return {.id = "lines",
            .title = "Lines from small-batch to large-batch solutions",
            .caption = fmt::format("Large: {}. Mean over replicas with its standard error.",
                                   words(parameters_of(results, point))),
            .panels = {std::move(loss), std::move(error)}};
}

Figure gaps(Results const& results) {
    Figure figure{.id = "gap_against_sharpness",
                  .title = "Generalisation gap against sharpness",
                  .caption =
                      "One mark per solution: test loss minus training loss against each "
                      "measure.",
                  .panels = {}};
    for (auto const& measure : measures()) {
        Panel panel{.title = measure.field,
                    .x_label = measure.words,
                    .y_label = "test loss - training loss",
                    .series = {}};
        panel.x_log = measure.sharp_is_high;
        for (std::size_t point = 0; point < results.points.size(); ++point) {
            Series series{.label = words(results.points[point]),
                          .mark = Series::Mark::points,
                          .x = {},
                          .y = {},
                          .colour = static_cast<int>(point)};
            for (index const row : results.records.rows_of(static_cast<index>(point))) {
                double const x = results.records.at(row, measure.field),
                             y = results.records.at(row, "loss_gap");
                if (std::isnan(x) || std::isnan(y) || (panel.x_log && x <= 0)) continue;
                series.x.push_back(x);
                series.y.push_back(y);
            }
            panel.series.push_back(std::move(series));
        }
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

Figure by_batch(Results const& results, Comparison const& points) {
    Figure figure{.id = "sharpness_by_batch",
                  .title = "Where training ends, by batch size",
                  .caption =
                      "Equal epochs (line) and equal updates (mark). Mean over replicas with "
                      "its standard error.",
                  .panels = {}};
    for (auto const* field : {"sharpness", "highest_eigenvalue", "train_loss", "test_error"}) {
        Panel panel{.title = field,
                    .x_label = "batch size",
                    .y_label = field,
                    .series = {},
                    .x_log = true,
                    .y_log = true};
        auto const series_of = [&](char const* label, Series::Mark mark,
                                   std::vector<index> const& list) {
            Series series{.label = label, .mark = mark, .x = {}, .y = {}};
            for (index const point : list) {
                auto const mean = mean_estimate(results.records.column(point, field));
                if (!(mean.value > 0)) continue;
                series.x.push_back(parameters_of(results, point).real("batch"));
                series.y.push_back(mean.value);
                series.y_error.push_back(mean.standard_error);
            }
            return series;
        };
        panel.series.push_back(series_of("equal epochs", Series::Mark::line, points.equal_epochs));
        if (points.equal_updates >= 0)
            panel.series.push_back(
                series_of("equal updates", Series::Mark::points, {points.equal_updates}));
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    auto const points = comparison(results);
    std::vector<Figure> list = {gaps(results)};
    if (points.small >= 0) list.push_back(by_batch(results, points));
    if (points.large >= 0) list.push_back(lines(results, points.large));
    return list;
}

}  // namespace spinscape::batches
