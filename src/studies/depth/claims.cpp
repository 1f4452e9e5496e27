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
#include <vector>

namespace spinscape::depths {

namespace {

/// Of expectations that take critical points as a Poisson process. They are correlated, which
/// shifts the lowest energy by less than its fluctuations of order 1/N.
constexpr double accuracy_of_poisson = 0.02, accuracy_of_layers = 0.05;
/// Mean numbers by index take seconds each beyond.
constexpr index largest_N_of_width = 6;

Estimate mean_at(Results const& results, index point, std::string_view field) {
    return mean_estimate(results.records.column(point, field));
}

Parameters const& at(Results const& results, index point) {
    return results.points[static_cast<std::size_t>(point)];
}

/// Mean energies per spin of the lowest points if points were Poisson processes with the mean
/// numbers that `numbers_below(u)` gives of each kind; for even p they come in pairs +-s, of which
/// one is counted.
template <class Numbers>
std::vector<double> lowest_of_poisson(int p, double width, Numbers const& numbers_below) {
    constexpr double deepest = -3;
    std::vector<double> means;
    for (double u = deepest; u < 0; u += width) {
        auto const numbers = numbers_below(u + width / 2);
        means.resize(numbers.size(), deepest);
        double fewest = 1e9;
        for (std::size_t k = 0; k < numbers.size(); ++k) {
            double const number = numbers[k] / (p % 2 == 0 ? 2 : 1);
            means[k] += width * std::exp(-number);  // P(lowest > u)
            fewest = std::min(fewest, number);
        }
        if (fewest > 30) break;
    }
    return means;
}

/// Lowest point of index 1 less lowest point of index 0.
double expected_layer_width(int p, index N) {
    PSpinTerm const term{.p = p};
    auto const lowest = lowest_of_poisson(p, 0.02, [&](double u) {
        auto const all = theory::mean_critical_points_by_index({&term, 1}, N, u);
        return std::vector{all[0].number(), all[1].number()};
    });
    return lowest[1] - lowest[0];
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
        claims.push_back({.id = fmt::format("glass_no_gap_p2_N{}", N),
                          .statement = fmt::format(
                              "For p = 2 every descent ends in the ground state, the lowest "
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
    double const expected = theory::ground_state_by_count(p, N);
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
                             "descents find {:.5f}: where that is far from the best of all, the "
                             "ground state has not been found. Mean end energy {:.5f}, -E_inf = "
                             "{:.5f}.",
                             half.value, mean_at(results, point, "energy").value,
                             -theory::e_infinity(p)),
         .points = {point}});
}

/// The step that is nearest to none, from index k to k + 1.
struct Step {
    index k = 0;
    Estimate height;
};

Estimate step_at(Results const& results, index point, index k) {
    auto step = results.records.column(point, "lowest_by_index", k + 1);
    auto const below = results.records.column(point, "lowest_by_index", k);
    for (std::size_t i = 0; i < step.size(); ++i) step[i] -= below[i];
    return mean_estimate(step);
}

Step smallest_step(Results const& results, index point) {
    Step smallest;
    for (index k = 0; k + 1 < levels; ++k) {
        auto const step = step_at(results, point, k);
        if (!std::isfinite(step.standard_error)) continue;
        if (!(step.value - claim_z * step.standard_error >=
              smallest.height.value - claim_z * smallest.height.standard_error))
            smallest = {k, step};
    }
    return smallest;
}

void add_layers(Results const& results, index point, std::vector<Claim>& claims) {
    auto const N = at(results, point).integer("N");
    auto const p = static_cast<int>(at(results, point).integer("p"));
    auto const smallest = smallest_step(results, point);
    auto const k = static_cast<int>(smallest.k);
    claims.push_back(
        {.id = fmt::format("layers_p{}_N{}", p, N),
         .statement =
             fmt::format("Lowest energies are layered by index at p = {}, N = {}: smallest "
                         "step of the mean lowest energy per spin from index k to k + 1",
                         p, N),
         .source = "Auffinger2013",
         .measured = smallest.height,
         .relation = Relation::greater,
         .predicted = 0,
         .note = fmt::format("Smallest at k = {}. At N = infinity E_{} - E_{} = {:.4f}.", k, k,
                             k + 1, theory::e_k(p, k) - theory::e_k(p, k + 1)),
         .points = {point}});
    if (N > largest_N_of_width) return;
    claims.push_back(
        {.id = fmt::format("layer_width_p{}_N{}", p, N),
         .statement = fmt::format("Width of the layer of minima at p = {}, N = {}: lowest energy "
                                  "per spin of index 1 less ground state, expected by Kac and Rice",
                                  p, N),
         .source = "Auffinger2013",
         .measured = step_at(results, point, 0),
         .relation = Relation::equal,
         .predicted = expected_layer_width(p, N),
         .tolerance = accuracy_of_layers,
         .note =
             fmt::format("Expected if points were a Poisson process with the exact mean numbers "
                         "at this N; tolerance: saddles belong to minima and are none. The "
                         "widths E_0 - E_1 = {:.4f} of N = infinity are hidden below 1/N.",
                         theory::e_k(p, 0) - theory::e_k(p, 1)),
         .points = {point}});
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
    for (auto const point : points_of(results, "layers")) add_layers(results, point, claims);
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
            "which lies below. Losses are those at the end of training, of no certified minima: "
            "where training ends early, deeper networks differ by how far they came.",
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
        claims.push_back({.id = "network_relative_gap_falls_" + name,
                          .statement = fmt::format(
                              "The same relative to the mean training loss, {} ({})", same, name),
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
