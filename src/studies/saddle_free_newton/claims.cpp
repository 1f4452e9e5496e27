// SPDX-License-Identifier: BSD-3-Clause
#include "conclusions.hpp"
#include "groups.hpp"
#include "shared/paired.hpp"
#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::saddle_free {

namespace {

constexpr auto source = "Dauphin2014";

std::string in_words(std::string const& method) {
    if (method == "sgd") return "gradient descent";
    return method == "damped_newton" ? "Newton's method" : "saddle-free Newton";
}

/// Point of an analytic system and method, or -1.
index point_of(Results const& results, std::string const& system, std::string const& method) {
    for (std::size_t i = 0; i < results.points.size(); ++i)
        if (results.points[i].text("system") == system &&
            results.points[i].text("method") == method)
            return static_cast<index>(i);
    return -1;
}

std::vector<double> minus(std::vector<double> a, std::vector<double> const& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
    return a;
}

std::vector<index> together(Group const& a, Group const& b) {
    auto points = a.points();
    points.insert(points.end(), b.points().begin(), b.points().end());
    std::ranges::sort(points);
    return points;
}

std::string rates_note(Group const& other) {
    auto const rates = other.rates();
    return rates.empty() ? "" : fmt::format(" Learning rate chosen: {}.", rates);
}

}  // namespace

std::vector<Claim> analytic_claims(Results const& results) {
    std::vector<Claim> claims;
    for (std::string const system : {"quadratic", "monkey"}) {
        for (std::string const method : {"sgd", "saddle_free_newton"}) {
            auto const point = point_of(results, system, method);
            if (point < 0) continue;
            claims.push_back(
                {.id = fmt::format("{}_{}_escape", system, method),
                 .statement = fmt::format("Steps until {} has left the {} saddle, minus those of "
                                          "the closed form",
                                          in_words(method), system),
                 .source = source,
                 .measured = mean_estimate(minus(results.records.column(point, "escape_steps"),
                                                 results.records.column(point, "predicted_steps"))),
                 .relation = Relation::equal,
                 .predicted = 0,
                 .tolerance = 0.5,
                 .note = "The closed form's own rounding may shift a step: half a step on average "
                         "is allowed.",
                 .points = {point}});
        }
        if (auto const point = point_of(results, system, "damped_newton"); point >= 0) {
            std::vector<double> drawn;
            for (double const ratio : results.records.column(point, "distance_ratio"))
                drawn.push_back(ratio < 1e-3 ? 1 : 0);
            claims.push_back(
                {.id = fmt::format("{}_newton_attracted", system),
                 .statement = fmt::format("Newton's method is drawn to the {} saddle: share of "
                                          "runs that end a thousand times nearer than they began",
                                          system),
                 .source = source,
                 .measured = share_estimate(drawn),
                 .relation = Relation::greater,
                 .predicted = 0.9,
                 .note = "The exact share is 1; an interval of n runs cannot show more.",
                 .points = {point}});
        }
        auto const descent = point_of(results, system, "sgd"),
                   free = point_of(results, system, "saddle_free_newton");
        if (descent < 0 || free < 0) continue;
        claims.push_back(
            {.id = fmt::format("{}_saddle_free_sooner", system),
             .statement = fmt::format("Saddle-free Newton leaves the {} saddle in fewer steps than "
                                      "gradient descent: mean difference from the same starts",
                                      system),
             .source = source,
             .measured = mean_estimate(minus(results.records.column(free, "escape_steps"),
                                             results.records.column(descent, "escape_steps"))),
             .relation = Relation::less,
             .predicted = 0,
             .note = "Steps, not cost: a step of Newton's needs the Hessian.",
             .points = {std::min(descent, free), std::max(descent, free)}});
    }
    return claims;
}

namespace {

void compare(std::vector<Claim>& claims, std::string const& condition,
             std::map<std::string, Group> const& methods, char const* id, std::string const& better,
             std::string const& worse) {
    auto const a = methods.find(better), b = methods.find(worse);
    if (a == methods.end() || b == methods.end()) return;
    claims.push_back(
        {.id = fmt::format("{}_{}", id, identifier(condition)),
         .statement = fmt::format("At {}, {} reaches a lower training loss than {} in as "
                                  "many epochs or steps: mean difference from the same starts",
                                  condition, better, worse),
         .source = source,
         .measured = studies::paired_difference(a->second.final_losses(), b->second.final_losses()),
         .relation = Relation::less,
         .predicted = 0,
         .note = "Per step or epoch, as the source counts; what they cost is in the figure." +
                 rates_note(b->second),
         .points = together(a->second, b->second)});
}

/// The control that the source leaves out.
void compare_cost(std::vector<Claim>& claims, std::string const& condition,
                  std::map<std::string, Group> const& methods, char const* id,
                  std::string const& better) {
    auto const a = methods.find(better), b = methods.find(std::string(sgd) + at_equal_cost);
    if (a == methods.end() || b == methods.end()) return;
    auto const mean = [](std::map<index, double> const& values) {
        std::vector<double> list;
        for (auto const& [replica, value] : values) list.push_back(value);
        return mean_estimate(list).value;
    };
    claims.push_back(
        {.id = fmt::format("{}_{}", id, identifier(condition)),
         .statement = fmt::format("At {}, {} reaches a lower training loss than SGD also when SGD "
                                  "may cost as much: mean difference from the same starts",
                                  condition, better),
         .source = source,
         .measured = studies::paired_difference(a->second.final_losses(), b->second.final_losses()),
         .relation = Relation::less,
         .predicted = 0,
         .note = fmt::format("The source compares epochs, not cost. In gradients of the full loss: "
                             "{:.0f} against {:.0f}.{}",
                             mean(a->second.values("cost")), mean(b->second.values("cost")),
                             rates_note(b->second)),
         .points = together(a->second, b->second)});
}

void compare_curvature(std::vector<Claim>& claims, std::string const& condition,
                       std::map<std::string, Group> const& methods, char const* id,
                       std::string const& better, std::string const& worse) {
    auto const a = methods.find(better), b = methods.find(worse);
    if (a == methods.end() || b == methods.end()) return;
    claims.push_back(
        {.id = fmt::format("{}_{}", id, identifier(condition)),
         .statement = fmt::format("At {}, {} ends with less negative curvature than {}: "
                                  "mean difference of the lowest Hessian eigenvalue",
                                  condition, better, worse),
         .source = source,
         .measured = studies::paired_difference(a->second.values("lowest_eigenvalue"),
                                                b->second.values("lowest_eigenvalue")),
         .relation = Relation::greater,
         .predicted = 0,
         .note = "Full training loss." + rates_note(b->second),
         .points = together(a->second, b->second)});
}

}  // namespace

std::vector<Claim> network_claims(Results const& results) {
    std::vector<Claim> claims;
    for (auto const& [condition, methods] : groups(results)) {
        compare(claims, condition, methods, "saddle_free_below_newton", exact, newton);
        compare(claims, condition, methods, "saddle_free_below_sgd", exact, sgd);
        compare(claims, condition, methods, "saddle_free_below_momentum", exact, momentum);
        compare(claims, condition, methods, "krylov_below_newton", krylov, newton);
        compare(claims, condition, methods, "krylov_below_sgd", krylov, sgd);
        compare_cost(claims, condition, methods, "saddle_free_at_equal_cost", exact);
        compare_cost(claims, condition, methods, "krylov_at_equal_cost", krylov);
        compare_curvature(claims, condition, methods, "curvature_against_newton", exact, newton);
        compare_curvature(claims, condition, methods, "curvature_against_sgd", exact, sgd);
    }
    return claims;
}

}  // namespace spinscape::saddle_free
