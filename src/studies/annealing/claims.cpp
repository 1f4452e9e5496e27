// SPDX-License-Identifier: BSD-3-Clause
// All methods search in the same disorder samples: differences are paired by sample.
#include "groups.hpp"
#include "search.hpp"
#include "spinscape/stats/line_fit.hpp"
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

/// The lowest energy that any method met in each disorder sample.
void add_ground_state(Results const& results, Group const& group, std::vector<Claim>& claims) {
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
    if (group.points.size() < 3) return;
    std::vector<double> values;
    for (auto const& [replica, energy] : lowest) values.push_back(energy);
    auto const ground = theory::ground_state(group.p, group.N);
    claims.push_back(
        {.id = group.id() + "_ground_state",
         .statement = fmt::format("The lowest that any search finds is the mean ground state of "
                                  "this size ({}): energy per spin",
                                  group.label()),
         .source = "SubagZeitouni2017",
         .measured = mean_estimate(values),
         .relation = Relation::equal,
         .predicted = ground.mean,
         .tolerance = 1.0 / static_cast<double>(group.N),
         .note =
             fmt::format("E_0 = {:.5f} in the limit; the correction for this size is asymptotic, "
                         "taken as good to 1/N. Between samples the ground state has a standard "
                         "deviation of {:.4f}.",
                         theory::e_k(group.p, 0), ground.sd),
         .points = points});
}

Estimate limit_of(LineFit const& fit, index n) {
    double const scatter = fit.degrees_of_freedom > 0
                               ? fit.chi_squared / static_cast<double>(fit.degrees_of_freedom)
                               : 1;
    return {fit.intercept, fit.intercept_error * std::sqrt(std::max(1.0, scatter)), n};
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
            claims.push_back(
                {.id = fmt::format("{}_reaches_algorithmic_energy_p{}_{}", method, p, budget),
                 .statement = fmt::format(
                     "{} comes to -int sqrt(xi'') dq with no descent (p = {}, budget {}): energy "
                     "per spin, linear in N^(-2/3), at N = infinity",
                     method == std::string("hessian_ascent") ? "Hessian ascent" : "Message passing",
                     p, budget),
                 .source = source,
                 .measured = measured,
                 .relation = Relation::equal,
                 .predicted = theory::algorithmic_energy({&term, 1}),
                 .tolerance = 0.06,
                 .note = "For a pure model this is -E_inf. Tolerance: 1.7 % for eigenvectors by 16 "
                         "Hessian products and 2 % for a finite number of steps; the linear "
                         "extrapolation is an assumption.",
                 .points = points});
        }
    }
}

void add_freezing(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const found = group.points.find("annealing");
    if (found == group.points.end()) return;
    PSpinTerm const term{.p = group.p};
    double const dynamical = theory::dynamical_temperature({&term, 1}),
                 kauzmann = theory::kauzmann_temperature({&term, 1});
    auto const slowest = found->second.rbegin()->second;
    auto const slow = freezing(results, slowest);
    // The fastest that is in equilibrium at all.
    index fastest = slowest;
    Freezing fast = slow;
    for (auto const& [budget, point] : found->second) {
        auto const here = freezing(results, point);
        if (!std::isfinite(here.temperature.standard_error)) continue;
        fastest = point;
        fast = here;
        break;
    }
    auto const& T = curve_temperatures();
    for (std::size_t i = 0; i < T.size(); ++i) {
        if (std::abs(T[i] - 1.2) > 1e-9) continue;
        claims.push_back(
            {.id = group.id() + "_equilibrium_above",
             .statement = fmt::format("At T = {:.2f}, above T_d = {:.4f}, annealing is in "
                                      "equilibrium, u = -1/T ({}): energy per spin",
                                      T[i], dynamical, group.label()),
             .source = "CrisantiSommers1992",
             .measured = {slow.energies[i], slow.errors[i], slow.temperature.n},
             .relation = Relation::equal,
             .predicted = -1 / T[i],
             .tolerance = excess,
             .note =
                 "-1/T is exact at N = infinity down to T_K. Tolerance: the excess that defines "
                 "freezing.",
             .points = {slowest}});
    }
    claims.push_back(
        {.id = group.id() + "_freezes_above_dynamical",
         .statement = fmt::format("Annealing falls out of equilibrium above T_d = {:.4f} ({}): "
                                  "temperature at which u exceeds -1/T by {}",
                                  dynamical, group.label(), excess),
         .source = "CrisantiSommers1992",
         .measured = slow.temperature,
         .relation = Relation::greater,
         .predicted = dynamical,
         .note = fmt::format("At N = infinity no finite rate of cooling gets below T_d; small "
                             "systems cross barriers, and equilibrium changes at T_K = {:.4f}.",
                             kauzmann),
         .points = {slowest}});
    if (slowest == fastest) return;
    claims.push_back(
        {.id = group.id() + "_slower_freezes_lower",
         .statement = fmt::format("Slower cooling freezes at lower temperature ({}): "
                                  "that of the largest budget minus that of the "
                                  "smallest which has one",
                                  group.label()),
         .source = "CugliandoloKurchan1993",
         .measured = difference(slow.temperature, fast.temperature),
         .relation = Relation::less,
         .predicted = 0,
         .note = "Errors are added as if the two were independent; they share disorder.",
         .points = {slowest, fastest}});
}

}  // namespace

std::vector<Claim> glass_claims(Results const& results) {
    std::vector<Claim> claims;
    auto const all = groups(results);
    for (auto const& group : all) {
        if (group.system != "glass") continue;
        double const band = theory::e_k(group.p, 0) - theory::e_infinity(group.p);
        for (auto const* method : {"momentum", "conjugate_gradient"}) {
            compare(results, group,
                    {method, "descent", "energy",
                     "What moves downhill from random starts ends equally deep", "Sellke2024",
                     Relation::equal, 0, band / 4, "Tolerance: a quarter of E_0 - E_inf."},
                    claims);
            compare(results, group,
                    {method, "descent", "ends",
                     "Descents with a memory reach more minima for the same effort",
                     "HagerZhang2005", Relation::greater, 0, 0, ""},
                    claims);
        }
        for (auto const* method : {"annealing", "tempering", "population"}) {
            compare(results, group,
                    {method, "descent", "energy", "Cooling ends deeper than descents do",
                     "Kirkpatrick1983", Relation::less, 0, 0,
                     "At N = infinity all end at -E_inf: the gain is one of finite size."},
                    claims);
            compare(results, group,
                    {method, "descent", "lowest",
                     "The best of a cooled group is below the best of all descents of equal effort",
                     "Kirkpatrick1983", Relation::less, accuracy, 0, restarts},
                    claims);
        }
        add_ground_state(results, group, claims);
        add_freezing(results, group, claims);
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
