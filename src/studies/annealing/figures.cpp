// SPDX-License-Identifier: BSD-3-Clause
#include "groups.hpp"
#include "search.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <fmt/format.h>

namespace spinscape::searches {

namespace {

Series level(std::string label, double value) {
    return {.label = std::move(label), .mark = Series::Mark::level, .x = {}, .y = {value}};
}

Panel depth(Results const& results, Group const& group, std::string const& field) {
    Panel panel{.title = fmt::format("{}, {}", group.label(),
                                     field == "energy" ? "mean of ends" : "lowest of the group"),
                .x_label = group.system == "glass" ? "gradients per walker" : "sweeps per walker",
                .y_label = "energy per spin",
                .series = {},
                .x_log = true};
    int colour = 0;
    auto const& names = group.system == "glass" ? glass_methods() : ising_methods();
    for (auto const& method : names) {
        auto const points = group.points.find(method);
        Series series{.label = method, .x = {}, .y = {}, .colour = colour++};
        if (points == group.points.end()) continue;
        for (auto const& [budget, point] : points->second) {
            auto const energy = mean_of(results, point, field);
            series.x.push_back(mean_of(results, point, "evaluations").value);
            series.y.push_back(energy.value);
            series.y_error.push_back(energy.standard_error);
        }
        panel.series.push_back(std::move(series));
    }
    if (group.system == "glass") {
        panel.series.push_back(level("-E_inf = -E_alg", -theory::e_infinity(group.p)));
        panel.series.push_back(
            level("ground state at this N", theory::ground_state(group.p, group.N).mean));
    }
    return panel;
}

Figure depths(Results const& results, std::vector<Group> const& all, std::string const& system) {
    Figure figure{.id = "depth_" + system,
                  .title = system == "glass" ? "How deep searches of a spherical glass get"
                                             : "How deep searches of an Ising glass get",
                  .caption =
                      "Means over disorder samples against the effort spent per walker of a "
                      "group of 16. Core-seconds of each point: phases in the provenance.",
                  .panels = {}};
    for (auto const& group : all)
        if (group.system == system)
            for (auto const* field : {"energy", "lowest"})
                figure.panels.push_back(depth(results, group, field));
    return figure;
}

Figure cooling(Results const& results, std::vector<Group> const& all) {
    Figure figure{.id = "freezing",
                  .title = "Where annealing falls out of equilibrium",
                  .caption =
                      "Mean energy of 16 walkers while the temperature falls, and -1/T, the "
                      "equilibrium above T_K at N = infinity.",
                  .panels = {}};
    auto const& T = curve_temperatures();
    for (auto const& group : all) {
        auto const points = group.points.find("annealing");
        if (group.system != "glass" || points == group.points.end()) continue;
        Panel panel{
            .title = group.label(), .x_label = "T", .y_label = "energy per spin", .series = {}};
        Series line{.label = "-1/T", .mark = Series::Mark::line, .x = {}, .y = {}};
        for (double const t : T)
            if (t >= 0.6) {
                line.x.push_back(t);
                line.y.push_back(-1 / t);
            }
        panel.series.push_back(std::move(line));
        for (auto const& [budget, point] : points->second) {
            auto const curve = cooling_curve(results, point);
            panel.series.push_back({.label = fmt::format("budget {}", budget),
                                    .x = T,
                                    .y = curve.energies,
                                    .y_error = curve.errors});
        }
        PSpinTerm const term{.p = group.p};
        panel.series.push_back({.label = "T_d",
                                .mark = Series::Mark::vertical,
                                .x = {theory::dynamical_temperature({&term, 1})},
                                .y = {}});
        panel.series.push_back({.label = "T_K",
                                .mark = Series::Mark::vertical,
                                .x = {theory::kauzmann_temperature({&term, 1})},
                                .y = {}});
        panel.series.push_back(level("-E_inf", -theory::e_infinity(group.p)));
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

Figure of_networks(Results const& results) {
    // Means digitised from the paper's figure.
    Series paper_annealing{.label = "annealing, paper",
                           .x = {2, 3, 5, 10, 15, 25},
                           .y = {1.113, 0.777, 0.488, 0.373, 0.3537, 0.349},
                           .faint = true,
                           .colour = 0};
    Series paper_sgd{.label = "SGD, paper",
                     .x = {2, 3, 5, 10, 15, 25},
                     .y = {1.075, 0.729, 0.448, 0.352, 0.3547, 0.305},
                     .faint = true,
                     .colour = 1};
    Panel panel{.title = "Test loss",
                .x_label = "hidden units",
                .y_label = "test loss (nats)",
                .series = {std::move(paper_annealing), std::move(paper_sgd)}};
    int colour = 0;
    for (auto const* method : {"annealing", "sgd"}) {
        Series series{.label = method, .x = {}, .y = {}, .colour = colour++};
        for (auto const& [width, methods] : networks(results)) {
            auto const point = methods.find(method);
            if (point == methods.end()) continue;
            auto const loss = mean_of(results, point->second, "test_loss");
            series.x.push_back(static_cast<double>(width));
            series.y.push_back(loss.value);
            series.y_error.push_back(loss.standard_error);
        }
        panel.series.push_back(std::move(series));
    }
    return {.id = "network_annealing",
            .title = "Simulated annealing and SGD on networks",
            .caption = "Means over starts; faint: the paper's, on a subset of unknown size.",
            .panels = {std::move(panel)}};
}

}  // namespace

std::vector<Figure> figures(Results const& results) {
    std::vector<Figure> list;
    auto const all = groups(results);
    for (auto const* system : {"glass", "ising"})
        if (auto figure = depths(results, all, system); !figure.panels.empty())
            list.push_back(std::move(figure));
    if (auto figure = cooling(results, all); !figure.panels.empty())
        list.push_back(std::move(figure));
    if (!networks(results).empty()) list.push_back(of_networks(results));
    return list;
}

}  // namespace spinscape::searches
