// SPDX-License-Identifier: BSD-3-Clause
#include "families.hpp"

#include "model.hpp"
#include "shared/paired.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/mean_field_dynamics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace spinscape::glass {

namespace {

/// Integrating the equations takes some seconds up to here, and grows with the third power.
constexpr double longest_integrated = 32;

std::string orders(Parameters const& p, char const* between) {
    auto text = fmt::format("{}", fmt::join(p.integers("p"), between));
    for (double const w : p.reals("weights")) text += fmt::format("_w{:g}", w);
    return text;
}

Family family_of(Parameters const& p) {
    Family family{.name = fmt::format("p{}", orders(p, "_")),
                  .title = fmt::format("p = {}", orders(p, "+")),
                  .terms = terms_of(p),
                  .temperature = p.real("temperature"),
                  .start_beta = p.real("start_beta"),
                  .sizes = {},
                  .energy = {},
                  .correlation = {},
                  .energy_error = {},
                  .correlation_error = {}};
    if (family.temperature > 0) {
        family.name += fmt::format("_T{:g}", family.temperature);
        family.title += fmt::format(", T = {:g}", family.temperature);
    }
    if (family.start_beta > 0) {
        family.name += fmt::format("_beta{:g}", family.start_beta);
        family.title += fmt::format(", from equilibrium at T = {:.3g}", 1 / family.start_beta);
    }
    return family;
}

void add_point(Family& family, index point, Parameters const& p) {
    double const N = p.real("N"), step = p.real("step_size");
    bool const diluted = p.real("kept") < 1;
    auto size = std::ranges::find_if(
        family.sizes, [&](Size const& other) { return other.N == N && other.diluted == diluted; });
    if (size == family.sizes.end()) {
        family.sizes.push_back({.N = N, .diluted = diluted, .points = {}, .steps = {}});
        size = family.sizes.end() - 1;
    }
    if (family.descends() && p.real("tolerance") > 0 && size->to_the_end < 0)
        size->to_the_end = point;
    auto const place = std::ranges::lower_bound(size->steps, step);
    if (place != size->steps.end() && *place == step) return;
    size->points.insert(size->points.begin() + (place - size->steps.begin()), point);
    size->steps.insert(place, step);
}

void add_theory(Family& family, double longest) {
    std::vector<double> times;
    for (double const t : curve_times())
        if (t <= longest + 1e-9) times.push_back(t);
    theory::MeanFieldOptions options{.temperature = family.temperature,
                                     .start_beta = family.start_beta};
    options.step =
        std::min(std::max(0.05, longest / 460), 0.7 * theory::largest_step(family.terms, options));
    auto const curve = theory::mean_field_dynamics(family.terms, times, options);
    family.energy = curve.energy;
    family.correlation = curve.correlation;
    family.energy_error = curve.energy_error;
    family.correlation_error = curve.correlation_error;
}

studies::ByReplica values(Results const& results, index point, std::string_view field,
                          std::size_t k) {
    studies::ByReplica all;
    for (auto const row : results.records.rows_of(point)) {
        auto const value = results.records.at(row, field, static_cast<index>(k));
        if (!std::isnan(value)) all[results.records.replica(row)] = value;
    }
    return all;
}

Estimate mean_of(studies::ByReplica const& all) {
    std::vector<double> list;
    for (auto const& [replica, value] : all) list.push_back(value);
    return mean_estimate(list);
}

/// Mean over replicas of what both steps say of no step, relative to `from` times the coarse one.
Estimate paired(Results const& results, Size const& size, std::string_view field, std::size_t k,
                bool difference) {
    double const h = size.steps[0], H = size.steps[1];
    return studies::paired_mean(values(results, size.points[0], field, k),
                                values(results, size.points[1], field, k),
                                [&](double fine, double coarse) {
                                    double const limit = (H * fine - h * coarse) / (H - h);
                                    return difference ? (limit - coarse) / H : limit;
                                });
}

}  // namespace

std::vector<Family> families(Results const& results) {
    std::vector<Family> list;
    std::vector<std::vector<double>> durations;  // of every point of a family
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& p = results.points[i];
        if (p.real("signal") > 0) continue;  // see signals.cpp
        auto fresh = family_of(p);
        auto family = std::ranges::find(list, fresh.name, &Family::name);
        if (family == list.end()) {
            list.push_back(std::move(fresh));
            durations.emplace_back();
            family = list.end() - 1;
        }
        add_point(*family, static_cast<index>(i), p);
        durations[static_cast<std::size_t>(family - list.begin())].push_back(p.real("duration"));
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::ranges::sort(list[i].sizes, {}, &Size::N);
        // No further than what at least three points can be compared with, as far as there are.
        auto& times = durations[i];
        std::ranges::sort(times, std::greater<>());
        add_theory(list[i],
                   std::min(longest_integrated, times[std::min<std::size_t>(2, times.size() - 1)]));
    }
    return list;
}

AtTime at_time(Results const& results, Family const& family, Size const& size,
               std::string_view field, std::size_t k) {
    if (size.steps.size() >= 2) {
        auto const limit = paired(results, size, field, k, false);
        if (std::isfinite(limit.standard_error)) return {limit, false};
    }
    auto here = mean_of(values(results, size.points[0], field, k));
    for (auto other = family.sizes.rbegin(); other != family.sizes.rend(); ++other) {
        if (other->steps.size() < 2) continue;
        auto const effect = paired(results, *other, field, k, true);
        if (!std::isfinite(effect.standard_error)) continue;
        here.value += effect.value * size.steps[0];
        here.standard_error =
            std::hypot(here.standard_error, effect.standard_error * size.steps[0]);
        return {here, false};
    }
    return {here, true};
}

SizeLine line_in_size(Results const& results, Family const& family, std::string_view field,
                      std::size_t k, double smallest, double largest) {
    std::vector<double> x, y, error;
    SizeLine line;
    index n = 0;
    for (auto const& size : family.sizes) {
        if (size.diluted || size.N < smallest || size.N > largest) continue;
        auto const [estimate, raw] = at_time(results, family, size, field, k);
        if (!(estimate.standard_error > 0)) continue;
        if (x.empty()) line.smallest = size.N;
        x.push_back(1 / size.N);
        y.push_back(estimate.value);
        error.push_back(estimate.standard_error);
        n += estimate.n;
        line.largest = size.N;
        line.raw = line.raw || raw;
    }
    if (x.size() < 3) return line;
    auto const fit = fit_line(x, y, error);
    auto const larger =
        fit_line(std::span(x).subspan(1), std::span(y).subspan(1), std::span(error).subspan(1));
    line.limit = {fit.intercept, fit.intercept_error, n};
    line.slope = fit.slope;
    line.slope_error = fit.slope_error;
    line.limit_curvature = std::abs(larger.intercept - fit.intercept);
    line.slope_curvature = std::abs(larger.slope - fit.slope);
    return line;
}

std::vector<Reference> references(std::vector<Family> const& families) {
    std::vector<Reference> list;
    for (auto const& family : families) {
        if (family.energy.empty()) continue;
        std::vector<double> const times(curve_times().begin(),
                                        curve_times().begin() + std::ssize(family.energy));
        auto const* what = family.descends() ? "gradient flow" : "Langevin dynamics";
        list.push_back({.name = "energy_" + family.name,
                        .description = fmt::format("energy per spin of {} at N = infinity, {}",
                                                   what, family.title),
                        .source = "CugliandoloKurchan1993",
                        .x_name = "t",
                        .x = times,
                        .y = family.energy});
        list.push_back({.name = "correlation_" + family.name,
                        .description = fmt::format(
                            "overlap with the start of {} at N = infinity, {}", what, family.title),
                        .source = "CugliandoloKurchan1993",
                        .x_name = "t",
                        .x = times,
                        .y = family.correlation});
    }
    return list;
}

Findings conclude(Results const& results) {
    auto const all = families(results);
    Findings findings;
    findings.claims = end_claims(results, all);
    auto const curves = curve_claims(results, all);
    findings.claims.insert(findings.claims.end(), curves.begin(), curves.end());
    auto const signals = signal_claims(results);
    findings.claims.insert(findings.claims.end(), signals.begin(), signals.end());
    findings.figures = figures(results, all);
    if (auto figure = signal_figure(results); !figure.panels.empty())
        findings.figures.push_back(std::move(figure));
    findings.references = references(all);
    return findings;
}

}  // namespace spinscape::glass
