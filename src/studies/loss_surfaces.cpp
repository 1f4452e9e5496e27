// SPDX-License-Identifier: BSD-3-Clause
// The main job: networks and spin glasses of growing size, where their descents end, and theory.
// Two systems in one study, told apart by the parameter `system`; claims and figures in
// loss_surfaces/.
#include "loss_surfaces/claims.hpp"
#include "shared/network_task.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/theory/mean_field_dynamics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_network = {"system", "network"}, in_glass = {"system", "glass"};

/// Times at which the energy of a descent is recorded, those of the published N = infinity curve.
std::vector<double> const curve_times = {0.4, 0.8, 1.6, 3.2, 4.8, 8, 12, 16, 20, 24, 32};

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("network"),
         .description = "which side of the comparison",
         .choices = {"network", "glass"}},
        {.name = "width",
         .standard = std::int64_t{25},
         .description = "hidden units of the one hidden layer",
         .minimum = 1,
         .only_where = in_network},
        {.name = "index_replicas",
         .standard = std::int64_t{0},
         .description =
             "so many replicas per width get the index of their Hessian (the first ones)",
         .minimum = 0,
         .only_where = in_network},
        {.name = "index_largest",
         .standard = std::int64_t{3000},
         .description = "no index for networks with more parameters than this",
         .minimum = 0,
         .maximum = 20000,
         .only_where = in_network},
        {.name = "index_threshold",
         .standard = 1e-3,
         .description = "eigenvalues within this count as zero",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_network},
        {.name = "p",
         .standard = std::int64_t{3},
         .description = "spins per interaction",
         .minimum = 3,
         .maximum = 10,
         .only_where = in_glass},
        {.name = "N",
         .standard = std::int64_t{100},
         .description = "spins",
         .minimum = 2,
         .maximum = 5000,
         .only_where = in_glass},
        {.name = "disorders",
         .standard = std::int64_t{10},
         .description = "disorder samples (the paper used one)",
         .minimum = 1,
         .only_where = in_glass},
        {.name = "starts",
         .standard = std::int64_t{16},
         .description = "random starts in each disorder sample",
         .minimum = 1,
         .only_where = in_glass},
        {.name = "descent",
         .standard = std::string("constant"),
         .description = "step sizes: constant = step_size throughout, safe = 0.735 of the "
                        "stability limit, source = 0.3/(1+0.0015t), then 0.2/(1+0.0015k)",
         .choices = {"constant", "safe", "source"},
         .only_where = in_glass},
        {.name = "step_size",
         .standard = 0.1,
         .description = "for descent = constant; stable below 2/(4 sqrt(p(p-1)))",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_glass},
        {.name = "tolerance",
         .standard = 0.01,
         .description = "a descent ends when |projected gradient| is below this",
         .minimum = 0,
         .minimum_excluded = true,
         .only_where = in_glass},
        {.name = "max_steps",
         .standard = std::int64_t{20000},
         .description = "or after so many steps",
         .minimum = 1,
         .only_where = in_glass},
        {.name = "glass_index",
         .standard = true,
         .description = "index of the Hessian at the end of each descent",
         .only_where = in_glass}};
    auto const shared = studies::network_parameters(in_network);
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

std::vector<Field> fields() {
    auto list = studies::network_fields();
    std::vector<double> edges;
    for (int i = 0; i <= 140; ++i) edges.push_back(-1.8 + 0.005 * i);
    std::vector<Field> const glass = {
        {.name = "energy", .description = "final energy per spin H/N", .histogram_edges = edges},
        {.name = "gradient_norm",
         .description = "norm of the (Riemannian) gradient at the end, where the index was "
                        "measured or the glass descended"},
        {.name = "index",
         .type = Field::Type::integer,
         .description = "negative eigenvalues of the (Riemannian) Hessian at the end; networks: "
                        "below -index_threshold"},
        {.name = "lowest_eigenvalue", .description = "of that Hessian"},
        {.name = "halting_step",
         .type = Field::Type::integer,
         .description = "steps of the descent"},
        {.name = "halting_time", .description = "sum of the step sizes of the descent"},
        {.name = "disorder",
         .type = Field::Type::integer,
         .description = "number of the disorder sample"},
        {.name = "energy_curve",
         .description = "energy per spin during the descent",
         .axis = "t",
         .axis_values = curve_times}};
    list.insert(list.end(), glass.begin(), glass.end());
    return list;
}

void run_networks(Task& task) {
    auto const& parameters = task.parameters();
    auto const data = studies::training_data(task);
    auto const width = parameters.integer("width");
    auto const architecture = studies::architecture_of(parameters, {width}, *data);
    auto const x =
        studies::train_block(task, architecture, *data, static_cast<std::uint64_t>(width));
    if (task.paused()) return;

    auto const P = architecture.parameter_count();
    auto const measured =
        std::clamp<index>(parameters.integer("index_replicas") - task.first(), 0, task.count());
    if (measured == 0 || P > parameters.integer("index_largest")) return;
    auto const timer = task.phase("certificates");
    auto const wide = task.cache().get<Network<double>>(
        "measuring", fmt::format("{} {}", width, static_cast<void const*>(data->train.get())),
        [&] { return Network<double>(architecture, data->train); });
    std::vector<double> point(static_cast<std::size_t>(P));
    for (index i = 0; i < measured; ++i) {
        if (task.outcomes()[static_cast<std::size_t>(i)] == Outcome::diverged) continue;
        std::copy(x[i].begin(), x[i].end(), point.begin());
        auto const certificate = certify(*wide, std::span<double const>(point),
                                         {.threshold = parameters.real("index_threshold")});
        task.record(task.first() + i, "gradient_norm", certificate.gradient_norm);
        task.record(task.first() + i, "index", static_cast<double>(certificate.index));
        task.record(task.first() + i, "lowest_eigenvalue", certificate.lowest);
    }
}

SphereDescent::Options descent_options(Parameters const& parameters) {
    SphereDescent::Options options;
    auto const& kind = parameters.text("descent");
    options.schedule = kind == "source" ? StepSchedule::source()
                       : kind == "safe"
                           ? StepSchedule::safe(static_cast<int>(parameters.integer("p")))
                           : StepSchedule::constant(parameters.real("step_size"));
    options.tolerance = parameters.real("tolerance");
    options.max_steps = parameters.integer("max_steps");
    return options;
}

/// Replicas of one block that share a disorder sample.
/// Starts first ... first + count - 1 of one disorder; `state` is what a descent that was left
/// saved, or empty.
void run_glass_starts(Task& task, index disorder, index first, index count,
                      std::string const& state) {
    auto const& parameters = task.parameters();
    auto const N = parameters.integer("N");
    auto const p = static_cast<int>(parameters.integer("p"));
    auto const key = fmt::format("{} {} {} {}", p, N, disorder, task.master_seed());
    auto const f = task.cache().get<SphericalPSpin<float>>("glass", key, [&] {
        auto const timer = task.phase("disorder");
        return SphericalPSpin<float>(N, {{.p = p}}, task.master_seed(), disorder);
    });
    Batch<float> s(N, count);
    for (index i = 0; i < count; ++i) {
        Stream stream(task.master_seed(), Purpose::start, first + i, 0,
                      static_cast<std::uint64_t>(1000 * N + p));
        random_on_sphere(stream, s[i]);
    }
    Descent<SphericalPSpin<float>> descent(*f, s.view(), descent_options(parameters), curve_times);
    if (!state.empty()) {
        ByteReader in(state);
        descent.load(in);
    }
    auto const save = [&](ByteWriter& out) {
        ByteWriter inner;
        descent.save(inner);
        out.put(first);
        out.put_text(inner.bytes());
    };
    {
        auto const timer = task.phase("descent");
        while (descent.advance())
            if (task.pause(save)) return;
    }
    auto const timer = task.phase("certificates");
    auto const& result = descent.result();
    SphericalPSpin<double> const measuring(f->couplings());
    auto work = measuring.workspace(1);
    for (index i = 0; i < count; ++i) {
        auto const replica = first + i;
        auto const& end = result.ends[static_cast<std::size_t>(i)];
        task.finish(replica, end.outcome);
        task.record(replica, "disorder", static_cast<double>(disorder));
        task.record(replica, "halting_step", static_cast<double>(end.steps));
        task.record(replica, "halting_time", end.time);
        task.record(replica, "energy_curve",
                    std::vector<double>(result.energies[i].begin(), result.energies[i].end()));
        if (end.outcome == Outcome::diverged) continue;
        std::vector<double> point(s[i].begin(), s[i].end());
        measuring.manifold().retract(std::span<double>(point));
        if (parameters.flag("glass_index")) {
            auto const certificate = certify(measuring, std::span<double const>(point));
            task.record(replica, "energy", certificate.value / static_cast<double>(N));
            task.record(replica, "gradient_norm", certificate.gradient_norm);
            task.record(replica, "index", static_cast<double>(certificate.index));
            task.record(replica, "lowest_eigenvalue", certificate.lowest);
        } else {
            double value = 0;
            measuring.value(BatchView<double const>(std::span<double const>(point)), {&value, 1},
                            work);
            task.record(replica, "energy", value / static_cast<double>(N));
            task.record(replica, "gradient_norm", end.gradient_norm);
        }
    }
}

/// Replica r is start r mod starts in disorder sample r / starts.
void run_glasses(Task& task) {
    auto const starts = task.parameters().integer("starts");
    auto const end = task.first() + task.count();
    auto first = task.first();
    std::string state;
    task.resume([&](ByteReader& in) {
        first = in.get<index>();
        state = in.get_text();
    });
    while (first < end) {
        auto const disorder = first / starts;
        auto const count = std::min(end, (disorder + 1) * starts) - first;
        run_glass_starts(task, disorder, first, count, state);
        if (task.paused()) return;
        state.clear();
        first += count;
    }
}

bool is_glass(Parameters const& parameters) {
    return parameters.text("system") == "glass";
}

/// Core-seconds of one replica: steps grow like N^(2/3) until the gradient is below tolerance; a
/// group of 16 starts costs 64 flops per coupling and step.
double cost(Parameters const& parameters) {
    if (!is_glass(parameters)) {
        auto seconds = studies::training_seconds(parameters, {parameters.integer("width")});
        double const P = 111.0 * static_cast<double>(parameters.integer("width"));
        if (parameters.integer("index_replicas") > 0 &&
            P <= static_cast<double>(parameters.integer("index_largest")))
            seconds += 60000 * P * P / 2e10;
        return seconds;
    }
    double const N = parameters.real("N");
    PSpinTerm const term{.p = static_cast<int>(parameters.integer("p"))};
    double const couplings = PSpinCouplings::memory_bytes(parameters.integer("N"), {&term, 1}) / 4;
    double const lanes = std::min(16.0, parameters.real("starts"));
    return (800 * std::pow(N / 100, 0.67) * 64 * couplings / 8e10) / lanes + 3e-9 * N * N * N;
}

double memory(Parameters const& parameters) {
    if (!is_glass(parameters)) {
        double const P = 111.0 * static_cast<double>(parameters.integer("width"));
        bool const certified = parameters.integer("index_replicas") > 0 &&
                               P <= static_cast<double>(parameters.integer("index_largest"));
        return studies::training_bytes(parameters) * (certified ? 2 : 1) +
               (certified ? certificate_memory(static_cast<index>(P)) : 0);
    }
    PSpinTerm const term{.p = static_cast<int>(parameters.integer("p"))};
    auto const N = parameters.integer("N");
    return PSpinCouplings::memory_bytes(N, {&term, 1}) + certificate_memory(N) + 1e8;
}

void validate(Parameters const& parameters, std::string const& job_folder) {
    if (!is_glass(parameters)) {
        studies::validate_network(parameters, job_folder);
        return;
    }
    double const p = parameters.real("p"), limit = 2 / (4 * std::sqrt(p * (p - 1)));
    if (parameters.text("descent") == "constant" && parameters.real("step_size") >= limit)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.step_size = {}: descent is unstable at and above 2/(4 "
                                "sqrt(p(p-1))) = {:.4g} for p = {}",
                                parameters.real("step_size"), limit, p));
}

Findings conclude(Results const& results) {
    Findings findings;
    findings.claims = surfaces::glass_claims(results);
    auto const networks = surfaces::network_claims(results);
    findings.claims.insert(findings.claims.end(), networks.begin(), networks.end());
    findings.figures = surfaces::figures(results);
    findings.references = surfaces::references(results);
    return findings;
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "glass", disorders = 4, starts = 16 }
grid = { N = [25, 50] }
[[sweep]]
fixed = { system = "network", epochs = 3, train_samples = 5000, learning_rate = 0.5, index_replicas = 2 }
grid = { width = [2, 5, 10] }
seeds = 8
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "glass", starts = 16 }
zip = { N = [25, 50, 100, 250, 500], disorders = [100, 60, 30, 10, 4] }
[[sweep]]
fixed = { system = "network", epochs = 12, learning_rate = 1.0, index_replicas = 8, index_largest = 1200 }
grid = { width = [10, 25, 50, 100, 250] }
seeds = 32
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "glass", starts = 16 }
zip = { N = [25, 50, 100, 200, 250, 300, 400, 500], disorders = [63, 63, 63, 63, 63, 63, 63, 63] }
[[sweep]]
fixed = { system = "network", epochs = 200, learning_rate = 1.0, index_replicas = 1000 }
grid = { width = [2, 5, 10, 25, 50, 100, 250, 500] }
seeds = 1000
)";

}  // namespace

namespace surfaces {

std::vector<Size> sizes(Results const& results, std::string_view system) {
    std::vector<Size> list;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& point = results.points[i];
        if (point.text("system") != system) continue;
        list.push_back({static_cast<index>(i),
                        static_cast<double>(point.integer(system == "glass" ? "N" : "width"))});
    }
    std::stable_sort(list.begin(), list.end(),
                     [](Size const& a, Size const& b) { return a.size < b.size; });
    return list;
}

// The equations take seconds to integrate and every claim and figure asks for the same curve: it is
// integrated once per p, on a grid, and interpolated.
std::vector<double> flow_energies(int p, std::vector<double> const& times) {
    constexpr double spacing = 0.1;
    static std::map<int, std::vector<double>> curves;
    auto& curve = curves[p];
    if (curve.empty()) {
        std::vector<double> grid;
        for (int i = 0; i <= 340; ++i) grid.push_back(spacing * i);
        PSpinTerm const term{.p = p};
        double const step = std::min(0.07, 0.7 * theory::largest_step({&term, 1}));
        curve = theory::mean_field_dynamics({&term, 1}, grid, {.step = step}).energy;
    }
    std::vector<double> energies;
    for (double const t : times) {
        double const x = t / spacing;
        auto const i =
            std::clamp<std::size_t>(static_cast<std::size_t>(x + 1e-9), 1, curve.size() - 3);
        double const u = x - static_cast<double>(i), a = curve[i - 1], b = curve[i],
                     c = curve[i + 1], d = curve[i + 2];
        // The cubic through the four neighbours.
        energies.push_back(-a * u * (u - 1) * (u - 2) / 6 + b * (u + 1) * (u - 1) * (u - 2) / 2 -
                           c * (u + 1) * u * (u - 2) / 2 + d * (u + 1) * u * (u - 1) / 6);
    }
    return energies;
}

std::vector<Reference> references(Results const& results) {
    if (sizes(results, "glass").empty()) return {};
    return {{.name = "gradient_flow",
             .description =
                 "energy per spin of gradient flow at N = infinity, p = 3, unit normalisation",
             .source = "CugliandoloKurchan1993",
             .x_name = "t",
             .x = curve_times,
             .y = flow_energies(3, curve_times)}};
}

}  // namespace surfaces

Study loss_surfaces() {
    return {.name = "loss_surfaces",
            .question =
                "As a system grows, do descents from random starts end in an ever narrower band, "
                "do minima become "
                "equally good, and is it the same for networks and spin glasses?",
            .sources = {"Choromanska2015", "Auffinger2013", "Folena2021", "CugliandoloKurchan1993",
                        "SubagZeitouni2017"},
            .parameters = parameters(),
            .fields = fields(),
            .headline = [](Parameters const& p) { return is_glass(p) ? "energy" : "test_loss"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .replicas =
                [](Parameters const& p, index seeds) {
                    return is_glass(p) ? p.integer("disorders") * p.integer("starts") : seeds;
                },
            .cost = cost,
            .memory = memory,
            .block =
                [](Parameters const& p) {
                    return is_glass(p) ? std::min<index>(p.integer("starts"), 16) : index{4};
                },
            .validate = validate,
            .run =
                [](Task& task) {
                    is_glass(task.parameters()) ? run_glasses(task) : run_networks(task);
                },
            .extends =
                [](Parameters const& p) {
                    return is_glass(p) ? std::string() : studies::extended_parameter(p);
                },
            .conclude = conclude};
}

}  // namespace spinscape
