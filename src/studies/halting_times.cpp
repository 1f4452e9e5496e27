// SPDX-License-Identifier: BSD-3-Clause
// Is the law of halting times, after centring and scaling, one and the same whatever the couplings,
// matrices or data are drawn from? Three systems in one study, told apart by the parameter
// `system`; runs, statistics, claims and figure in halting_times/.
//
// The source names two classes of laws, not numbers; sizes, accuracies and the networks' stopping
// rule are ours. How tight the glass stops matters: at 0.05 sqrt(N) skewness is that of Gumbel's
// law, at 0.002 sqrt(N) twice that (the claim `tuning_...`).
#include "halting_times/claims.hpp"
#include "halting_times/runs.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/landscape/diluted_couplings.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"
#include "spinscape/study/data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_glass = {"system", "glass"}, in_matrices = {"system", "conjugate_gradient"},
            in_network = {"system", "network"};

std::vector<ParameterSpec> parameters() {
    return {
        {.name = "system",
         .standard = std::string("glass"),
         .description = "gradient descent on the spherical p-spin glass; conjugate gradients on "
                        "A x = b, A = X X^T; SGD on a network of one hidden layer of rectified "
                        "units, cross entropy, Glorot's uniform start",
         .choices = {"glass", "conjugate_gradient", "network"}},
        {.name = "N",
         .standard = std::int64_t{100},
         .description = "spins; rows of X; hidden units",
         .minimum = 2,
         .maximum = 20000},
        {.name = "law",
         .standard = std::string("gaussian"),
         .description = "of couplings; of the entries of X; of inputs that are noise",
         .choices = {"gaussian", "sign", "uniform", "laplace"}},
        {.name = "starts",
         .standard = std::int64_t{1},
         .description = "replicas that share couplings, matrix or noise",
         .minimum = 1},
        {.name = "accuracy",
         .standard = 0.05,
         .description = "halts at |projected gradient| <= accuracy sqrt(N); at a residual |A x - "
                        "b| <= accuracy |b|; at a training loss (mean over the minibatches of the "
                        "last n samples, n as many as there are) <= accuracy",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "max_steps",
         .standard = std::int64_t{100000},
         .description = "then given up",
         .minimum = 1},
        {.name = "p",
         .standard = std::int64_t{3},
         .description = "spins per interaction",
         .minimum = 2,
         .maximum = 10,
         .only_where = in_glass},
        {.name = "kept",
         .standard = 1.0,
         .description = "share of the couplings that are there; below 1 the diluted model",
         .minimum = 0,
         .maximum = 1,
         .minimum_excluded = true,
         .only_where = in_glass},
        {.name = "step_size",
         .standard = 0.1,
         .description = "of gradient descent; stable below 2/(4 sqrt(p(p-1)))",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_glass},
        {.name = "aspect",
         .standard = 0.0,
         .description = "rows over columns of X; 0: N + 2 floor(sqrt N) columns, the critical "
                        "scaling of [DeiftMenonOlverTrogdon2014]",
         .minimum = 0,
         .maximum = 0.999,
         .only_where = in_matrices},
        {.name = "inputs",
         .standard = std::string("images"),
         .description = "the data set, or noise with labels at random",
         .choices = {"images", "noise"},
         .only_where = in_network},
        {.name = "data",
         .standard = std::string("data/mnist_10x10.h5"),
         .description = "data set: HDF5 file of this project, or folder with IDX or CIFAR-10 files",
         .only_where = in_network},
        {.name = "samples",
         .standard = std::int64_t{2000},
         .description = "training samples (the first ones)",
         .minimum = 1,
         .only_where = in_network},
        {.name = "batch",
         .standard = std::int64_t{10},
         .description = "samples per step",
         .minimum = 1,
         .only_where = in_network},
        {.name = "learning_rate",
         .standard = 0.1,
         .description = "of SGD",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_network}};
}

std::vector<Field> fields() {
    return {
        {.name = "halting_time",
         .units = "step",
         .description = "steps until halting; conjugate gradients: interpolated in the "
                        "logarithm of the residual"},
        {.name = "end_value",
         .description = "where it halted: energy per spin, relative residual, training loss"},
        {.name = "disorder",
         .type = Field::Type::integer,
         .description = "number of the sample of couplings, matrix or noise"},
        {.name = "log_residual",
         .description = fmt::format("ln |A x - b|/|b| after {} steps", halting::residual_step)}};
}

/// Steps from a few measured runs.
double cost(Parameters const& p) {
    double const N = p.real("N"), starts = p.real("starts");
    if (p.text("system") == "conjugate_gradient") {
        double const m = static_cast<double>(halting::columns_of(p));
        return 2 * N * N * m / starts / 2e10 + 4 * N * N * N / 2e9;
    }
    if (p.text("system") == "network") {
        double const flops = 6 * 110 * N * p.real("batch");
        return (p.text("inputs") == "noise" ? 10000 : 2000) * (flops / 1e10 + 1e-6);
    }
    double const couplings =
        PSpinCouplings::count(p.integer("N"), static_cast<int>(p.integer("p"))) * p.real("kept");
    double const steps = 107 * std::pow(N / 100, 0.65) * std::pow(0.05 / p.real("accuracy"), 0.5);
    double const rate = starts > 4 ? 4e10 : 4e9;
    return couplings * (4 * steps / rate + 5e-9 / starts);
}

double memory(Parameters const& p) {
    auto const N = p.integer("N");
    if (p.text("system") == "conjugate_gradient")
        return static_cast<double>(N * (N + 2 * halting::columns_of(p))) * 8 + 1e7;
    if (p.text("system") == "network") return 70000 * 400 * 2 + 1e8;
    PSpinTerm const term{.p = static_cast<int>(p.integer("p"))};
    double const kept = p.real("kept");
    return 1e7 + (kept < 1 ? DilutedCouplings::memory_bytes(N, {&term, 1}, {&kept, 1})
                           : PSpinCouplings::memory_bytes(N, {&term, 1}));
}

void validate(Parameters const& p, std::string const& job_folder) {
    if (p.text("system") == "network" && p.text("inputs") == "images")
        find_data(p.text("data"), job_folder);
    if (p.text("system") != "glass") return;
    double const spins = p.real("p"), limit = 2 / (4 * std::sqrt(spins * (spins - 1)));
    if (p.real("step_size") >= limit)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.step_size = {}: descent is unstable at and above 2/(4 "
                                "sqrt(p(p-1))) = {:.4g} for p = {}",
                                p.real("step_size"), limit, spins));
    if (p.real("kept") < 1 &&
        PSpinCouplings::count(p.integer("N"), static_cast<int>(p.integer("p"))) > 0x1p53)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.N = {}, p = {}: more than 2^53 possible couplings; "
                                "use a smaller N or p",
                                p.integer("N"), spins));
}

void run(Task& task) {
    auto const& system = task.parameters().text("system");
    if (system == "glass")
        halting::run_glass(task);
    else if (system == "conjugate_gradient")
        halting::run_conjugate_gradient(task);
    else
        halting::run_network(task);
}

Findings conclude(Results const& results) {
    return {
        .claims = halting::claims(results), .figures = halting::figures(results), .references = {}};
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "glass", N = 30 }
grid = { law = ["gaussian", "sign"] }
seeds = 300
[[sweep]]
fixed = { system = "conjugate_gradient", N = 50, accuracy = 1e-3 }
grid = { law = ["gaussian", "sign"] }
seeds = 300
[[sweep]]
fixed = { system = "network", N = 10, samples = 500, accuracy = 0.7 }
seeds = 60
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "glass", N = 100 }
grid = { law = ["gaussian", "sign", "uniform", "laplace"] }
seeds = 2000
[[sweep]]
fixed = { system = "glass", N = 50 }
grid = { p = [3, 4] }
seeds = 2000
[[sweep]]
fixed = { system = "glass", N = 200, starts = 8 }
seeds = 1600
[[sweep]]
fixed = { system = "glass", N = 100, kept = 0.2 }
seeds = 2000
[[sweep]]
fixed = { system = "glass", N = 100, accuracy = 0.002 }
seeds = 600
[[sweep]]
fixed = { system = "conjugate_gradient", accuracy = 1e-6 }
grid = { law = ["gaussian", "sign", "uniform", "laplace"] }
seeds = 2000
[[sweep]]
fixed = { system = "conjugate_gradient", N = 200, accuracy = 1e-6 }
seeds = 1000
[[sweep]]
fixed = { system = "network", N = 25, accuracy = 0.3 }
seeds = 1000
[[sweep]]
fixed = { system = "network", N = 25, inputs = "noise", samples = 300, accuracy = 1.0 }
grid = { law = ["gaussian", "sign"] }
seeds = 1000
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "glass" }
grid = { N = [50, 100, 200, 400], law = ["gaussian", "sign", "uniform", "laplace"] }
seeds = 20000
[[sweep]]
fixed = { system = "conjugate_gradient", accuracy = 1e-6 }
grid = { N = [100, 200, 500], law = ["gaussian", "sign", "uniform", "laplace"] }
seeds = 20000
[[sweep]]
fixed = { system = "network", samples = 60000, batch = 100, accuracy = 0.2 }
grid = { N = [25, 50, 100] }
seeds = 10000
[[sweep]]
fixed = { system = "network", inputs = "noise", samples = 300, accuracy = 1.0 }
grid = { N = [25, 50, 100], law = ["gaussian", "sign", "uniform", "laplace"] }
seeds = 10000
)";

}  // namespace

Study halting_times() {
    return {.name = "halting_times",
            .question =
                "Is the distribution of halting times, centred and scaled, the same "
                "whatever law couplings, matrices or data are drawn from; Gumbel-like for "
                "the glass, Gaussian-like for conjugate gradients and networks?",
            .sources = {"SagunTrogdonLeCun2017", "SagunGuney2015", "DeiftMenonOlverTrogdon2014",
                        "DeiftTrogdon2021"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const&) { return "halting_time"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block =
                [](Parameters const& p) {
                    // Whole disorder samples, some 32 replicas.
                    auto const starts = p.integer("starts");
                    return std::max<index>(1, 32 / starts) * starts;
                },
            .validate = validate,
            .run = run,
            .pauses = true,
            .conclude = conclude};
}

}  // namespace spinscape
