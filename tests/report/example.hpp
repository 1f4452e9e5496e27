// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/figure.hpp"
#include "spinscape/store/tree.hpp"

#include <cmath>

namespace spinscape {

/// Numbers of the size that a real study has, with every kind of mark.
inline std::vector<Figure> example_figures() {
    using Mark = Series::Mark;
    Panel networks{"Networks", "test loss", "density", {}},
        glass{"3-spin glass", "E/N", "density", {}};
    for (int size = 0; size < 4; ++size)
        for (auto* const panel : {&networks, &glass}) {
            bool const net = panel == &networks;
            double const mean = net ? 0.42 - 0.06 * size : -1.56 - 0.02 * size;
            double const width = (net ? 0.03 : 0.02) / (1 + 0.6 * size);
            Series one{.label = (net ? "n₁ = " : "N = ") + std::to_string(25 << size),
                       .mark = Mark::steps};
            for (int i = -12; i <= 12; ++i) {
                one.x.push_back(mean + i * width / 3);
                one.y.push_back(std::exp(-i * i / 18.0) / (2.5 * width));
            }
            panel->series.push_back(one);
        }
    glass.series.push_back({"E∞ = −1.633", Mark::vertical, {-1.633}, {}});
    glass.series.push_back({"E₀ = −1.657", Mark::vertical, {-1.657}, {}});
    Panel means{"",
                "N",
                "mean E/N",
                {{"measured",
                  Mark::points,
                  {25, 50, 100, 200},
                  {-1.56, -1.58, -1.60, -1.62},
                  {.006, .004, .003, .002}},
                 {"published", Mark::points, {25, 50, 100}, {-1.55, -1.585, -1.61}, {}, true},
                 {"E∞", Mark::level, {}, {-1.633}}},
                true};
    Panel descent{"", "time", "E/N + 1.633", {{"N = 500", Mark::line, {}, {}}}, true, true};
    for (double t = 0.1; t < 2000; t *= 1.3) {
        descent.series[0].x.push_back(t);
        descent.series[0].y.push_back(1.6 / std::pow(1 + t, 0.7));
    }
    Panel index_bars{
        "", "index", "count", {{"saddles", Mark::bars, {0, 1, 2, 3}, {40, 31, 12, 4}}}};
    return {{"energies", "Distributions", "Test losses & energies per size.", {networks, glass}},
            {"means", "Means and descent", "Bars: one standard error.", {means, descent}},
            {"index", "Index", "Negative eigenvalues.", {index_bars}}};
}

inline store::Group example_result(std::vector<Figure> const& drawn = example_figures()) {
    using Texts = std::vector<std::string>;
    using Reals = std::vector<double>;
    store::Group claims{.name = "claims", .dimensions = {{"claim", 2}}};
    auto const add = [&](char const* name, store::Data data) {
        claims.variables.push_back({name, {"claim"}, std::move(data)});
    };
    add("id", Texts{"below_threshold", "variance"});
    add("statement", Texts{"The mean energy lies above E∞.", "The variance falls."});
    add("source", Texts{"auffinger2013", "sagun2014"});
    add("relation", Texts{"greater", "less"});
    add("verdict", Texts{"supported", "undecided"});
    add("note", Texts{"", "Smaller sizes than the source."});
    add("measured", Reals{-1.62, 0.9});
    add("stderr", Reals{0.002, 0.06});
    add("n", Reals{1000, 1000});
    add("predicted", Reals{-1.633, 1});
    add("tolerance", Reals{0, 0});
    store::Group summary{.name = "summary", .dimensions = {{"point", 2}}};
    summary.variables = {
        {"N", {"point"}, std::vector<std::int64_t>{25, 50}},
        {"energy",
         {"point"},
         Reals{-1.56, -1.58},
         {{"long_name", std::string("mean energy")}, {"units", std::string("1")}}}};
    store::Group provenance{.name = "provenance"};
    provenance.attributes = {{"version", std::string("0.1.0")},
                             {"ranks", std::int64_t{2}},
                             {"command_line", std::string("spinscape run a.toml")}};
    store::Group figures{.name = "figures"};
    figures.variables = {{"figures_json", {}, Texts{to_json(drawn)}}};
    store::Group root;
    root.attributes = {{"title", std::string("Losses <and> energies")},
                       {"study", std::string("loss_surfaces")},
                       {"master_seed", std::int64_t{20160907}},
                       {"question", std::string("Do losses concentrate as energies do?")},
                       {"sources", Texts{"auffinger2013", "sagun2014"}}};
    root.variables = {{"config_toml", {}, Texts{"study = \"loss_surfaces\""}}};
    root.groups = {claims, summary, provenance, figures};
    return root;
}

}  // namespace spinscape
