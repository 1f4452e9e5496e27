// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "published.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/histogram.hpp"
#include "spinscape/theory/mean_field_dynamics.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape::surfaces {

namespace {

std::vector<double> measured_only(std::vector<double> values) {
    std::erase_if(values, [](double x) { return std::isnan(x); });
    return values;
}

/// Density of n values in 2 n^(1/3) equal bins between their extremes (Rice's rule).
Series density(std::string label, std::vector<double> const& values, int colour) {
    Series series{
        .label = std::move(label), .mark = Series::Mark::steps, .x = {}, .y = {}, .colour = colour};
    if (values.size() < 2) return series;
    auto const [low, high] = std::minmax_element(values.begin(), values.end());
    Histogram histogram(automatic_edges(*low, *high, std::lround(2 * std::cbrt(values.size()))));
    for (double const x : values) histogram.add(x);
    auto const& edges = histogram.edges();
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        auto const width = edges[i + 1] - edges[i];
        series.x.push_back((edges[i] + edges[i + 1]) / 2);
        series.y.push_back(static_cast<double>(histogram.counts()[i]) /
                           (static_cast<double>(values.size()) * width));
    }
    return series;
}

Series vertical(std::string label, double x) {
    return {.label = std::move(label), .mark = Series::Mark::vertical, .x = {x}, .y = {}};
}

Series level(std::string label, double y) {
    return {.label = std::move(label), .mark = Series::Mark::level, .x = {}, .y = {y}};
}

Series points(std::string label, int colour = -1) {
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
    series.y_error.push_back(y.standard_error);
}

int order_of(std::vector<Size> const& glasses, Results const& results) {
    return static_cast<int>(
        results.points[static_cast<std::size_t>(glasses.front().point)].integer("p"));
}

Figure distributions(Results const& results, std::vector<Size> const& glasses,
                     std::vector<Size> const& networks) {
    Figure figure{
        .id = "distributions",
        .title = "Where descents end",
        .caption =
            "Distribution of the final energy per spin of the spherical spin glass (left) and "
            "of the test loss of networks on 10x10 MNIST (right), one outline per size. Faint: "
            "the published histograms (Choromanska et al. 2015, one disorder sample per N; "
            "their learning-rate schedule for networks is unpublished, so absolute losses "
            "cannot agree).",
        .panels = {}};
    if (!glasses.empty()) {
        Panel panel{.title = "Spin glass",
                    .x_label = "energy per spin H/N",
                    .y_label = "density",
                    .series = {}};
        auto const p = order_of(glasses, results);
        int colour = 0;
        for (auto const& [point, N] : glasses) {
            auto published = published_energy_density(static_cast<index>(N), results.job_folder);
            published.colour = colour;
            if (p == 3 && !published.x.empty()) panel.series.push_back(published);
            panel.series.push_back(density(fmt::format("N = {}", N),
                                           measured_only(results.records.column(point, "energy")),
                                           colour++));
        }
        panel.series.push_back(vertical("−E₀", -theory::e_k(p, 0)));
        panel.series.push_back(vertical("−E∞", -theory::e_infinity(p)));
        figure.panels.push_back(std::move(panel));
    }
    if (!networks.empty()) {
        Panel panel{.title = "Networks",
                    .x_label = "test loss per sample (nats)",
                    .y_label = "density",
                    .series = {}};
        panel.x_log = true;
        int colour = 0;
        for (auto const& [point, width] : networks) {
            auto published = published_loss_density(static_cast<index>(width), results.job_folder);
            published.colour = colour;
            if (!published.x.empty()) panel.series.push_back(published);
            panel.series.push_back(
                density(fmt::format("width {}", width),
                        measured_only(results.records.column(point, "test_loss")), colour++));
        }
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

Figure sizes_figure(Results const& results, std::vector<Size> const& glasses,
                    std::vector<Size> const& networks) {
    Figure figure{
        .id = "means",
        .title = "Mean and width of the band against size",
        .caption =
            "Points: mean over replicas with standard error (glass: between disorder samples). "
            "Lines: −E∞ and −E₀ (N = ∞), the finite-size law −E∞ + 1.60 N^(−2/3), and the "
            "expected ground state at finite N.",
        .panels = {}};
    if (!glasses.empty()) {
        auto const p = order_of(glasses, results);
        Panel panel{.title = "Spin glass: mean final energy",
                    .x_label = "N",
                    .y_label = "energy per spin",
                    .series = {}};
        panel.x_log = true;
        auto mean = points("measured", 0);
        Series law{.label = "−E∞ + 1.60 N^(−2/3)",
                   .mark = Series::Mark::line,
                   .x = {},
                   .y = {},
                   .colour = 1};
        Series ground{.label = "ground state, expected",
                      .mark = Series::Mark::line,
                      .x = {},
                      .y = {},
                      .colour = 2};
        for (auto const& [point, N] : glasses)
            add(mean, N,
                clustered_mean(results.records.column(point, "energy"),
                               results.records.column(point, "disorder")));
        for (double N = glasses.front().size; N <= 1.001 * glasses.back().size; N *= 1.1) {
            law.x.push_back(N);
            law.y.push_back(-theory::e_infinity(p) + 1.60 * std::pow(N, -2.0 / 3));
            ground.x.push_back(N);
            ground.y.push_back(theory::ground_state(p, static_cast<index>(std::lround(N))).mean);
        }
        if (p == 3) panel.series.push_back(law);
        panel.series.push_back(ground);
        panel.series.push_back(mean);
        panel.series.push_back(level("−E∞", -theory::e_infinity(p)));
        panel.series.push_back(level("−E₀", -theory::e_k(p, 0)));
        figure.panels.push_back(std::move(panel));
    }
    if (!networks.empty()) {
        Panel panel{.title = "Networks: mean loss",
                    .x_label = "width",
                    .y_label = "loss per sample (nats)",
                    .series = {}};
        panel.x_log = panel.y_log = true;
        auto train = points("train", 0), test = points("test", 1);
        for (auto const& [point, width] : networks) {
            add(train, width, mean_estimate(results.records.column(point, "train_loss")));
            add(test, width, mean_estimate(results.records.column(point, "test_loss")));
        }
        panel.series = {train, test};
        figure.panels.push_back(std::move(panel));
    }
    Panel spread{.title = "Width of the band",
                 .x_label = "N or width",
                 .y_label = "standard deviation",
                 .series = {}};
    spread.x_log = spread.y_log = true;
    auto glass = points("glass: energy per spin", 0), network = points("networks: test loss", 1);
    for (auto const& [point, N] : glasses)
        add(glass, N,
            clustered_standard_deviation(results.records.column(point, "energy"),
                                         results.records.column(point, "disorder")));
    for (auto const& [point, width] : networks)
        add(network, width,
            standard_deviation_estimate(results.records.column(point, "test_loss")));
    spread.series = {glass, network};
    figure.panels.push_back(std::move(spread));
    return figure;
}

Figure correlation(Results const& results, std::vector<Size> const& networks) {
    Figure figure{
        .id = "correlation",
        .title = "Train against test loss",
        .caption =
            "Left: one point per trained network, both losses relative to their mean at that "
            "width. Right: Pearson correlation with its standard error, next to the paper's "
            "table.",
        .panels = {}};
    Panel scatter{.title = "Every network",
                  .x_label = "train loss / mean",
                  .y_label = "test loss / mean",
                  .series = {}};
    Panel trend{.title = "Correlation", .x_label = "width", .y_label = "Pearson r", .series = {}};
    trend.x_log = true;
    auto measured = points("measured", 0), published = points("Choromanska et al. 2015", 1);
    int colour = 0;
    for (auto const& [point, width] : networks) {
        auto const train = results.records.column(point, "train_loss");
        auto const test = results.records.column(point, "test_loss");
        auto const train_mean = mean_estimate(train).value, test_mean = mean_estimate(test).value;
        auto cloud = points(fmt::format("width {}", width), colour++);
        for (std::size_t i = 0; i < train.size(); ++i) {
            if (std::isnan(train[i]) || std::isnan(test[i])) continue;
            cloud.x.push_back(train[i] / train_mean);
            cloud.y.push_back(test[i] / test_mean);
        }
        scatter.series.push_back(std::move(cloud));
        add(measured, width, pearson_correlation(train, test));
        add(published, width, {published_correlation(static_cast<index>(width)), 0, 1000});
    }
    trend.series = {measured, published};
    figure.panels = {std::move(scatter), std::move(trend)};
    return figure;
}

Figure descent(Results const& results, std::vector<Size> const& glasses) {
    auto const& times = results.records.field("energy_curve").axis_values;
    auto const p = order_of(glasses, results);
    Figure figure{
        .id = "descent",
        .title = "The way down",
        .caption =
            "Energy per spin against time t = sum of steps, mean over descents, on the N = ∞ "
            "curve of gradient flow (integro-differential equations of Cugliandolo and "
            "Kurchan). Right: the difference from it.",
        .panels = {}};
    Panel panel{.title = "Descent", .x_label = "t", .y_label = "energy per spin", .series = {}};
    Panel residual{.title = "Difference from N = ∞",
                   .x_label = "t",
                   .y_label = "E_N(t) − E_∞(t)",
                   .series = {}};
    panel.x_log = residual.x_log = true;
    auto const theory_curve = flow_energies(p, times);
    Series flow{
        .label = "N = ∞", .mark = Series::Mark::line, .x = times, .y = theory_curve, .colour = 7};
    int colour = 0;
    for (auto const& [point, N] : glasses) {
        auto curve = points(fmt::format("N = {}", N), colour);
        auto off = curve;
        off.colour = colour++;
        for (std::size_t k = 0; k < times.size(); ++k) {
            auto energy =
                clustered_mean(results.records.column(point, "energy_curve", static_cast<index>(k)),
                               results.records.column(point, "disorder"));
            add(curve, times[k], energy);
            energy.value -= theory_curve[k];
            add(off, times[k], energy);
        }
        panel.series.push_back(std::move(curve));
        residual.series.push_back(std::move(off));
    }
    panel.series.push_back(std::move(flow));
    panel.series.push_back(level("−E∞", -theory::e_infinity(p)));
    residual.series.push_back(level("", 0));
    figure.panels = {std::move(panel), std::move(residual)};
    return figure;
}

/// Bars of P(index = k), one colour per size, side by side around each k.
Panel index_panel(Results const& results, std::vector<Size> const& all, std::string const& title,
                  char const* size_name) {
    Panel panel{.title = title,
                .x_label = "index (negative Hessian eigenvalues)",
                .y_label = "share of runs",
                .series = {}};
    std::vector<std::pair<double, std::vector<double>>> measured;
    double largest = 0;
    for (auto const& [point, size] : all) {
        auto values = measured_only(results.records.column(point, "index"));
        if (values.empty()) continue;
        largest = std::max(largest, *std::max_element(values.begin(), values.end()));
        measured.emplace_back(size, std::move(values));
    }
    largest = std::min(largest, 12.0);
    auto const groups = static_cast<double>(measured.size());
    for (std::size_t g = 0; g < measured.size(); ++g) {
        auto const& [size, values] = measured[g];
        Series bars{.label = fmt::format("{} {}", size_name, size),
                    .mark = Series::Mark::bars,
                    .x = {},
                    .y = {},
                    .colour = static_cast<int>(g),
                    .bar_width = 0.8 / groups};
        for (double k = 0; k <= largest; ++k) {
            auto const count = std::count(values.begin(), values.end(), k);
            bars.x.push_back(k + 0.8 * ((static_cast<double>(g) + 0.5) / groups - 0.5));
            bars.y.push_back(static_cast<double>(count) / static_cast<double>(values.size()));
        }
        panel.series.push_back(std::move(bars));
    }
    return panel;
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    auto const glasses = sizes(results, "glass"), networks = sizes(results, "network");
    std::vector<Figure> all;
    all.push_back(distributions(results, glasses, networks));
    all.push_back(sizes_figure(results, glasses, networks));
    if (!networks.empty()) all.push_back(correlation(results, networks));
    if (!glasses.empty()) all.push_back(descent(results, glasses));
    Figure index_figure{
        .id = "index",
        .title = "Index at the end",
        .caption =
            "Number of negative eigenvalues of the Hessian at the end of each run: "
            "Riemannian Hessian for the glass, training loss with threshold 0.001 for "
            "networks (where the number of parameters allows).",
        .panels = {}};
    for (auto panel : {index_panel(results, glasses, "Spin glass", "N ="),
                       index_panel(results, networks, "Networks", "width")})
        if (!panel.series.empty()) index_figure.panels.push_back(std::move(panel));
    if (!index_figure.panels.empty()) all.push_back(std::move(index_figure));
    return all;
}

}  // namespace spinscape::surfaces
