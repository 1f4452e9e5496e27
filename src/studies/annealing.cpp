// SPDX-License-Identifier: BSD-3-Clause
// How deep do searches get for equal effort? Spherical and Ising glasses next to the levels of
// theory, and simulated annealing of networks next to stochastic gradient descent.
#include "annealing/search.hpp"
#include "shared/network_task.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_network = {"system", "network"};

ParameterSpec positive(std::string name, double standard, std::string description) {
    return {.name = std::move(name),
            .standard = standard,
            .description = std::move(description),
            .minimum = 0,
            .minimum_excluded = true};
}

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("glass"),
         .description = "spherical p-spin glass, Ising p-spin glass, or network",
         .choices = {"glass", "ising", "network"}},
        {.name = "method",
         .standard = std::string("annealing"),
         .description = fmt::format("glass: {}; ising: {}; network: sgd, annealing",
                                    fmt::join(searches::glass_methods(), ", "),
                                    fmt::join(searches::ising_methods(), ", "))},
        {.name = "N",
         .standard = std::int64_t{100},
         .description = "spins of a glass",
         .minimum = 2,
         .maximum = 4096},
        {.name = "p",
         .standard = std::int64_t{3},
         .description = "spins per interaction",
         .minimum = 3,
         .maximum = 10},
        {.name = "budget",
         .standard = std::int64_t{1000},
         .description = "effort per walker of a group of 16: gradients (a Hessian product counts "
                        "1.5) of a spherical glass, sweeps of an Ising glass",
         .minimum = 40},
        positive("hottest", 1.5, "where annealing begins"),
        positive("coldest", 0.05, "where annealing ends"),
        positive("temperature", 0.3, "of plain Langevin dynamics; the coldest of tempering"),
        positive("ladder_top", 1.1, "the hottest temperature of tempering"),
        {.name = "tau",
         .standard = 1.4,
         .description = "exponent of extremal optimisation",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = Where("system", "ising")},
        {.name = "population",
         .standard = std::int64_t{128},
         .description = "walkers of population annealing, which share the effort of 16",
         .minimum = 16,
         .maximum = 1000000},
        {.name = "ranks",
         .standard = std::int64_t{1},
         .description = "ranks that share the walkers of method = population on a spherical "
                        "glass; no influence on results",
         .minimum = 1,
         .maximum = 16,
         .only_where = Where("system", "glass")},
        {.name = "width",
         .standard = std::int64_t{5},
         .description = "hidden units of the one hidden layer",
         .minimum = 1,
         .only_where = in_network},
        {.name = "proposals",
         .standard = std::int64_t{100000},
         .description = "of annealing, each an evaluation of the loss over all training samples",
         .minimum = 2,
         .only_where = in_network},
        {.name = "moved",
         .standard = std::int64_t{1},
         .description = "weights that a proposal of annealing moves; 0: all",
         .minimum = 0,
         .only_where = in_network},
        {.name = "loss_hottest",
         .standard = 1e-3,
         .description = "first temperature of annealing, in units of the loss per sample",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_network},
        {.name = "loss_coldest",
         .standard = 1e-6,
         .description = "last temperature, reached in geometric progression",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_network}};
    auto const shared = studies::network_parameters(in_network);
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::vector<Field> fields() {
    auto list = studies::network_fields();
    std::vector<Field> const searches = {
        {.name = "energy",
         .description = "mean energy per spin where walkers end, after a last descent"},
        {.name = "lowest", .description = "lowest energy per spin that the group met"},
        {.name = "before_descent",
         .description = "mean energy per spin before the last descent, first round"},
        {.name = "ends", .type = Field::Type::integer, .description = "ends behind `energy`"},
        {.name = "evaluations", .description = "effort spent per walker of a group of 16"},
        {.name = "log_partition_ratio",
         .description = "ln(Z(coldest)/Z(infinity))/N by population annealing"},
        {.name = "families",
         .type = Field::Type::integer,
         .description = "first walkers of a population that have offspring at the end"},
        {.name = "exact_lowest", .description = "ground state by enumeration (Ising, N <= 20)"},
        {.name = "acceptance", .description = "share of accepted proposals, networks"},
        {.name = "energy_curve",
         .description = "mean energy per spin during annealing, by temperature",
         .axis = "T",
         .axis_values = searches::curve_temperatures()}};
    list.insert(list.end(), searches.begin(), searches.end());
    return list;
}

bool is_network(Parameters const& parameters) {
    return parameters.text("system") == "network";
}

/// Replica = disorder sample: all methods search in the same ones.
void run_searches(Task& task) {
    auto const& parameters = task.parameters();
    bool const ising = parameters.text("system") == "ising";
    auto const N = parameters.integer("N");
    auto replica = task.first();
    std::string state;
    task.resume([&](ByteReader& in) {
        replica = in.get<index>();
        state = in.get_text();
    });
    for (; replica < task.first() + task.count(); ++replica) {
        auto const search =
            ising ? searches::search_ising(task, replica) : searches::search_glass(task, replica);
        if (!state.empty()) {
            ByteReader in(state);
            search->load(in);
            state.clear();
        }
        auto const save = [&](ByteWriter& out) {
            ByteWriter inner;
            search->save(inner);
            out.put(replica);
            out.put_text(inner.bytes());
        };
        {
            auto const timer =
                task.phase(fmt::format("{} {} N={} budget={}", parameters.text("system"),
                                       parameters.text("method"), N, parameters.integer("budget")));
            while (search->advance())
                if (task.pause(save)) return;
        }
        auto const& tally = search->tally();
        task.finish(replica, Outcome::completed);
        task.record(replica, "energy", tally.sum / tally.ends);
        task.record(replica, "lowest", tally.lowest);
        if (!std::isnan(tally.before)) task.record(replica, "before_descent", tally.before);
        task.record(replica, "ends", tally.ends);
        task.record(replica, "evaluations", tally.spent);
        if (!std::isnan(tally.families)) {
            task.record(replica, "log_partition_ratio", tally.log_ratio);
            task.record(replica, "families", tally.families);
        }
        if (auto const curve = search->curve(); !curve.empty())
            task.record(replica, "energy_curve", curve);
        if (ising && N <= 20) {
            auto const timer = task.phase("enumeration");
            IsingPSpin const model(N, static_cast<int>(parameters.integer("p")),
                                   CouplingLaw::gaussian, task.master_seed(), replica);
            task.record(replica, "exact_lowest",
                        std::ranges::min(model.all_energies()) / static_cast<double>(N));
        }
    }
}

void run(Task& task) {
    auto const& parameters = task.parameters();
    if (!is_network(parameters)) return run_searches(task);
    if (parameters.text("method") == "annealing") return searches::anneal_networks(task);
    auto const data = studies::training_data(task);
    auto const width = parameters.integer("width");
    studies::train_block(task, studies::architecture_of(parameters, {width}, *data), *data,
                         static_cast<std::uint64_t>(width));
}

double couplings(Parameters const& parameters) {
    return PSpinCouplings::count(parameters.integer("N"),
                                 static_cast<int>(parameters.integer("p")));
}

double cost(Parameters const& parameters) {
    if (is_network(parameters)) {
        auto const epoch = studies::training_seconds(parameters, {parameters.integer("width")});
        if (parameters.text("method") == "sgd") return epoch;
        return epoch / parameters.real("epochs") * parameters.real("proposals") / 3;
    }
    double const per_walker =
        parameters.text("system") == "ising" ? 2.0 * parameters.real("p") / 3e10 : 4 / 3e10;
    return 16 * parameters.real("budget") * couplings(parameters) * per_walker + 1e-3;
}

double memory(Parameters const& parameters) {
    if (is_network(parameters)) return studies::training_bytes(parameters);
    auto const N = parameters.integer("N");
    auto const p = static_cast<int>(parameters.integer("p"));
    if (parameters.text("system") == "ising")
        return IsingFields::memory_bytes(N, p) + IsingPSpin::memory_bytes(N, p) + 1e7;
    PSpinTerm const term{.p = p};
    double const parts = parameters.text("method") == "split" ? 5 : 1;
    return parts * PSpinCouplings::memory_bytes(N, {&term, 1}) + 1e7;
}

void validate(Parameters const& parameters, std::string const& job_folder) {
    auto const& system = parameters.text("system");
    auto const& method = parameters.text("method");
    std::vector<std::string> const of_networks = {"sgd", "annealing"};
    auto const& allowed = system == "glass"   ? searches::glass_methods()
                          : system == "ising" ? searches::ising_methods()
                                              : of_networks;
    if (std::ranges::find(allowed, method) == allowed.end())
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.method = \"{}\": for system = \"{}\" use one of {}",
                                method, system, fmt::join(allowed, ", ")));
    auto const ordered = [&](char const* low, char const* high) {
        if (parameters.real(low) >= parameters.real(high))
            throw Error(ExitCode::bad_input,
                        fmt::format("parameters.{} = {}: must be below parameters.{} = {}", low,
                                    parameters.real(low), high, parameters.real(high)));
    };
    if (system == "network") {
        ordered("loss_coldest", "loss_hottest");
        return studies::validate_network(parameters, job_folder);
    }
    ordered("coldest", "hottest");
    ordered("temperature", "ladder_top");
    if (parameters.integer("p") > parameters.integer("N"))
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.p = {}: must be at most parameters.N = {}",
                                parameters.integer("p"), parameters.integer("N")));
    if (memory(parameters) > 64e9)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.N = {} with parameters.p = {}: couplings need {:.3g} "
                                "GiB; use smaller values",
                                parameters.integer("N"), parameters.integer("p"),
                                memory(parameters) / (1 << 30)));
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "glass", N = 30, budget = 400, ranks = 2, population = 32 }
grid = { method = ["descent", "split", "momentum", "conjugate_gradient", "langevin", "annealing", "tempering", "population", "hessian_ascent", "message_passing"] }
seeds = 8
[[sweep]]
fixed = { system = "glass", N = 30, budget = 700, method = "greedy" }
seeds = 4
[[sweep]]
fixed = { system = "ising", N = 14, budget = 100, population = 32, hottest = 2.0, ladder_top = 2.0 }
grid = { method = ["greedy", "extremal", "annealing", "tempering", "population"] }
seeds = 8
[[sweep]]
fixed = { system = "network", width = 3, train_samples = 300, epochs = 10, learning_rate = 0.5, batch = 20, proposals = 600 }
grid = { method = ["sgd", "annealing"] }
seeds = 5
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "glass", N = 50 }
grid = { method = ["descent", "split", "momentum", "conjugate_gradient", "langevin", "annealing", "tempering", "population", "hessian_ascent", "message_passing"], budget = [250, 1000, 4000] }
seeds = 20
[[sweep]]
fixed = { system = "glass", N = 100 }
grid = { method = ["descent", "split", "momentum", "conjugate_gradient", "langevin", "annealing", "tempering", "population", "hessian_ascent", "message_passing"], budget = [250, 1000, 4000] }
seeds = 8
[[sweep]]
fixed = { system = "glass", N = 50, method = "greedy" }
grid = { budget = [1000, 4000] }
seeds = 20
[[sweep]]
fixed = { system = "glass", N = 200, budget = 1000 }
grid = { method = ["descent", "split", "momentum", "conjugate_gradient", "langevin", "annealing", "tempering", "population", "hessian_ascent", "message_passing"] }
seeds = 6
[[sweep]]
fixed = { system = "glass", N = 200, budget = 4000, method = "annealing" }
seeds = 6
[[sweep]]
fixed = { system = "ising", hottest = 2.0, ladder_top = 2.0 }
grid = { method = ["greedy", "extremal", "annealing", "tempering", "population"], N = [20, 64], budget = [100, 1000] }
seeds = 16
[[sweep]]
fixed = { system = "network", train_samples = 500, epochs = 50, learning_rate = 0.5, batch = 20, proposals = 30000 }
grid = { method = ["sgd", "annealing"], width = [2, 5, 10] }
seeds = 6
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "glass" }
grid = { method = ["descent", "split", "momentum", "conjugate_gradient", "langevin", "annealing", "tempering", "population", "hessian_ascent", "message_passing"], N = [50, 100, 200, 500], budget = [1000, 4000, 16000, 64000] }
seeds = 200
[[sweep]]
fixed = { system = "ising", hottest = 2.0, ladder_top = 2.0 }
grid = { method = ["greedy", "extremal", "annealing", "tempering", "population"], N = [20, 64, 128], budget = [1000, 10000, 100000] }
seeds = 200
[[sweep]]
fixed = { system = "network", train_samples = 10000, epochs = 200, learning_rate = 0.5, proposals = 5000000 }
grid = { method = ["sgd", "annealing"], width = [2, 3, 5, 10, 15, 25] }
seeds = 100
)";

}  // namespace

Study annealing() {
    return {
        .name = "annealing",
        .question =
            "How deep do descents, annealing, tempering, population annealing, Hessian ascent "
            "and greedy searches get for equal effort, against the levels of theory; where "
            "does annealing freeze; and does it train networks better than SGD? Contradicted in "
            "the standard tier: tempering of 850 steps does not reach the ground state at N = 200; "
            "where descents have found the ground state no cooled group is below; walkers of a "
            "population, which share the effort, have too few steps each and end higher.",
        .sources = {"Choromanska2015", "Kirkpatrick1983", "HukushimaNemoto1996", "HukushimaIba2003",
                    "Subag2021", "Montanari2021", "BoettcherPercus2001", "Sellke2024"},
        .parameters = parameters(),
        .fields = fields(),
        .headline = [](Parameters const& p) { return is_network(p) ? "test_loss" : "lowest"; },
        .smoke = smoke,
        .standard = standard,
        .paper = paper,
        .cost = cost,
        .memory = memory,
        .block = [](Parameters const& p) { return is_network(p) ? index{2} : index{1}; },
        .crew =
            [](Parameters const& p) {
                return p.text("system") == "glass" && p.text("method") == "population"
                           ? index{p.integer("ranks")}
                           : index{1};
            },
        .validate = validate,
        .run = run,
        .pauses = true,
        .conclude = searches::conclude};
}

}  // namespace spinscape
