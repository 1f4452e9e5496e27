// SPDX-License-Identifier: BSD-3-Clause
#include "network_task.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/store/dataset.hpp"
#include "spinscape/store/tree.hpp"
#include "spinscape/study/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

namespace spinscape::studies {

namespace {

std::vector<std::string> with(std::vector<std::string> names, std::string const& further) {
    names.push_back(further);
    return names;
}

/// The first `count` samples (all if 0).
std::shared_ptr<Samples const> first_samples(Samples const& all, index count, index inputs) {
    if (count == 0 || count >= all.count()) return std::make_shared<Samples const>(all);
    Samples part;
    part.features.assign(all.features.begin(), all.features.begin() + count * inputs);
    part.labels.assign(all.labels.begin(), all.labels.begin() + count);
    return std::make_shared<Samples const>(std::move(part));
}

TrainingData load(Parameters const& parameters, std::string const& path) {
    auto const size = parameters.integer("image_size");
    auto const data = store::read_dataset(path, size, size);
    return {.train = first_samples(data.train, parameters.integer("train_samples"), data.inputs),
            .test = std::make_shared<Samples const>(data.test),
            .inputs = data.inputs,
            .classes = data.classes};
}

/// Number of classes of a data set, which is read for it: malformed files show here. Once for all
/// points of a sweep that share it.
index classes_of(std::string const& path, index size) {
    struct Known {
        std::filesystem::file_time_type changed;
        index classes = 0;
    };
    static std::map<std::pair<std::string, index>, Known> all;
    auto const changed = std::filesystem::last_write_time(path);
    auto& known = all[{path, size}];
    if (known.classes == 0 || known.changed != changed)
        known = {changed, store::read_dataset(path, size, size).classes};
    return known.classes;
}

/// By the replica that has come farthest: others may have ended.
index epochs_done(Training<float> const& training) {
    index most = 0;
    for (auto const& replica : training.results()) most = std::max(most, replica.epochs);
    return most;
}

/// Variable `parameters` of a start file: one point for all replicas, or a row per replica.
std::vector<double> starts_from_file(std::string const& path, index dimension, index replicas) {
    auto const root = store::read(path);
    auto values = root.require("parameters").reals();
    auto const n = std::ssize(values);
    if (n != dimension && (n % dimension != 0 || n / dimension < replicas))
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: 'parameters' has {} numbers; a network with {} parameters "
                                "needs one row, or a row for each of {} replicas",
                                path, n, dimension, replicas));
    return values;
}

}  // namespace

std::vector<ParameterSpec> network_parameters(
    std::optional<std::pair<std::string, std::string>> const& only_where) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<ParameterSpec> specs = {
        {.name = "data",
         .standard = std::string("data/mnist_10x10.h5"),
         .description =
             "data set: HDF5 file of this project, or folder with IDX or CIFAR-10 files"},
        {.name = "image_size",
         .standard = std::int64_t{0},
         .description = "width and height to resize images to, by area averaging; 0: as they are",
         .units = "pixel",
         .minimum = 0,
         .maximum = 1024},
        {.name = "train_samples",
         .standard = std::int64_t{0},
         .description = "use only so many training samples; 0: all",
         .minimum = 0},
        {.name = "activation",
         .standard = std::string("relu"),
         .description = "of the hidden units",
         .choices = activation_names()},
        {.name = "leak",
         .standard = 0.01,
         .description = "slope of leaky_relu below zero",
         .minimum = 0,
         .maximum = 1},
        {.name = "loss",
         .standard = std::string("cross_entropy"),
         .description = "per sample; cross_entropy in nats",
         .choices = loss_names()},
        {.name = "start",
         .standard = std::string("glorot_uniform"),
         .description = "law of the parameters at the start",
         .choices = with(start_names(), "file")},
        {.name = "start_scale",
         .standard = 1.0,
         .description = "half-width or deviation, for start = cube, unit_cube, normal",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "start_file",
         .standard = std::string(),
         .description = "HDF5 file with variable 'parameters', for start = file"},
        {.name = "epochs",
         .standard = std::int64_t{20},
         .description = "passes over the training samples",
         .minimum = 1},
        {.name = "batch",
         .standard = std::int64_t{100},
         .description = "samples per step; 0: all (full gradient)",
         .minimum = 0},
        {.name = "optimiser",
         .standard = std::string("sgd"),
         .description = "update rule",
         .choices = {"sgd", "adam"}},
        {.name = "learning_rate",
         .standard = 0.1,
         .description = "initial learning rate",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "decay",
         .standard = std::string("exponential"),
         .description = "of the learning rate over the run; constant and step can be continued "
                        "later with more epochs",
         .choices = decay_names()},
        {.name = "final_fraction",
         .standard = 0.01,
         .description = "final over initial learning rate, for decay = exponential, cosine",
         .minimum = 0,
         .maximum = infinity,
         .minimum_excluded = true},
        {.name = "step_epochs",
         .standard = 10.0,
         .description = "epochs between falls, for decay = step",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "step_factor",
         .standard = 0.1,
         .description = "factor of each fall, for decay = step",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "warmup_epochs",
         .standard = 0.0,
         .description = "epochs over which the rate rises linearly first",
         .minimum = 0},
        {.name = "momentum", .standard = 0.0, .description = "of sgd", .minimum = 0, .maximum = 1},
        {.name = "nesterov", .standard = false, .description = "Nesterov's form of momentum"},
        {.name = "beta1", .standard = 0.9, .description = "of adam", .minimum = 0, .maximum = 1},
        {.name = "beta2", .standard = 0.999, .description = "of adam", .minimum = 0, .maximum = 1},
        {.name = "epsilon",
         .standard = 1e-8,
         .description = "of adam",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "weight_decay",
         .standard = 0.0,
         .description = "L2 coefficient, added to the gradient as weight_decay x",
         .minimum = 0},
        {.name = "clip_norm",
         .standard = 0.0,
         .description = "largest gradient norm; 0: not clipped",
         .minimum = 0},
        {.name = "patience",
         .standard = std::int64_t{0},
         .description = "stop after so many epochs without a lower test loss; 0: never",
         .minimum = 0}};
    for (auto& spec : specs) spec.only_where = only_where;
    return specs;
}

std::shared_ptr<TrainingData const> training_data(Task const& task) {
    auto const timer = task.phase("data");
    auto const& parameters = task.parameters();
    auto const path = task.data_path(parameters.text("data"));
    auto const key = fmt::format("{} {} {}", path, parameters.integer("image_size"),
                                 parameters.integer("train_samples"));
    return task.cache().get<TrainingData>("training data", key,
                                          [&] { return load(parameters, path); });
}

Architecture architecture_of(Parameters const& parameters, std::vector<index> hidden,
                             TrainingData const& data) {
    return {.inputs = data.inputs,
            .hidden = std::move(hidden),
            .outputs = data.classes,
            .activation = activation_from(parameters.text("activation")),
            .loss = loss_from(parameters.text("loss")),
            .leak = parameters.real("leak")};
}

TrainingOptions training_options(Parameters const& p) {
    TrainingOptions options;
    options.epochs = p.integer("epochs");
    options.batch = p.integer("batch") > 0 ? p.integer("batch") : std::numeric_limits<index>::max();
    options.learning_rate = {.initial = p.real("learning_rate"),
                             .decay = decay_from(p.text("decay")),
                             .final_fraction = p.real("final_fraction"),
                             .step_epochs = p.real("step_epochs"),
                             .step_factor = p.real("step_factor"),
                             .warmup_epochs = p.real("warmup_epochs")};
    options.optimiser = {.rule = p.text("optimiser") == "adam" ? OptimiserOptions::Rule::adam
                                                               : OptimiserOptions::Rule::sgd,
                         .momentum = p.real("momentum"),
                         .nesterov = p.flag("nesterov"),
                         .beta1 = p.real("beta1"),
                         .beta2 = p.real("beta2"),
                         .epsilon = p.real("epsilon"),
                         .weight_decay = p.real("weight_decay"),
                         .clip_norm = p.real("clip_norm")};
    options.patience = p.integer("patience");
    return options;
}

std::string extended_parameter(Parameters const& parameters) {
    // The other schedules are stretched over all epochs: with more of them, all rates differ.
    auto const decay = decay_from(parameters.text("decay"));
    return decay == Decay::constant || decay == Decay::step ? "epochs" : "";
}

void validate_network(Parameters const& parameters, std::string const& job_folder) {
    if (parameters.text("start") == "file") {
        if (parameters.text("start_file").empty())
            throw Error(
                ExitCode::bad_input,
                "parameters.start = \"file\": parameters.start_file is empty; name an HDF5 file");
        find_data(parameters.text("start_file"), job_folder);
    }
    auto const path = find_data(parameters.text("data"), job_folder);
    if (auto const classes = classes_of(path, parameters.integer("image_size")); classes < 2)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: has {} class(es); a classifier needs two", path, classes));
    if (parameters.real("warmup_epochs") > static_cast<double>(parameters.integer("epochs")))
        throw Error(
            ExitCode::bad_input,
            fmt::format("parameters.warmup_epochs = {}: longer than the {} epochs of the run",
                        parameters.real("warmup_epochs"), parameters.integer("epochs")));
}

std::vector<Field> network_fields() {
    std::vector<double> edges;
    for (int i = 0; i <= 600; ++i) edges.push_back(i * 0.0025);
    return {
        {.name = "train_loss",
         .units = "1",
         .description = "training loss per sample at the end",
         .histogram_edges = edges},
        {.name = "test_loss",
         .units = "1",
         .description = "test loss per sample at the end",
         .histogram_edges = edges},
        {.name = "train_error", .description = "share of training samples misclassified"},
        {.name = "test_error", .description = "share of test samples misclassified"},
        {.name = "distance",
         .description = "Euclidean distance moved from the start in parameter space"},
        {.name = "epochs_run", .type = Field::Type::integer, .description = "epochs until the end"},
        {.name = "gradient_evaluations",
         .type = Field::Type::integer,
         .description = "minibatch gradients computed"}};
}

Batch<float> train_block(Task& task, Architecture const& architecture, TrainingData const& data,
                         std::uint64_t salt, EpochObserver const& observer) {
    auto const& parameters = task.parameters();
    Network<float> const network(architecture, data.train), tested(architecture, data.test);
    auto const P = network.dimension();
    Batch<float> x(P, task.count()), start(P, task.count());
    std::vector<double> given;
    if (parameters.text("start") == "file")
        given = starts_from_file(task.data_path(parameters.text("start_file")), P,
                                 task.first() + task.count());
    for (index i = 0; i < task.count(); ++i) {
        if (given.empty()) {
            Stream stream(task.master_seed(), Purpose::start, task.first() + i, 0, salt);
            initialise(architecture, start_from(parameters.text("start")),
                       parameters.real("start_scale"), stream, start[i]);
        } else {
            auto const row = std::ssize(given) == P ? 0 : task.first() + i;
            std::copy_n(given.begin() + row * P, P, start[i].begin());
        }
        std::copy(start[i].begin(), start[i].end(), x[i].begin());
    }
    auto work = network.workspace(1), test_work = tested.workspace(1);
    auto const options = training_options(parameters);
    Training<float> training(network, x.view(), task.master_seed(), task.first(), salt, options,
                             [&](std::span<float const> point) {
                                 auto const timer = task.phase("evaluation");
                                 return tested.evaluate(point, test_work).loss;
                             });
    bool const resumed = task.resume([&](ByteReader& state) {
        training.load(state);
        if (observer.load) observer.load(state);
    });
    if (observer.observe && !resumed) observer.observe(0, x.view());
    {
        auto const timer = task.phase("training");
        while (training.advance()) {
            if (observer.observe) observer.observe(epochs_done(training), x.view());
            if (task.pause([&](ByteWriter& state) {
                    training.save(state);
                    if (observer.save) observer.save(state);
                }))
                return x;
        }
    }
    auto const timer = task.phase("evaluation");
    task.keep([&](ByteWriter& state) { training.save(state); });
    auto const& trained = training.results();
    for (index i = 0; i < task.count(); ++i) {
        auto const replica = task.first() + i;
        auto const& end = trained[static_cast<std::size_t>(i)];
        task.finish(replica, end.outcome);
        task.record(replica, "epochs_run", static_cast<double>(end.epochs));
        task.record(replica, "gradient_evaluations", static_cast<double>(end.gradient_evaluations));
        if (end.outcome == Outcome::diverged) continue;
        auto const on_train = network.evaluate(x[i], work),
                   on_test = tested.evaluate(x[i], test_work);
        double squares = 0;
        for (index k = 0; k < P; ++k) {
            double const moved = static_cast<double>(x[i][static_cast<std::size_t>(k)]) -
                                 static_cast<double>(start[i][static_cast<std::size_t>(k)]);
            squares += moved * moved;
        }
        task.record(replica, "train_loss", on_train.loss);
        task.record(replica, "train_error", on_train.error);
        task.record(replica, "test_loss", on_test.loss);
        task.record(replica, "test_error", on_test.error);
        task.record(replica, "distance", std::sqrt(squares));
    }
    return x;
}

double training_seconds(Parameters const& parameters, std::vector<index> const& hidden) {
    double const samples = parameters.integer("train_samples") > 0
                               ? static_cast<double>(parameters.integer("train_samples"))
                               : 60000;
    double const batch = parameters.integer("batch") > 0
                             ? static_cast<double>(parameters.integer("batch"))
                             : samples;
    double const size = static_cast<double>(parameters.integer("image_size"));
    double inputs = size > 0 ? size * size : 100, multiplications = 0;
    for (index const width : hidden) {
        multiplications += inputs * static_cast<double>(width);
        inputs = static_cast<double>(width);
    }
    multiplications += inputs * 10;
    // Six flops per weight and sample at a rate measured for widths around 50, and the fixed part
    // of a step and of a sample (gather, softmax, update).
    double const step = 6 * multiplications * batch / 5e10 + 1e-6 + 1e-7 * batch;
    return static_cast<double>(parameters.integer("epochs")) * samples / batch * step;
}

double training_bytes(Parameters const& parameters) {
    double const size = static_cast<double>(parameters.integer("image_size"));
    // As read, in double precision or sorted for training, and what is in the making.
    return 3 * 70000 * 4 * std::max(size * size, 100.0) + 1e8;
}

}  // namespace spinscape::studies
