// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"
#include "spinscape/theory/escape.hpp"

#include <cmath>
#include <limits>

namespace spinscape::escapes {

namespace {

void add_point(Series& series, double x, Estimate const& y, double scale) {
    series.x.push_back(x);
    series.y.push_back(y.value * scale);
    series.y_error.push_back(y.standard_error * scale);
}

Panel saddles(std::vector<Group> const& groups) {
    Panel panel{.title = "Leaving a saddle",
                .x_label = "lambda a^2 / epsilon",
                .y_label = "lambda T",
                .series = {},
                .x_log = true};
    Series langevin{.label = "Langevin", .x = {}, .y = {}}, sgd{.label = "SGD", .x = {}, .y = {}};
    Series exact{.label = "exact", .mark = Series::Mark::line, .x = {}, .y = {}},
        asymptotic{.label = "asymptotic", .mark = Series::Mark::line, .x = {}, .y = {}};
    for (auto const& group : groups) {
        if (!group.saddle()) continue;
        double const lambda = group.parameters.real("lambda"),
                     a = group.parameters.real("distance");
        add_point(group.sgd() ? sgd : langevin, lambda * a * a / group.epsilon(), group.time,
                  lambda);
    }
    for (double z = 1; z < 2e4; z *= 1.3) {
        theory::QuadraticSaddle const law(1, 1 / z, 1);
        exact.x.push_back(z);
        exact.y.push_back(law.mean().value);
        asymptotic.x.push_back(z);
        asymptotic.y.push_back(law.asymptotic_mean());
    }
    panel.series = {exact, asymptotic, langevin, sgd};
    return panel;
}

Panel wells(std::vector<Group> const& groups) {
    Panel panel{.title = "Leaving a well",
                .x_label = "1 / epsilon",
                .y_label = "T",
                .series = {},
                .y_log = true};
    Series langevin{.label = "Langevin", .x = {}, .y = {}},
        stiff{.label = "Langevin, stiffer well", .x = {}, .y = {}},
        sgd{.label = "SGD", .x = {}, .y = {}};
    Series exact{.label = "exact", .mark = Series::Mark::line, .x = {}, .y = {}},
        asymptotic{.label = "Eyring-Kramers", .mark = Series::Mark::line, .x = {}, .y = {}};
    double coldest = 0;
    for (auto const& group : groups) {
        if (group.saddle()) continue;
        coldest = std::max(coldest, 1 / group.epsilon());
        auto& series = group.sgd() ? sgd : group.parameters.real("coupling") > 0 ? stiff : langevin;
        add_point(series, 1 / group.epsilon(), group.time, 1);
    }
    for (double inverse = 3; inverse <= 1.1 * coldest; inverse += 0.5) {
        exact.x.push_back(inverse);
        exact.y.push_back(
            theory::mean_first_passage(
                theory::overdamped([](double x) { return x * x * x * x / 4 - x * x / 2; },
                                   1 / inverse),
                -1, 1, -std::numeric_limits<double>::infinity())
                .value);
        asymptotic.x.push_back(inverse);
        asymptotic.y.push_back(
            theory::eyring_kramers_time({.height = 0.25,
                                         .unstable_curvature = 1,
                                         .log_determinant_minimum = std::log(2.0),
                                         .log_abs_determinant_saddle = 0},
                                        1 / inverse));
    }
    panel.series = {exact, asymptotic, langevin, stiff, sgd};
    return panel;
}

}  // namespace

std::vector<Figure> figures(std::vector<Group> const& groups) {
    return {{.id = "escape_times",
             .title = "Escape times",
             .caption = "Mean first-passage times with standard errors, extrapolated to no time "
                        "step for Langevin dynamics; SGD at the temperature that its noise has at "
                        "x = 0. Lines: exact mean times and asymptotic forms of Langevin dynamics.",
             .panels = {saddles(groups), wells(groups)}}};
}

}  // namespace spinscape::escapes
