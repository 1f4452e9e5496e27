// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "classifier.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace spinscape::levels {

namespace {

/// Mean of a curve with its errors.
Series curve(Results const& results, index point, std::string_view field,
             std::vector<double> const& axis, std::string label, int colour) {
    Series series{.label = std::move(label), .x = {}, .y = {}, .colour = colour};
    for (std::size_t i = 0; i < axis.size(); ++i) {
        auto const mean = mean_of(results, point, field, static_cast<index>(i));
        if (std::isnan(mean.value)) continue;
        series.x.push_back(axis[i]);
        series.y.push_back(mean.value);
        series.y_error.push_back(mean.standard_error);
    }
    return series;
}

Series exact_line(index N, double theory::RandomEnergyState::*member, std::string label,
                  int colour) {
    Series series{.label = std::move(label),
                  .mark = Series::Mark::line,
                  .x = betas(),
                  .y = {},
                  .colour = colour};
    for (auto const& state : exact_states(N)) series.y.push_back(state.*member);
    return series;
}

Series limit_line(double theory::RandomEnergyState::*member) {
    Series series{
        .label = "N = infinity", .mark = Series::Mark::line, .x = {}, .y = {}, .faint = true};
    for (int i = 5; i <= 60; ++i) {
        series.x.push_back(i * 0.05);
        series.y.push_back(theory::random_energy_limit(i * 0.05).*member);
    }
    return series;
}

Figure model(Results const& results, std::vector<Size> const& list) {
    Figure figure{.id = "random_energy_model",
                  .title = "The random energy model",
                  .caption =
                      "Points: means over disorder samples. Lines: exact at the same N, at "
                      "the same temperatures.",
                  .panels = {}};
    struct Quantity {
        char const *title, *field;
        double theory::RandomEnergyState::*member;
    };
    for (auto const& [title, field, member] :
         {Quantity{"ln Z / N", "log_partition", &theory::RandomEnergyState::log_partition},
          Quantity{"Entropy per spin", "entropy", &theory::RandomEnergyState::entropy},
          Quantity{"Sum of squared weights", "participation",
                   &theory::RandomEnergyState::participation}}) {
        Panel panel{.title = title,
                    .x_label = "inverse temperature",
                    .y_label = title,
                    .series = {limit_line(member)}};
        int colour = 0;
        for (auto const& [point, spins] : list) {
            panel.series.push_back(exact_line(static_cast<index>(spins), member, "", colour));
            panel.series.push_back(
                curve(results, point, field, betas(), fmt::format("N = {:g}", spins), colour));
            ++colour;
        }
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

/// Of the largest glasses, order by order.
Figure glass(Results const& results, std::vector<Glass> const& list) {
    Panel participation{.title = "Sum of squared weights",
                        .x_label = "inverse temperature",
                        .y_label = "sum of squared weights",
                        .series = {}},
        minima{.title = "Local minima",
               .x_label = "spins N",
               .y_label = "number, relative to 2^N / (N + 1)",
               .series = {},
               .y_log = true};
    auto const N = list.back().N;
    participation.series.push_back(
        exact_line(N, &theory::RandomEnergyState::participation, "independent levels", 0));
    std::map<int, Series> of_order;
    for (auto const& [point, spins, p] : list) {
        auto const label = fmt::format("p = {}", p);
        if (spins == N)
            participation.series.push_back(
                curve(results, point, "participation", betas(), label, p));
        auto const number = mean_of(results, point, "minima");
        if (std::isnan(number.value)) continue;
        auto const independent =
            std::exp2(static_cast<double>(spins)) / static_cast<double>(spins + 1);
        auto& series = of_order[p];
        series.label = label;
        series.colour = p;
        series.x.push_back(static_cast<double>(spins));
        series.y.push_back(number.value / independent);
        series.y_error.push_back(number.standard_error / independent);
    }
    for (auto const& [p, series] : of_order) minima.series.push_back(series);
    return {.id = "glasses",
            .title = "p-spin glasses become the random energy model",
            .caption = fmt::format("Left: {} spins, levels scaled to variance N; line: exact for "
                                   "independent levels.",
                                   N),
            .panels = {participation, minima}};
}

/// Of the widest network, class by class.
Figure states(Results const& results, Size const& widest) {
    Panel density{.title = "Density of states",
                  .x_label = "E = -ln p(y | x)",
                  .y_label = "share of the class in a bin",
                  .series = {},
                  .x_log = true,
                  .y_log = true},
        free_energy{.title = "Free energy",
                    .x_label = "inverse temperature",
                    .y_label = "-1/beta ln <exp(-beta E)>",
                    .series = {}};
    for (index c = 0; c < classes_recorded; ++c) {
        auto const name = fmt::format("density_{}", c);
        auto const label = fmt::format("class {}", c);
        auto const colour = static_cast<int>(c);
        auto shares = curve(results, widest.point, name, results.records.field(name).axis_values,
                            label, colour);
        shares.mark = Series::Mark::line;
        shares.y_error.clear();
        density.series.push_back(std::move(shares));
        free_energy.series.push_back(
            curve(results, widest.point, fmt::format("free_energy_{}", c), betas(), label, colour));
    }
    return {.id = "classifier_states",
            .title = "Energies of a classifier",
            .caption = fmt::format("Test images of each class at width {:g}, means over trained "
                                   "networks. The first bin holds all energies below it.",
                                   widest.size),
            .panels = {density, free_energy}};
}

Figure comparison(Results const& results, std::vector<Size> const& list) {
    Figure figure{.id = "classifier_against_model",
                  .title = "Classifiers beside the random energy model",
                  .caption = "As many levels of the same variance; lines: the model, exact.",
                  .panels = {}};
    struct Quantity {
        char const *title, *field;
        double theory::RandomEnergyState::*member;
    };
    for (auto const& [title, field, member] :
         {Quantity{"Entropy per spin", "_entropy", &theory::RandomEnergyState::entropy},
          Quantity{"Sum of squared weights", "_participation",
                   &theory::RandomEnergyState::participation}}) {
        Panel panel{
            .title = title, .x_label = "beta sd(E) / sqrt(N)", .y_label = title, .series = {}};
        if (auto const N = spins_of(results, list.back().point); N > 0)
            panel.series.push_back(exact_line(N, member, fmt::format("model, N = {}", N), -1));
        for (std::string const side : {"easy", "hard"})
            for (auto const& [point, width] : list)
                panel.series.push_back(curve(results, point, side + field, betas(),
                                             fmt::format("{}, width {:g}", side, width), -1));
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

Figure funnels(Results const& results, std::vector<Classifiers> const& trainings) {
    Panel panel{.title = "Loss around a solution",
                .x_label = "overlap with the solution",
                .y_label = "training loss (nats)",
                .series = {},
                .y_log = true};
    for (auto const& [point, width] : trainings.front().sizes)
        panel.series.push_back(curve(results, point, "funnel_energy", overlaps(),
                                     fmt::format("width {:g}", width), -1));
    Panel temperature{.title = "Effective temperature",
                      .x_label = "width",
                      .y_label = "T that calibrates",
                      .series = {},
                      .x_log = true};
    for (auto const& training : trainings) {
        Series series{.label = training.words.empty() ? "" : training.words.substr(2),
                      .x = {},
                      .y = {},
                      .colour = static_cast<int>(temperature.series.size())};
        for (auto const& [point, width] : training.sizes) {
            auto const T = mean_of(results, point, "effective_temperature");
            if (std::isnan(T.value)) continue;
            series.x.push_back(width);
            series.y.push_back(T.value);
            series.y_error.push_back(T.standard_error);
        }
        temperature.series.push_back(std::move(series));
    }
    temperature.series.push_back({.label = "", .mark = Series::Mark::level, .x = {}, .y = {1.0}});
    return {.id = "funnels",
            .title = "Funnels and temperatures",
            .caption =
                "Left: on the sphere through the solution, towards random points. Right: "
                "above 1 networks are too sure.",
            .panels = {panel, temperature}};
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    std::vector<Figure> list;
    auto const trainings = classifiers(results);
    if (auto const known = models(results); !known.empty()) list.push_back(model(results, known));
    if (auto const known = glasses(results); !known.empty()) list.push_back(glass(results, known));
    if (!trainings.empty()) {
        auto const& first = trainings.front().sizes;
        list.push_back(states(results, first.back()));
        list.push_back(comparison(results, first));
        list.push_back(funnels(results, trainings));
    }
    return list;
}

}  // namespace spinscape::levels
