// SPDX-License-Identifier: BSD-3-Clause
// All methods search in the same disorder samples: differences are paired by sample.
#include "groups.hpp"
#include "phases.hpp"
#include "search.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/kac_rice.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace spinscape::searches {

namespace {

using studies::by_replica, studies::paired_difference;

/// Difference of a field between two methods at their largest common budget.
struct Comparison {
    std::string a, b, field, what, source;
    Relation relation;
    double predicted = 0, tolerance = 0;
    std::string note;
};

void compare(Results const& results, Group const& group, Comparison const& c,
             std::vector<Claim>& claims) {
    auto const pair = group.common(c.a, c.b);
    if (pair.a < 0) return;
    claims.push_back({.id = fmt::format("{}_{}_and_{}_{}", group.id(), c.a, c.b, c.field),
                      .statement = fmt::format("{} ({}, budget {}): {} of {} minus {}", c.what,
                                               group.label(), pair.budget,
                                               c.field == "energy"   ? "mean end energy per spin"
                                               : c.field == "lowest" ? "lowest energy per spin"
                                                                     : "number of ends",
                                               c.a, c.b),
                      .source = c.source,
                      .measured = paired_difference(by_replica(results, pair.a, c.field),
                                                    by_replica(results, pair.b, c.field)),
                      .relation = c.relation,
                      .predicted = c.predicted,
                      .tolerance = c.tolerance,
                      .note = c.note,
                      .points = {pair.a, pair.b}});
}

/// Ends are within this of the minimum below them, per spin.
constexpr double accuracy = -1e-4;
constexpr auto restarts =
    "Small systems have few minima: of hundreds of descents one finds the lowest, and no search "
    "can be below. A population that is small ends in the minima of few families.";

index largest(Group const& group, std::string const& method) {
    auto const found = group.points.find(method);
    return found == group.points.end() ? -1 : found->second.rbegin()->second;
}

/// The lowest energy that any method met in each disorder sample, and the points behind it.
std::pair<std::vector<double>, std::vector<index>> lowest_of_all(Results const& results,
                                                                 Group const& group) {
    studies::ByReplica lowest;
    std::vector<index> points;
    for (auto const& [method, budgets] : group.points)
        for (auto const& [budget, point] : budgets) {
            points.push_back(point);
            for (auto const& [replica, energy] : by_replica(results, point, "lowest")) {
                auto& known = lowest.try_emplace(replica, energy).first->second;
                known = std::min(known, energy);
            }
        }
    std::vector<double> values;
    for (auto const& [replica, energy] : lowest) values.push_back(energy);
    return {values, points};
}

/// Mean ground states of this size, next to the lowest that tempering finds at its largest budget
/// and the lowest that all searches together do.
void add_ground_state(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const asymptotic = theory::ground_state(group.p, group.N);
    auto const counted = theory::ground_state_by_count(group.p, group.N);
    auto const add = [&](std::string const& id, std::string const& statement,
                         Estimate const& measured, std::vector<index> const& points,
                         std::string const& note) {
        claims.push_back(
            {.id = group.id() + id,
             .statement = fmt::format("{} the mean ground state of this size ({}): energy per spin",
                                      statement, group.label()),
             .source = "SubagZeitouni2017",
             .measured = measured,
             .relation = Relation::equal,
             .predicted = counted,
             .tolerance = std::abs(counted - asymptotic.mean),
             .note = fmt::format("Predicted from exact mean counts of critical points; tolerance: "
                                 "distance to the sharp asymptotics, {:.5f}. E_0 = {:.5f} in the "
                                 "limit; standard deviation between samples {:.4f}. {}",
                                 asymptotic.mean, theory::e_k(group.p, 0), asymptotic.sd, note),
             .points = points});
    };
    if (auto const point = largest(group, "tempering"); point >= 0)
        add("_tempering_at_ground_state", "Parallel tempering ends at",
            mean_of(results, point, "lowest"), {point},
            fmt::format(
                "The lowest that a search of finite length meets bounds the ground state from "
                "above: {} sweeps of 16 walkers, 85 % of the budget, need not be enough to cross "
                "between its deepest minima. In the standard tier they are not at N = 200, where "
                "this is contradicted: -1.624(4).",
                static_cast<index>(
                    0.85 * results.points[static_cast<std::size_t>(point)].real("budget"))));
    if (group.points.size() < 3) return;
    auto const [values, points] = lowest_of_all(results, group);
    add("_ground_state", "The lowest that any search finds is", mean_estimate(values), points,
        "Of all methods at all budgets: many times the effort of one of them.");
}

Estimate limit_of(LineFit const& fit, index n) {
    double const scatter = fit.degrees_of_freedom > 0
                               ? fit.chi_squared / static_cast<double>(fit.degrees_of_freedom)
                               : 1;
    return {fit.intercept, fit.intercept_error * std::sqrt(std::max(1.0, scatter)), n};
}

/// Steps of Hessian ascent or message passing, and the energy that they reach at N = infinity.
std::pair<index, double> steps_and_energy(PSpinTerm const& term, bool ascends, index budget) {
    auto const steps = ascends ? ascent_steps(budget) : passing_steps(budget);
    return {steps, ascends ? theory::hessian_ascent_energy({&term, 1}, steps, ascent_products)
                           : theory::message_passing_energy({&term, 1}, steps)};
}

/// Where a method stands before any descent helps it, extrapolated over the sizes of a sweep at
/// the budget that all of them have.
void add_algorithmic(Results const& results, std::vector<Group> const& all,
                     std::vector<Claim>& claims) {
    for (auto const& [method, source] : {std::pair("hessian_ascent", "Subag2021"),
                                         std::pair("message_passing", "Montanari2021")}) {
        std::map<std::pair<int, index>, std::vector<Group const*>> series;  // by p and budget
        for (auto const& group : all)
            if (auto const found = group.points.find(method);
                group.system == "glass" && found != group.points.end())
                for (auto const& [budget, point] : found->second)
                    series[{group.p, budget}].push_back(&group);
        for (auto const& [key, sizes] : series) {
            auto const& [p, budget] = key;
            if (sizes.size() < 3) continue;
            std::vector<double> x, y, error;
            std::vector<index> points;
            index fewest = std::numeric_limits<index>::max();
            for (auto const* group : sizes) {
                points.push_back(group->points.at(method).at(budget));
                auto const mean = mean_of(results, points.back(), "before_descent");
                x.push_back(std::pow(static_cast<double>(group->N), -2.0 / 3));
                y.push_back(mean.value);
                error.push_back(mean.standard_error);
                fewest = std::min(fewest, mean.n);
            }
            PSpinTerm const term{.p = p};
            auto const known = [](double e) { return e > 0; };  // not where it is missing
            auto const measured = std::ranges::all_of(error, known)
                                      ? limit_of(fit_line(x, y, error), fewest)
                                      : Estimate{};
            bool const ascends = method == std::string("hessian_ascent");
            auto const limit = theory::algorithmic_energy({&term, 1});
            auto const [steps, reached] = steps_and_energy(term, ascends, budget);
            auto const name = ascends ? "Hessian ascent" : "Message passing";
            claims.push_back(
                {.id = fmt::format("{}_reaches_algorithmic_energy_p{}_{}", method, p, budget),
                 .statement = fmt::format(
                     "{} comes to -int sqrt(xi'') dq with no descent (p = {}, budget {}): energy "
                     "per spin, linear in N^(-2/3), at N = infinity",
                     name, p, budget),
                 .source = source,
                 .measured = measured,
                 .relation = Relation::equal,
                 .predicted = limit,
                 .tolerance = std::abs(reached - limit),
                 .note = fmt::format(
                     "For a pure model this is -E_inf. Tolerance: how far from it {} steps{} end "
                     "at N = infinity by theory, at {:.4f}. The linear extrapolation is an "
                     "assumption.",
                     steps, ascends ? " along vectors of 16 Hessian products" : "", reached),
                 .points = points});
        }
    }
}

}  // namespace

std::vector<Claim> glass_claims(Results const& results) {
    std::vector<Claim> claims;
    auto const all = groups(results);
    for (auto const& group : all) {
        if (group.system != "glass") continue;
        double const band = theory::e_k(group.p, 0) - theory::e_infinity(group.p);
        for (auto const* method : {"momentum", "conjugate_gradient", "greedy"}) {
            compare(results, group,
                    {method, "descent", "energy",
                     "What moves downhill from random starts ends equally deep", "Sellke2024",
                     Relation::equal, 0, band / 4, "Tolerance: a quarter of E_0 - E_inf."},
                    claims);
            if (method == std::string("greedy")) continue;  // turns two coordinates at a time
            compare(results, group,
                    {method, "descent", "ends",
                     "Descents with a memory reach more minima for the same effort",
                     "HagerZhang2005", Relation::greater, 0, 0, ""},
                    claims);
        }
        for (auto const* method : {"annealing", "tempering", "population"}) {
            compare(
                results, group,
                {method, "descent", "energy", "Cooling ends deeper than descents do",
                 "Kirkpatrick1983", Relation::less, 0, 0,
                 "At N = infinity all end at -E_inf: the gain is one of finite size. Walkers of a "
                 "population share the effort of sixteen: where they are many, steps are few."},
                claims);
            compare(results, group,
                    {method, "descent", "lowest",
                     "The best of a cooled group is below the best of all descents of equal effort",
                     "Kirkpatrick1983", Relation::less, accuracy, 0, restarts},
                    claims);
        }
        add_ground_state(results, group, claims);
        auto const cooling = cooling_claims(results, group);
        claims.insert(claims.end(), cooling.begin(), cooling.end());
    }
    add_algorithmic(results, all, claims);
    return claims;
}

std::vector<Claim> other_claims(Results const& results) {
    std::vector<Claim> claims;
    for (auto const& group : groups(results)) {
        if (group.system != "ising") continue;
        for (auto const* method : {"extremal", "annealing", "tempering", "population"}) {
            compare(results, group,
                    {method, "greedy", "energy", "Searches end deeper than greedy descents",
                     method == std::string("extremal") ? "BoettcherPercus2001" : "Kirkpatrick1983",
                     Relation::less, 0, 0, ""},
                    claims);
            auto const point = largest(group, method);
            if (point < 0 || group.N > 20) continue;
            std::vector<double> found;
            auto const exact = by_replica(results, point, "exact_lowest");
            for (auto const& [replica, lowest] : by_replica(results, point, "lowest"))
                found.push_back(lowest < exact.at(replica) + 1e-6 ? 1.0 : 0.0);
            claims.push_back(
                {.id = fmt::format("{}_{}_finds_ground_state", group.id(), method),
                 .statement = fmt::format("The ground state of enumeration is found in nearly "
                                          "every sample ({}, {}): share",
                                          group.label(), method),
                 .source = method == std::string("extremal") ? "BoettcherPercus2001"
                                                             : "HukushimaNemoto1996",
                 .measured = share_estimate(found),
                 .relation = Relation::greater,
                 .predicted = 0.6,
                 .note = "Sixteen walkers; the estimate of a share of 1 among few samples lies "
                         "below 1.",
                 .points = {point}});
        }
    }
    for (auto const& [width, methods] : networks(results)) {
        auto const sgd = methods.find("sgd"), annealed = methods.find("annealing");
        if (sgd == methods.end() || annealed == methods.end()) continue;
        claims.push_back(
            {.id = fmt::format("network_annealing_no_better_{}", width),
             .statement = fmt::format("Simulated annealing finds no better network than SGD, {} "
                                      "hidden units: test loss of annealing minus SGD",
                                      width),
             .source = "Choromanska2015",
             .measured = paired_difference(by_replica(results, annealed->second, "test_loss"),
                                           by_replica(results, sgd->second, "test_loss")),
             .relation = Relation::greater,
             .predicted = 0,
             .note =
                 "The paper's means differ by +0.038 (2 units) to -0.001 (15) nats, on a subset "
                 "of MNIST whose size it does not give. Annealing moves by values alone and "
                 "spends many times the effort of SGD: see the parameters.",
             .points = {sgd->second, annealed->second}});
    }
    return claims;
}

}  // namespace spinscape::searches
