// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/kac_rice.hpp"
#include "spinscape/theory/p_spin.hpp"
#include "systems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape::depths {

namespace {

constexpr double accuracy_of_poisson = 0.02;

Estimate mean_at(Results const& results, index point, std::string_view field) {
    return mean_estimate(results.records.column(point, field));
}

Parameters const& at(Results const& results, index point) {
    return results.points[static_cast<std::size_t>(point)];
}

/// Mean energy per spin of the lowest point if minima were a Poisson process with the exact mean
/// numbers of Kac and Rice; for even p they come in pairs +-s, of which one is counted.
double expected_ground_state(int p, index N) {
    PSpinTerm const term{.p = p};
    constexpr double width = 0.01, deepest = -3.5;
    double mean = deepest;
    for (double u = deepest; u < -0.5; u += width) {
        double const number =
            theory::mean_critical_points({&term, 1}, N, u + width / 2).number() / (p % 2 ? 1 : 2);
        mean += width * std::exp(-number);  // P(lowest > u)
        if (number > 30) break;
    }
    return mean;
}

/// Weighted slope of y against x, as an estimate with an honest error.
Estimate slope_of(std::vector<double> const& x, std::vector<Estimate> const& y) {
    std::vector<double> places, values, errors;
    index n = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!(y[i].standard_error > 0)) continue;
        places.push_back(x[i]);
        values.push_back(y[i].value);
        errors.push_back(y[i].standard_error);
        n += y[i].n;
    }
    if (places.size() < 3) return {};
    return slope_estimate(fit_line(places, values, errors), n);
}

/// Points of a system by one parameter, each group by ascending `along`.
std::map<index, std::vector<index>> groups(Results const& results, std::string_view system,
                                           std::string_view by, std::string_view along) {
    std::map<index, std::vector<index>> all;
    for (auto const point : points_of(results, system))
        all[at(results, point).integer(by)].push_back(point);
    for (auto& [key, list] : all)
        std::ranges::sort(list, {}, [&](index i) { return at(results, i).integer(along); });
    return all;
}

Estimate relative_gap(Results const& results, index point) {
    auto gap = results.records.column(point, "gap");
    auto const lowest = results.records.column(point, "lowest_energy");
    for (std::size_t i = 0; i < gap.size(); ++i) gap[i] /= -lowest[i];
    return mean_estimate(gap);
}

void add_trend(Results const& results, index N, std::vector<index> const& points,
               std::vector<Claim>& claims) {
    std::vector<double> p;
    std::vector<Estimate> gaps, relative;
    for (auto const point : points) {
        if (at(results, point).integer("p") < 3) continue;  // there the gap is zero without error
        p.push_back(at(results, point).real("p"));
        gaps.push_back(mean_at(results, point, "gap"));
        relative.push_back(relative_gap(results, point));
    }
    if (p.size() < 3) return;
    auto const first = static_cast<int>(p.front()), last = static_cast<int>(p.back());
    auto const note = fmt::format(
        "The theory the claim appeals to says the contrary: E_0 - E_inf is {:.4f} for p = {} and "
        "{:.4f} for p = {} ({:.1f} % and {:.1f} % of E_0).",
        theory::e_k(first, 0) - theory::e_infinity(first), first,
        theory::e_k(last, 0) - theory::e_infinity(last), last,
        100 * (1 - theory::e_infinity(first) / theory::e_k(first, 0)),
        100 * (1 - theory::e_infinity(last) / theory::e_k(last, 0)));
    claims.push_back(
        {.id = fmt::format("glass_gap_falls_N{}", N),
         .statement = fmt::format("Typical minima come closer to the ground state with growing p "
                                  "at N = {}: slope of (mean end energy - best known) against p",
                                  N),
         .source = "Choromanska2015",
         .measured = slope_of(p, gaps),
         .relation = Relation::less,
         .predicted = 0,
         .note = note,
         .points = points});
    claims.push_back(
        {.id = fmt::format("glass_relative_gap_falls_N{}", N),
         .statement = fmt::format("The same relative to the best known energy at N = {}: slope of "
                                  "gap / |best known| against p",
                                  N),
         .source = "Choromanska2015",
         .measured = slope_of(p, relative),
         .relation = Relation::less,
         .predicted = 0,
         .note = note,
         .points = points});
}

void add_point_claims(Results const& results, index point, std::vector<Claim>& claims) {
    auto const N = at(results, point).integer("N");
    auto const p = static_cast<int>(at(results, point).integer("p"));
    if (p == 2) {
        claims.push_back(
            {.id = fmt::format("glass_no_gap_p2_N{}", N),
             .statement = fmt::format("For p = 2 every descent ends in the ground state, the lowest "
                                      "eigenvector of the couplings, at N = {}: mean gap",
                                      N),
             .source = "Kawaguchi2016",
             .measured = mean_at(results, point, "gap"),
             .relation = Relation::equal,
             .predicted = 0,
             .tolerance = 1e-3,
             .note = "Tolerance: descents stop at a small gradient.",
             .points = {point}});
        return;
    }
    auto const lowest = mean_at(results, point, "lowest_energy"),
               half = mean_at(results, point, "lowest_of_half");
    double const expected = expected_ground_state(p, N);
    claims.push_back(
        {.id = fmt::format("glass_best_p{}_N{}", p, N),
         .statement = fmt::format("The best of {} descents is the ground state at p = {}, N = {}: "
                                  "mean lowest energy per spin, expected by Kac and Rice",
                                  at(results, point).integer("starts"), p, N),
         .source = "SubagZeitouni2017",
         .measured = lowest,
         .relation = Relation::equal,
         .predicted = expected,
         .tolerance = accuracy_of_poisson,
         .note = fmt::format("Expected if minima were a Poisson process with the exact mean "
                             "numbers at this N; tolerance: they are not quite. Half as many "
                             "descents find {:.5f}: twice as many would gain less than that "
                             "difference.",
                             half.value),
         .points = {point}});
}

void add_layers(Results const& results, index N, std::vector<index> const& points,
                std::vector<Claim>& claims) {
    std::vector<double> p;
    std::vector<Estimate> spacings;
    for (auto const point : points) {
        Estimate worst;
        index worst_k = 0;
        for (index k = 0; k + 1 < levels; ++k) {
            auto step = results.records.column(point, "lowest_by_index", k + 1);
            auto const below = results.records.column(point, "lowest_by_index", k);
            for (std::size_t i = 0; i < step.size(); ++i) step[i] -= below[i];
            auto const spacing = mean_estimate(step);
            if (k == 0) {
                p.push_back(at(results, point).real("p"));
                spacings.push_back(spacing);
            }
            if (spacing.n < 2) continue;
            if (!(spacing.value - claim_z * spacing.standard_error >=
                  worst.value - claim_z * worst.standard_error)) {
                worst = spacing;
                worst_k = k;
            }
        }
        auto const order = static_cast<int>(at(results, point).integer("p"));
        claims.push_back(
            {.id = fmt::format("layers_p{}_N{}", order, N),
             .statement = fmt::format("Lowest energies are layered by index at p = {}, N = {}: "
                                      "smallest step of the mean lowest energy per spin from index "
                                      "k to k + 1",
                                      order, N),
             .source = "Auffinger2013",
             .measured = worst,
             .relation = Relation::greater,
             .predicted = 0,
             .note = fmt::format("Smallest at k = {}. At N = infinity E_{} - E_{} = {:.4f}.", worst_k,
                                 worst_k, worst_k + 1,
                                 theory::e_k(order, static_cast<int>(worst_k)) -
                                     theory::e_k(order, static_cast<int>(worst_k) + 1)),
             .points = {point}});
    }
    if (p.size() < 2) return;
    claims.push_back(
        {.id = fmt::format("layers_widen_N{}", N),
         .statement = fmt::format("The lowest layer is the wider the larger p, at N = {}: lowest "
                                  "energy of index 1 less ground state, largest p less smallest p",
                                  N),
         .source = "Auffinger2013",
         .measured = difference(spacings.back(), spacings.front()),
         .relation = Relation::greater,
         .predicted = 0,
         .note = fmt::format("At N = infinity E_0 - E_1 is {:.4f} for p = {} and {:.4f} for p = {}.",
                             theory::e_k(static_cast<int>(p.front()), 0) -
                                 theory::e_k(static_cast<int>(p.front()), 1),
                             p.front(),
                             theory::e_k(static_cast<int>(p.back()), 0) -
                                 theory::e_k(static_cast<int>(p.back()), 1),
                             p.back()),
         .points = points});
}

}  // namespace

std::vector<index> points_of(Results const& results, std::string_view system) {
    std::vector<index> list;
    for (std::size_t i = 0; i < results.points.size(); ++i)
        if (results.points[i].text("system") == system) list.push_back(static_cast<index>(i));
    return list;
}

std::vector<Claim> glass_claims(Results const& results) {
    std::vector<Claim> claims;
    for (auto const& [N, points] : groups(results, "glass", "N", "p")) {
        add_trend(results, N, points, claims);
        for (auto const point : points) add_point_claims(results, point, claims);
    }
    for (auto const& [N, points] : groups(results, "layers", "N", "p"))
        add_layers(results, N, points, claims);
    return claims;
}

std::vector<Claim> network_claims(Results const& results) {
    std::map<std::string, std::vector<index>> all;
    for (auto const point : points_of(results, "network")) {
        auto const& p = at(results, point);
        all[fmt::format("{}_{}", p.text("match"), p.integer("width"))].push_back(point);
    }
    std::vector<Claim> claims;
    for (auto& [name, points] : all) {
        std::ranges::sort(points, {}, [&](index i) { return at(results, i).integer("layers"); });
        std::vector<double> layers;
        std::vector<Estimate> gaps, relative;
        index m = 0;
        for (auto const point : points) {
            m = at(results, point).integer("best_of");
            auto const gap = seed_gap(results.records.column(point, "train_loss"), m);
            layers.push_back(at(results, point).real("layers"));
            gaps.push_back(gap.gap);
            relative.push_back(gap.relative);
        }
        auto const note = fmt::format(
            "The best of a given number of seeds, averaged over all choices of {} among the seeds, "
            "so that depths with different numbers of seeds compare; it is not the global minimum, "
            "which lies below.",
            m);
        auto const same = name.starts_with("width") ? "equal width" : "equal number of parameters";
        claims.push_back(
            {.id = "network_gap_falls_" + name,
             .statement = fmt::format("Typical minima come closer to the best known with growing "
                                      "depth, {} ({}): slope of (mean - best of {}) training loss "
                                      "against hidden layers",
                                      same, name, m),
             .source = "Choromanska2015",
             .measured = slope_of(layers, gaps),
             .relation = Relation::less,
             .predicted = 0,
             .note = note,
             .points = points});
        claims.push_back(
            {.id = "network_relative_gap_falls_" + name,
             .statement = fmt::format("The same relative to the mean training loss, {} ({})", same,
                                      name),
             .source = "Choromanska2015",
             .measured = slope_of(layers, relative),
             .relation = Relation::less,
             .predicted = 0,
             .note = note,
             .points = points});
    }
    return claims;
}

}  // namespace spinscape::depths
