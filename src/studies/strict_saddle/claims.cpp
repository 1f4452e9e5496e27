// SPDX-License-Identifier: BSD-3-Clause
#include "claims.hpp"

#include "spinscape/stats/estimate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::recovery {

namespace {

std::string where(Parameters const& p) {
    auto text = fmt::format("{}_{}_d_{}", p.text("problem"), p.text("dynamics"), p.integer("d"));
    if (p.text("start") == "saddle") text += "_saddle";
    if (p.text("dynamics") == "noisy") {
        text += fmt::format("_eta_{:g}", p.real("learning_rate"));
        if (p.real("decay") > 0) text += "_decaying";
    }
    return text;
}

/// The published curve is one run: its deviation from our mean is measured in standard deviations
/// of one run, at the iterations where both are known.
void add_published_curve(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& p = results.points[static_cast<std::size_t>(point)];
    auto const* const curve = published(p);
    if (curve == nullptr) return;
    auto const places = progress();
    double worst = -1, worst_error = 0, at = 0;
    index n = 0;
    for (std::size_t i = 0; i < curve->iterations.size(); ++i) {
        double const share = curve->iterations[i] / p.real("iterations");
        auto const k = std::ranges::find_if(
            places, [&](double place) { return std::abs(place - share) < 1e-9; });
        if (k == places.end()) continue;
        auto const values =
            results.records.column(point, "error", static_cast<index>(k - places.begin()));
        auto const mean = mean_estimate(values), spread = standard_deviation_estimate(values);
        double const deviation = std::abs(mean.value - curve->error[i]) / spread.value;
        if (!(deviation > worst)) continue;
        worst = deviation;
        worst_error = std::hypot(mean.standard_error / spread.value,
                                 deviation * spread.standard_error / spread.value);
        at = curve->iterations[i];
        n = mean.n;
    }
    if (n == 0) return;  // nothing measured yet
    claims.push_back(
        {.id = "curve_" + where(p),
         .statement =
             fmt::format("Error follows figure {} of the paper: largest deviation of its one "
                         "run from our mean, in standard deviations of one run",
                         curve->figure),
         .source = "Ge2015",
         .measured = {worst, worst_error, n},
         .relation = Relation::less,
         .predicted = 3,
         .note = fmt::format("Largest at iteration {:g}. The paper's step sizes were \"chosen "
                             "carefully\"; ours were chosen so that the times agree.",
                             at),
         .points = {point}});
}

/// Share of runs that end at a certified minimum with all components.
void add_success(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& p = results.points[static_cast<std::size_t>(point)];
    auto const share = share_estimate(results.records.column(point, "success"));
    bool const plain_at_saddle = p.text("dynamics") == "plain" && p.text("start") == "saddle";
    Claim claim{.id = "success_" + where(p),
                .statement = {},
                .source = p.text("dynamics") == "perturbed" ? "Jin2017" : "Ge2015",
                .measured = share,
                .relation = plain_at_saddle ? Relation::less : Relation::greater,
                .predicted = plain_at_saddle ? 0.2 : 0.8,
                .note = {},
                .points = {point}};
    if (plain_at_saddle) {
        claim.statement =
            "Without noise descent never leaves the symmetric saddle: share of runs "
            "that find all components";
    } else if (p.text("problem") == "reconstruction") {
        claim.id = "reconstruction_fails_" + where(p);
        claim.statement =
            "The reconstruction objective does not always converge: share of runs whose error is "
            "above 0.1 at the end";
        std::vector<double> failed;
        for (double const error : results.records.column(point, "final_error"))
            failed.push_back(std::isnan(error) ? missing : error > 0.1 ? 1 : 0);
        claim.measured = share_estimate(failed);
        claim.predicted = 1.0 / 3;
        claim.note = "The paper shows one run, which ends at 0.143.";
    } else {
        claim.statement = fmt::format(
            "{} descent from {} finds all components of the {} problem (d = {}): share of runs "
            "that "
            "end at a certified minimum",
            p.text("dynamics"),
            p.text("start") == "saddle" ? "the symmetric saddle" : "random rotations",
            p.text("problem"), p.integer("d"));
        claim.note =
            "All local minima are global; a run counts if descent without noise from its "
            "end leads to a point of index 0 and nullity 0 with every component.";
    }
    claims.push_back(std::move(claim));
}

/// What is known of the starts; they are the same for all points of one d.
void add_start(Results const& results, index point, std::vector<Claim>& claims) {
    auto const& p = results.points[static_cast<std::size_t>(point)];
    bool const saddle = p.text("start") == "saddle";
    auto const id = fmt::format("{}_d_{}", saddle ? "strict_saddle" : "start", p.integer("d"));
    if (p.text("problem") != "pairwise") return;
    if (std::ranges::any_of(claims, [&](Claim const& claim) { return claim.id == id; })) return;
    if (saddle) {
        auto lowest = mean_estimate(results.records.column(point, "start_lowest_eigenvalue"));
        lowest.standard_error = 0;  // the same number in every record
        claims.push_back(
            {.id = id,
             .statement = fmt::format("The symmetric saddle is strict at d = {}: lowest "
                                      "eigenvalue of its Riemannian Hessian",
                                      p.integer("d")),
             .source = "Ge2015",
             .measured = lowest,
             .relation = Relation::less,
             .predicted = 0,
             .note = {},
             .points = {point}});
        return;
    }
    double const d = p.real("d");
    claims.push_back(
        {.id = id,
         .statement = fmt::format("Mean error of random rotations at d = {}: 2 - 6/(d+2)", d),
         .source = "Ge2015",
         .measured = mean_estimate(results.records.column(point, "error", 0)),
         .relation = Relation::equal,
         .predicted = 2 - 6 / (d + 2),
         .tolerance = 0.1,
         .note = "At d = 10 independent unit vectors would begin at 1.72 instead of "
                 "1.5; tolerance: half of that difference. The paper's curves begin at "
                 "1.515 to 1.59, so at rotations.",
         .points = {point}});
}

/// ICA: the plateau is proportional to a constant step, and falls like 1/k with a decaying one.
void add_plateaus(Results const& results, std::vector<Claim>& claims) {
    for (std::size_t a = 0; a < results.points.size(); ++a) {
        auto const& p = results.points[a];
        if (p.text("problem") != "ica" || p.text("dynamics") != "noisy") continue;
        auto const point = static_cast<index>(a);
        if (p.real("decay") > 0) {
            auto const places = progress();
            auto const k = static_cast<index>(places.size()) - 1, j = k - 10;  // half way
            auto const end = results.records.column(point, "error", k),
                       middle = results.records.column(point, "error", j);
            auto const late = mean_estimate(end), early = mean_estimate(middle);
            double const width = std::log(places.back() / places[static_cast<std::size_t>(j)]);
            claims.push_back(
                {.id = "slope_" + where(p),
                 .statement =
                     "With steps falling like 1/k the error of ICA falls like 1/k: log-log "
                     "slope over the second half of the run",
                 .source = "Ge2015",
                 .measured = {std::log(late.value / early.value) / width,
                              std::hypot(late.standard_error / late.value,
                                         early.standard_error / early.value) /
                                  width,
                              late.n},
                 .relation = Relation::equal,
                 .predicted = -1,
                 .tolerance = 0.15,
                 .note = "The digitised curve has -1.06.",
                 .points = {point}});
            continue;
        }
        for (std::size_t b = 0; b < results.points.size(); ++b) {
            auto const& q = results.points[b];
            if (q.text("problem") != "ica" || q.text("dynamics") != "noisy" ||
                q.real("decay") > 0 || q.integer("d") != p.integer("d") ||
                q.integer("batch") != p.integer("batch") ||
                std::abs(q.real("learning_rate") / p.real("learning_rate") - 2) > 1e-9)
                continue;
            auto const low = mean_estimate(results.records.column(point, "tail_error")),
                       high = mean_estimate(
                           results.records.column(static_cast<index>(b), "tail_error"));
            claims.push_back({.id = "plateau_" + where(p),
                              .statement = fmt::format(
                                  "The plateau of ICA is proportional to the step: ratio of "
                                  "plateaus at eta = {:g} and half of it",
                                  q.real("learning_rate")),
                              .source = "Ge2015",
                              .measured = ratio(high, low),
                              .relation = Relation::equal,
                              .predicted = 2,
                              .tolerance = 0.4,
                              .note = "Tolerance: the next order in the step.",
                              .points = {point, static_cast<index>(b)}});
        }
    }
}

}  // namespace

Findings conclude(Results const& results) {
    std::vector<Claim> claims;
    for (index point = 0; point < std::ssize(results.points); ++point) {
        add_published_curve(results, point, claims);
        add_success(results, point, claims);
        add_start(results, point, claims);
    }
    add_plateaus(results, claims);
    return {.claims = std::move(claims), .figures = figures(results), .references = {}};
}

}  // namespace spinscape::recovery
