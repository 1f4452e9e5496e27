// SPDX-License-Identifier: BSD-3-Clause
// Spherical p-spin glasses next to their exact theory: where descents end and what they find there,
// gradient flow and Langevin dynamics next to the equations of N = infinity, memory of the start in
// mixed models. One replica is one disorder sample with all its starts; the parts are in
// spin_glass/.
#include "shared/critical_points.hpp"
#include "spin_glass/families.hpp"
#include "spin_glass/model.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/landscape/diluted_couplings.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"
#include "spinscape/theory/mean_field_dynamics.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {

namespace {

std::vector<ParameterSpec> parameters() {
    return {{.name = "p",
             .standard = std::vector<std::int64_t>{3},
             .description = "spins per interaction; several orders make a mixed model",
             .minimum = 2,
             .maximum = 10},
            {.name = "weights",
             .standard = std::vector<double>{},
             .description = "share of each order in the variance; []: equal shares",
             .minimum = 0,
             .minimum_excluded = true},
            {.name = "N",
             .standard = std::int64_t{100},
             .description = "spins",
             .minimum = 2,
             .maximum = 20000},
            {.name = "kept",
             .standard = 1.0,
             .description = "share of the couplings that is there, the others' variance spread "
                            "over them; 1: all",
             .minimum = 0,
             .maximum = 1,
             .minimum_excluded = true},
            {.name = "starts",
             .standard = std::int64_t{16},
             .description = "starts in each disorder sample",
             .minimum = 1,
             .maximum = 4096},
            {.name = "start_beta",
             .standard = 0.0,
             .description = "inverse temperature of the equilibrium in which starts are planted; "
                            "0: uniform on the sphere",
             .minimum = 0},
            {.name = "signal",
             .standard = 0.0,
             .description = "strength lambda of a planted signal, -lambda N m^p in the energy, m "
                            "the overlap with a hidden vector; 0: none. For one order, 2 or more",
             .minimum = 0},
            {.name = "start",
             .standard = std::string("random"),
             .description = "where descents start: at random or, one per sample, at the signal",
             .choices = {"random", "signal"}},
            {.name = "temperature",
             .standard = 0.0,
             .description = "of Langevin dynamics; 0: gradient descent",
             .minimum = 0},
            {.name = "step_size",
             .standard = 0.1,
             .description = "largest step; smaller ones before t = 2. Give two, and curves are "
                            "extrapolated to none",
             .minimum = 0,
             .minimum_excluded = true},
            {.name = "tolerance",
             .standard = 0.01,
             .description = "a descent ends when |projected gradient| is below this; 0: it goes on "
                            "for the whole duration, as Langevin dynamics always does",
             .minimum = 0},
            {.name = "duration",
             .standard = 5000.0,
             .description = "longest time, the sum of the steps",
             .minimum = 0.4},
            {.name = "certificates",
             .standard = true,
             .description = "Hessian at the different minima that descents ended in"}};
}

std::vector<Field> fields() {
    using enum Field::Type;
    return {
        {.name = "energy",
         .description = "energy per spin at the end of the dynamics, mean over the starts"},
        {.name = "energy_deviation",
         .description = "its standard deviation between starts in one sample"},
        {.name = "lowest_energy", .description = "lowest energy per spin at the end"},
        {.name = "halting_time", .description = "time to convergence, mean over the starts"},
        {.name = "share_of_index_0",
         .description = "share of the starts whose end has no negative eigenvalue"},
        {.name = "lowest_eigenvalue",
         .description = "of the Riemannian Hessian at the end, mean over the starts"},
        {.name = "upper_edge",
         .description = "highest eigenvalue plus p times the energy per spin, that of the Hessian "
                        "without its shift, mean over different minima; pure models"},
        {.name = "minima_met", .type = integer, .description = "different minima met by starts"},
        {.name = "minima_estimated",
         .description = "with those not met, at least: Chao's estimate"},
        {.name = "minima_energy",
         .description = "energy per spin, each different minimum counted once"},
        {.name = "overlap", .description = "between different minima, mean over pairs"},
        {.name = "overlap_squared", .description = "its square, mean over pairs"},
        {.name = "overlap_share",
         .description = "share of the pairs of different minima in bins of width 0.04",
         .axis = "q",
         .axis_values = glass::overlap_centres()},
        {.name = "signal_overlap_squared",
         .description = "m^2 with the signal at the end, mean over the starts"},
        {.name = "energy_curve",
         .description = "energy per spin, mean over the starts",
         .axis = "t",
         .axis_values = glass::curve_times()},
        {.name = "correlation_curve",
         .description = "overlap with the start, mean over the starts",
         .axis = "t",
         .axis_values = glass::curve_times()}};
}

/// Steps of the dynamics: until the gradient is small, times grow nearly like N.
double steps(Parameters const& p) {
    bool const to_the_end = p.real("temperature") == 0 && p.real("tolerance") > 0;
    double const time =
        to_the_end ? std::min(p.real("duration"), 0.8 * p.real("N")) : p.real("duration");
    return 60 + time / p.real("step_size");
}

bool is_diluted(Parameters const& p) {
    return p.real("kept") < 1;
}

double couplings_bytes(Parameters const& p) {
    auto const terms = glass::terms_of(p);
    return is_diluted(p) ? DilutedCouplings::memory_bytes(p.integer("N"), terms, glass::kept_of(p))
                         : PSpinCouplings::memory_bytes(p.integer("N"), terms);
}

/// 64 operations per coupling and step serve up to 16 starts.
double cost(Parameters const& p) {
    double const groups = std::ceil(p.real("starts") / 16), N = p.real("N");
    double const hessians =
        p.flag("certificates") && p.real("temperature") == 0 && p.real("tolerance") > 0
            ? p.real("starts")
            : 0;
    return groups * steps(p) * 64 * (couplings_bytes(p) / 4) / 5e10 +
           hessians * (1e-3 + 3e-9 * N * N * N);
}

double memory(Parameters const& p) {
    return couplings_bytes(p) + certificate_memory(p.integer("N")) + 1e8 +
           100 * p.real("starts") * p.real("N");
}

void validate_signal(Parameters const& p) {
    if (p.text("start") == "signal" && (p.real("signal") == 0 || p.integer("starts") != 1))
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.start = \"signal\": needs parameters.signal > 0, not "
                                "{}, and parameters.starts = 1, not {}",
                                p.real("signal"), p.integer("starts")));
    if (p.real("signal") == 0) return;
    if (p.integers("p").size() != 1)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.signal = {}: a signal needs one order, not p = {}",
                                p.real("signal"), to_text(p.value("p"))));
    for (auto const& [name, allowed] :
         {std::pair("start_beta", 0.0), std::pair("temperature", 0.0), std::pair("kept", 1.0)})
        if (p.real(name) != allowed)
            throw Error(ExitCode::bad_input,
                        fmt::format("parameters.{} = {}: must be {} where parameters.signal > 0",
                                    name, p.real(name), allowed));
}

void validate(Parameters const& p, std::string const&) {
    auto const &orders = p.integers("p"), sorted = [&] {
        auto copy = p.integers("p");
        std::ranges::sort(copy);
        return copy;
    }();
    auto const& weights = p.reals("weights");
    if (orders.empty() || std::ranges::adjacent_find(sorted) != sorted.end())
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.p = {}: needs at least one order, each once",
                                to_text(p.value("p"))));
    validate_signal(p);
    if (sorted.back() < 3 && p.real("signal") == 0)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.p = {}: at least one order must be 3 or more; p = 2 "
                                "alone is no glass",
                                to_text(p.value("p"))));
    if (!weights.empty() && weights.size() != orders.size())
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.weights = {}: give one for each of the {} orders of p, "
                                "or none",
                                to_text(p.value("weights")), orders.size()));
    auto const terms = glass::terms_of(p);
    // Two over the highest eigenvalue at marginal minima; a signal adds up to p lambda.
    double const limit = 2 / (2 * theory::marginal_multiplier(terms) +
                              p.real("signal") * static_cast<double>(orders.front()));
    if (p.real("step_size") >= limit)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.step_size = {}: descent is unstable at and above 2 / "
                                "(4 sqrt(f''(1)) + p signal) = {:.4g} for p = {}",
                                p.real("step_size"), limit, to_text(p.value("p"))));
    if (p.real("start_beta") == 0) return;
    double const lowest = 1 / p.real("start_beta");
    if (double const T = theory::kauzmann_temperature(terms); lowest < T)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.start_beta = {}: planting is equilibrium only above "
                                "the Kauzmann temperature, up to {:.4g} for p = {}",
                                p.real("start_beta"), 1 / T, to_text(p.value("p"))));
}

constexpr auto smoke = R"([[sweep]]
fixed = { N = 20, starts = 100, tolerance = 0.001 }
seeds = 40
[[sweep]]
fixed = { duration = 8.0, tolerance = 0.0, step_size = 0.15 }
grid = { N = [60, 90, 120] }
seeds = 8
[[sweep]]
fixed = { duration = 8.0, tolerance = 0.0, step_size = 0.075, N = 60 }
seeds = 8
[[sweep]]
fixed = { p = [2], signal = 1.5, starts = 4, step_size = 0.15, certificates = false }
grid = { N = [50, 100, 200] }
seeds = 60
[[sweep]]
fixed = { signal = 1.6, start = "signal", starts = 1, certificates = false }
grid = { N = [30, 45, 60] }
seeds = 60
)";

// Curves come first: of points that differ in nothing else, claims on curves take the first one.
// What a step does is measured at one size, with two steps.
constexpr auto standard = R"([[sweep]]
fixed = { step_size = 0.15, tolerance = 0.0, duration = 16.0 }
zip = { N = [60, 100, 150] }
seeds = 120
[[sweep]]
fixed = { step_size = 0.15, tolerance = 0.0, duration = 16.0, N = 200 }
seeds = 60
[[sweep]]
fixed = { step_size = 0.15, tolerance = 0.0, duration = 16.0, N = 300 }
seeds = 20
[[sweep]]
fixed = { step_size = 0.15, tolerance = 0.0, duration = 16.0, N = 1000 }
seeds = 3
[[sweep]]
fixed = { step_size = 0.15, tolerance = 0.0, duration = 16.0, N = 2000, kept = 0.01 }
seeds = 6
[[sweep]]
fixed = { step_size = 0.075, tolerance = 0.0, duration = 16.0, N = 60 }
seeds = 120
[[sweep]]
fixed = { temperature = 0.5, duration = 16.0, N = 60 }
grid = { step_size = [0.025, 0.05] }
seeds = 300
[[sweep]]
fixed = { temperature = 0.5, duration = 16.0, step_size = 0.025, N = 100 }
seeds = 80
[[sweep]]
fixed = { temperature = 0.5, duration = 16.0, step_size = 0.025, N = 150 }
seeds = 30
[[sweep]]
fixed = { temperature = 0.5, duration = 16.0, step_size = 0.025, N = 200 }
seeds = 12
[[sweep]]
fixed = { p = [3, 4], tolerance = 0.0, duration = 8.0, N = 60 }
grid = { start_beta = [0.0, 1.17], step_size = [0.1, 0.05] }
seeds = 50
[[sweep]]
fixed = { p = [3, 4], tolerance = 0.0, duration = 8.0, N = 80 }
grid = { start_beta = [0.0, 1.17] }
seeds = 24
[[sweep]]
fixed = { p = [3, 4], tolerance = 0.0, duration = 8.0, N = 100 }
grid = { start_beta = [0.0, 1.17] }
seeds = 10
[[sweep]]
fixed = { N = 25, starts = 200, tolerance = 0.001, step_size = 0.15 }
seeds = 400
[[sweep]]
fixed = { step_size = 0.15 }
zip = { N = [50, 100, 150] }
seeds = 24
[[sweep]]
fixed = { step_size = 0.15, N = 200 }
seeds = 12
[[sweep]]
fixed = { step_size = 0.15, N = 300 }
seeds = 6
[[sweep]]
fixed = { p = [3, 4] }
grid = { start_beta = [0.0, 1.17], N = [40, 60, 80] }
seeds = 6
[[sweep]]
fixed = { step_size = 0.15, start_beta = 1.11 }
grid = { N = [100, 200] }
seeds = 6
[[sweep]]
fixed = { p = [2], starts = 4, step_size = 0.15, certificates = false }
grid = { signal = [1.0, 1.5, 2.0], N = [100, 200, 400, 800] }
seeds = 100
[[sweep]]
fixed = { start = "signal", starts = 1, certificates = false }
grid = { signal = [1.3, 1.6, 2.0], N = [50, 75, 100, 150] }
seeds = 100
[[sweep]]
fixed = { signal = 1.6, certificates = false }
zip = { N = [50, 75, 100] }
seeds = 24
)";

constexpr auto paper = R"([[sweep]]
fixed = { N = 25, starts = 1000, tolerance = 0.001, step_size = 0.15 }
seeds = 1000
[[sweep]]
fixed = { step_size = 0.15 }
grid = { N = [50, 100, 150, 200, 300, 400, 500] }
seeds = 200
[[sweep]]
fixed = { step_size = 0.15 }
zip = { N = [700, 1000] }
seeds = 40
[[sweep]]
fixed = { step_size = 0.15, tolerance = 0.0, duration = 96.0 }
zip = { N = [2000, 4000, 8000], kept = [0.01, 0.005, 0.0025] }
seeds = 20
[[sweep]]
fixed = { step_size = 0.075, tolerance = 0.0, duration = 32.0 }
grid = { N = [100, 200, 400] }
seeds = 200
[[sweep]]
fixed = { temperature = 0.5, duration = 32.0 }
grid = { N = [100, 200, 400], step_size = [0.0125, 0.025] }
seeds = 200
[[sweep]]
fixed = { temperature = 0.5, duration = 32.0, step_size = 0.0125, N = 1000 }
seeds = 40
[[sweep]]
fixed = { p = [3, 4] }
grid = { start_beta = [0.0, 1.0, 1.1, 1.17, 1.23], N = [60, 90, 120, 160, 200] }
seeds = 100
[[sweep]]
fixed = { p = [3, 4], tolerance = 0.0, step_size = 0.05, duration = 32.0, N = 60 }
grid = { start_beta = [0.0, 1.0, 1.1, 1.17, 1.23] }
seeds = 200
[[sweep]]
fixed = { step_size = 0.15 }
grid = { start_beta = [1.0, 1.11], N = [100, 200, 400] }
seeds = 100
[[sweep]]
fixed = { p = [2], starts = 4, step_size = 0.15, certificates = false }
grid = { signal = [0.75, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0], N = [200, 400, 800, 1600] }
seeds = 400
[[sweep]]
fixed = { start = "signal", starts = 1, step_size = 0.08, certificates = false }
grid = { p = [[3], [4]], signal = [1.2, 1.3, 1.4, 1.6, 2.0], N = [50, 100, 200, 300] }
seeds = 400
[[sweep]]
fixed = { certificates = false }
grid = { signal = [1.6, 2.0], N = [100, 200, 400] }
seeds = 100
)";

}  // namespace

Study spin_glass() {
    return {.name = "spin_glass",
            .question =
                "Do spherical p-spin glasses of finite size agree with their exact theory: "
                "where descents end, how many minima there are, the way of gradient flow "
                "and Langevin dynamics, memory of the start, and recovery of a planted signal? "
                "Contradicted in the standard tier: the exponent 2/3 of end energies, 0.60 between "
                "N = 25 and 300, where corrections to scaling are large.",
            .sources = {"Auffinger2013", "CugliandoloKurchan1993", "Folena2020", "Folena2021",
                        "Sellke2024", "Subag2017", "KrzakalaZdeborova2009", "RichardMontanari2014",
                        "BaikBenArousPeche2005", "RosBenArousBiroliCammarota2019"},
            .parameters = parameters(),
            .fields = fields(),
            .point_fields = studies::critical_point_fields("energy", "H/N", {"descent"}),
            .headline = [](Parameters const&) { return "energy"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            .memory = memory,
            .block = [](Parameters const&) { return index{1}; },
            .validate = validate,
            .run = glass::run,
            .pauses = true,
            .conclude = glass::conclude};
}

}  // namespace spinscape
