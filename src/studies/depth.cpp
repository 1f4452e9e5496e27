// SPDX-License-Identifier: BSD-3-Clause
// Do deeper models have minima closer to the best one? Order p of the interaction in spherical
// glasses, hidden layers in networks. Systems, claims and figures are in depth/.
#include "depth/systems.hpp"
#include "shared/network_task.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/all_critical_points.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {

namespace {

/// A search for all critical points follows one path per complex solution.
constexpr double most_paths = 100000;

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("glass"),
         .description = "glass: descents from many starts; layers: all critical points of small "
                        "glasses, for their lowest energies by index; network: training",
         .choices = {"glass", "layers", "network"}},
        {.name = "p",
         .standard = std::int64_t{3},
         .description = "spins per interaction; glass and layers",
         .minimum = 2,
         .maximum = 10},
        {.name = "N",
         .standard = std::int64_t{16},
         .description = "spins; glass and layers",
         .minimum = 2,
         .maximum = 1000},
        {.name = "starts",
         .standard = std::int64_t{64},
         .description =
             "random starts in each disorder sample, the best of which is the best known",
         .minimum = 4,
         .maximum = 4096,
         .only_where = depths::in_glass},
        {.name = "tolerance",
         .standard = 1e-3,
         .description = "a descent ends when |projected gradient| is below this",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = depths::in_glass},
        {.name = "max_steps",
         .standard = std::int64_t{50000},
         .description = "or after so many steps",
         .minimum = 1,
         .only_where = depths::in_glass},
        {.name = "certified",
         .standard = std::int64_t{4},
         .description = "so many ends per sample get their index",
         .minimum = 0,
         .only_where = depths::in_glass},
        {.name = "layers",
         .standard = std::int64_t{1},
         .description = "hidden layers of equal width",
         .minimum = 1,
         .maximum = 20,
         .only_where = depths::in_network},
        {.name = "width",
         .standard = std::int64_t{25},
         .description = "hidden units of the network with one hidden layer",
         .minimum = 1,
         .maximum = 10000,
         .only_where = depths::in_network},
        {.name = "match",
         .standard = std::string("parameters"),
         .description = "what deeper networks have in common with it: number of parameters (as "
                        "nearly as whole widths allow) or width",
         .choices = {"parameters", "width"},
         .only_where = depths::in_network},
        {.name = "best_of",
         .standard = std::int64_t{16},
         .description = "the best known is the mean best of so many seeds, fewer than there are",
         .minimum = 2,
         .only_where = depths::in_network}};
    auto const shared = studies::network_parameters(depths::in_network);
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::vector<Field> fields() {
    using enum Field::Type;
    auto list = studies::network_fields();
    std::vector<double> indices(static_cast<std::size_t>(depths::levels));
    std::iota(indices.begin(), indices.end(), 0.0);
    std::vector<Field> const own = {
        {.name = "energy", .description = "energy per spin at the end, mean over the starts"},
        {.name = "energy_deviation", .description = "its standard deviation between the starts"},
        {.name = "lowest_energy", .description = "lowest energy per spin of all starts"},
        {.name = "lowest_of_half",
         .description = "expected lowest energy per spin of half as many starts"},
        {.name = "gap", .description = "mean end energy less the lowest one, per spin"},
        {.name = "share_of_index_0",
         .description = "share of the certified ends without a negative eigenvalue"},
        {.name = "points", .type = integer, .description = "critical points of the sample"},
        {.name = "lowest_by_index",
         .description = "lowest energy per spin of the critical points of this index",
         .axis = "index",
         .axis_values = indices},
        {.name = "hidden_width", .type = integer, .description = "units of each hidden layer"},
        {.name = "network_parameters", .type = integer, .description = "number of parameters"}};
    list.insert(list.end(), own.begin(), own.end());
    return list;
}

bool is(Parameters const& p, char const* system) {
    return p.text("system") == system;
}

double couplings_bytes(Parameters const& p) {
    PSpinTerm const term{.p = static_cast<int>(p.integer("p"))};
    return PSpinCouplings::memory_bytes(p.integer("N"), {&term, 1});
}

double paths(Parameters const& p) {
    return complex_solutions(static_cast<int>(p.integer("p")), p.integer("N"));
}

std::vector<index> hidden_of(Parameters const& p) {
    constexpr index inputs = 100, classes = 10;  // of the shipped data
    auto const layers = p.integer("layers");
    return std::vector<index>(
        static_cast<std::size_t>(layers),
        depths::hidden_width(p.integer("width"), layers, p.text("match"), inputs, classes));
}

double cost(Parameters const& p) {
    if (is(p, "network")) return studies::training_seconds(p, hidden_of(p));
    if (is(p, "layers")) return 3e-4 * paths(p);
    return 5e-3 + std::ceil(p.real("starts") / 16) * 2000 * 64 * (couplings_bytes(p) / 4) / 6e10;
}

double memory(Parameters const& p) {
    if (is(p, "network")) return studies::training_bytes(p);
    return couplings_bytes(p) + 1e8 + (is(p, "layers") ? 1e3 * paths(p) : 0);
}

void validate(Parameters const& p, std::string const& job_folder) {
    if (is(p, "network")) return studies::validate_network(p, job_folder);
    if (is(p, "layers") && paths(p) > most_paths)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.N = {}: with p = {} a sample has {:.3g} complex "
                                "solutions to be followed, at most {:g} are allowed",
                                p.integer("N"), p.integer("p"), paths(p), most_paths));
    if (is(p, "layers") && p.integer("p") < 3)
        throw Error(ExitCode::bad_input,
                    "parameters.p = 2: has one pair of critical points per index and no layers; "
                    "system = \"layers\" needs p >= 3");
}

void run(Task& task) {
    if (is(task.parameters(), "network"))
        depths::run_network(task);
    else if (is(task.parameters(), "layers"))
        depths::run_layers(task);
    else
        depths::run_glass(task);
}

Findings conclude(Results const& results) {
    Findings findings;
    findings.claims = depths::glass_claims(results);
    auto const networks = depths::network_claims(results);
    findings.claims.insert(findings.claims.end(), networks.begin(), networks.end());
    findings.figures = depths::figures(results);
    return findings;
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "glass", N = 10, starts = 32 }
grid = { p = [2, 3, 4, 6] }
seeds = 12
[[sweep]]
fixed = { system = "layers", N = 4 }
grid = { p = [3, 6] }
seeds = 30
[[sweep]]
fixed = { system = "network", epochs = 3, train_samples = 2000, learning_rate = 0.5, width = 8, best_of = 4 }
grid = { layers = [1, 2, 3] }
seeds = 8
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "glass", N = 12 }
grid = { p = [2, 3, 4, 5, 6, 7, 8, 9, 10] }
seeds = 10
[[sweep]]
fixed = { system = "glass", N = 16 }
grid = { p = [3, 4, 5, 6] }
seeds = 30
[[sweep]]
fixed = { system = "layers", N = 5 }
zip = { p = [3, 6] }
seeds = 40
[[sweep]]
fixed = { system = "layers", N = 5, p = 10 }
seeds = 8
[[sweep]]
fixed = { system = "network", epochs = 10, learning_rate = 0.5 }
grid = { layers = [1, 2, 3, 4, 5] }
seeds = 32
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "glass", N = 20, starts = 256 }
grid = { p = [2, 3, 4, 5, 6, 7, 8, 9, 10] }
seeds = 100
[[sweep]]
fixed = { system = "glass", starts = 256 }
zip = { p = [3, 4, 5, 6, 7, 8], N = [400, 100, 50, 35, 28, 24] }
seeds = 100
[[sweep]]
fixed = { system = "layers" }
zip = { p = [3, 4, 6, 10], N = [14, 9, 7, 5] }
seeds = 1000
[[sweep]]
fixed = { system = "network", epochs = 200, learning_rate = 0.5, best_of = 500 }
grid = { layers = [1, 2, 3, 4, 5], width = [25, 100, 500], match = ["parameters", "width"] }
seeds = 1000
)";

}  // namespace

Study depth() {
    return {.name = "depth",
            .question =
                "Do deeper models have minima closer to the best one: order of the "
                "interaction in spherical glasses, hidden layers in networks? Contradicted in "
                "the standard tier: in glasses the gap grows with p, as E_0 - E_inf of the theory "
                "does; in networks of equal number of parameters it does not fall relative to the "
                "loss, for deeper ones are further from the end of their training; and 64 "
                "descents do not find the ground state at p = 10.",
            .sources = {"Choromanska2015", "Auffinger2013", "SubagZeitouni2017"},
            .parameters = parameters(),
            .fields = fields(),
            .headline =
                [](Parameters const& p) {
                    return is(p, "network") ? "train_loss" : is(p, "layers") ? "points" : "gap";
                },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block = [](Parameters const& p) { return is(p, "network") ? index{4} : index{1}; },
            .validate = validate,
            .run = run,
            .extends =
                [](Parameters const& p) {
                    return is(p, "network") ? studies::extended_parameter(p) : std::string();
                },
            .conclude = conclude};
}

}  // namespace spinscape
