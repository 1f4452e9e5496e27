// SPDX-License-Identifier: BSD-3-Clause
// All methods search in the same disorder samples: differences are paired by sample.
#include "groups.hpp"
#include "search.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace spinscape::searches {

namespace {

using studies::by_replica, studies::paired_difference;

/// Difference of a field between two methods at their largest common budget.
struct Comparison {
    std::string a, b, field, what, source;
    Relation relation;
    double tolerance = 0;
    std::string note;
};

void compare(Results const& results, Group const& group, Comparison const& c,
             std::vector<Claim>& claims) {
    auto const pair = group.common(c.a, c.b);
    if (pair.a < 0) return;
    claims.push_back(
        {.id = fmt::format("{}_{}_and_{}_{}", group.id(), c.a, c.b, c.field),
         .statement = fmt::format(
             "{} ({}, budget {}): {} of {} minus {}", c.what, group.label(), pair.budget,
             c.field == "energy" ? "mean end energy per spin" : "lowest energy per spin", c.a, c.b),
         .source = c.source,
         .measured = paired_difference(by_replica(results, pair.a, c.field),
                                       by_replica(results, pair.b, c.field)),
         .relation = c.relation,
         .predicted = 0,
         .tolerance = c.tolerance,
         .note = c.note,
         .points = {pair.a, pair.b}});
}

index largest(Group const& group, std::string const& method) {
    auto const found = group.points.find(method);
    return found == group.points.end() ? -1 : found->second.rbegin()->second;
}

void add_ground_state(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const point = largest(group, "tempering");
    if (point < 0) return;
    auto const ground = theory::ground_state(group.p, group.N);
    claims.push_back(
        {.id = group.id() + "_tempering_at_ground_state",
         .statement = fmt::format("Parallel tempering ends at the mean ground state of this size "
                                  "({}): lowest energy per spin",
                                  group.label()),
         .source = "SubagZeitouni2017",
         .measured = mean_of(results, point, "lowest"),
         .relation = Relation::equal,
         .predicted = ground.mean,
         .tolerance = 1.0 / static_cast<double>(group.N),
         .note =
             fmt::format("E_0 = {:.5f} in the limit; the correction for this size is asymptotic "
                         "and good to O(1/N). Between samples the ground state has a standard "
                         "deviation of {:.4f}.",
                         theory::e_k(group.p, 0), ground.sd),
         .points = {point}});
}

/// Methods that need no luck at N = infinity: where they stand before any descent helps them.
void add_algorithmic(Results const& results, Group const& group, std::vector<Claim>& claims) {
    PSpinTerm const term{.p = group.p};
    double const limit = theory::algorithmic_energy({&term, 1});
    for (auto const& [method, source] :
         {std::pair{"hessian_ascent", "Subag2021"}, {"message_passing", "Montanari2021"}}) {
        auto const point = largest(group, method);
        if (point < 0) continue;
        claims.push_back(
            {.id = fmt::format("{}_{}_at_algorithmic_energy", group.id(), method),
             .statement = fmt::format("The {} reaches -int sqrt(xi'') dq = -E_alg with no descent "
                                      "({}): mean energy per spin",
                                      method == std::string("hessian_ascent")
                                          ? "walk along lowest eigenvectors of the Hessian"
                                          : "incremental message passing",
                                      group.label()),
             .source = source,
             .measured = mean_of(results, point, "before_descent"),
             .relation = Relation::equal,
             .predicted = limit,
             .tolerance = 2 * std::pow(static_cast<double>(group.N), -2.0 / 3),
             .note = "For a pure model E_alg = E_inf. Tolerance: 2 N^(-2/3), the scale on which "
                     "edges of spectra and ends of descents differ from the limit.",
             .points = {point}});
    }
}

void add_freezing(Results const& results, Group const& group, std::vector<Claim>& claims) {
    auto const found = group.points.find("annealing");
    if (found == group.points.end()) return;
    PSpinTerm const term{.p = group.p};
    double const dynamical = theory::dynamical_temperature({&term, 1}),
                 kauzmann = theory::kauzmann_temperature({&term, 1});
    auto const slowest = found->second.rbegin()->second, fastest = found->second.begin()->second;
    auto const slow = freezing(results, slowest), fast = freezing(results, fastest);
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
             .tolerance = 0.5 * excess,
             .note = "-1/T is exact at N = infinity down to T_K. Tolerance: half the excess that "
                     "defines freezing.",
             .points = {slowest}});
    }
    claims.push_back(
        {.id = group.id() + "_freezes_above_kauzmann",
         .statement = fmt::format("Annealing falls out of equilibrium before T_K = {:.4f} ({}): "
                                  "temperature at which u exceeds -1/T by {}",
                                  kauzmann, group.label(), excess),
         .source = "CrisantiSommers1992",
         .measured = slow.temperature,
         .relation = Relation::greater,
         .predicted = kauzmann,
         .note = fmt::format("At N = infinity any finite rate of cooling freezes at or above "
                             "T_d = {:.4f}; small systems cross barriers.",
                             dynamical),
         .points = {slowest}});
    if (slowest == fastest) return;
    claims.push_back(
        {.id = group.id() + "_slower_freezes_lower",
         .statement = fmt::format("Slower cooling freezes at lower temperature ({}): "
                                  "difference between the largest and the smallest "
                                  "budget",
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
    for (auto const& group : groups(results)) {
        if (group.system != "glass") continue;
        double const band = theory::e_k(group.p, 0) - theory::e_infinity(group.p);
        std::string const quarter = "Tolerance: a quarter of E_0 - E_inf.";
        for (auto const* method : {"momentum", "conjugate_gradient"})
            compare(results, group,
                    {method, "descent", "energy",
                     "What moves downhill from random starts ends equally deep", "Sellke2024",
                     Relation::equal, band / 4, quarter},
                    claims);
        for (auto const* method : {"annealing", "tempering", "population"}) {
            compare(results, group,
                    {method, "descent", "energy", "Cooling ends deeper than descents do",
                     "Kirkpatrick1983", Relation::less, 0,
                     "At N = infinity all end at -E_inf: the gain is one of finite size."},
                    claims);
            compare(results, group,
                    {method, "descent", "lowest",
                     "The best of a cooled group is below the best of all descents of equal effort",
                     "Kirkpatrick1983", Relation::less, 0,
                     "Small systems have few minima: many descents find the lowest one as well."},
                    claims);
        }
        add_algorithmic(results, group, claims);
        add_ground_state(results, group, claims);
        add_freezing(results, group, claims);
    }
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
                     Relation::less, 0, ""},
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
