// SPDX-License-Identifier: BSD-3-Clause
// How long noise needs to leave a saddle and a well, for Langevin dynamics and for stochastic
// gradient descent, against exact first-passage times. Claims and figures in kramers/.
#include "kramers/claims.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/dynamics/first_passage.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/noisy_descent.hpp"
#include "spinscape/landscape/potentials.hpp"
#include "spinscape/landscape/sampled_potential.hpp"
#include "spinscape/stats/moments.hpp"
#include "spinscape/theory/escape.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

namespace spinscape {

namespace {

constexpr index quadruples = 4096;  // of samples whose gradients make the noise of SGD

std::vector<ParameterSpec> parameters() {
    std::pair<std::string, std::string> const saddle = {"system", "saddle"},
                                              well = {"system", "well"},
                                              langevin = {"noise", "langevin"},
                                              sgd = {"noise", "sgd"};
    return {{.name = "system",
             .standard = std::string("saddle"),
             .description =
                 "what is left: the saddle point of -lambda x^2/2 + |y|^2/2, until |x| = a; "
                 "or the well of x^4/4 - x^2/2 + (1 + coupling x^2) |y|^2/2 at x = -1, until "
                 "x = 1",
             .choices = {"saddle", "well"}},
            {.name = "noise",
             .standard = std::string("langevin"),
             .description = "Langevin dynamics at temperature epsilon, or SGD on samples whose "
                            "gradients differ along x",
             .choices = {"langevin", "sgd"}},
            {.name = "lambda",
             .standard = 1.0,
             .description = "minus the most negative eigenvalue at the saddle",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = saddle},
            {.name = "distance",
             .standard = 1.0,
             .description = "a",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = saddle},
            {.name = "directions",
             .standard = std::int64_t{1},
             .description = "dimension of y",
             .minimum = 0,
             .maximum = 1000},
            {.name = "coupling",
             .standard = 0.0,
             .description = "stiffness of y in the wells less that at the saddle",
             .minimum = 0,
             .only_where = well},
            {.name = "epsilon",
             .standard = 0.1,
             .description = "temperature",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = langevin},
            {.name = "step",
             .standard = 0.005,
             .description = "time step; give two, and times are extrapolated to none",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = langevin},
            {.name = "learning_rate",
             .standard = 0.05,
             .description = "eta",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = sgd},
            {.name = "batch",
             .standard = std::int64_t{4},
             .description = "samples per step",
             .minimum = 1,
             .only_where = sgd},
            {.name = "additive",
             .standard = 4.0,
             .description = "standard deviation of a sample's gradient at x = 0",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = sgd},
            {.name = "multiplicative",
             .standard = 0.0,
             .description = "standard deviation of a sample's curvature: the noise of its gradient "
                            "grows as additive^2 + multiplicative^2 x^2",
             .minimum = 0,
             .only_where = sgd},
            {.name = "walks",
             .standard = std::int64_t{100},
             .description = "independent first passages whose mean is one replica's record",
             .minimum = 2,
             .maximum = 10000},
            {.name = "max_steps",
             .standard = std::int64_t{100000000},
             .description = "a walk that has not ended by then makes its replica out_of_budget",
             .minimum = 1}};
}

std::vector<Field> fields() {
    return {{.name = "time", .description = "mean of the first passage: steps times their size"},
            {.name = "time_deviation", .description = "standard deviation between the walks"},
            {.name = "steps", .description = "mean number until the first passage"},
            {.name = "upwards", .description = "share of walks that left towards larger x"},
            {.name = "law",
             .description = "mean of F(T)^2, F the exact distribution function of the time T: 1/3; "
                            "for saddles and Langevin dynamics with lambda a^2 / epsilon <= 1000"}};
}

bool is_saddle(Parameters const& p) {
    return p.text("system") == "saddle";
}

/// Different points have different noise: their estimates are independent.
std::uint64_t salt_of(Parameters const& p) {
    std::uint64_t salt = is_saddle(p) ? 1 : 2;
    for (auto const* name : {"lambda", "distance", "directions", "coupling", "epsilon", "step",
                             "learning_rate", "batch", "additive", "multiplicative"})
        salt = salt * 0x100000001b3 + (std::bit_cast<std::uint64_t>(p.real(name)) >> 12);
    return salt;
}

/// Runs all replicas of the block until they have left; false if the run is to stop.
template <class Dynamics>
bool run_passages(Task& task, Dynamics& dynamics, FirstPassage<Dynamics>& passage) {
    task.resume([&](ByteReader& in) {
        dynamics.load(in);
        passage.load(in);
    });
    constexpr index between_looks = 2000;
    for (index k = 1; passage.advance(); ++k)
        if (k % between_looks == 0 && task.pause([&](ByteWriter& out) {
                dynamics.save(out);
                passage.save(out);
            }))
            return false;
    return true;
}

/// F(T)^2 by a table: walks are many, and inverting a Laplace transform takes its time.
class SquaredLaw {
public:
    SquaredLaw(double lambda, double epsilon, double distance) {
        theory::QuadraticSaddle const law(lambda, epsilon, distance);
        width_ = 4 * law.mean().value / cells;
        for (int i = 0; i <= cells; ++i) table_.push_back(law.probability_by(i * width_));
    }
    [[nodiscard]] double operator()(double t) const {
        double const place = std::min(t / width_, cells - 1e-9);
        auto const i = static_cast<std::size_t>(place);
        double const F = table_[i] + (place - static_cast<double>(i)) * (table_[i + 1] - table_[i]);
        return F * F;
    }

private:
    static constexpr int cells = 400;
    double width_;
    std::vector<double> table_;
};

/// One record from the walks of a replica.
void record(Task& task, index replica, std::span<Passage const> walks, double step) {
    auto const& p = task.parameters();
    Moments time, upwards, law;
    std::shared_ptr<SquaredLaw const> squared_law;
    double const lambda = p.real("lambda"), a = p.real("distance"), epsilon = p.real("epsilon");
    if (is_saddle(p) && p.text("noise") == "langevin" && lambda * a * a <= 1000 * epsilon)
        squared_law =
            task.cache().get<SquaredLaw>("law", fmt::format("{} {} {}", lambda, epsilon, a),
                                         [&] { return SquaredLaw(lambda, epsilon, a); });
    for (auto const& walk : walks) {
        if (walk.outcome != Outcome::converged) return task.finish(replica, walk.outcome);
        time.add(walk.steps * step);
        upwards.add(walk.upwards ? 1 : 0);
        if (squared_law) law.add((*squared_law)(walk.steps * step));
    }
    task.finish(replica, Outcome::converged);
    task.record(replica, "time", time.mean);
    task.record(replica, "time_deviation", time.standard_deviation());
    task.record(replica, "steps", time.mean / step);
    task.record(replica, "upwards", upwards.mean);
    if (squared_law) task.record(replica, "law", law.mean);
}

/// All walks of the block side by side.
template <class F>
void run_on(Task& task, F const& formula) {
    auto const& p = task.parameters();
    auto const walks = p.integer("walks");
    Batch<double> x(formula.dimension(), task.count() * walks);
    if (!is_saddle(p))
        for (index r = 0; r < x.replicas(); ++r) x[r][0] = -1;
    NoiseKey const key{.master_seed = task.master_seed(),
                       .first_replica = task.first() * walks,
                       .salt = salt_of(p)};
    PassageOptions options{.max_steps = p.integer("max_steps")};
    options.high = is_saddle(p) ? p.real("distance") : 1;
    if (is_saddle(p)) options.low = -options.high;
    auto const finish = [&](auto& dynamics, double step) {
        FirstPassage passage(dynamics, options, key);
        if (!run_passages(task, dynamics, passage)) return;
        std::span<Passage const> const all = passage.passages();
        for (index i = 0; i < task.count(); ++i)
            record(
                task, task.first() + i,
                all.subspan(static_cast<std::size_t>(i * walks), static_cast<std::size_t>(walks)),
                step);
    };
    if (p.text("noise") == "langevin") {
        double const step = p.real("step");
        options.bridge_variance = 2 * p.real("epsilon") * step;
        Potential<F> const f(formula);
        Langevin dynamics(f, x.view(), {.step = step, .temperature = p.real("epsilon")}, key);
        finish(dynamics, step);
    } else {
        double const step = p.real("learning_rate");
        auto const f = task.cache().get<SampledPotential<F>>(
            "potential", fmt::format("{} {}", task.master_seed(), salt_of(p)), [&] {
                return SampledPotential<F>(formula, p.real("additive"), p.real("multiplicative"),
                                           quadruples, task.master_seed());
            });
        NoisyDescent dynamics(
            *f, x.view(),
            {.schedule = StepSchedule::constant(step), .amplitude = 0, .batch = p.integer("batch")},
            key);
        finish(dynamics, step);
    }
}

void run(Task& task) {
    auto const& p = task.parameters();
    if (is_saddle(p)) {
        std::vector<double> curvature(static_cast<std::size_t>(1 + p.integer("directions")), 1.0);
        curvature[0] = -p.real("lambda");
        run_on(task, QuarticSaddle{.curvature = curvature, .quartic = 0});
    } else {
        run_on(task, DoubleWell{.n = 1 + p.integer("directions"), .a = p.real("coupling")});
    }
}

/// Expected steps, from the asymptotic laws.
double expected_steps(Parameters const& p) {
    bool const langevin = p.text("noise") == "langevin";
    double const eta = p.real(langevin ? "step" : "learning_rate");
    double const epsilon = langevin ? p.real("epsilon")
                                    : eta * std::pow(p.real("additive"), 2) / (2 * p.real("batch"));
    double const lambda = p.real("lambda"), a = p.real("distance");
    if (is_saddle(p)) return std::log1p(3 * lambda * a * a / epsilon) / (2 * lambda * eta);
    return 6 * std::exp(0.25 / epsilon) / eta;
}

double cost(Parameters const& p) {
    double const per_step = p.text("noise") == "langevin" ? 2e-8 : 8e-8 + 1e-8 * p.real("batch");
    return p.real("walks") * expected_steps(p) * (per_step + 1e-8 * p.real("directions"));
}

void validate(Parameters const& p, std::string const&) {
    bool const langevin = p.text("noise") == "langevin";
    auto const* name = langevin ? "step" : "learning_rate";
    double const stiffest = is_saddle(p) ? 1 : 2 + p.real("coupling");
    if (p.real(name) * stiffest >= 1)
        throw Error(
            ExitCode::bad_input,
            fmt::format("parameters.{} = {}: must be below 1 / (largest curvature) = {:.4g}", name,
                        p.real(name), 1 / stiffest));
    if (expected_steps(p) > 0.1 * p.real("max_steps"))
        throw Error(
            ExitCode::bad_input,
            fmt::format("parameters.max_steps = {}: about {:.2g} steps are expected, and ten "
                        "times as many must be allowed",
                        p.integer("max_steps"), expected_steps(p)));
    if (!langevin && p.real("coupling") > 0)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.coupling = {}: must be 0 for noise = sgd, whose exact "
                                "time is known along x only",
                                p.real("coupling")));
}

Findings conclude(Results const& results) {
    auto const groups = escapes::groups(results);
    return {.claims = escapes::claims(results, groups),
            .figures = escapes::figures(groups),
            .references = {}};
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "saddle" }
grid = { epsilon = [0.1], step = [0.08, 0.02] }
seeds = 800
[[sweep]]
fixed = { system = "well", epsilon = 0.3, directions = 0 }
grid = { step = [0.08, 0.02] }
seeds = 500
[[sweep]]
fixed = { system = "saddle", noise = "sgd", multiplicative = 4.0, directions = 0 }
seeds = 2000
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "saddle" }
grid = { lambda = [0.25, 1.0], epsilon = [0.1, 0.01, 0.001], step = [0.02, 0.005] }
seeds = 1000
[[sweep]]
fixed = { system = "saddle" }
grid = { lambda = [4.0], epsilon = [0.1, 0.01, 0.001], step = [0.005, 0.00125] }
seeds = 1000
[[sweep]]
fixed = { system = "well", directions = 0 }
grid = { epsilon = [0.2, 0.15, 0.1, 0.075], step = [0.04, 0.01] }
seeds = 1500
[[sweep]]
fixed = { system = "well", directions = 1, coupling = 3.0 }
grid = { epsilon = [0.15, 0.075], step = [0.04, 0.01] }
seeds = 1000
[[sweep]]
fixed = { system = "saddle", noise = "sgd", directions = 0 }
grid = { learning_rate = [0.2, 0.05, 0.01], multiplicative = [0.0, 4.0] }
seeds = 1600
[[sweep]]
fixed = { system = "well", noise = "sgd", directions = 0 }
grid = { learning_rate = [0.05, 0.1], multiplicative = [0.0, 2.0] }
seeds = 1200
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "saddle" }
grid = { lambda = [0.25, 0.5, 1.0, 2.0, 4.0], epsilon = [0.1, 0.01, 0.001, 0.0001, 0.00001], step = [0.02, 0.005] }
seeds = 4000
[[sweep]]
fixed = { system = "well", directions = 0 }
grid = { epsilon = [0.2, 0.15, 0.1, 0.075, 0.05, 0.04, 0.03], step = [0.04, 0.01] }
seeds = 4000
[[sweep]]
fixed = { system = "well", directions = 1, coupling = 3.0 }
grid = { epsilon = [0.1, 0.075, 0.05, 0.04], step = [0.04, 0.01] }
seeds = 4000
[[sweep]]
fixed = { system = "saddle", noise = "sgd", directions = 0 }
grid = { learning_rate = [0.2, 0.1, 0.05, 0.01], multiplicative = [0.0, 2.0, 4.0] }
seeds = 4000
[[sweep]]
fixed = { system = "well", noise = "sgd", directions = 0 }
grid = { learning_rate = [0.05, 0.1], multiplicative = [0.0, 1.0, 2.0, 4.0] }
seeds = 4000
)";

}  // namespace

Study kramers() {
    return {.name = "kramers",
            .question =
                "How long does noise need to leave a saddle or a well: inversely to the "
                "most negative eigenvalue and like Eyring and Kramers, for Langevin "
                "dynamics and for the noise of SGD?",
            .sources = {"Kramers1940", "BovierEckhoffGayrardKlein2004", "Ge2016"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const&) { return "time"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory =
                [](Parameters const& p) {
                    return 1e8 + 1e3 * p.real("walks") * (10 + p.real("directions"));
                },
            .block = [](Parameters const&) { return index{10}; },
            .validate = validate,
            .run = run,
            .pauses = true,
            .conclude = conclude};
}

}  // namespace spinscape
