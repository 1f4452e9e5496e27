// SPDX-License-Identifier: BSD-3-Clause
// Disconnectivity graphs of small glasses (exact) and small networks (by searches): one replica is
// one disorder sample or one data set. Parts in disconnectivity/.
#include "disconnectivity/claims.hpp"
#include "disconnectivity/sample.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/all_critical_points.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_network = {"system", "network"}, in_glass = {"system", "glass"};

/// Beyond so many complex solutions all critical points of a sample take minutes.
constexpr double most_paths = 20000;

bool is_glass(Parameters const& parameters) {
    return parameters.text("system") == "glass";
}

std::vector<ParameterSpec> parameters() {
    return {
        {.name = "system",
         .standard = std::string("glass"),
         .description = "the landscape",
         .choices = {"glass", "network"}},
        {.name = "listed",
         .standard = std::int64_t{20},
         .description = "so many samples get their points listed in /critical_points, the "
                        "first ones; the first is drawn",
         .minimum = 0},
        {.name = "images",
         .standard = std::int64_t{15},
         .description = "of an elastic band, between its ends",
         .minimum = 1,
         .maximum = 1000},
        {.name = "band_step",
         .standard = 0.05,
         .description = "first time step of the relaxation of bands",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "p",
         .standard = std::int64_t{3},
         .description = "spins per interaction",
         .minimum = 3,
         .maximum = 10,
         .only_where = in_glass},
        {.name = "N",
         .standard = std::int64_t{8},
         .description = "spins; ((p-1)^N - 1)/(p-2) <= 20000",
         .minimum = 3,
         .maximum = 14,
         .only_where = in_glass},
        {.name = "hidden",
         .standard = std::int64_t{3},
         .description = "tanh units of the one hidden layer",
         .minimum = 1,
         .maximum = 20,
         .only_where = in_network},
        {.name = "samples",
         .standard = std::int64_t{50},
         .description = "training samples: two normal features, label by the exclusive or of "
                        "their signs",
         .minimum = 1,
         .maximum = 10000,
         .only_where = in_network},
        {.name = "noise",
         .standard = 0.1,
         .description = "probability that a label is turned",
         .minimum = 0,
         .maximum = 1,
         .only_where = in_network},
        {.name = "ridge",
         .standard = 0.01,
         .description = "strength of the ridge term strength/2 |x|^2",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_network},
        {.name = "searches",
         .standard = std::int64_t{100},
         .description = "normal random starts, each for a minimum and for a transition state",
         .minimum = 1,
         .only_where = in_network},
        {.name = "band_rounds",
         .standard = std::int64_t{2},
         .description = "rounds of elastic bands: first from every minimum to the global one and "
                        "to its nearest, then from those that are not connected",
         .minimum = 0,
         .only_where = in_network}};
}

double cost(Parameters const& parameters) {
    return is_glass(parameters) ? disconnection::glass_seconds(parameters)
                                : disconnection::network_seconds(parameters);
}

double memory(Parameters const& parameters) {
    if (!is_glass(parameters)) return 5e7 + 500 * parameters.real("samples");
    return 5e7 + 100 * parameters.real("N") *
                     complex_solutions(static_cast<int>(parameters.integer("p")),
                                       parameters.integer("N"));
}

void validate(Parameters const& parameters, std::string const&) {
    if (!is_glass(parameters)) return;
    auto const paths =
        complex_solutions(static_cast<int>(parameters.integer("p")), parameters.integer("N"));
    if (paths > most_paths)
        throw Error(
            ExitCode::bad_input,
            fmt::format("parameters.N = {}: a sample with p = {} has {:.0f} complex "
                        "solutions; use a smaller N, with at most {:.0f}",
                        parameters.integer("N"), parameters.integer("p"), paths, most_paths));
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "glass" }
grid = { N = [4, 6] }
seeds = 60
[[sweep]]
fixed = { system = "network", hidden = 2, samples = 20, searches = 12 }
seeds = 6
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "glass" }
zip = { N = [4, 6, 8, 10] }
seeds = 200
[[sweep]]
fixed = { system = "network" }
grid = { hidden = [2, 3] }
seeds = 60
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "glass" }
grid = { N = [4, 6, 8, 10, 12] }
seeds = 1000
[[sweep]]
fixed = { system = "network", samples = 200, searches = 5000, band_rounds = 5 }
grid = { hidden = [2, 3, 4, 6, 10] }
seeds = 200
)";

}  // namespace

Study disconnectivity() {
    return {.name = "disconnectivity",
            .question =
                "How are the minima of a landscape connected, how high are the passes between "
                "them, and is a small network one funnel where a small glass is many?",
            .sources = {"Ballard2017", "Wales2003", "Milnor1963", "CartwrightSturmfels2013",
                        "Henkelman2000"},
            .parameters = parameters(),
            .fields = disconnection::fields(),
            .point_fields = disconnection::point_fields(),
            .headline = [](Parameters const&) { return "funnel_share"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block =
                [](Parameters const& p) {
                    return std::clamp(static_cast<index>(0.5 / cost(p)), index{1}, index{50});
                },
            .validate = validate,
            .run =
                [](Task& task) {
                    is_glass(task.parameters()) ? disconnection::run_glasses(task)
                                                : disconnection::run_networks(task);
                },
            .conclude = [](Results const& results) -> Findings {
                return {.claims = disconnection::claims(results),
                        .figures = disconnection::figures(results),
                        .references = {}};
            }};
}

}  // namespace spinscape
