// SPDX-License-Identifier: BSD-3-Clause
// Spectra of the Hessians of networks from the start of training to its end, and pictures of the
// loss around the end. Two kinds of data: Gaussian blobs in the plane and images; measurements,
// claims and figures in spectra/.
#include "shared/network_task.hpp"
#include "spectra/claims.hpp"
#include "spectra/observer.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spinscape {

using spectral::classes_of;
using spectral::hidden_of;
using spectral::line_points;
using spectral::plane_points;
using spectral::progress;
using spectral::salt_of;

namespace {

using Where = std::pair<std::string, std::string>;
Where const with_blobs = {"system", "blobs"}, with_images = {"system", "images"};

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("images"),
         .description = "data: blobs = one Gaussian blob per class in the plane, images = a file",
         .choices = {"blobs", "images"}},
        {.name = "hidden",
         .standard = std::vector<std::int64_t>{10},
         .description = "widths of the hidden layers; [] for none",
         .minimum = 1},
        {.name = "classes",
         .standard = std::int64_t{0},
         .description = "number of classes: of blobs, or the first ones of the images; 0: 2 blobs, "
                        "all images",
         .minimum = 0,
         .maximum = 1000},
        {.name = "exact_largest",
         .standard = std::int64_t{1500},
         .description = "full spectra for networks of at most so many parameters",
         .minimum = 0,
         .maximum = 20000},
        {.name = "probes",
         .standard = std::int64_t{10},
         .description = "random vectors of the spectral density",
         .minimum = 2},
        {.name = "steps",
         .standard = std::int64_t{90},
         .description = "Lanczos steps for each of them",
         .minimum = 2},
        {.name = "plane_replicas",
         .standard = std::int64_t{1},
         .description = "so many replicas get a picture of the plane (the first ones)",
         .minimum = 0},
        {.name = "samples",
         .standard = std::int64_t{200},
         .description = "samples of the blobs, all classes equally often",
         .minimum = 2,
         .only_where = with_blobs},
        {.name = "deviation",
         .standard = 1.0,
         .description = "standard deviation of each blob; centres lie sqrt(2) from the origin",
         .minimum = 0,
         .only_where = with_blobs},
        {.name = "step_size",
         .standard = 0.1,
         .description = "of gradient descent on all samples",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = with_blobs},
        {.name = "tolerance",
         .standard = 1e-4,
         .description = "descent ends when the gradient's norm is below this",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = with_blobs},
        {.name = "max_steps",
         .standard = std::int64_t{20000},
         .description = "or after so many steps",
         .minimum = 1,
         .only_where = with_blobs}};
    auto const shared = studies::network_parameters(with_images);
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::vector<Field> fields() {
    auto list = studies::network_fields();
    std::vector<double> ranks, cells;
    for (index k = 1; k <= spectral::ranks; ++k) ranks.push_back(static_cast<double>(k));
    for (std::size_t k = 0; k < plane_points.size() * plane_points.size(); ++k)
        cells.push_back(static_cast<double>(k));
    auto const along = [&](char const* name, char const* description) {
        list.push_back({.name = name,
                        .description = description,
                        .axis = "progress",
                        .axis_values = progress});
    };
    auto const by_rank = [&](char const* name, char const* description) {
        list.push_back(
            {.name = name, .description = description, .axis = "rank", .axis_values = ranks});
    };
    auto const by_bin = [&](char const* name, char const* description) {
        list.push_back({.name = name,
                        .description = description,
                        .axis = "signed_log_eigenvalue",
                        .axis_values = spectral::bin_centres()});
    };
    auto const one = [&](char const* name, char const* description,
                         Field::Type type = Field::Type::real) {
        list.push_back({.name = name, .type = type, .description = description});
    };
    one("parameter_count", "parameters of the network", Field::Type::integer);
    one("class_count", "classes of the data", Field::Type::integer);
    one("gradient_norm", "norm of the gradient of the training loss at the end");
    along("loss_path", "training loss");
    along("top_path", "largest eigenvalue of the Hessian");
    along("lowest_path", "smallest eigenvalue of the Hessian");
    along("gradient_share_path",
          "share of the squared gradient in the space of the largest eigenvalues, as many as "
          "classes");
    along("rest_path", "spectral norm of Hessian minus Gauss-Newton part, by that of the Hessian");
    by_rank("top_start", "largest eigenvalues at the start, descending");
    by_rank("top_end", "largest eigenvalues at the end, descending");
    by_rank("gauss_newton_end", "largest eigenvalues of the Gauss-Newton part at the end");
    by_bin("density_start", "share of the eigenvalues in each bin at the start, by quadrature");
    by_bin("density_end", "share of the eigenvalues in each bin at the end, by quadrature");
    by_bin("density_error", "standard error of density_end over the probes");
    by_bin("exact_end", "share of the eigenvalues in each bin at the end, from the full spectrum");
    one("near_zero_share", "share of eigenvalues within 1 % of the largest one, at the end");
    one("near_zero_start", "the same at the start");
    one("negative_share", "share of eigenvalues below minus 0.001 of the largest one, at the end");
    one("negative_start", "the same at the start");
    one("outliers", "position of the largest gap among the eigenvalues above 1 % of the largest");
    one("outlier_gap", "ratio of the eigenvalues at that gap");
    one("rest_over_outlier",
        "spectral norm of Hessian minus Gauss-Newton part, by the eigenvalue of the latter of rank "
        "classes - 1, at the end");
    one("quadrature_deviation",
        "near_zero_share by quadrature minus the same from the full spectrum, at the end");
    list.push_back({.name = "line",
                    .description = "training loss along a filter-normalised random direction",
                    .axis = "alpha",
                    .axis_values = line_points});
    one("line_rescaled_change",
        "largest relative change of that line when hidden layers are rescaled by 10 and 1/10");
    one("plain_rescaled_change", "the same along a random direction of the same length");
    list.push_back({.name = "plane",
                    .description = "training loss on the plane of two filter-normalised random "
                                   "directions, 25 x 25 points of [-1, 1]^2, row by row",
                    .axis = "plane_point",
                    .axis_values = cells});
    return list;
}

/// Blob c of K lies in the direction 2 pi c / K + pi / 4; for two: (1, 1) and (-1, -1).
Samples blobs(Task const& task, index replica) {
    auto const& p = task.parameters();
    auto const classes = classes_of(p);
    Stream stream(task.master_seed(), Purpose::disorder, replica, 0, salt_of(p));
    Samples data;
    for (index i = 0; i < p.integer("samples"); ++i) {
        auto const label = i % classes;
        double const angle =
            2 * std::numbers::pi * static_cast<double>(label) / static_cast<double>(classes) +
            std::numbers::pi / 4;
        for (double const centre : {std::cos(angle), std::sin(angle)})
            data.features.push_back(static_cast<float>(std::numbers::sqrt2 * centre +
                                                       p.real("deviation") * stream.normal()));
        data.labels.push_back(static_cast<std::int32_t>(label));
    }
    return data;
}

void record_size(Task& task, Architecture const& architecture) {
    task.record(task.first(), "parameter_count",
                static_cast<double>(architecture.parameter_count()));
    task.record(task.first(), "class_count", static_cast<double>(architecture.outputs));
}

/// Gradient descent in double precision on all samples. A task is one replica.
void run_blobs(Task& task) {
    auto const& p = task.parameters();
    auto const replica = task.first();
    Architecture const architecture{.inputs = 2, .hidden = hidden_of(p), .outputs = classes_of(p)};
    Network<double> const network(architecture,
                                  std::make_shared<Samples const>(blobs(task, replica)));
    spectral::Observer const observer(task, network, replica);
    std::vector<double> x(static_cast<std::size_t>(network.dimension())), g(x.size());
    spectral::Path path;
    index step = 0;
    bool const resumed = task.resume([&](ByteReader& in) {
        in.get_into(std::span<double>(x));
        path.load(in);
        step = in.get<index>();
    });
    if (!resumed) {
        Stream stream(task.master_seed(), Purpose::start, replica, 0, salt_of(p));
        initialise(architecture, Start::glorot_uniform, 1, stream, std::span<double>(x));
        observer.look(x, 0, path);
    }
    auto work = network.workspace(1);
    Outcome outcome = Outcome::out_of_budget;
    auto const timer = task.phase("descent");
    for (;; ++step) {
        double value = 0, squares = 0;
        network.value_and_gradient(std::span<double const>(x), {&value, 1}, std::span<double>(g),
                                   work);
        for (double const component : g) squares += component * component;
        if (!std::isfinite(squares)) outcome = Outcome::diverged;
        if (std::sqrt(squares) <= p.real("tolerance")) outcome = Outcome::converged;
        if (outcome != Outcome::out_of_budget || step == p.integer("max_steps")) break;
        for (std::size_t i = 0; i < x.size(); ++i) x[i] -= p.real("step_size") * g[i];
        if (step % 1000 == 999 && task.pause([&](ByteWriter& out) {
                out.put_all(std::span<double const>(x));
                path.save(out);
                out.put(step + 1);
            }))
            return;
    }
    task.finish(replica, outcome);
    record_size(task, architecture);
    task.record(replica, "gradient_evaluations", static_cast<double>(step + 1));
    if (outcome != Outcome::diverged) {
        auto const end = network.evaluate(x, work);
        task.record(replica, "train_loss", end.loss);
        task.record(replica, "train_error", end.error);
        observer.look(x, progress.size() - 1, path);
        observer.picture(x);
    }
    path.record(task, replica);
}

/// The samples of the first `classes` classes.
std::shared_ptr<Samples const> of_classes(Samples const& all, index classes, index inputs) {
    Samples part;
    for (index i = 0; i < all.count(); ++i) {
        if (all.labels[static_cast<std::size_t>(i)] >= classes) continue;
        auto const from = all.features.begin() + i * inputs;
        part.features.insert(part.features.end(), from, from + inputs);
        part.labels.push_back(all.labels[static_cast<std::size_t>(i)]);
    }
    return std::make_shared<Samples const>(std::move(part));
}

std::shared_ptr<studies::TrainingData const> images(Task& task) {
    auto const all = studies::training_data(task);
    auto const& p = task.parameters();
    auto const classes = p.integer("classes");
    if (classes == 0 || classes >= all->classes) return all;
    auto const key = fmt::format("{} {} {} {}", task.data_path(p.text("data")),
                                 p.integer("image_size"), p.integer("train_samples"), classes);
    return task.cache().get<studies::TrainingData>("spectra classes", key, [&] {
        return studies::TrainingData{.train = of_classes(*all->train, classes, all->inputs),
                                     .test = of_classes(*all->test, classes, all->inputs),
                                     .inputs = all->inputs,
                                     .classes = classes};
    });
}

/// Stochastic training in single precision, looked at in double. A task is one replica.
void run_images(Task& task) {
    auto const& p = task.parameters();
    auto const replica = task.first();
    auto const data = images(task);
    auto const architecture = studies::architecture_of(p, hidden_of(p), *data);
    Network<double> const wide(architecture, data->train);
    spectral::Observer const observer(task, wide, replica);
    spectral::Path path;
    auto const last = static_cast<double>(p.integer("epochs"));
    auto const point_of = [](std::span<float const> x) {
        return std::vector<double>(x.begin(), x.end());
    };
    studies::EpochObserver const watch{
        .observe =
            [&](index epoch, BatchView<float const> x) {
                for (std::size_t stage = 0; stage < progress.size(); ++stage) {
                    auto const due =
                        stage == 0 ? 0.0 : std::max(1.0, std::round(progress[stage] * last));
                    if (static_cast<double>(epoch) == due)
                        observer.look(point_of(x[0]), stage, path);
                }
            },
        .save = [&](ByteWriter& out) { path.save(out); },
        .load = [&](ByteReader& in) { path.load(in); }};
    auto const x = studies::train_block(task, architecture, *data, salt_of(p), watch);
    if (task.paused()) return;
    record_size(task, architecture);
    path.record(task, replica);
    if (task.outcomes()[0] != Outcome::diverged) observer.picture(point_of(x[0]));
}

bool on_blobs(Parameters const& p) {
    return p.text("system") == "blobs";
}

double parameter_count(Parameters const& p) {
    double const size = p.real("image_size");
    double inputs = on_blobs(p) ? 2 : size > 0 ? size * size : 100, count = 0;
    auto hidden = hidden_of(p);
    hidden.push_back(classes_of(p) > 0 ? classes_of(p) : 10);
    for (index const width : hidden) {
        count += (inputs + 1) * static_cast<double>(width);
        inputs = static_cast<double>(width);
    }
    return count;
}

double sample_count(Parameters const& p) {
    if (on_blobs(p)) return p.real("samples");
    return p.integer("train_samples") > 0 ? p.real("train_samples") : 60000;
}

/// Training, some 1500 products for the ends, those of the density, and two full spectra.
double cost(Parameters const& p) {
    double const P = parameter_count(p), n = sample_count(p), product = 6 * n * P / 1e10;
    double const training = on_blobs(p) ? p.real("max_steps") * product / 2 + 1e-5
                                        : studies::training_seconds(p, hidden_of(p));
    double const exact =
        P <= p.real("exact_largest") ? 2 * (n * P * P / 1e10 + 2 * P * P * P / 1e10) : 0;
    return training + (1500 + 2 * p.real("probes") * p.real("steps")) * product + exact;
}

double memory(Parameters const& p) {
    double const P = parameter_count(p);
    double const exact =
        P <= p.real("exact_largest") ? certificate_memory(static_cast<index>(P)) : 0;
    Architecture const architecture{.inputs = 1, .hidden = hidden_of(p), .outputs = 10};
    return (on_blobs(p) ? 1e7 : 2 * studies::training_bytes(p)) + exact + 300 * 8 * P +
           PreparedHessian::memory_bytes(architecture, static_cast<index>(sample_count(p)));
}

void validate(Parameters const& p, std::string const& job_folder) {
    if (p.integer("classes") == 1)
        throw Error(ExitCode::bad_input,
                    "parameters.classes = 1: a classifier needs two; 0 takes all there are");
    if (!on_blobs(p))
        studies::validate_network(p, job_folder);
    else if (p.integer("samples") < classes_of(p))
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.samples = {}: fewer than the {} classes",
                                p.integer("samples"), classes_of(p)));
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "blobs", deviation = 0.5, max_steps = 3000, tolerance = 1e-3, probes = 4, steps = 20 }
grid = { hidden = [[6, 6], [10, 10]] }
seeds = 4
[[sweep]]
fixed = { system = "images", epochs = 10, train_samples = 1000, batch = 20, learning_rate = 0.5, probes = 4, steps = 40, hidden = [4] }
grid = { classes = [2, 4] }
seeds = 2
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "blobs" }
zip = { deviation = [0.5, 1.0, 1.5], step_size = [0.1, 0.1, 0.02] }
grid = { hidden = [[2, 2], [6, 6], [10, 10], [14, 14], [18, 18]] }
seeds = 8
[[sweep]]
fixed = { system = "images", epochs = 50, train_samples = 3000, learning_rate = 0.2, decay = "constant", hidden = [10] }
grid = { classes = [2, 3, 5, 7, 10] }
seeds = 8
[[sweep]]
fixed = { system = "images", epochs = 50, train_samples = 3000, learning_rate = 0.2, decay = "constant", classes = 10, probes = 4 }
grid = { hidden = [[30, 30]] }
seeds = 3
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "blobs", max_steps = 1000000 }
zip = { deviation = [0.5, 1.0, 1.5], step_size = [0.1, 0.1, 0.02] }
grid = { hidden = [[2, 2], [6, 6], [10, 10], [14, 14], [18, 18]] }
seeds = 100
[[sweep]]
fixed = { system = "images", epochs = 200, learning_rate = 0.2, decay = "constant", hidden = [30, 30], exact_largest = 5000 }
grid = { classes = [2, 3, 4, 5, 6, 7, 8, 9, 10] }
seeds = 20
[[sweep]]
fixed = { system = "images", epochs = 200, learning_rate = 0.2, decay = "constant", classes = 10 }
grid = { hidden = [[10, 10], [20, 20], [50, 50], [100, 100]] }
seeds = 20
)";

}  // namespace

Study spectra() {
    return {
        .name = "spectra",
        .question =
            "Has the Hessian of a network a bulk of eigenvalues at zero and a few outliers, one "
            "per class, from the start of training to its end, and how does the loss look along "
            "filter-normalised directions?",
        .sources = {"Sagun2016", "Sagun2017", "Ghorbani2019", "GurAri2018", "Papyan2018", "Li2018"},
        .parameters = parameters(),
        .fields = fields(),
        .headline = [](Parameters const&) { return "near_zero_share"; },
        .smoke = smoke,
        .standard = standard,
        .paper = paper,
        .cost = cost,
        .memory = memory,
        .block = [](Parameters const&) { return index{1}; },
        .validate = validate,
        .run = [](Task& task) { on_blobs(task.parameters()) ? run_blobs(task) : run_images(task); },
        .pauses = true,
        .conclude = spectral::conclude};
}

}  // namespace spinscape
