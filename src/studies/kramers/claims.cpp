// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape::escapes {

namespace {

/// What is left of the discretisation: with crossings between steps taken into account the error at
/// step h is c h + O(h^2), of which extrapolation leaves O(h H), well below a percent of the time.
constexpr double left_by_extrapolation = 0.01;
/// The same for wells, whose time is dominated by rare events near the saddle.
constexpr double left_in_wells = 0.02;
/// SGD: how far the mean over a minibatch is from normal.
constexpr double left_by_normality = 0.01;

std::string where(Group const& group) {
    auto const& p = group.parameters;
    std::string text = group.saddle() ? fmt::format("lambda_{:g}_", p.real("lambda")) : "";
    if (group.sgd())
        return text + fmt::format("eta_{:g}_noise_{:g}_{:g}", p.real("learning_rate"),
                                  p.real("additive"), p.real("multiplicative"));
    text += fmt::format("epsilon_{:g}", p.real("epsilon"));
    if (p.real("coupling") > 0) text += fmt::format("_coupling_{:g}", p.real("coupling"));
    return text;
}

Claim exact_time(Group const& group) {
    auto const& p = group.parameters;
    double const exact = group.exact;
    Claim claim{
        .id = fmt::format("{}{}_time_{}", group.sgd() ? "sgd_" : "",
                          group.saddle() ? "saddle" : "well", where(group)),
        .statement = {},
        .source = group.saddle() ? "Ge2016" : "Kramers1940",
        .measured = {group.time.value / exact, group.time.standard_error / exact, group.time.n},
        .relation = Relation::equal,
        .predicted = 1,
        .tolerance = group.exact_error / exact + (group.sgd()      ? left_by_normality
                                                  : group.saddle() ? left_by_extrapolation
                                                                   : left_in_wells),
        .note = fmt::format("Exact {:.6g}, asymptotic form {:.6g}.", exact, group.asymptotic),
        .points = group.points};
    if (group.sgd())
        claim.statement = fmt::format(
            "SGD leaves the {} after the mean number of steps of its exact chain at eta = {:g}, "
            "gradient noise {:g} + {:g} x: measured / exact",
            group.saddle() ? "saddle" : "well", p.real("learning_rate"), p.real("additive"),
            p.real("multiplicative"));
    else if (group.saddle())
        claim.statement = fmt::format(
            "Mean time to leave the saddle at lambda = {:g}, epsilon = {:g}: measured / exact",
            p.real("lambda"), p.real("epsilon"));
    else
        claim.statement = fmt::format(
            "Mean time from well to well at epsilon = {:g}: measured / exact mean first-passage "
            "time",
            p.real("epsilon"));
    return claim;
}

/// With U = P(T <= t) at the measured time, E U^2 = 1/3 whatever the law, if it is the right one.
Claim law_of_times(Results const& results, Group const& group) {
    auto const& p = group.parameters;
    return {.id = "saddle_law_" + where(group),
            .statement = fmt::format(
                "Times to leave the saddle follow the exact law at lambda = {:g}, epsilon = {:g}: "
                "mean square of its distribution function at the measured times",
                p.real("lambda"), p.real("epsilon")),
            .source = "Ge2016",
            .measured = mean_estimate(results.records.column(group.points.front(), "law")),
            .relation = Relation::equal,
            .predicted = 1.0 / 3,
            .tolerance = 0.01,
            .note = fmt::format("At the finest step, {:g}, not extrapolated.", group.steps.front()),
            .points = {group.points.front()}};
}

/// Slope of ln T against ln lambda at each epsilon.
void add_inverse_curvature(std::vector<Group> const& groups, std::vector<Claim>& claims) {
    std::vector<double> done;
    for (auto const& group : groups) {
        if (!group.saddle() || group.sgd() || std::ranges::count(done, group.epsilon()) > 0)
            continue;
        done.push_back(group.epsilon());
        std::vector<double> x, y, error;
        index n = 0;
        Claim claim;
        double correction = 0;
        for (auto const& other : groups) {
            if (!other.saddle() || other.sgd() || other.epsilon() != group.epsilon()) continue;
            double const lambda = other.parameters.real("lambda");
            x.push_back(std::log(lambda));
            y.push_back(std::log(other.time.value));
            error.push_back(other.time.standard_error / other.time.value);
            n += other.time.n;
            correction = std::max(correction, 1 / (2 * lambda * other.asymptotic));
            claim.points.insert(claim.points.end(), other.points.begin(), other.points.end());
        }
        if (x.size() < 2) continue;
        claim.id = fmt::format("saddle_inverse_curvature_epsilon_{:g}", group.epsilon());
        claim.statement = fmt::format(
            "Time near a saddle is inverse to its most negative eigenvalue at epsilon = {:g}: "
            "slope "
            "of ln T against ln lambda",
            group.epsilon());
        claim.source = "Ge2016";
        auto const fit = fit_line(x, y, error);
        claim.measured = {fit.slope, fit.slope_error, n};
        claim.predicted = -1;
        claim.tolerance = correction;
        claim.note =
            "Tolerance: d ln ln(lambda a^2/epsilon) / d ln lambda where it is largest, since T = "
            "(ln(lambda a^2/epsilon) + 1.27) / (2 lambda): the logarithm flattens the law.";
        claims.push_back(std::move(claim));
    }
}

/// Arrhenius: slope of ln T against 1/epsilon between the two smallest epsilon.
void add_kramers(std::vector<Group> const& groups, std::vector<Claim>& claims) {
    std::vector<Group const*> wells;
    for (auto const& group : groups)
        if (!group.saddle() && !group.sgd() && group.parameters.real("coupling") == 0)
            wells.push_back(&group);
    std::ranges::sort(wells, {}, [](Group const* group) { return group->epsilon(); });
    if (wells.size() >= 2) {
        auto const &a = *wells[0], &b = *wells[1];
        double const width = 1 / a.epsilon() - 1 / b.epsilon();
        claims.push_back(
            {.id = "well_arrhenius",
             .statement = fmt::format("ln T grows like barrier / epsilon: its slope against "
                                      "1/epsilon between {:g} and {:g} is the height 1/4",
                                      b.epsilon(), a.epsilon()),
             .source = "Kramers1940",
             .measured = {std::log(a.time.value / b.time.value) / width,
                          std::hypot(a.time.standard_error / a.time.value,
                                     b.time.standard_error / b.time.value) /
                              width,
                          std::min(a.time.n, b.time.n)},
             .relation = Relation::equal,
             .predicted = 0.25,
             .tolerance = 3 * a.epsilon() * b.epsilon(),
             .note = "Tolerance: T / Kramers = 1 + 1.5 epsilon + ... for this well, so that the "
                     "slope is off by 1.5 epsilon^2; twice that for the next orders.",
             .points = {}});
        claims.push_back(
            {.id = "well_kramers_is_low",
             .statement = fmt::format("At epsilon = {:g} the Eyring-Kramers time is still too "
                                      "short: measured / asymptotic",
                                      a.epsilon()),
             .source = "BovierEckhoffGayrardKlein2004",
             .measured = {a.time.value / a.asymptotic, a.time.standard_error / a.asymptotic,
                          a.time.n},
             .relation = Relation::greater,
             .predicted = 1 + a.epsilon(),
             .note = "Exact: 1 + 1.5 epsilon + O(epsilon^2). Experiments that compare with the "
                     "asymptotic form see this as a deviation.",
             .points = a.points});
    }
}

/// Ratio of the times with and without coupling at each epsilon, extrapolated linearly to 0 from
/// the two smallest: the prefactor. At finite epsilon the entropy of the other directions flattens
/// the saddle by coupling * epsilon.
void add_prefactor(std::vector<Group> const& groups, std::vector<Claim>& claims) {
    struct Pair {
        Group const *stiff, *plain;
    };
    std::vector<Pair> pairs;
    for (auto const& stiff : groups)
        for (auto const& plain : groups)
            if (!stiff.saddle() && !stiff.sgd() && stiff.parameters.real("coupling") > 0 &&
                !plain.saddle() && !plain.sgd() && plain.parameters.real("coupling") == 0 &&
                plain.epsilon() == stiff.epsilon())
                pairs.push_back({&stiff, &plain});
    std::ranges::sort(pairs, {}, [](Pair const& pair) { return pair.stiff->epsilon(); });
    if (pairs.size() < 2) return;
    double const e = pairs[0].stiff->epsilon(), E = pairs[1].stiff->epsilon();
    double const coupling = pairs[0].stiff->parameters.real("coupling"),
                 predicted =
                     std::pow(1 + coupling, -pairs[0].stiff->parameters.real("directions") / 2);
    auto const near = ratio(pairs[0].stiff->time, pairs[0].plain->time),
               far = ratio(pairs[1].stiff->time, pairs[1].plain->time);
    Claim claim{
        .id = "well_prefactor",
        .statement = fmt::format(
            "Stiffness {:g} instead of 1 in the well's other direction shortens the time by "
            "the root of the determinants' ratio: ratio of times, extrapolated to epsilon = "
            "0 from {:g} and {:g}",
            1 + coupling, E, e),
        .source = "BovierEckhoffGayrardKlein2004",
        .measured = {(E * near.value - e * far.value) / (E - e),
                     std::hypot(E * near.standard_error, e * far.standard_error) / (E - e),
                     std::min(near.n, far.n)},
        .relation = Relation::equal,
        .predicted = predicted,
        .tolerance = predicted * coupling * coupling * e * E,
        .note = fmt::format("Not extrapolated {:.3f} and {:.3f}: the asymptotic prefactor is "
                            "far off at these temperatures, since the entropy of the other "
                            "direction flattens the saddle by coupling * epsilon. Tolerance: "
                            "its second order.",
                            far.value, near.value)};
    for (auto const& pair : {pairs[0], pairs[1]})
        for (auto const* group : {pair.stiff, pair.plain})
            claim.points.insert(claim.points.end(), group->points.begin(), group->points.end());
    claims.push_back(std::move(claim));
}

/// Noise that grows along the way out of a well, against a constant temperature.
void add_temperature_of_sgd(std::vector<Group> const& groups, std::vector<Claim>& claims) {
    for (auto const& group : groups) {
        if (!group.sgd() || group.saddle() || group.parameters.real("multiplicative") == 0)
            continue;
        double const constant =
            theory::mean_first_passage(
                theory::overdamped([](double x) { return x * x * x * x / 4 - x * x / 2; },
                                   group.epsilon()),
                -1, 1, -std::numeric_limits<double>::infinity())
                .value;
        claims.push_back(
            {.id = "sgd_well_is_no_constant_temperature_" + where(group),
             .statement = fmt::format(
                 "Where the noise of SGD grows with x it leaves the well sooner than at the "
                 "constant temperature of the saddle, eta = {:g}: time / time at epsilon = {:g}",
                 group.parameters.real("learning_rate"), group.epsilon()),
             .source = "Ge2016",
             .measured = {group.time.value / constant, group.time.standard_error / constant,
                          group.time.n},
             .relation = Relation::less,
             .predicted = 1,
             .note = {},
             .points = group.points});
    }
}

}  // namespace

std::vector<Claim> claims(Results const& results, std::vector<Group> const& groups) {
    std::vector<Claim> claims;
    for (auto const& group : groups)
        if (!std::isnan(group.exact) && group.time.n > 0) claims.push_back(exact_time(group));
    for (auto const& group : groups) {
        if (!group.saddle() || group.sgd()) continue;
        auto claim = law_of_times(results, group);
        if (claim.measured.n > 0) claims.push_back(std::move(claim));
    }
    add_inverse_curvature(groups, claims);
    add_kramers(groups, claims);
    add_prefactor(groups, claims);
    add_temperature_of_sgd(groups, claims);
    return claims;
}

}  // namespace spinscape::escapes
