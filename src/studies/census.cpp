// SPDX-License-Identifier: BSD-3-Clause
// All critical points of many small spin glasses, counted by index, next to the exact means. One
// replica is one disorder sample; claims and figures in census/.
#include "census/claims.hpp"
#include "shared/critical_points.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/critical/all_critical_points.hpp"
#include "spinscape/critical/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spinscape {

namespace {

/// Sizes that the columns by index have room for.
constexpr index largest_N = 16;
/// A search follows one path per complex solution; beyond this a sample takes minutes.
constexpr double most_paths = 100000;

std::vector<double> indices() {
    std::vector<double> values(static_cast<std::size_t>(largest_N));
    std::iota(values.begin(), values.end(), 0.0);
    return values;
}

std::vector<ParameterSpec> parameters() {
    return {{.name = "p",
             .standard = std::int64_t{3},
             .description = "spins per interaction",
             .minimum = 2,
             .maximum = 10},
            {.name = "N",
             .standard = std::int64_t{6},
             .description = "spins; ((p-1)^N - 1)/(p-2) <= 100000",
             .minimum = 2,
             .maximum = largest_N},
            {.name = "listed",
             .standard = std::int64_t{100},
             .description = "so many samples get their points listed one by one in "
                            "/critical_points (the first ones)",
             .minimum = 0}};
}

std::vector<Field> fields() {
    using enum Field::Type;
    return {
        {.name = "points", .type = integer, .description = "critical points of the sample"},
        {.name = "points_by_index",
         .type = integer,
         .description = "of this index, the number of negative eigenvalues of the Hessian",
         .axis = "index",
         .axis_values = indices()},
        {.name = "energy_by_index",
         .description = "sum of the energies per spin of the points of this index",
         .axis = "index",
         .axis_values = indices()},
        {.name = "points_below",
         .type = integer,
         .description = "critical points of energy per spin below u",
         .axis = "u",
         .axis_values = glass_census::levels()},
        {.name = "lowest_energy", .description = "energy per spin of the ground state"},
        {.name = "euler_sum",
         .type = integer,
         .description =
             "sum of (-1)^index, to be the Euler characteristic of the sphere: 2 for odd "
             "N, 0 for even N"},
        {.name = "solutions",
         .type = integer,
         .description = "complex solutions found, of ((p-1)^N - 1)/(p-2)"},
        {.name = "complete",
         .type = integer,
         .description = "1: all complex solutions found, every real one proven to exist with its "
                        "index, alternating sum right; 0: flagged"},
        {.name = "repeated_paths",
         .type = integer,
         .description = "paths that had to be followed again: the sample was searched further"},
        {.name = "steps", .type = integer, .description = "along all paths"},
        {.name = "largest_gradient", .description = "largest gradient norm of the points"},
        {.name = "smallest_eigenvalue",
         .description = "smallest modulus of an extreme eigenvalue of the Hessians; "
                        "degenerate points would have 0"}};
}

/// The points of one sample, by ascending energy. No point has a search of its own: each bears an
/// equal share of the linear systems that were solved.
void list(Task& task, index replica, index N, AllCriticalPoints const& all) {
    auto const share = 6 * static_cast<double>(all.steps) / static_cast<double>(all.points.size());
    for (auto const& [s, certificate] : all.points)
        task.add_point(replica, studies::critical_point_values(
                                    "energy", certificate, N - 1,
                                    {.kind = kind_of(certificate, N - 1), .cost = share},
                                    1 / static_cast<double>(N)));
}

void record(Task& task, index replica, index N, AllCriticalPoints const& all) {
    auto const size = static_cast<double>(N);
    std::vector<double> counts(indices().size(), missing), energies(counts);
    std::fill_n(counts.begin(), N, 0.0);
    std::fill_n(energies.begin(), N, 0.0);
    auto const levels = glass_census::levels();
    std::vector<double> below(levels.size());
    double largest_gradient = 0, smallest_eigenvalue = missing;
    for (auto const& [s, certificate] : all.points) {
        auto const k = static_cast<std::size_t>(certificate.index);
        auto const u = certificate.value / size;
        ++counts[k];
        energies[k] += u;
        for (std::size_t i = 0; i < levels.size(); ++i) below[i] += u < levels[i];
        largest_gradient = std::max(largest_gradient, certificate.gradient_norm);
        for (double const eigenvalue : {certificate.lowest, certificate.highest})
            if (!(std::abs(eigenvalue) >= smallest_eigenvalue))
                smallest_eigenvalue = std::abs(eigenvalue);
    }
    task.record(replica, "points", static_cast<double>(all.points.size()));
    task.record(replica, "points_by_index", counts);
    task.record(replica, "energy_by_index", energies);
    task.record(replica, "points_below", below);
    if (!all.points.empty())
        task.record(replica, "lowest_energy", all.points.front().certificate.value / size);
    task.record(replica, "euler_sum", static_cast<double>(all.euler_sum()));
    task.record(replica, "solutions", static_cast<double>(all.found_solutions));
    task.record(replica, "complete", all.complete() ? 1 : 0);
    task.record(replica, "repeated_paths", static_cast<double>(all.repeated_paths));
    task.record(replica, "steps", static_cast<double>(all.steps));
    task.record(replica, "largest_gradient", largest_gradient);
    task.record(replica, "smallest_eigenvalue", smallest_eigenvalue);
}

void run(Task& task) {
    auto const N = task.parameters().integer("N");
    auto const p = static_cast<int>(task.parameters().integer("p"));
    for (index i = 0; i < task.count(); ++i) {
        auto const replica = task.first() + i;
        SphericalPSpin<double> const f(N, {{.p = p}}, task.master_seed(), replica);
        auto const all = all_critical_points(f);
        task.finish(replica, all.complete() ? Outcome::converged : Outcome::stalled);
        record(task, replica, N, all);
        if (replica < task.parameters().integer("listed")) list(task, replica, N, all);
    }
}

double paths(Parameters const& parameters) {
    return complex_solutions(static_cast<int>(parameters.integer("p")), parameters.integer("N"));
}

/// Core-seconds of a sample: some 26 steps a path, each of six linear systems of N + 1 equations
/// and as many contractions of the couplings.
double cost(Parameters const& parameters) {
    auto const N = parameters.real("N"), p = parameters.real("p");
    double couplings = 1;
    for (int a = 1; a < p; ++a) couplings *= (N + a - 1) / a;
    return paths(parameters) * 26 * (2e-7 + 6 * (3e-10 * N * N * N + 5e-10 * couplings * N)) + 1e-4;
}

void validate(Parameters const& parameters, std::string const&) {
    if (auto const n = paths(parameters); n > most_paths)
        throw Error(ExitCode::bad_input,
                    fmt::format("parameters.N = {}: a sample with p = {} has {:.0f} complex "
                                "solutions; use a smaller N, with at most {:.0f}",
                                parameters.integer("N"), parameters.integer("p"), n, most_paths));
}

Findings conclude(Results const& results) {
    auto const points = glass_census::measure(results);
    return {.claims = glass_census::claims(points),
            .figures = glass_census::figures(points),
            .references = glass_census::references(points)};
}

constexpr auto smoke = R"([[sweep]]
zip = { p = [2, 3, 3], N = [4, 3, 4] }
seeds = 1000
)";

constexpr auto standard = R"([[sweep]]
zip = { p = [3, 3, 3, 3, 4, 4], N = [3, 5, 6, 8, 3, 5] }
seeds = 3000
[[sweep]]
fixed = { p = 3, N = 10 }
seeds = 800
)";

constexpr auto paper = R"([[sweep]]
zip = { p = [3, 3, 3, 3, 4, 4, 5, 6], N = [3, 5, 6, 8, 3, 5, 4, 4] }
seeds = 100000
[[sweep]]
zip = { p = [3, 4, 5], N = [10, 7, 6] }
seeds = 20000
[[sweep]]
zip = { p = [3, 3], N = [12, 14] }
seeds = 2000
)";

}  // namespace

Study census() {
    return {.name = "census",
            .question =
                "How many critical points of each index has a small spherical p-spin glass, "
                "and are they as many as the Kac-Rice formula says?",
            .sources = {"Auffinger2013", "Mehta2013", "CartwrightSturmfels2013"},
            .parameters = parameters(),
            .fields = fields(),
            .point_fields = studies::critical_point_fields("energy", "energy per spin H/N",
                                                           {"homotopy_continuation"}),
            .headline = [](Parameters const&) { return "points"; },
            .smoke = smoke,
            .standard = standard,
            .paper = paper,
            .cost = cost,
            // Ends of all paths, three times over, and little else.
            .memory = [](Parameters const& p) { return 5e7 + 100 * paths(p) * p.real("N"); },
            .block =
                [](Parameters const& p) {
                    return std::clamp(static_cast<index>(0.5 / cost(p)), index{1}, index{200});
                },
            .validate = validate,
            .run = run,
            .conclude = conclude};
}

}  // namespace spinscape
