// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include "spinscape/stats/estimate.hpp"
#include "spinscape/theory/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

namespace spinscape::degenerate {

namespace {

/// Layers' size at which the loss has fallen half way: (sigma - s^(H+1))^2 = sigma^2 / 2.
double half_way(Family const& family) {
    return std::pow(family.sigma() * (1 - std::sqrt(0.5)),
                    1 / (static_cast<double>(family.hidden()) + 1));
}

std::string_view place(Family const& family) {
    return family.parameters.text("saddle") == "origin" ? "the origin"
                                                        : "the saddle of the strongest mode";
}

/// What is certified at the saddle itself.
void add_saddle(Results const& results, Family const& family, std::vector<Claim>& claims) {
    auto const id = fmt::format("{}_hidden_{}", family.parameters.text("saddle"), family.hidden());
    if (std::ranges::any_of(claims, [&](Claim const& c) { return c.id == "curvature_" + id; }))
        return;
    auto const point = family.points.front();
    Estimate lowest = mean_estimate(results.records.column(point, "saddle_lowest"));
    lowest.standard_error = 0;  // the same number in every record
    bool const strict = family.hidden() == 1;
    claims.push_back(
        {.id = "curvature_" + id,
         .statement = strict ? fmt::format("With one hidden layer {} is strict: lowest eigenvalue "
                                           "is minus the next singular value",
                                           place(family))
                             : fmt::format("With {} hidden layers {} has no negative curvature: "
                                           "lowest eigenvalue",
                                           family.hidden(), place(family)),
         .source = "Kawaguchi2016",
         .measured = lowest,
         .relation = Relation::equal,
         .predicted = strict ? -family.sigma() : 0,
         .tolerance = 1e-10,
         .note = fmt::format("Gradient norm there {:.1e}, loss above that of the minima {:.4g}.",
                             mean_estimate(results.records.column(point, "saddle_gradient")).value,
                             mean_estimate(results.records.column(point, "saddle_excess")).value),
         .points = {}});
}

/// Along the mode everything is known: exact times at each distance.
void add_exact(Results const& results, Family const& family, std::vector<Claim>& claims) {
    double const eta = family.parameters.real("learning_rate");
    double worst = -1, tolerance = 0, at = 0;
    for (std::size_t i = 0; i < family.points.size(); ++i) {
        double const exact = exact_time(family, family.scales[i]);
        double const off =
            mean_estimate(results.records.column(family.points[i], "time")).value / exact - 1;
        // One step of rounding up, and the growth of a mode per step, to second order.
        double const allowed = 2 * eta / exact + eta * family.sigma();
        if (std::isnan(off) || std::abs(off) / allowed <= worst) continue;
        worst = std::abs(off) / allowed;
        tolerance = allowed;
        at = family.scales[i];
    }
    if (worst < 0) return;  // nothing measured yet
    claims.push_back(
        {.id = "exact_" + family.name(),
         .statement = fmt::format(
             "Times from {} along the next mode with {} hidden layer(s) are those of its own "
             "equation: largest relative deviation over what the steps allow",
             place(family), family.hidden()),
         .source = "Kawaguchi2016",
         .measured = {worst, 0, std::ssize(family.points)},
         .relation = Relation::less,
         .predicted = 1,
         .note = fmt::format("Allowed: 2 eta / T + eta sigma = {:.2g} at distance {:g}.", tolerance,
                             at),
         .points = family.points});
}

/// The law between the two smallest scales, replica by replica where displacements are shared.
void add_law(Results const& results, Family const& family, std::vector<Claim>& claims) {
    if (family.points.size() < 2) return;
    auto const far = family.points[family.points.size() - 2], near = family.points.back();
    double const a = family.scales[family.scales.size() - 2], b = family.scales.back();
    auto const T_far = results.records.column(far, "time"),
               T_near = results.records.column(near, "time");
    auto const H = static_cast<double>(family.hidden());
    bool const strict = family.hidden() == 1;
    Estimate measured;
    if (family.noisy()) {
        auto const f = mean_estimate(T_far), n = mean_estimate(T_near);
        double const width = std::log(a / b);
        measured =
            strict ? difference(n, f)
                   : Estimate{std::log(n.value / f.value),
                              std::hypot(n.standard_error / n.value, f.standard_error / f.value),
                              std::min(n.n, f.n)};
        measured.value /= width;
        measured.standard_error /= width;
    } else {
        std::vector<double> slopes;
        for (std::size_t r = 0; r < std::min(T_far.size(), T_near.size()); ++r)
            slopes.push_back((strict ? T_near[r] - T_far[r] : std::log(T_near[r] / T_far[r])) /
                             std::log(a / b));
        measured = mean_estimate(slopes);
        if (family.along_mode()) measured.standard_error = 0;
    }
    double const power = family.noisy() ? (H - 1) / (H + 1) : H - 1;
    double const logarithmic = (family.noisy() ? 0.5 : 1) / family.sigma();
    double const eta = family.parameters.real("learning_rate");
    // Times are a pure power less the constant that is not spent beyond the half-way point.
    double const saved =
        strict ? 0 : 1 / ((H - 1) * family.sigma() * std::pow(half_way(family), H - 1));
    double const T = mean_estimate(T_far).value;
    claims.push_back(
        {.id = "law_" + family.name(),
         .statement = fmt::format(
             "{} {} with {} hidden layer(s) takes a time that grows like {}: {}",
             family.noisy() ? "Noise leaving" : "Descent leaving", place(family), family.hidden(),
             strict ? "a logarithm"
                    : fmt::format("the power {:.3g} of 1/{}", power,
                                  family.noisy() ? "temperature" : "distance"),
             strict ? "dT / d ln(1/scale)" : "-d ln T / d ln(scale)"),
         .source = "Kawaguchi2016",
         .measured = measured,
         .relation = Relation::equal,
         .predicted = strict ? logarithmic : power,
         .tolerance = strict ? 2 * (eta + a) + eta * family.sigma() * logarithmic
                             : power * 2 * saved / T + eta * family.sigma(),
         .note = fmt::format(
             "Between {:g} and {:g}. The paper has no escape times: the law follows from the "
             "degree "
             "H + 1 of the first term that does not vanish. Tolerance: {}",
             a, b,
             strict ? "two steps, their second order and curvature beyond the quadratic."
                    : "the time beyond the half-way point, twice, and the second order of a step."),
         .points = {far, near}});
}

/// At one distance, times grow with depth.
void add_depth(Results const& results, std::vector<Family> const& families,
               std::vector<Claim>& claims) {
    std::map<std::string, std::vector<Family const*>> by_saddle;
    for (auto const& family : families)
        if (!family.noisy() && family.along_mode())
            by_saddle[family.parameters.text("saddle")].push_back(&family);
    for (auto& [saddle, list] : by_saddle) {
        if (list.size() < 2) continue;
        std::ranges::sort(list, {}, [](Family const* family) { return family->hidden(); });
        double least = std::numeric_limits<double>::infinity();
        double at = missing;
        for (std::size_t i = 0; i + 1 < list.size(); ++i)
            for (std::size_t k = 0; k < list[i]->scales.size(); ++k) {
                auto const &shallow = *list[i], &deep = *list[i + 1];
                auto const same = std::ranges::find(deep.scales, shallow.scales[k]);
                if (same == deep.scales.end() || shallow.scales[k] > 0.1) continue;
                auto const other =
                    deep.points[static_cast<std::size_t>(same - deep.scales.begin())];
                double const quotient =
                    mean_estimate(results.records.column(other, "time")).value /
                    mean_estimate(results.records.column(shallow.points[k], "time")).value;
                if (!(quotient < least)) continue;  // also where one is missing
                least = quotient;
                at = shallow.scales[k];
            }
        if (std::isnan(at)) continue;
        claims.push_back({.id = "depth_" + saddle,
                          .statement = fmt::format(
                              "Within 0.1 of {} each further layer lengthens the time: least ratio "
                              "of times of neighbouring depths",
                              place(*list[0])),
                          .source = "Kawaguchi2016",
                          .measured = {least, 0, std::ssize(list)},
                          .relation = Relation::greater,
                          .predicted = 1,
                          .note = fmt::format("At distance {:g}, along the mode.", at),
                          .points = {}});
    }
}

}  // namespace

double Family::sigma() const {
    return parameters.reals("sigma")[parameters.text("saddle") == "origin" ? 0 : 1];
}

std::string Family::name() const {
    auto text = fmt::format("{}_hidden_{}", parameters.text("saddle"), hidden());
    if (parameters.integer("width") != 3)
        text += fmt::format("_width_{}", parameters.integer("width"));
    return text + (noisy() ? "_noise" : along_mode() ? "_mode" : "");
}

double exact_time(Family const& family, double s) {
    return theory::deep_linear_mode_time(family.sigma(), family.hidden(), s, half_way(family))
        .value;
}

std::vector<Family> families(Results const& results) {
    std::map<std::string, std::size_t> place_of;
    std::vector<Family> list;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& p = results.points[i];
        auto values = p.values();
        bool const noisy = p.text("dynamics") == "langevin";
        auto const* scale = noisy ? "temperature" : "distance";
        values.erase(scale);
        std::string key;
        for (auto const& [name, value] : values) key += name + "=" + to_text(value) + ";";
        auto const [found, fresh] = place_of.try_emplace(key, list.size());
        if (fresh) list.push_back({.parameters = p, .points = {}, .scales = {}});
        auto& family = list[found->second];
        auto const after = std::ranges::lower_bound(family.scales, p.real(scale), std::greater<>());
        family.points.insert(family.points.begin() + (after - family.scales.begin()),
                             static_cast<index>(i));
        family.scales.insert(after, p.real(scale));
    }
    return list;
}

Findings conclude(Results const& results) {
    auto const list = families(results);
    std::vector<Claim> claims;
    for (auto const& family : list) add_saddle(results, family, claims);
    for (auto const& family : list)
        if (family.along_mode()) add_exact(results, family, claims);
    for (auto const& family : list) add_law(results, family, claims);
    add_depth(results, list, claims);
    return {.claims = std::move(claims), .figures = figures(results, list), .references = {}};
}

}  // namespace spinscape::degenerate
