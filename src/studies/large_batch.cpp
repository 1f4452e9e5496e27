// SPDX-License-Identifier: BSD-3-Clause
// Small against large batches from the same starts: where they end, how sharp it is there by many
// measures, and what that has to do with generalisation. Measures, claims, figures in large_batch/.
#include "large_batch/conclusions.hpp"
#include "large_batch/measures.hpp"
#include "shared/network_task.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/geometry/line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

std::vector<index> hidden_of(Parameters const& p) {
    auto const& hidden = p.integers("hidden");
    return {hidden.begin(), hidden.end()};
}

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "hidden",
         .standard = std::vector<std::int64_t>{50, 50},
         .description = "widths of the hidden layers, at least one",
         .minimum = 1},
        {.name = "reference_batch",
         .standard = std::int64_t{0},
         .description = "lines are drawn from the solution of this batch size, trained again from "
                        "the same start; 0: no lines",
         .minimum = 0},
        {.name = "reference_epochs",
         .standard = std::int64_t{60},
         .description = "epochs of that training",
         .minimum = 1},
        {.name = "iterations",
         .standard = std::int64_t{10},
         .description = "of L-BFGS-B in every sharpness",
         .minimum = 1},
        {.name = "subspace",
         .standard = std::int64_t{100},
         .description = "dimension of the random subspaces",
         .minimum = 1},
        {.name = "relative_epsilon",
         .standard = 1e-2,
         .description = "half-width of the relative box over |x_i|",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "probes",
         .standard = std::int64_t{20},
         .description = "random vectors for the trace",
         .minimum = 2},
        {.name = "entropy_gamma",
         .standard = 1.0,
         .description = "stiffness of the local entropy's neighbourhood",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "entropy_temperature",
         .standard = 1e-4,
         .description = "of the local entropy; the neighbourhood has radius sqrt(temperature / "
                        "gamma) per parameter",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "entropy_rungs",
         .standard = std::int64_t{6},
         .description = "quadrature points of the local entropy; 0: not measured",
         .minimum = 0,
         .maximum = 100},
        {.name = "entropy_steps",
         .standard = std::int64_t{30},
         .description = "Langevin steps at each of them",
         .minimum = 3},
        {.name = "rescaling",
         .standard = 100.0,
         .description = "factor of the first hidden layer in the rescaling trap",
         .minimum = 0,
         .minimum_excluded = true}};
    auto const shared = studies::network_parameters();
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::vector<Field> fields() {
    auto list = studies::network_fields();
    auto const further = batches::measure_fields();
    list.insert(list.end(), further.begin(), further.end());
    return list;
}

/// Random numbers of different architectures are independent.
std::uint64_t salt_of(std::vector<index> const& hidden) {
    std::uint64_t salt = 1;
    for (index const width : hidden) salt = salt * 1000003 + static_cast<std::uint64_t>(width);
    return salt;
}

/// Networks of a rank for one data set and architecture.
struct Networks {
    Network<float> training;
    Network<double> measuring, tested;
};

bool has_line(Parameters const& p) {
    return p.integer("reference_batch") > 0 && p.integer("reference_batch") != p.integer("batch");
}

/// The solution of the reference batch size from this replica's start; empty if it diverged.
std::vector<double> reference(Task const& task, index replica, Network<float> const& network,
                              std::uint64_t salt) {
    auto const& p = task.parameters();
    auto options = studies::training_options(p);
    options.batch = p.integer("reference_batch");
    options.epochs = p.integer("reference_epochs");
    options.patience = 0;
    Batch<float> x(network.dimension(), 1);
    Stream stream(task.master_seed(), Purpose::start, replica, 0, salt);
    initialise(network.architecture(), start_from(p.text("start")), p.real("start_scale"), stream,
               x[0]);
    auto const end = train(network, x.view(), task.master_seed(), replica, salt, options);
    if (end.front().outcome == Outcome::diverged) return {};
    return {x[0].begin(), x[0].end()};
}

void record_lines(Task& task, index replica, Networks const& networks, std::span<double const> from,
                  std::span<double const> to) {
    auto const& points = batches::line_points();
    auto const put = [&](char const* field, std::vector<Evaluation> const& values,
                         double Evaluation::*member) {
        std::vector<double> curve;
        for (auto const& value : values) curve.push_back(value.*member);
        task.record(replica, field, curve);
    };
    auto const train_line = along(networks.measuring, Path::line, from, to, std::span(points)),
               test_line = along(networks.tested, Path::line, from, to, std::span(points));
    put("line_train_loss", train_line, &Evaluation::loss);
    put("line_train_error", train_line, &Evaluation::error);
    put("line_test_loss", test_line, &Evaluation::loss);
    put("line_test_error", test_line, &Evaluation::error);
    put("arc_train_loss", along(networks.measuring, Path::arc, from, to, std::span(points)),
        &Evaluation::loss);
}

void run(Task& task) {
    auto const& p = task.parameters();
    auto const data = studies::training_data(task);
    auto const hidden = hidden_of(p);
    auto const architecture = studies::architecture_of(p, hidden, *data);
    auto const salt = salt_of(hidden);
    auto const x = studies::train_block(task, architecture, *data, salt);
    if (task.paused()) return;

    auto const key = fmt::format("{} {} {} {} {}", salt, static_cast<int>(architecture.activation),
                                 static_cast<int>(architecture.loss), architecture.leak,
                                 static_cast<void const*>(data->train.get()));
    auto const networks = task.cache().get<Networks>("networks", key, [&] {
        return Networks{Network<float>(architecture, data->train),
                        Network<double>(architecture, data->train),
                        Network<double>(architecture, data->test)};
    });
    auto work = networks->measuring.workspace(1), test_work = networks->tested.workspace(1);
    for (index i = 0; i < task.count(); ++i) {
        if (task.outcomes()[static_cast<std::size_t>(i)] == Outcome::diverged) continue;
        auto const replica = task.first() + i;
        std::vector<double> const point(x[i].begin(), x[i].end());
        auto const on_train = networks->measuring.evaluate(point, work),
                   on_test = networks->tested.evaluate(point, test_work);
        task.record(replica, "loss_gap", on_test.loss - on_train.loss);
        task.record(replica, "error_gap", on_test.error - on_train.error);
        batches::measure(task, replica, networks->measuring, point);
        if (!has_line(p)) continue;
        auto const timer = task.phase("lines");
        auto const from = reference(task, replica, networks->training, salt);
        if (!from.empty()) record_lines(task, replica, *networks, from, point);
    }
}

/// Gradients and their equivalents that the measures of a solution need.
double measuring_gradients(Parameters const& p) {
    double const search = 2.5 * p.real("iterations") + 5;
    return 7 * search + 2.7 * (p.real("probes") + 60) +
           p.real("entropy_rungs") * p.real("entropy_steps");
}

double weights(Parameters const& p) {
    double inputs = 100, count = 0;
    for (index const width : hidden_of(p)) {
        count += inputs * static_cast<double>(width);
        inputs = static_cast<double>(width);
    }
    return count + 10 * inputs;
}

double cost(Parameters const& p) {
    double const samples = p.integer("train_samples") > 0 ? p.real("train_samples") : 60000;
    double const pass = samples * weights(p) * 6 / 1.5e10;
    return studies::training_seconds(p, hidden_of(p)) * (has_line(p) ? 1.5 : 1) +
           pass * (measuring_gradients(p) + (has_line(p) ? 30 : 0));
}

/// Mostly the directions of the subspace, and the basis of the eigenvalue search.
double memory(Parameters const& p) {
    return 3 * studies::training_bytes(p) + 8 * weights(p) * (p.real("subspace") + 100);
}

void validate(Parameters const& p, std::string const& job_folder) {
    studies::validate_network(p, job_folder);
    if (p.integers("hidden").empty())
        throw Error(ExitCode::bad_input,
                    "parameters.hidden = []: the rescaling trap needs a hidden layer");
    auto const activation = activation_from(p.text("activation"));
    if (activation != Activation::relu && activation != Activation::leaky_relu &&
        activation != Activation::linear)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.activation = \"{}\": layers can be rescaled with "
                                "relu, leaky_relu and linear only",
                                p.text("activation")));
    if (has_line(p) && p.text("start") == "file")
        throw Error(ExitCode::bad_input,
                    "parameters.start = \"file\": lines need random starts; set reference_batch = "
                    "0");
}

Findings conclude(Results const& results) {
    return {
        .claims = batches::claims(results), .figures = batches::figures(results), .references = {}};
}

constexpr auto smoke = R"([[sweep]]
fixed = { hidden = [8], train_samples = 300, optimiser = "adam", learning_rate = 0.005, decay = "constant", reference_batch = 5, reference_epochs = 40, subspace = 20, entropy_rungs = 2 }
zip = { batch = [5, 30, 30], epochs = [40, 40, 240] }
seeds = 3
)";

// Batches of 0.4, 2 and 10 % of the samples, the last as in the source; long enough that all
// training errors but few are gone, as there.
constexpr auto standard = R"([[sweep]]
fixed = { hidden = [20, 20], train_samples = 1000, optimiser = "adam", learning_rate = 0.003, decay = "constant", reference_batch = 4, reference_epochs = 100 }
zip = { batch = [4, 20, 100, 100], epochs = [100, 100, 100, 2500] }
seeds = 80
)";

// The source's fully connected network F1, without its batch normalisation.
constexpr auto paper = R"([[sweep]]
fixed = { hidden = [512, 512, 512, 512, 512], optimiser = "adam", learning_rate = 0.001, decay = "constant", reference_batch = 256, reference_epochs = 100 }
zip = { batch = [256, 1000, 6000, 6000], epochs = [100, 100, 100, 2344] }
seeds = 5
)";

}  // namespace

Study large_batch() {
    return {.name = "large_batch",
            .question =
                "Do large batches end in sharper minima that generalise worse, by which "
                "measure of sharpness, and what is left at an equal number of updates?",
            .sources = {"Keskar2017", "Dinh2017", "Kwon2021", "Chaudhari2017", "Hoffer2017"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const&) { return "sharpness"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block = [](Parameters const&) { return index{1}; },
            .validate = validate,
            .run = run,
            .conclude = conclude};
}

}  // namespace spinscape
