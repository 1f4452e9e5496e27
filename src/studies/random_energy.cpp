// SPDX-License-Identifier: BSD-3-Clause
// The random energy model with the Ising p-spin glasses that become it, and the energies of trained
// classifiers beside it. Two systems in one study, told apart by the parameter `system`;
// measurements, claims and figures in random_energy/.
#include "spinscape/theory/random_energy.hpp"

#include "random_energy/boltzmann.hpp"
#include "random_energy/claims.hpp"
#include "random_energy/classifier.hpp"
#include "random_energy/glass.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_model = {"system", "rem"}, in_classifier = {"system", "classifier"};

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("rem"),
         .description = "the random energy model, or a classifier of images",
         .choices = {"rem", "classifier"}},
        {.name = "N",
         .standard = std::int64_t{14},
         .description = "spins: 2^N levels, normal with mean 0 and variance N",
         .minimum = 1,
         .maximum = 24,
         .only_where = in_model},
        {.name = "p",
         .standard = std::int64_t{0},
         .description = "0: independent levels; else those of an Ising p-spin glass, scaled to the "
                        "same variance, which become independent as p grows (N <= 20)",
         .minimum = 0,
         .only_where = in_model},
        {.name = "width",
         .standard = std::int64_t{25},
         .description = "hidden units of the one hidden layer",
         .minimum = 1,
         .only_where = in_classifier},
        {.name = "funnel_lines",
         .standard = std::int64_t{2},
         .description = "random directions from the solution along which the loss is followed",
         .minimum = 0,
         .only_where = in_classifier},
        {.name = "funnel_samples",
         .standard = std::int64_t{10000},
         .description = "training samples of which this loss is the mean (the first ones)",
         .minimum = 1,
         .only_where = in_classifier}};
    auto const shared = studies::network_parameters(in_classifier);
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::vector<Field> fields() {
    auto const curve = [](std::string name, std::string description) {
        return Field{.name = std::move(name),
                     .description = std::move(description),
                     .axis = "beta",
                     .axis_values = levels::betas()};
    };
    std::vector<Field> list = {
        curve("log_partition", "ln Z / N of the random energy model"),
        curve("energy", "thermal mean of the energy, per spin"),
        curve("entropy", "ln Z / N + beta energy"),
        curve("participation", "sum of squared Boltzmann weights"),
        {.name = "lowest", .description = "lowest level, per spin"},
        {.name = "minima",
         .type = Field::Type::integer,
         .description = "configurations of a p-spin glass whose energy no "
                        "flip of one spin lowers"},
        {.name = "minima_energy", .description = "their mean energy per spin, without the lowest"},
        {.name = "minima_slope",
         .description = "slope of their energies per spin against their "
                        "overlap with the lowest"}};
    for (auto const& further : {studies::network_fields(), levels::classifier_fields()})
        list.insert(list.end(), further.begin(), further.end());
    return list;
}

bool is_model(Parameters const& p) {
    return p.text("system") == "rem";
}

void record_levels(Task& task, index replica, levels::BoltzmannSums const& sums, double spins) {
    std::vector<double> log_partition, energy, entropy, participation;
    for (index b = 0; b < std::ssize(levels::betas()); ++b) {
        auto const state = sums.state(b);
        log_partition.push_back(state.log_partition / spins);
        energy.push_back(state.energy / spins);
        entropy.push_back(state.entropy / spins);
        participation.push_back(state.participation);
    }
    task.record(replica, "log_partition", log_partition);
    task.record(replica, "energy", energy);
    task.record(replica, "entropy", entropy);
    task.record(replica, "participation", participation);
    task.record(replica, "lowest", sums.lowest() / spins);
    task.finish(replica, Outcome::converged);
}

/// Independent levels are drawn, summed and forgotten piece by piece.
void add_independent(Task const& task, index replica, index N, levels::BoltzmannSums& sums) {
    auto const count = index{1} << N;
    std::vector<double> piece(static_cast<std::size_t>(std::min<index>(count, 4096)));
    Stream stream(task.master_seed(), Purpose::disorder, replica, 0, static_cast<std::uint64_t>(N));
    for (index done = 0; done < count; done += std::ssize(piece)) {
        stream.fill_normal(piece);
        for (double& E : piece) E *= std::sqrt(static_cast<double>(N));
        sums.add(piece);
    }
}

void add_glass(Task& task, index replica, index N, int p, levels::BoltzmannSums& sums) {
    IsingPSpin const model(N, p, CouplingLaw::gaussian, task.master_seed(), replica);
    auto energies = model.all_energies();
    for (double& E : energies) E /= std::sqrt(levels::variance_per_spin(N, p));
    sums.add(energies);
    auto const seen = levels::funnel(energies, N, p % 2 == 0);
    task.record(replica, "minima", static_cast<double>(seen.minima));
    task.record(replica, "minima_energy", seen.mean_energy);
    task.record(replica, "minima_slope", seen.slope);
}

void run_model(Task& task) {
    auto const N = task.parameters().integer("N");
    auto const p = static_cast<int>(task.parameters().integer("p"));
    auto const spins = static_cast<double>(N);
    auto const timer = task.phase("levels");
    for (index replica = task.first(); replica < task.first() + task.count(); ++replica) {
        levels::BoltzmannSums sums(levels::betas(), -spins * theory::random_energy_beta_c());
        if (p == 0)
            add_independent(task, replica, N, sums);
        else
            add_glass(task, replica, N, p, sums);
        record_levels(task, replica, sums, spins);
    }
}

void run_classifiers(Task& task) {
    auto const data = studies::training_data(task);
    auto const width = task.parameters().integer("width");
    auto const salt = static_cast<std::uint64_t>(width);
    auto const architecture = studies::architecture_of(task.parameters(), {width}, *data);
    auto const points = studies::train_block(task, architecture, *data, salt);
    if (task.paused()) return;
    for (index i = 0; i < task.count(); ++i)
        if (task.outcomes()[static_cast<std::size_t>(i)] != Outcome::diverged)
            levels::measure_classifier(task, task.first() + i, architecture, *data, points[i],
                                       salt);
}

double cost(Parameters const& p) {
    if (is_model(p)) return (p.integer("p") == 0 ? 6e-8 : 1.5e-7) * std::exp2(p.real("N"));
    double const evaluations = p.real("funnel_lines") * 11;
    return studies::training_seconds(p, {p.integer("width")}) + 0.1 +
           evaluations * p.real("funnel_samples") * 220 * p.real("width") / 1e10;
}

double memory(Parameters const& p) {
    if (is_model(p))
        return 1e7 + (p.integer("p") == 0
                          ? 0
                          : std::exp2(p.real("N") + 3) +
                                IsingPSpin::memory_bytes(p.integer("N"),
                                                         static_cast<int>(p.integer("p"))));
    return studies::training_bytes(p) + 500 * p.real("funnel_samples");
}

void validate_model(Parameters const& parameters) {
    auto const p = parameters.integer("p"), N = parameters.integer("N");
    if (p == 0) return;
    if (p == 1 || p > N)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.p = {}: must be 0 (independent levels) or from 2 to "
                                "parameters.N = {}",
                                p, N));
    if (N > levels::largest_glass)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.N = {}: must be at most {} where parameters.p is not 0",
                                N, levels::largest_glass));
}

void validate(Parameters const& p, std::string const& job_folder) {
    if (is_model(p)) return validate_model(p);
    if (p.text("loss") != "cross_entropy")
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.loss = \"{}\": must be \"cross_entropy\", for which "
                                "the outputs are logarithms of probabilities",
                                p.text("loss")));
    studies::validate_network(p, job_folder);
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "rem" }
grid = { N = [6, 10] }
seeds = 2000
[[sweep]]
fixed = { system = "rem" }
grid = { N = [8, 10], p = [2, 3, 5] }
seeds = 200
[[sweep]]
fixed = { system = "classifier", epochs = 3, train_samples = 5000, learning_rate = 0.5, funnel_samples = 1000 }
grid = { width = [5, 20] }
seeds = 6
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "rem" }
grid = { N = [10] }
seeds = 3000
[[sweep]]
fixed = { system = "rem" }
grid = { N = [14] }
seeds = 1000
[[sweep]]
fixed = { system = "rem" }
grid = { N = [18] }
seeds = 400
[[sweep]]
fixed = { system = "rem" }
grid = { N = [10, 14, 18], p = [2, 3, 5, 7] }
seeds = 200
[[sweep]]
fixed = { system = "classifier", epochs = 8, learning_rate = 0.5 }
grid = { width = [10, 25, 50, 100, 200] }
seeds = 10
[[sweep]]
fixed = { system = "classifier", train_samples = 5000, learning_rate = 0.5, funnel_lines = 0 }
grid = { width = [25, 100], epochs = [100, 500] }
seeds = 10
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "rem" }
grid = { N = [8, 10, 12, 14, 16] }
seeds = 20000
[[sweep]]
fixed = { system = "rem" }
grid = { N = [18, 20, 22, 24] }
seeds = 2000
[[sweep]]
fixed = { system = "rem" }
grid = { N = [10, 14, 18, 20], p = [2, 3, 5, 7, 9] }
seeds = 5000
[[sweep]]
fixed = { system = "classifier", epochs = 50, learning_rate = 0.5, funnel_lines = 8, funnel_samples = 60000 }
grid = { width = [5, 10, 25, 50, 100, 250, 500] }
seeds = 100
)";

}  // namespace

Study random_energy() {
    return {.name = "random_energy",
            .question =
                "Does the random energy model at finite size freeze as its exact solution says, do "
                "p-spin glasses become it as p grows, and do the energies -ln p of a trained "
                "classifier over real images behave like its "
                "levels? Contradicted in the standard tier: images have no levels of a normal law "
                "(bounded below by 0, heavy above), networks that stop early are too unsure rather "
                "than too sure (T = 0.80 to 0.92 after 8 epochs of 60,000 images; 1.4 after 500 "
                "of 5,000), and funnels of larger networks are shallower in nats and wider.",
            .sources = {"Derrida1981", "Gardner1985", "Martin2015", "Guo2017"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const& p) { return is_model(p) ? "lowest" : "test_loss"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block =
                [](Parameters const& p) {
                    return is_model(p) ? std::max<index>(1, index{1 << 18} >> p.integer("N"))
                                       : index{2};
                },
            .validate = validate,
            .run =
                [](Task& task) {
                    is_model(task.parameters()) ? run_model(task) : run_classifiers(task);
                },
            .pauses = true,
            .extends =
                [](Parameters const& p) {
                    return is_model(p) ? std::string() : studies::extended_parameter(p);
                },
            .conclude =
                [](Results const& results) {
                    auto claims = levels::model_claims(results);
                    for (auto const& further :
                         {levels::glass_claims(results), levels::classifier_claims(results)})
                        claims.insert(claims.end(), further.begin(), further.end());
                    return Findings{
                        .claims = claims, .figures = levels::figures(results), .references = {}};
                }};
}

}  // namespace spinscape
