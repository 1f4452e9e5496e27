// SPDX-License-Identifier: BSD-3-Clause
#include "conclusions.hpp"
#include "groups.hpp"
#include "runs.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::saddle_free {

namespace {

Estimate mean_of(Group const& group, std::string const& curve, std::size_t element) {
    std::vector<double> values;
    for (auto const& [replica, value] : group.values(curve, static_cast<index>(element)))
        values.push_back(value);
    return mean_estimate(values);
}

Panel panel(std::string title, std::string x, std::string y) {
    return {.title = std::move(title),
            .x_label = std::move(x),
            .y_label = std::move(y),
            .series = {},
            .y_log = true};
}

Figure figure(std::string const& condition, std::map<std::string, Group> const& methods) {
    auto by_step = panel("Loss", "epochs or steps", "training loss"),
         by_cost =
             panel("Loss against cost", "cost (evaluations of the full gradient)", "training loss"),
         curvature = panel("Negative curvature", "epochs or steps", "|lowest eigenvalue|");
    by_cost.x_log = true;
    int colour = 0;
    for (auto const& [name, group] : methods) {
        auto const rates = group.rates();
        Series series{.label = rates.empty() ? name : fmt::format("{} ({})", name, rates),
                      .mark = Series::Mark::line,
                      .x = {},
                      .y = {},
                      .colour = colour++};
        auto steps = series, cost = series, lowest = series;
        for (std::size_t i = 0; i < curve_iterations().size(); ++i) {
            auto const loss = mean_of(group, "loss_curve", i),
                       spent = mean_of(group, "cost_curve", i),
                       eigenvalue = mean_of(group, "lowest_curve", i);
            if (std::isnan(loss.value)) continue;
            steps.x.push_back(curve_iterations()[i]);
            steps.y.push_back(loss.value);
            steps.y_error.push_back(loss.standard_error);
            if (spent.value > 0) {
                cost.x.push_back(spent.value);
                cost.y.push_back(loss.value);
            }
            if (eigenvalue.value < 0) {
                lowest.x.push_back(curve_iterations()[i]);
                lowest.y.push_back(-eigenvalue.value);
                lowest.y_error.push_back(eigenvalue.standard_error);
            }
        }
        by_step.series.push_back(std::move(steps));
        by_cost.series.push_back(std::move(cost));
        curvature.series.push_back(std::move(lowest));
    }
    return {.id = "descent_" + identifier(condition),
            .title = "At " + condition,
            .caption =
                "Means over replicas, from the same starts; learning rates (in brackets: for "
                "even and odd replicas) by cross-validation. Cost counts multiply-adds per "
                "sample in units of a gradient; eigenvalue decompositions are not in it.",
            .panels = {std::move(by_step), std::move(by_cost), std::move(curvature)}};
}

}  // namespace

std::vector<Figure> network_figures(Results const& results) {
    std::vector<Figure> figures;
    for (auto const& [condition, methods] : groups(results))
        figures.push_back(figure(condition, methods));
    return figures;
}

}  // namespace spinscape::saddle_free
