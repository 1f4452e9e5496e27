// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "measure.hpp"
#include "observer.hpp"
#include "spinscape/geometry/filter_normalised.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape::spectral {

namespace {

using Mark = Series::Mark;

Estimate mean_of(Results const& results, index point, std::string_view field, std::size_t element) {
    return mean_estimate(results.records.column(point, field, static_cast<index>(element)));
}

void add(Series& series, double x, Estimate const& y) {
    if (std::isnan(y.value)) return;
    series.x.push_back(x);
    series.y.push_back(y.value);
    series.y_error.push_back(y.standard_error);
}

/// Means over the replicas of a point of a field along its axis.
Series curve(Results const& results, index point, std::string_view field,
             std::vector<double> const& x, std::string label, Mark mark) {
    Series series{.label = std::move(label), .mark = mark, .x = {}, .y = {}};
    for (std::size_t i = 0; i < x.size(); ++i) add(series, x[i], mean_of(results, point, field, i));
    return series;
}

std::string name_of(Results const& results, index point) {
    auto const& p = results.points[static_cast<std::size_t>(point)];
    if (p.text("system") == "blobs")
        return fmt::format("blobs {:g}, P = {}", p.real("deviation"),
                           parameter_count(results, point));
    return fmt::format("{} classes, P = {}", class_count(results, point),
                       parameter_count(results, point));
}

Panel density_panel(Results const& results, index point) {
    Panel panel{.title = name_of(results, point),
                .x_label = "sign λ · max(0, 6 + log₁₀ |λ|)",
                .y_label = "share of the eigenvalues",
                .series = {}};
    panel.y_log = true;
    for (auto const& [field, label] :
         {std::pair{"density_start", "start"}, std::pair{"density_end", "end"}}) {
        auto series = curve(results, point, field, bin_centres(), label, Mark::steps);
        for (auto& y : series.y) y = y > 0 ? y : missing;
        panel.series.push_back(std::move(series));
    }
    auto exact = curve(results, point, "exact_end", bin_centres(), "end, exact", Mark::points);
    for (auto& y : exact.y) y = y > 0 ? y : missing;
    panel.series.push_back(std::move(exact));
    return panel;
}

Figure densities(Results const& results, std::vector<index> const& points) {
    Figure figure{.id = "density",
                  .title = "Spectral density at the start and at the end of training",
                  .caption =
                      "Mean over replicas, by stochastic Lanczos quadrature (outlines) and "
                      "from full spectra (points, with standard errors between replicas).",
                  .panels = {}};
    for (auto const point : points) figure.panels.push_back(density_panel(results, point));
    return figure;
}

Figure outliers(Results const& results, std::vector<index> const& images) {
    Panel ranks{.title = "Largest eigenvalues at the end",
                .x_label = "rank",
                .y_label = "λ / λ₁",
                .series = {}};
    ranks.y_log = true;
    Panel counts{.title = "Number of outliers",
                 .x_label = "classes K",
                 .y_label = "position of the largest gap",
                 .series = {}};
    Series measured{.label = "measured", .mark = Mark::points, .x = {}, .y = {}},
        all{.label = "K", .mark = Mark::line, .x = {}, .y = {}},
        less{.label = "K − 1", .mark = Mark::line, .x = {}, .y = {}};
    for (auto const point : images) {
        auto const K = static_cast<double>(class_count(results, point));
        auto const first = mean_of(results, point, "top_end", 0).value;
        Series series{.label = name_of(results, point), .mark = Mark::points, .x = {}, .y = {}};
        for (index rank = 0; rank < spectral::ranks; ++rank) {
            auto value = mean_of(results, point, "top_end", static_cast<std::size_t>(rank));
            value.value /= first;
            value.standard_error /= first;
            add(series, static_cast<double>(rank + 1), value);
        }
        ranks.series.push_back(std::move(series));
        add(measured, K, mean_estimate(results.records.column(point, "outliers")));
        for (auto* line : {&all, &less}) {
            line->x.push_back(K);
            line->y.push_back(line == &all ? K : K - 1);
        }
    }
    for (auto* line : {&all, &less}) std::ranges::sort(line->x), std::ranges::sort(line->y);
    counts.series = {measured, all, less};
    return {.id = "outliers",
            .title = "Outliers and classes",
            .caption =
                "Left: largest eigenvalues relative to the first. Right: where the largest "
                "ratio between neighbours lies.",
            .panels = {ranks, counts}};
}

Figure along_training(Results const& results, std::vector<index> const& images) {
    Figure figure{.id = "training",
                  .title = "The Hessian during training",
                  .caption = "Means over replicas against the share of the epochs done.",
                  .panels = {}};
    for (auto const& [field, title] :
         {std::pair{"top_path", "Largest eigenvalue"},
          std::pair{"lowest_path", "Smallest eigenvalue"},
          std::pair{"gradient_share_path", "Squared gradient in the space of the K largest"},
          std::pair{"rest_path", "|Hessian − Gauss–Newton| / |Hessian|"}}) {
        Panel panel{
            .title = title, .x_label = "share of the epochs", .y_label = title, .series = {}};
        for (auto const point : images)
            panel.series.push_back(
                curve(results, point, field, progress, name_of(results, point), Mark::points));
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

Figure blob_figure(Results const& results, std::vector<index> const& blobs) {
    Panel shares{.title = "Bulk at zero",
                 .x_label = "parameters",
                 .y_label = "share of eigenvalues within 1 % of the largest",
                 .series = {}};
    Panel tops{
        .title = "Largest eigenvalue", .x_label = "parameters", .y_label = "λ₁", .series = {}};
    shares.x_log = tops.x_log = tops.y_log = true;
    std::map<double, std::pair<Series, Series>> by_deviation;
    for (auto const point : blobs) {
        double const deviation = results.points[static_cast<std::size_t>(point)].real("deviation");
        auto& [share, top] = by_deviation[deviation];
        share.label = top.label = fmt::format("deviation {:g}", deviation);
        auto const P = static_cast<double>(parameter_count(results, point));
        add(share, P, mean_estimate(results.records.column(point, "near_zero_share")));
        add(top, P, mean_of(results, point, "top_end", 0));
    }
    for (auto& [deviation, pair] : by_deviation) {
        shares.series.push_back(pair.first);
        tops.series.push_back(pair.second);
    }
    return {.id = "blobs",
            .title = "Gaussian blobs: growing networks",
            .caption = "At the end of descent, means over replicas (each with data of its own).",
            .panels = {shares, tops}};
}

Panel contour_panel(Results const& results, index point, index row) {
    Panel panel{.title = name_of(results, point), .x_label = "α", .y_label = "β", .series = {}};
    std::vector<double> values;
    for (std::size_t k = 0; k < plane_points.size() * plane_points.size(); ++k)
        values.push_back(results.records.at(row, "plane", static_cast<index>(k)));
    auto const [low, high] = std::ranges::minmax(values);
    for (int level = 1; level <= 6; ++level) {
        // Between the lowest and the highest value in equal ratios.
        double const f = low * std::pow(high / low, level / 7.0);
        Series series{.label = fmt::format("{:.2g}", f), .mark = Mark::points, .x = {}, .y = {}};
        for (auto const& [alpha, beta] : contour_crossings(plane_points, plane_points, values, f)) {
            series.x.push_back(alpha);
            series.y.push_back(beta);
        }
        panel.series.push_back(std::move(series));
    }
    return panel;
}

Figure pictures(Results const& results, std::vector<index> const& points) {
    Figure figure{
        .id = "surfaces",
        .title = "The loss along filter-normalised directions",
        .caption =
            "Left: training loss on a line, mean over replicas with standard error. Others: "
            "contours on a plane, dotted where they cross the grid, one replica.",
        .panels = {}};
    Panel lines{.title = "On a line", .x_label = "α", .y_label = "training loss", .series = {}};
    lines.y_log = true;
    for (auto const point : points)
        lines.series.push_back(
            curve(results, point, "line", line_points, name_of(results, point), Mark::points));
    figure.panels.push_back(std::move(lines));
    for (auto const point : points)
        for (auto const row : results.records.rows_of(point))
            if (!std::isnan(results.records.at(row, "plane"))) {
                figure.panels.push_back(contour_panel(results, point, row));
                break;
            }
    return figure;
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    auto const blobs = points_of(results, "blobs"), images = points_of(results, "images");
    std::vector<index> shown;
    if (!blobs.empty()) shown.push_back(blobs.back());
    if (!images.empty()) shown.push_back(images.back());
    std::vector<Figure> all = {densities(results, shown)};
    if (!images.empty()) {
        all.push_back(outliers(results, images));
        all.push_back(along_training(results, images));
    }
    if (!blobs.empty()) all.push_back(blob_figure(results, blobs));
    all.push_back(pictures(results, shown));
    return all;
}

}  // namespace spinscape::spectral
