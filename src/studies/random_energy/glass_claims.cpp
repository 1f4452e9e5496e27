// SPDX-License-Identifier: BSD-3-Clause
// Ising p-spin glasses on the way to the random energy model. What [Martin2015] says of funnels is
// qualitative: that minima fall towards the lowest, and more so in larger systems, is our reading.
#include "claims.hpp"
#include "classifier.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace spinscape::levels {

namespace {

/// Asked of the measurement, as for the model itself; a slope of 0.05 lets minima fall by that much
/// per spin on the whole way to the lowest, 1/20 of the depth.
constexpr double of_free_energy = 0.01, of_slope = 0.05;

/// The mean number of minima of independent levels: each has N neighbours.
double minima_of_independent_levels(index N) {
    return std::exp2(static_cast<double>(N)) / static_cast<double>(N + 1);
}

void add_limit(Results const& results, Glass const& last, std::vector<Claim>& claims) {
    auto const& exact = exact_states(last.N)[freezing];
    claims.push_back(
        {.id = fmt::format("glass_free_energy_N{}_p{}", last.N, last.p),
         .statement = fmt::format("ln Z / N of the {}-spin glass of {} spins is that of the random "
                                  "energy model at its freezing temperature",
                                  last.p, last.N),
         .source = "Derrida1981",
         .measured = mean_of(results, last.point, "log_partition", freezing),
         .relation = Relation::equal,
         .predicted = exact.log_partition,
         .tolerance = of_free_energy * exact.log_partition,
         .note = "The source has the limit p = infinity. Levels are scaled to the model's "
                 "variance, which removes the largest correction at finite N.",
         .points = {last.point}});
}

/// `list`: glasses of the same N.
void add_minima(Results const& results, std::vector<Glass> const& list,
                std::vector<Claim>& claims) {
    std::vector<double> x, y, error;
    std::vector<index> points;
    index n = 0;
    for (auto const& [point, N, p] : list) {
        auto const minima = mean_of(results, point, "minima");
        // Above N/2 a glass is that of N - p with other spins.
        if (2 * p > N || !(minima.value > 0) || !(minima.standard_error > 0)) continue;
        x.push_back(p);
        y.push_back(std::log(minima.value / minima_of_independent_levels(N)));
        error.push_back(minima.standard_error / minima.value);
        points.push_back(point);
        n += minima.n;
    }
    if (x.size() < 2) return;
    claims.push_back(
        {.id = fmt::format("glass_minima_approach_N{}", list.front().N),
         .statement = fmt::format("The number of local minima of {} spins rises with p towards "
                                  "that of independent levels, 2^N / (N + 1): slope of ln of their "
                                  "ratio against p",
                                  list.front().N),
         .source = "Derrida1981",
         .measured = slope_estimate(fit_line(x, y, error), n),
         .relation = Relation::greater,
         .predicted = 0,
         .note = fmt::format("Ratio {:.3f} at p = {:g}, {:.3f} at p = {:g}. At p = N/2 neighbours "
                             "are independent of a configuration, but not of each other.",
                             std::exp(y.front()), x.front(), std::exp(y.back()), x.back()),
         .points = points});
}

void add_funnel(Results const& results, Glass const& glass, std::vector<Claim>& claims) {
    bool const pairs = glass.p == 2;
    claims.push_back(
        {.id = fmt::format("glass_funnel_N{}_p{}", glass.N, glass.p),
         .statement = fmt::format("Minima of the {}-spin glass of {} spins {}: slope of their "
                                  "energy per spin against overlap",
                                  glass.p, glass.N,
                                  pairs ? "fall towards the lowest" : "know nothing of the lowest"),
         .source = pairs ? "Martin2015" : "Gardner1985",
         .measured = mean_of(results, glass.point, "minima_slope"),
         .relation = pairs ? Relation::less : Relation::equal,
         .predicted = 0,
         .tolerance = pairs ? 0 : of_slope,
         .note = pairs ? "The source is qualitative, without experiment or numbers; this measure "
                         "is ours."
                       : "With one step of replica symmetry breaking deep minima are orthogonal; "
                         "at finite N overlaps are of order 1/sqrt(N).",
         .points = {glass.point}});
}

/// `list`: glasses of the same p.
void add_growth(Results const& results, std::vector<Glass> const& list,
                std::vector<Claim>& claims) {
    std::vector<double> x, y, error;
    std::vector<index> points;
    index n = 0;
    for (auto const& [point, N, p] : list) {
        auto const slope = mean_of(results, point, "minima_slope");
        if (!(slope.standard_error > 0)) continue;
        x.push_back(std::log(static_cast<double>(N)));
        y.push_back(-slope.value);
        error.push_back(slope.standard_error);
        points.push_back(point);
        n += slope.n;
    }
    if (x.size() < 2) return;
    claims.push_back(
        {.id = fmt::format("glass_funnel_steepens_p{}", list.front().p),
         .statement = fmt::format("The funnel of the {}-spin glass is steeper for larger systems: "
                                  "growth of the fall of energy per spin and overlap with ln N",
                                  list.front().p),
         .source = "Martin2015",
         .measured = slope_estimate(fit_line(x, y, error), n),
         .relation = Relation::greater,
         .predicted = 0,
         .note = "The source is qualitative, without experiment or numbers; this measure is ours.",
         .points = points});
}

}  // namespace

std::vector<Glass> glasses(Results const& results) {
    std::vector<Glass> list;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& point = results.points[i];
        if (point.text("system") == "rem" && point.integer("p") > 0)
            list.push_back(
                {static_cast<index>(i), point.integer("N"), static_cast<int>(point.integer("p"))});
    }
    std::ranges::stable_sort(list, {}, [](Glass const& g) { return std::tuple(g.N, g.p); });
    return list;
}

std::vector<Claim> glass_claims(Results const& results) {
    std::map<index, std::vector<Glass>> of_size;
    std::map<int, std::vector<Glass>> of_order;
    std::vector<Claim> claims;
    for (auto const& glass : glasses(results)) {
        of_size[glass.N].push_back(glass);
        of_order[glass.p].push_back(glass);
        add_funnel(results, glass, claims);
    }
    for (auto const& [N, list] : of_size) {
        if (list.back().p > 2) add_limit(results, list.back(), claims);
        add_minima(results, list, claims);
    }
    if (of_order.contains(2)) add_growth(results, of_order[2], claims);
    return claims;
}

}  // namespace spinscape::levels
