// SPDX-License-Identifier: BSD-3-Clause
// Where annealing leaves equilibrium. The walkers' fictive temperature -1/u is that of the
// equilibrium which has their energy: what it exceeds the bath's by tells how far they lag.
#include "groups.hpp"
#include "search.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::searches {

namespace {

using studies::ByReplica;
using studies::paired_difference;

constexpr double warm = 1.2;  // above T_d for every p

Estimate mean(ByReplica const& values) {
    std::vector<double> list;
    for (auto const& [replica, value] : values) list.push_back(value);
    return mean_estimate(list);
}

ByReplica fictive_temperature(ByReplica energies) {
    for (auto& [replica, energy] : energies) energy = -1 / energy;
    return energies;
}

/// Mean of 1/T over the interval of temperatures that `warm` stands for.
double inverse_over_interval() {
    return std::log((warm + half_interval) / (warm - half_interval)) / (2 * half_interval);
}

void add_equilibrium(Results const& results, Group const& group,
                     std::map<index, index> const& points, std::vector<Claim>& claims) {
    auto const exact = theory::equilibrium_energy(group.p, group.N, warm);
    auto const predicted = exact.value + 1 / warm - inverse_over_interval();
    auto const [budget, point] = *points.rbegin();
    auto const slow = cooling_energy(results, point, warm);
    auto const size = fmt::format(
        "-1/T is exact at N = infinity down to T_K. Tolerance: the first correction for this size, "
        "{:.1e}.",
        exact.error);
    claims.push_back(
        {.id = group.id() + "_equilibrium_above",
         .statement = fmt::format("At T = {:.2f}, above T_d, annealing is in equilibrium, u = -1/T "
                                  "({}, budget {}): energy per spin",
                                  warm, group.label(), budget),
         .source = "CrisantiSommers1992",
         .measured = mean(slow),
         .relation = Relation::equal,
         .predicted = predicted,
         .tolerance = exact.error,
         .note = size + " What cools at a finite rate lags behind by an amount proportional to "
                        "that rate, which contradicts this wherever it can be measured.",
         .points = {point}});
    if (points.size() < 2) return;
    // The lag is linear in the rate of cooling, hence in 1/budget: to the rate zero.
    auto const [less, faster] = *std::next(points.rbegin());
    auto const ratio = static_cast<double>(budget) / static_cast<double>(less);
    claims.push_back({.id = group.id() + "_equilibrium_of_slow_cooling",
                      .statement = fmt::format(
                          "At T = {:.2f}, above T_d, annealing is in equilibrium, u = -1/T, "
                          "at the rate zero, linear from budgets {} and {} ({}): energy "
                          "per spin",
                          warm, less, budget, group.label()),
                      .source = "CrisantiSommers1992",
                      .measured = studies::paired_mean(
                          slow, cooling_energy(results, faster, warm),
                          [ratio](double a, double b) { return (ratio * a - b) / (ratio - 1); }),
                      .relation = Relation::equal,
                      .predicted = predicted,
                      .tolerance = exact.error,
                      .note = size + " That the lag is linear in the rate is linear response.",
                      .points = {point, faster}});
}

void add_freezing(Results const& results, Group const& group, std::map<index, index> const& points,
                  std::vector<Claim>& claims) {
    PSpinTerm const term{.p = group.p};
    double const dynamical = theory::dynamical_temperature({&term, 1}),
                 kauzmann = theory::kauzmann_temperature({&term, 1});
    auto const fictive = [&](index point) {
        return fictive_temperature(cooling_energy(results, point, dynamical));
    };
    auto const [budget, slowest] = *points.rbegin();
    auto const [least, fastest] = *points.begin();
    claims.push_back(
        {.id = group.id() + "_freezes_above_dynamical",
         .statement = fmt::format("Annealing has left equilibrium when the bath reaches T_d = "
                                  "{:.4f} ({}, budget {}): fictive temperature -1/u of the walkers",
                                  dynamical, group.label(), budget),
         .source = "CrisantiSommers1992",
         .measured = mean(fictive(slowest)),
         .relation = Relation::greater,
         .predicted = -1 / theory::equilibrium_energy(group.p, group.N, dynamical).value,
         .note = fmt::format("Predicted: that of equilibrium at this size, to first order. At N = "
                             "infinity no finite rate of cooling gets below T_d; small systems "
                             "cross barriers, and equilibrium changes at T_K = {:.4f}.",
                             kauzmann),
         .points = {slowest}});
    if (slowest == fastest) return;
    claims.push_back({.id = group.id() + "_slower_freezes_lower",
                      .statement = fmt::format("Slower cooling freezes at lower temperature ({}): "
                                               "fictive temperature at T_d, budget {} minus {}",
                                               group.label(), budget, least),
                      .source = "CugliandoloKurchan1993",
                      .measured = paired_difference(fictive(slowest), fictive(fastest)),
                      .relation = Relation::less,
                      .predicted = 0,
                      .note = "In the same disorder samples.",
                      .points = {slowest, fastest}});
}

}  // namespace

std::vector<Claim> cooling_claims(Results const& results, Group const& group) {
    std::vector<Claim> claims;
    auto const found = group.points.find("annealing");
    if (found == group.points.end()) return claims;
    add_equilibrium(results, group, found->second, claims);
    add_freezing(results, group, found->second, claims);
    return claims;
}

}  // namespace spinscape::searches
