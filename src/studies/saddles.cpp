// SPDX-License-Identifier: BSD-3-Clause
// Critical points of small networks and of Gaussian random fields: does the index grow with the
// error? One replica is one search; claims and figures in saddles/.
#include "saddles/exchange.hpp"
#include "saddles/searches.hpp"
#include "shared/network_task.hpp"
#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Where = std::pair<std::string, std::string>;
Where const in_network = {"system", "network"}, in_field = {"system", "field"};

bool is_field(Parameters const& parameters) {
    return parameters.text("system") == "field";
}

std::vector<ParameterSpec> network_specs() {
    auto specs = studies::network_parameters(in_network);
    std::map<std::string, Value> const other = {{"train_samples", std::int64_t{300}},
                                                {"activation", std::string("tanh")},
                                                {"batch", std::int64_t{10}},
                                                {"decay", std::string("constant")}};
    for (auto& spec : specs) {
        auto const changed = other.find(spec.name);
        if (changed != other.end()) spec.standard = changed->second;
    }
    std::erase_if(specs, [](ParameterSpec const& spec) { return spec.name == "start_file"; });
    for (auto& spec : specs)
        if (spec.name == "start") std::erase(spec.choices, "file");
    return specs;
}

std::vector<ParameterSpec> parameters() {
    std::vector<ParameterSpec> specs = {
        {.name = "system",
         .standard = std::string("network"),
         .description = "landscape: training loss of a network, or Gaussian random field",
         .choices = {"network", "field"}},
        {.name = "search",
         .standard = std::string("eigenvector_following"),
         .description = "how searches step",
         .choices = search_method_names()},
        {.name = "target",
         .standard = std::string("start"),
         .description =
             "index that following looks for: start = negative eigenvalues at the start, "
             "spread = evenly over 0 ... highest, unseen = the more often, the more "
             "earlier waves say is left to be found there (networks)",
         .choices = {"start", "spread", "unseen"}},
        {.name = "most_steps",
         .standard = std::int64_t{200},
         .description = "a search ends after so many steps",
         .minimum = 1},
        {.name = "gradient_tolerance",
         .standard = 1e-8,
         .description = "a point is critical if |gradient| is at most this",
         .minimum = 0,
         .minimum_excluded = true},
        {.name = "flat_below",
         .standard = 1e-3,
         .description = "rejected points are gradient-flat if |Hg| / |H||g| is at most this",
         .minimum = 0},
        {.name = "width",
         .standard = std::int64_t{3},
         .description = "hidden units of the one hidden layer",
         .minimum = 1,
         .maximum = 200,
         .only_where = in_network},
        {.name = "ridge",
         .standard = 1e-2,
         .description = "r of the term r/2 |x|^2 added to the loss; 0 as in the source, where many "
                        "critical points lie at infinity",
         .minimum = 0,
         .only_where = in_network},
        {.name = "amplitudes",
         .standard = std::vector<double>{1e-1, 1e-2, 1e-3, 1e-4},
         .description = "half-widths of the uniform perturbation of points of a trajectory, of "
                        "which each replica draws one",
         .minimum = 0,
         .only_where = in_network},
        {.name = "cubes",
         .standard = std::vector<double>{1},
         .description = "half-widths of the cube of random starts, of which each replica draws one",
         .minimum = 0,
         .only_where = in_network},
        {.name = "highest_target",
         .standard = std::int64_t{0},
         .description = "highest index looked for by target = spread, unseen; 0: the dimension",
         .minimum = 0,
         .only_where = in_network},
        {.name = "wave",
         .standard = std::int64_t{0},
         .description = "searches per wave; when a wave is complete, the different points that all "
                        "ranks found decide what the next one looks for, and whether there is one; "
                        "0: all searches at once",
         .minimum = 0,
         .only_where = in_network},
        {.name = "exhausted",
         .standard = 0.0,
         .description =
             "an index is looked for no longer when a search for it would end at a point "
             "not yet met with at most this probability; when that is so for all, "
             "searches end. With waves",
         .minimum = 0,
         .maximum = 1,
         .only_where = in_network},
        {.name = "N",
         .standard = std::int64_t{20},
         .description = "dimensions of the field",
         .minimum = 1,
         .maximum = 1000,
         .only_where = in_field},
        {.name = "covariance",
         .standard = std::string("gaussian"),
         .description = "f(u) of the covariance N f(r^2/2N): exp(-u), or 1/(1+u) for rational",
         .choices = field_covariance_names(),
         .only_where = in_field},
        {.name = "waves",
         .standard = std::int64_t{0},
         .description = "random waves that make up the field; 0: 64 N",
         .minimum = 0,
         .only_where = in_field},
        {.name = "disorders",
         .standard = std::int64_t{10},
         .description = "random fields",
         .minimum = 1,
         .only_where = in_field},
        {.name = "starts",
         .standard = std::int64_t{20},
         .description = "searches in each of them",
         .minimum = 1,
         .only_where = in_field}};
    auto const shared = network_specs();
    specs.insert(specs.end(), shared.begin(), shared.end());
    return specs;
}

void run(Task& task) {
    auto const searcher = is_field(task.parameters()) ? saddle_study::field_searches(task)
                                                      : saddle_study::network_searches(task);
    index done = 0;
    task.resume([&](ByteReader& in) { done = in.get<index>(); });
    for (; done < task.count(); ++done) {
        saddle_study::record_search(task, task.first() + done, searcher(task.first() + done));
        if (done + 1 < task.count() && task.pause([&](ByteWriter& out) { out.put(done + 1); }))
            return;
    }
}

index dimension_of(Parameters const& parameters) {
    if (is_field(parameters)) return parameters.integer("N");
    auto const size = parameters.integer("image_size");
    auto const inputs = size > 0 ? size * size : 100;
    return parameters.integer("width") * (inputs + 11) + 10;
}

/// Dense steps: a Hessian and its eigenvectors each, about fifty of them.
double cost(Parameters const& parameters) {
    auto const n = static_cast<double>(dimension_of(parameters));
    if (is_field(parameters)) {
        auto const waves = parameters.integer("waves") > 0 ? parameters.real("waves") : 64 * n;
        return 50 * (2e-10 * waves * n * n + 1e-8 * waves * n + 2e-9 * n * n * n);
    }
    auto const samples =
        parameters.integer("train_samples") > 0 ? parameters.real("train_samples") : 60000;
    return studies::training_seconds(parameters, {parameters.integer("width")}) +
           60 * (samples * n * n / 5e9 + 2e-9 * n * n * n);
}

double memory(Parameters const& parameters) {
    auto const certificates = 3 * certificate_memory(dimension_of(parameters));
    if (is_field(parameters))
        return certificates +
               GaussianField::memory_bytes(parameters.integer("N"), parameters.integer("waves"));
    return certificates + studies::training_bytes(parameters);
}

void validate_target(Parameters const& parameters) {
    auto const& search = parameters.text("search");
    bool const follows =
        search == "eigenvector_following" || search == "hybrid_eigenvector_following";
    if (parameters.text("target") != "unseen") return;
    if (!follows)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.target = \"unseen\": search = \"{}\" looks for no "
                                "index; use eigenvector_following or hybrid_eigenvector_following",
                                search));
    if (is_field(parameters) || parameters.integer("wave") == 0)
        throw Error(ExitCode::bad_input,
                    "parameters.target = \"unseen\": it takes waves, of system = \"network\" and "
                    "wave > 0; use spread");
}

void validate(Parameters const& parameters, std::string const& job_folder) {
    validate_target(parameters);
    if (is_field(parameters)) return;
    studies::validate_network(parameters, job_folder);
    auto const& activation = parameters.text("activation");
    if (activation == "relu" || activation == "leaky_relu")
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.activation = \"{}\": the loss has kinks, at which "
                                "searches by second derivatives end; use tanh, sigmoid, softplus "
                                "or linear",
                                activation));
    if (parameters.text("loss") == "hinge")
        throw Error(ExitCode::bad_input,
                    "parameters.loss = \"hinge\": it has kinks, at which searches by second "
                    "derivatives end; use cross_entropy or squared");
    for (auto const* name : {"amplitudes", "cubes"})
        if (parameters.reals(name).empty())
            throw Error(ExitCode::bad_input,
                        fmt::format("parameters.{} = []: give at least one", name));
}

constexpr auto smoke = R"([[sweep]]
fixed = { system = "field", target = "spread", disorders = 6, starts = 8, N = 10 }
[[sweep]]
fixed = { system = "network", width = 1, train_samples = 40, image_size = 4, epochs = 3, most_steps = 60, ridge = 0.03, target = "unseen", highest_target = 4, wave = 50, exhausted = 0.1, cubes = [1.0, 0.1, 0.01] }
seeds = 300
)";

constexpr auto standard = R"([[sweep]]
fixed = { system = "field", target = "spread", disorders = 12, starts = 20 }
zip = { N = [10, 20, 40, 20], covariance = ["gaussian", "gaussian", "gaussian", "rational"] }
[[sweep]]
fixed = { system = "network" }
seeds = 64
[[sweep]]
fixed = { system = "network", search = "trust_region_newton", most_steps = 120 }
seeds = 24
[[sweep]]
fixed = { system = "network", width = 2, train_samples = 40, image_size = 4, epochs = 3, ridge = 0.03, target = "unseen", highest_target = 8, wave = 120, exhausted = 0.05, cubes = [1.0, 0.1, 0.01] }
seeds = 3000
)";

constexpr auto paper = R"([[sweep]]
fixed = { system = "field", target = "spread", disorders = 100, starts = 50 }
grid = { N = [20, 40, 80, 160], covariance = ["gaussian", "rational"] }
[[sweep]]
fixed = { system = "network", most_steps = 1000 }
grid = { width = [5, 25, 50], train_samples = [0], ridge = [1e-2, 1e-4, 0], search = ["eigenvector_following", "newton_mr", "trust_region_newton", "damped_newton"] }
seeds = 200
)";

}  // namespace

Study saddles() {
    return {.name = "saddles",
            .question =
                "Do critical points of high error have many negative curvatures, and lie "
                "minima at the bottom, in small networks as in Gaussian random fields?",
            .sources = {"Dauphin2014", "BrayDean2007", "Frye2021", "Milnor1963"},
            .parameters = parameters(),
            .fields = saddle_study::fields(),
            .point_fields = saddle_study::point_fields(),
            .headline = [](Parameters const&) { return "index_fraction"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .replicas =
                [](Parameters const& p, index seeds) {
                    return is_field(p) ? p.integer("disorders") * p.integer("starts") : seeds;
                },
            .cost = cost,
            .memory = memory,
            .block =
                [](Parameters const& p) {
                    return is_field(p) ? static_cast<index>(p.integer("starts")) : index{2};
                },
            .validate = validate,
            .run = run,
            .pauses = true,
            .conclude = saddle_study::conclude,
            .wave = [](Parameters const& p) { return is_field(p) ? 0 : p.integer("wave"); },
            .share = saddle_study::share,
            .enough = saddle_study::enough};
}

}  // namespace spinscape
