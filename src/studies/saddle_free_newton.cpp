// SPDX-License-Identifier: BSD-3-Clause
// Which methods leave saddles and plateaus: saddle-free Newton against Newton and SGD, on saddles
// with a known answer and on small networks. Runs, claims and figures in saddle_free_newton/.
#include "saddle_free_newton/conclusions.hpp"
#include "saddle_free_newton/runs.hpp"
#include "shared/network_task.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_network = {"system", "network"}, in_quadratic = {"system", "quadratic"};

bool is_network(Parameters const& p) {
    return p.text("system") == "network";
}

bool is_newton(Parameters const& p) {
    return p.text("method") != "sgd";
}

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("network"),
         .description = "quadratic: 1/2 x^T A x with eigenvalues evenly spaced in (-1, 1); monkey: "
                        "x^3 - 3 x y^2; network: training loss of one hidden layer",
         .choices = {"network", "quadratic", "monkey"}},
        {.name = "method",
         .standard = std::string("saddle_free_newton"),
         .description = "sgd: minibatches in networks, else gradient descent; Newton's methods use "
                        "the full loss",
         .choices = {"sgd", "damped_newton", "saddle_free_newton"}},
        {.name = "krylov",
         .standard = std::int64_t{0},
         .description = "dimension of the Krylov space of Newton's methods; 0: exact",
         .minimum = 0},
        {.name = "dampings",
         .standard = std::vector<double>{1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6},
         .description = "tried at every step of Newton's methods, the lowest loss is taken"},
        {.name = "start_distance",
         .standard = 1e-3,
         .description = "from the analytic saddles (root mean square)",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "max_steps",
         .standard = std::int64_t{20000},
         .description = "on the analytic saddles",
         .minimum = 1},
        {.name = "dimension",
         .standard = std::int64_t{20},
         .description = "of the quadratic saddle",
         .minimum = 2,
         .maximum = 1000,
         .only_where = in_quadratic},
        {.name = "width",
         .standard = std::int64_t{5},
         .description = "hidden units of the one hidden layer",
         .minimum = 1,
         .only_where = in_network}};
    for (auto spec : studies::network_parameters(in_network)) {
        if (spec.name == "learning_rate") {
            spec.only_where.reset();
            spec.description = "of sgd";
        }
        if (spec.name == "epochs")
            spec.description =
                "passes of sgd over the training samples, or steps of Newton's "
                "methods";
        specs.push_back(std::move(spec));
    }
    return specs;
}

std::vector<Field> fields() {
    auto const curve = [](std::string name, std::string description) {
        return Field{.name = std::move(name),
                     .description = std::move(description),
                     .axis = "iteration",
                     .axis_values = saddle_free::curve_iterations()};
    };
    return {
        {.name = "index",
         .type = Field::Type::integer,
         .description = "negative eigenvalues of the Hessian at the end, beyond rounding"},
        {.name = "train_loss", .description = "training loss per sample at the end"},
        {.name = "train_error", .description = "share of training samples misclassified"},
        {.name = "test_loss", .description = "test loss per sample at the end"},
        {.name = "test_error", .description = "share of test samples misclassified"},
        {.name = "gradient_norm", .description = "of the training loss at the end"},
        {.name = "lowest_eigenvalue",
         .description = "of the Hessian of the training loss at the end"},
        {.name = "iterations",
         .type = Field::Type::integer,
         .description = "epochs of sgd or steps"},
        {.name = "cost",
         .description = "multiply-adds per sample, in evaluations of the full gradient; without "
                        "eigenvalue decompositions"},
        {.name = "escape_steps",
         .type = Field::Type::integer,
         .description = "steps until the value is below -1, on the analytic saddles"},
        {.name = "predicted_steps",
         .type = Field::Type::integer,
         .description = "the same by the closed form of the method's map"},
        {.name = "distance_ratio",
         .description = "distance from the analytic saddle, at the end over at the start"},
        curve("loss_curve", "training loss during the run"),
        curve("lowest_curve", "lowest eigenvalue of the Hessian during the run"),
        curve("cost_curve", "cost so far")};
}

double parameter_count(Parameters const& p) {
    return 111 * p.real("width") + 10;  // of 100-width-10
}

/// Core-seconds of one replica: Hessians and their eigenvalues, with vectors at every Newton step.
double cost(Parameters const& p) {
    if (!is_network(p)) return 0.02;
    double const P = parameter_count(p), epochs = p.real("epochs"),
                 samples = p.integer("train_samples") > 0 ? p.real("train_samples") : 60000,
                 hessian = samples * P * P / 2e10, look = hessian + 3e-10 * P * P * P,
                 exact_step = hessian + 6e-10 * P * P * P,
                 krylov_step = p.real("krylov") * samples * P * 8 / 5e9;
    double const looks = static_cast<double>(std::ranges::count_if(
        saddle_free::curve_iterations(), [&](double t) { return t <= epochs; }));
    double const steps = !is_newton(p)
                             ? studies::training_seconds(p, {p.integer("width")})
                             : epochs * (p.integer("krylov") > 0 ? krylov_step : exact_step);
    return steps + looks * look;
}

double memory(Parameters const& p) {
    if (!is_network(p)) return 1e8;
    return 2 * studies::training_bytes(p) +
           certificate_memory(static_cast<index>(parameter_count(p)));
}

void validate(Parameters const& p, std::string const& job_folder) {
    auto const& dampings = p.reals("dampings");
    auto const wrong = [](std::string const& what) {
        throw Error(ExitCode::bad_input, "parameters." + what);
    };
    if (dampings.empty()) wrong("dampings = []: needs at least one number");
    for (double const damping : dampings)
        if (!(damping >= 0)) wrong(fmt::format("dampings: {} is not allowed, only >= 0", damping));
    if (is_network(p)) {
        studies::validate_network(p, job_folder);
        if (p.text("start") == "file")
            wrong("start = \"file\": all methods start from the same random points here");
        if (!is_newton(p) && p.text("optimiser") != "sgd")
            wrong("optimiser: method = \"sgd\" is compared, only \"sgd\" is allowed");
        return;
    }
    if (dampings.size() != 1)
        wrong(
            fmt::format("dampings: has {} numbers; system = \"{}\" predicts paths for one damping",
                        dampings.size(), p.text("system")));
    if (p.integer("krylov") > 0)
        wrong(fmt::format("krylov = {}: system = \"{}\" predicts exact methods only, krylov = 0",
                          p.integer("krylov"), p.text("system")));
    if (p.text("system") == "quadratic" && p.integer("dimension") % 2 == 1)
        wrong(fmt::format("dimension = {}: must be even, else one eigenvalue is zero",
                          p.integer("dimension")));
}

Findings conclude(Results const& results) {
    auto claims = saddle_free::analytic_claims(results);
    auto const further = saddle_free::network_claims(results);
    claims.insert(claims.end(), further.begin(), further.end());
    return {.claims = std::move(claims),
            .figures = saddle_free::network_figures(results),
            .references = {}};
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "quadratic", dampings = [1e-6] }
grid = { method = ["sgd", "damped_newton", "saddle_free_newton"] }
seeds = 40
[[sweep]]
fixed = { system = "monkey", dampings = [1e-9] }
grid = { method = ["sgd", "damped_newton", "saddle_free_newton"] }
seeds = 40
[[sweep]]
fixed = { width = 2, activation = "tanh", train_samples = 500, epochs = 5, decay = "constant" }
grid = { method = ["damped_newton", "saddle_free_newton"] }
seeds = 3
[[sweep]]
fixed = { width = 2, activation = "tanh", train_samples = 500, epochs = 5, decay = "constant", method = "sgd" }
grid = { learning_rate = [0.1, 0.5] }
seeds = 3
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "quadratic", dampings = [1e-6] }
grid = { method = ["sgd", "damped_newton", "saddle_free_newton"] }
seeds = 200
[[sweep]]
fixed = { system = "monkey", dampings = [1e-9] }
grid = { method = ["sgd", "damped_newton", "saddle_free_newton"] }
seeds = 200
[[sweep]]
fixed = { width = 5, activation = "tanh", train_samples = 2000, epochs = 30, decay = "constant" }
grid = { method = ["damped_newton", "saddle_free_newton"] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 8
[[sweep]]
fixed = { width = 5, activation = "tanh", train_samples = 2000, epochs = 30, decay = "constant", krylov = 50 }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 8
[[sweep]]
fixed = { width = 5, activation = "tanh", train_samples = 2000, epochs = 30, decay = "constant", method = "sgd" }
grid = { learning_rate = [0.03, 0.1, 0.3, 1, 3], momentum = [0, 0.9] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 8
[[sweep]]
fixed = { width = 5, activation = "tanh", train_samples = 2000, epochs = 4100, decay = "exponential", method = "sgd" }
grid = { learning_rate = [0.1, 0.3, 1, 3] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 8
)";

constexpr auto paper = R"([[sweep]]
fixed = { activation = "tanh", epochs = 100, decay = "constant" }
grid = { width = [5, 25, 50], method = ["damped_newton", "saddle_free_newton"] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 20
[[sweep]]
fixed = { activation = "tanh", epochs = 100, decay = "constant", krylov = 500 }
grid = { width = [5, 25, 50] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 20
[[sweep]]
fixed = { activation = "tanh", epochs = 100, decay = "constant", method = "sgd" }
grid = { width = [5, 25, 50], learning_rate = [0.01, 0.03, 0.1, 0.3, 1, 3], momentum = [0, 0.5, 0.9, 0.99], batch = [10, 100, 1000] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 20
[[sweep]]
fixed = { activation = "tanh", epochs = 20000, decay = "exponential", method = "sgd" }
grid = { width = [5, 25, 50], learning_rate = [0.03, 0.1, 0.3, 1, 3] }
zip = { start = ["glorot_uniform", "normal"], start_scale = [1, 0.001] }
seeds = 20
)";

}  // namespace

namespace saddle_free {

std::vector<double> const& curve_iterations() {
    static std::vector<double> const axis = {0,  1,  2,   3,   5,   7,   10,  15,   20,   30,
                                             50, 70, 100, 150, 200, 300, 500, 1000, 2000, 4000};
    return axis;
}

NewtonOptions newton_options(Parameters const& p) {
    return {
        .rule = p.text("method") == "damped_newton" ? NewtonRule::damped : NewtonRule::saddle_free,
        .dampings = p.reals("dampings"),
        .krylov = p.integer("krylov")};
}

}  // namespace saddle_free

Study saddle_free_newton() {
    return {.name = "saddle_free_newton",
            .question =
                "Do Newton's method and SGD linger at saddles and plateaus which "
                "saddle-free Newton leaves, and at what cost?",
            .sources = {"Dauphin2014"},
            .parameters = parameters(),
            .fields = fields(),
            .headline =
                [](Parameters const& p) { return is_network(p) ? "train_loss" : "escape_steps"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block = [](Parameters const& p) { return is_network(p) ? index{1} : index{20}; },
            .validate = validate,
            .run =
                [](Task& task) {
                    is_network(task.parameters()) ? saddle_free::run_network(task)
                                                  : saddle_free::run_analytic(task);
                },
            .pauses = true,
            .conclude = conclude};
}

}  // namespace spinscape
