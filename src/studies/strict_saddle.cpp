// SPDX-License-Identifier: BSD-3-Clause
// Noisy gradient descent on strict-saddle problems: orthogonal tensors and independent components
// of [Ge2015], beside plain, perturbed and Langevin descent. Claims and figures in strict_saddle/.
#include "spinscape/base/error.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/noisy_descent.hpp"
#include "spinscape/dynamics/perturbed_descent.hpp"
#include "spinscape/landscape/tensor_decomposition.hpp"
#include "strict_saddle/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

std::vector<ParameterSpec> parameters() {
    std::pair<std::string, std::string> const noisy = {"dynamics", "noisy"},
                                              perturbed = {"dynamics", "perturbed"},
                                              langevin = {"dynamics", "langevin"};
    return {
        {.name = "problem",
         .standard = std::string("pairwise"),
         .description = "objective 13 (pairwise) or 12 (reconstruction) of the paper for an "
                        "orthogonal tensor, or independent component analysis",
         .choices = {"pairwise", "reconstruction", "ica"}},
        {.name = "dynamics",
         .standard = std::string("noisy"),
         .description = "noisy: the paper's stochastic gradients plus isotropic noise; plain: "
                        "full gradients; perturbed: kicked where the gradient is small",
         .choices = {"noisy", "plain", "perturbed", "langevin"}},
        {.name = "d",
         .standard = std::int64_t{10},
         .description = "components and dimension",
         .minimum = 2,
         .maximum = 40},
        {.name = "start",
         .standard = std::string("orthogonal"),
         .description = "orthogonal: a random rotation; saddle: all vectors equal to that with "
                        "equal overlaps, a critical point",
         .choices = {"orthogonal", "saddle"}},
        {.name = "iterations",
         .standard = std::int64_t{10000},
         .description = "steps",
         .minimum = 20},
        {.name = "learning_rate",
         .standard = 2e-4,
         .description = "eta of the first step, for the full gradient; the paper's ICA gradient "
                        "(its equation 14) is half of it",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "decay",
         .standard = 0.0,
         .description = "eta_k = eta / (1 + decay k)",
         .minimum = 0,
         .only_where = noisy},
        {.name = "batch",
         .standard = std::int64_t{1},
         .description = "samples per gradient; 0: all",
         .minimum = 0,
         .only_where = noisy},
        {.name = "amplitude",
         .standard = 1.0,
         .description = "length of the isotropic noise added to each gradient",
         .minimum = 0,
         .only_where = noisy},
        {.name = "temperature",
         .standard = 1e-4,
         .description = "of Langevin dynamics",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = langevin},
        {.name = "radius",
         .standard = 0.01,
         .description = "of a kick",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = perturbed},
        {.name = "gradient_threshold",
         .standard = 0.01,
         .description = "gradient norm below which the point is kicked",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = perturbed},
        {.name = "loss_threshold",
         .standard = 1e-3,
         .description = "least fall of the objective after a kick off a saddle",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = perturbed},
        {.name = "patience",
         .standard = std::int64_t{1000},
         .description = "steps that a kick is given",
         .minimum = 1,
         .only_where = perturbed}};
}

std::vector<Field> fields() {
    return {{.name = "error",
             .description = "reconstruction error |T - sum u^4|^2 / |T|^2 along the run",
             .axis = "progress",
             .axis_values = recovery::progress()},
            {.name = "final_error", .description = "the same at the end"},
            {.name = "tail_error", .description = "its mean over the last quarter of the curve"},
            {.name = "start_lowest_eigenvalue",
             .description = "of the Riemannian Hessian at the start"},
            {.name = "gradient_norm",
             .description = "Riemannian, after descent without noise from the end"},
            {.name = "index",
             .type = Field::Type::integer,
             .description = "negative eigenvalues of the Riemannian Hessian there"},
            {.name = "lowest_eigenvalue", .description = "of that Hessian"},
            {.name = "recovery",
             .description = "there: least over the components of the largest squared overlap"},
            {.name = "success",
             .type = Field::Type::integer,
             .description = "1: all components found (recovery > 0.999) at a certified minimum"}};
}

/// Rows of a random rotation by Gram-Schmidt, or the symmetric saddle.
void start_from(Task const& task, index replica, std::span<double> u) {
    auto const& p = task.parameters();
    auto const d = static_cast<std::size_t>(p.integer("d"));
    if (p.text("start") == "saddle") {
        std::ranges::fill(u, 1 / std::sqrt(static_cast<double>(d)));
        return;
    }
    Stream stream(task.master_seed(), Purpose::start, replica, 0, d);
    stream.fill_normal(u);
    for (std::size_t i = 0; i < d; ++i) {
        auto const row = u.subspan(i * d, d);
        for (int pass = 0; pass < 2; ++pass)
            for (std::size_t j = 0; j < i; ++j) {
                double overlap = 0;
                for (std::size_t k = 0; k < d; ++k) overlap += row[k] * u[j * d + k];
                for (std::size_t k = 0; k < d; ++k) row[k] -= overlap * u[j * d + k];
            }
        Sphere{1}.retract(row);
    }
}

/// Runs a dynamics and notes the error of every replica at each point of `progress`.
template <class Dynamics>
Batch<double> curves_of(Dynamics& dynamics, index iterations, index d) {
    auto const points = recovery::progress();
    auto const& walkers = dynamics.walkers();
    Batch<double> curves(std::ssize(points), walkers.replicas());
    index step = 0;
    for (std::size_t k = 0; k < points.size(); ++k) {
        auto const until =
            static_cast<index>(std::llround(points[k] * static_cast<double>(iterations)));
        for (; step < until; ++step) dynamics.advance();
        for (index r = 0; r < walkers.replicas(); ++r)
            curves[r][k] = reconstruction_error(walkers.position(r), d);
    }
    return curves;
}

/// Moves a point downhill without noise to a critical point, if it gets there.
template <class L>
void settle(L const& f, std::span<double> u) {
    Langevin<L> descent(f, BatchView<double>(u), {.step = 0.02, .temperature = 0}, {});
    for (int k = 0; k < 20000 && descent.walkers().gradient_norm(0) > 1e-9; ++k) descent.advance();
    descent.walkers().end(0);
}

template <class L>
void run_on(Task& task, L const& f) {
    auto const& p = task.parameters();
    auto const d = p.integer("d"), iterations = p.integer("iterations");
    double const eta = p.real("learning_rate");
    Batch<double> u(d * d, task.count());
    for (index r = 0; r < task.count(); ++r) start_from(task, task.first() + r, u[r]);
    double const start_lowest = certify(f, std::span<double const>(u[0])).lowest;
    bool const same_start = p.text("start") == "saddle";
    NoiseKey const key{.master_seed = task.master_seed(),
                       .first_replica = task.first(),
                       .salt = static_cast<std::uint64_t>(d)};
    auto const& kind = p.text("dynamics");
    Batch<double> curves;
    auto const run = [&](auto& dynamics) {
        curves = curves_of(dynamics, iterations, d);
        while (dynamics.walkers().active() > 0)  // their points go to u
            dynamics.walkers().end(dynamics.walkers().replica(0));
    };
    if (kind == "noisy") {
        NoisyDescent dynamics(f, u.view(),
                              {.schedule = {{{.rate = eta, .decay = p.real("decay")}}},
                               .amplitude = p.real("amplitude"),
                               .batch = p.integer("batch")},
                              key);
        run(dynamics);
    } else if (kind == "perturbed") {
        PerturbedDescent dynamics(f, u.view(),
                                  {.step = eta,
                                   .radius = p.real("radius"),
                                   .gradient_threshold = p.real("gradient_threshold"),
                                   .loss_threshold = p.real("loss_threshold"),
                                   .patience = p.integer("patience")},
                                  key);
        run(dynamics);
    } else {
        Langevin dynamics(
            f, u.view(),
            {.step = eta, .temperature = kind == "langevin" ? p.real("temperature") : 0}, key);
        run(dynamics);
    }
    for (index i = 0; i < task.count(); ++i) {
        auto const replica = task.first() + i;
        std::vector<double> const curve(curves[i].begin(), curves[i].end());
        task.record(replica, "error", curve);
        if (!std::isfinite(curve.back())) {
            task.finish(replica, Outcome::diverged);
            continue;
        }
        task.record(replica, "final_error", curve.back());
        double tail = 0;
        auto const first = curve.size() * 3 / 4;
        for (std::size_t k = first; k < curve.size(); ++k) tail += curve[k];
        task.record(replica, "tail_error", tail / static_cast<double>(curve.size() - first));
        if (same_start) task.record(replica, "start_lowest_eigenvalue", start_lowest);
        settle(f, u[i]);
        auto const certificate = certify(f, std::span<double const>(u[i]), {.threshold = 1e-6});
        double const recovery = worst_recovery(u[i], d);
        bool const success = recovery > 0.999 && certificate.index == 0 &&
                             certificate.nullity == 0 && certificate.gradient_norm < 1e-8;
        task.record(replica, "gradient_norm", certificate.gradient_norm);
        task.record(replica, "index", static_cast<double>(certificate.index));
        task.record(replica, "lowest_eigenvalue", certificate.lowest);
        task.record(replica, "recovery", recovery);
        task.record(replica, "success", success ? 1 : 0);
        task.finish(replica, Outcome::completed);
    }
}

void run(Task& task) {
    auto const& p = task.parameters();
    auto const d = p.integer("d");
    if (p.text("problem") == "ica") {
        auto const f = task.cache().get<IndependentComponents>(
            "ica", std::to_string(d), [&] { return IndependentComponents::exact(d); });
        run_on(task, *f);
    } else {
        run_on(task, TensorDecomposition(d, p.text("problem") == "pairwise"
                                                ? TensorDecomposition::Objective::pairwise
                                                : TensorDecomposition::Objective::reconstruction));
    }
}

double cost(Parameters const& p) {
    double const d = p.real("d"), iterations = p.real("iterations");
    double const samples = p.text("problem") != "ica" ? 1
                           : p.text("dynamics") == "noisy" && p.integer("batch") > 0
                               ? p.real("batch")
                               : std::pow(2, d - 1);
    return 1e-9 * (iterations * (d * d * (20 + 4 * samples) + d * d * d) + 20000 * d * d * d);
}

void validate(Parameters const& p, std::string const&) {
    if (p.text("problem") == "ica" && p.integer("d") > 16)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.d = {}: at most 16 for problem = ica, which holds all "
                                "2^(d-1) samples",
                                p.integer("d")));
    // Largest curvature of the pairwise problem on the manifold: below 12.
    if (p.real("learning_rate") > 0.15)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.learning_rate = {}: at most 0.15, descent is unstable "
                                "above",
                                p.real("learning_rate")));
}

constexpr auto smoke = R"([[sweep]]
fixed = { d = 6 }
seeds = 16
[[sweep]]
fixed = { d = 6, start = "saddle", learning_rate = 0.02, iterations = 3000 }
grid = { dynamics = ["plain", "perturbed", "langevin"] }
seeds = 16
[[sweep]]
fixed = { problem = "ica", d = 5, batch = 50, iterations = 3000 }
grid = { learning_rate = [0.005, 0.01] }
seeds = 64
)";

constexpr auto standard = R"([[sweep]]
grid = { problem = ["pairwise"] }
seeds = 100
[[sweep]]
fixed = { problem = "reconstruction", learning_rate = 1e-4 }
seeds = 100
[[sweep]]
fixed = { problem = "ica", batch = 100, iterations = 1000 }
grid = { learning_rate = [0.0045, 0.009] }
seeds = 50
[[sweep]]
fixed = { problem = "ica", batch = 100, learning_rate = 0.0045, decay = 0.002 }
seeds = 150
[[sweep]]
fixed = { start = "saddle", learning_rate = 0.02, batch = 0 }
seeds = 100
[[sweep]]
fixed = { start = "saddle", learning_rate = 0.02 }
grid = { dynamics = ["plain", "perturbed", "langevin"] }
seeds = 100
[[sweep]]
fixed = { learning_rate = 0.02 }
grid = { dynamics = ["plain", "perturbed", "langevin"] }
seeds = 100
)";

constexpr auto paper = R"([[sweep]]
grid = { problem = ["pairwise"] }
seeds = 1000
[[sweep]]
fixed = { problem = "reconstruction", learning_rate = 1e-4 }
seeds = 1000
[[sweep]]
fixed = { problem = "ica", batch = 100, iterations = 1000 }
grid = { learning_rate = [0.00225, 0.0045, 0.009] }
seeds = 1000
[[sweep]]
fixed = { problem = "ica", batch = 100, learning_rate = 0.0045, decay = 0.002 }
seeds = 1000
[[sweep]]
fixed = { learning_rate = 0.02 }
grid = { d = [5, 10, 20, 40], start = ["orthogonal", "saddle"], dynamics = ["plain", "perturbed", "langevin"] }
seeds = 1000
)";

}  // namespace

Study strict_saddle() {
    return {.name = "strict_saddle",
            .question =
                "Does noisy gradient descent reach a global minimum of strict-saddle "
                "problems, where plain descent may stay at a saddle, and which noise is "
                "needed?",
            .sources = {"Ge2015", "Jin2017", "Ge2016"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const&) { return "final_error"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = [](Parameters const& p) { return 1e7 + 100 * std::pow(p.real("d"), 4); },
            .block = [](Parameters const&) { return index{8}; },
            .validate = validate,
            .run = run,
            .conclude = recovery::conclude};
}

}  // namespace spinscape
