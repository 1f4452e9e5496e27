// SPDX-License-Identifier: BSD-3-Clause
// How long descent and noise stay near the saddles of deep linear networks, strict ones (one hidden
// layer) and those without negative curvature (two or more). Claims, figures in
// degenerate_saddles/.
#include "degenerate_saddles/claims.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/landscape/deep_linear.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace spinscape {

namespace {

std::vector<ParameterSpec> parameters() {
    std::pair<std::string, std::string> const displaced = {"dynamics", "descent"},
                                              noisy = {"dynamics", "langevin"};
    return {{.name = "hidden",
             .standard = std::int64_t{2},
             .description = "H, the number of hidden layers",
             .minimum = 1,
             .maximum = 8},
            {.name = "width",
             .standard = std::int64_t{3},
             .description = "units in each hidden layer",
             .minimum = 2,
             .maximum = 100},
            {.name = "sigma",
             .standard = std::vector<double>{1.0, 0.7, 0.4},
             .description = "singular values of Y X^T, descending, one per output; X X^T = 1",
             .minimum = 0,
             .minimum_excluded = true},
            {.name = "inputs",
             .standard = std::int64_t{4},
             .description = "dimension of the input, at least the number of outputs",
             .minimum = 2,
             .maximum = 100},
            {.name = "saddle",
             .standard = std::string("origin"),
             .description = "origin: all weights 0; learnt: the strongest mode learnt in one "
                            "channel, all else 0",
             .choices = {"origin", "learnt"}},
            {.name = "dynamics",
             .standard = std::string("descent"),
             .description = "descent without noise from a displaced point, or Langevin dynamics "
                            "from the saddle itself",
             .choices = {"descent", "langevin"}},
            {.name = "start",
             .standard = std::string("random"),
             .description = "displacement: random in each layer, or along the mode that is to be "
                            "learnt next",
             .choices = {"random", "mode"},
             .only_where = displaced},
            {.name = "distance",
             .standard = 0.1,
             .description = "s, the norm of the displacement in each layer",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = displaced},
            {.name = "temperature",
             .standard = 1e-4,
             .description = "T of Langevin dynamics",
             .minimum = 0,
             .minimum_excluded = true,
             .only_where = noisy},
            {.name = "learning_rate",
             .standard = 0.05,
             .description = "step size",
             .minimum = 0,
             .minimum_excluded = true},
            {.name = "max_steps",
             .standard = std::int64_t{2000000},
             .description = "a replica that has not left by then is out_of_budget",
             .minimum = 1}};
}

std::vector<Field> fields() {
    return {
        {.name = "time",
         .description = "steps times their size until the loss has fallen by half of what the "
                        "next mode is worth"},
        {.name = "saddle_gradient", .description = "gradient norm at the saddle itself"},
        {.name = "saddle_index",
         .type = Field::Type::integer,
         .description = "negative eigenvalues of the Hessian there"},
        {.name = "saddle_lowest", .description = "lowest eigenvalue of that Hessian"},
        {.name = "saddle_excess", .description = "loss at the saddle above that of all minima"}};
}

/// X = 1; Y = U diag(sigma) V^T with random rotations, the same for all replicas of a job.
DeepLinear network_of(Parameters const& p, std::uint64_t master_seed) {
    auto const& sigma = p.reals("sigma");
    auto const outputs = std::ssize(sigma), inputs = p.integer("inputs");
    auto const rotation = [&](index n, index which) {
        std::vector<double> Q(static_cast<std::size_t>(n * n));
        Stream stream(master_seed, Purpose::disorder, which, 0, static_cast<std::uint64_t>(n));
        stream.fill_normal(std::span<double>(Q));
        auto const row = [&](index i) {
            return std::span<double>(Q).subspan(static_cast<std::size_t>(i * n),
                                                static_cast<std::size_t>(n));
        };
        for (index i = 0; i < n; ++i) {
            for (int pass = 0; pass < 2; ++pass)
                for (index j = 0; j < i; ++j) {
                    auto const a = row(i), b = row(j);
                    double const overlap = std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
                    for (std::size_t k = 0; k < a.size(); ++k) a[k] -= overlap * b[k];
                }
            Sphere{1}.retract(row(i));
        }
        return Q;
    };
    auto const U = rotation(outputs, 0), V = rotation(inputs, 1);
    std::vector<double> X(static_cast<std::size_t>(inputs * inputs)),
        Y(static_cast<std::size_t>(outputs * inputs));
    for (index i = 0; i < inputs; ++i) X[static_cast<std::size_t>(i * inputs + i)] = 1;
    for (index m = 0; m < outputs; ++m)
        for (index i = 0; i < outputs; ++i)
            for (index j = 0; j < inputs; ++j)
                Y[static_cast<std::size_t>(i * inputs + j)] +=
                    sigma[static_cast<std::size_t>(m)] *
                    U[static_cast<std::size_t>(m * outputs + i)] *
                    V[static_cast<std::size_t>(m * inputs + j)];
    std::vector<index> widths(static_cast<std::size_t>(p.integer("hidden")),
                              static_cast<index>(p.integer("width")));
    widths.insert(widths.begin(), inputs);
    widths.push_back(outputs);
    return {widths, X, Y};
}

/// Displacements do not depend on the distance but for their size: times at several distances are
/// compared replica by replica.
void displace(Task const& task, DeepLinear const& f, index replica, std::span<double> x) {
    auto const& p = task.parameters();
    double const s = p.real("distance");
    index const next = p.text("saddle") == "origin" ? 0 : 1;
    if (p.text("start") == "mode") {
        auto const direction = f.mode_direction(next, next, s);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] += direction[i];
        return;
    }
    std::vector<double> direction(x.size());
    Stream stream(task.master_seed(), Purpose::start, replica, 0,
                  static_cast<std::uint64_t>(f.layers()));
    stream.fill_normal(std::span<double>(direction));
    for (index k = 1; k <= f.layers(); ++k) {
        auto const first = static_cast<std::size_t>(f.offset(k)),
                   last = static_cast<std::size_t>(f.offset(k + 1));
        double squares = 0;
        for (auto i = first; i < last; ++i) squares += direction[i] * direction[i];
        for (auto i = first; i < last; ++i) x[i] += s * direction[i] / std::sqrt(squares);
    }
}

void record_saddle(Task& task, DeepLinear const& f, std::vector<double> const& saddle) {
    auto const certificate = certify(f, std::span<double const>(saddle), {.threshold = 1e-10});
    for (auto replica = task.first(); replica < task.first() + task.count(); ++replica) {
        task.record(replica, "saddle_gradient", certificate.gradient_norm);
        task.record(replica, "saddle_index", static_cast<double>(certificate.index));
        task.record(replica, "saddle_lowest", certificate.lowest);
        task.record(replica, "saddle_excess", certificate.value - f.minimum());
    }
}

void run(Task& task) {
    auto const& p = task.parameters();
    auto const f = network_of(p, task.master_seed());
    bool const origin = p.text("saddle") == "origin", noisy = p.text("dynamics") == "langevin";
    auto const saddle = f.critical_point(origin ? std::vector<index>{} : std::vector<index>{0});
    record_saddle(task, f, saddle);
    double const sigma = p.reals("sigma")[origin ? 0 : 1];
    double const half_way =
        f.level(origin ? std::vector<index>{} : std::vector<index>{0}) - sigma * sigma / 4;
    double const eta = p.real("learning_rate");

    Batch<double> x(f.dimension(), task.count());
    for (index r = 0; r < task.count(); ++r) {
        std::ranges::copy(saddle, x[r].begin());
        if (!noisy) displace(task, f, task.first() + r, x[r]);
    }
    Langevin dynamics(
        f, x.view(), {.step = eta, .temperature = noisy ? p.real("temperature") : 0},
        {.master_seed = task.master_seed(),
         .first_replica = task.first(),
         .salt = static_cast<std::uint64_t>(std::llround(-1e6 * std::log(p.real("temperature"))))});
    auto& walkers = dynamics.walkers();
    task.resume([&](ByteReader& in) { dynamics.load(in); });
    while (dynamics.advance()) {
        for (auto a = walkers.active() - 1; a >= 0; --a) {
            auto const r = walkers.replica(a);
            double const loss = walkers.energy(r);
            if (loss < half_way) {
                task.finish(task.first() + r, Outcome::converged);
                task.record(task.first() + r, "time", eta * static_cast<double>(dynamics.steps()));
            } else if (!std::isfinite(loss)) {
                task.finish(task.first() + r, Outcome::diverged);
            } else if (dynamics.steps() >= p.integer("max_steps")) {
                task.finish(task.first() + r, Outcome::out_of_budget);
            } else {
                continue;
            }
            walkers.end(r);
        }
        if (dynamics.steps() % 1000 == 0 &&
            task.pause([&](ByteWriter& out) { dynamics.save(out); }))
            return;
    }
}

/// From the law of a single mode.
double expected_steps(Parameters const& p) {
    double const H = p.real("hidden"),
                 sigma = p.reals("sigma")[p.text("saddle") == "origin" ? 0 : 1];
    double const eta = p.real("learning_rate");
    double const s = p.text("dynamics") == "descent"
                         ? p.real("distance") / 3
                         : std::pow(p.real("temperature"), 1 / (H + 1)) / 3;
    double const strict = std::log(1 + 1 / s), degenerate = 1 / ((H - 1) * std::pow(s, H - 1));
    return (2 + (H == 1 ? strict : degenerate)) / (sigma * eta);
}

double cost(Parameters const& p) {
    double const width = p.real("width"), layers = p.real("hidden") + 1;
    return expected_steps(p) * layers * (8e-7 + 5e-9 * width * width);
}

void validate(Parameters const& p, std::string const&) {
    auto const& sigma = p.reals("sigma");
    if (sigma.size() < 2 || std::ssize(sigma) > p.integer("inputs"))
        throw Error(
            ExitCode::bad_input,
            fmt::format("parameters.sigma has {} values: at least 2 and at most inputs = {}",
                        sigma.size(), p.integer("inputs")));
    for (std::size_t i = 1; i < sigma.size(); ++i)
        if (!(sigma[i] < sigma[i - 1]))
            throw Error(ExitCode::bad_input,
                        "parameters.sigma: singular values must differ and descend");
    if (sigma[0] * p.real("learning_rate") * 4 * p.real("hidden") > 2)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.learning_rate = {}: descent is unstable above 1 / (2 H "
                                "sigma_1) = {:.3g}",
                                p.real("learning_rate"), 0.5 / (p.real("hidden") * sigma[0])));
    if (expected_steps(p) > 0.5 * p.real("max_steps"))
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.max_steps = {}: about {:.2g} steps are expected, and "
                                "twice as many must be allowed",
                                p.integer("max_steps"), expected_steps(p)));
}

constexpr auto smoke = R"([[sweep]]
fixed = { start = "mode" }
grid = { hidden = [1, 2], distance = [0.1, 0.05] }
seeds = 2
[[sweep]]
grid = { hidden = [1, 2], distance = [0.06, 0.03] }
seeds = 16
[[sweep]]
fixed = { hidden = 2, saddle = "learnt", start = "mode" }
grid = { distance = [0.1, 0.05] }
seeds = 2
)";

constexpr auto standard = R"([[sweep]]
fixed = { start = "mode" }
grid = { saddle = ["origin", "learnt"], hidden = [1, 2, 3], distance = [0.2, 0.1, 0.05, 0.025] }
seeds = 2
[[sweep]]
grid = { saddle = ["origin", "learnt"], hidden = [1, 2], distance = [0.04, 0.02, 0.01] }
seeds = 50
[[sweep]]
fixed = { hidden = 3 }
grid = { saddle = ["origin", "learnt"], distance = [0.2, 0.1, 0.05] }
seeds = 50
[[sweep]]
fixed = { dynamics = "langevin" }
grid = { hidden = [1, 2, 3], temperature = [1e-5, 1e-6, 1e-7] }
seeds = 50
)";

constexpr auto paper = R"([[sweep]]
fixed = { start = "mode", max_steps = 100000000 }
grid = { saddle = ["origin", "learnt"], hidden = [1, 2, 3, 4], distance = [0.2, 0.1, 0.05, 0.025] }
seeds = 2
[[sweep]]
fixed = { max_steps = 100000000 }
grid = { saddle = ["origin", "learnt"], hidden = [1, 2, 3], width = [3, 10], distance = [0.04, 0.02, 0.01] }
seeds = 500
[[sweep]]
fixed = { dynamics = "langevin", max_steps = 100000000 }
grid = { saddle = ["origin", "learnt"], hidden = [1, 2, 3], temperature = [1e-5, 1e-6, 1e-7, 1e-8, 1e-9] }
seeds = 500
)";

}  // namespace

Study degenerate_saddles() {
    return {.name = "degenerate_saddles",
            .question =
                "How long do descent and noise stay near a saddle that has no negative "
                "curvature, against the distance from it and the depth of the network?",
            .sources = {"Kawaguchi2016"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const&) { return "time"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory =
                [](Parameters const& p) {
                    double const n = p.real("width") * (p.real("hidden") * p.real("width") + 200);
                    return 1e7 + certificate_memory(static_cast<index>(n));
                },
            .block = [](Parameters const&) { return index{10}; },
            .validate = validate,
            .run = run,
            .pauses = true,
            .conclude = degenerate::conclude};
}

}  // namespace spinscape
