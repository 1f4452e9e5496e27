// SPDX-License-Identifier: BSD-3-Clause
// How much of a planted signal descents find, against its strength.
#include "families.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/p_spin.hpp"
#include "spinscape/theory/planted_signal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace spinscape::glass {

namespace {

/// All sizes of one signal and one kind of start.
struct Planted {
    int p;
    double lambda;
    bool informed;              ///< descents start at the signal
    std::vector<index> points;  ///< by ascending N

    /// Two-spin glasses have one minimum and its mirror image, which all descents find.
    [[nodiscard]] bool recovers() const { return informed || p == 2; }
    [[nodiscard]] std::string id() const {
        return fmt::format("p{}_lambda{:g}_{}", p, lambda, informed ? "informed" : "random");
    }
    [[nodiscard]] std::string label() const {
        return fmt::format("p = {}, lambda = {:g}", p, lambda);
    }
};

std::vector<Planted> series_of(Results const& results) {
    std::map<std::tuple<int, bool, double>, Planted> found;
    for (std::size_t i = 0; i < results.points.size(); ++i) {
        auto const& p = results.points[i];
        if (p.real("signal") == 0 || p.real("tolerance") == 0) continue;
        auto const order = static_cast<int>(p.integers("p").front());
        bool const informed = p.text("start") == "signal";
        auto& series = found[{order, informed, p.real("signal")}];
        series.p = order;
        series.lambda = p.real("signal");
        series.informed = informed;
        series.points.push_back(static_cast<index>(i));
    }
    std::vector<Planted> list;
    for (auto& [key, series] : found) {
        std::ranges::sort(series.points, {}, [&](index point) {
            return results.points[static_cast<std::size_t>(point)].integer("N");
        });
        list.push_back(std::move(series));
    }
    return list;
}

/// A field at N = infinity, linear in 1/N, and what leaving out the smallest size changes.
struct Limit {
    Estimate value;
    double curvature = missing;
};
Limit limit_of(Results const& results, Planted const& series, std::string_view field) {
    std::vector<double> x, y, error;
    index n = 0;
    for (index const point : series.points) {
        auto const mean = mean_estimate(results.records.column(point, field));
        if (!(mean.standard_error > 0)) continue;
        x.push_back(1 / results.points[static_cast<std::size_t>(point)].real("N"));
        y.push_back(mean.value);
        error.push_back(mean.standard_error);
        n += mean.n;
    }
    if (x.size() < 3) return {};
    auto const fit = fit_line(x, y, error);
    auto const larger =
        fit_line(std::span(x).subspan(1), std::span(y).subspan(1), std::span(error).subspan(1));
    return {{fit.intercept, fit.intercept_error, n}, std::abs(larger.intercept - fit.intercept)};
}

constexpr auto accuracy =
    "Exact at N = infinity. Tolerance: what leaving out the smallest size changes.";

void add_recovery(Results const& results, Planted const& series, std::vector<Claim>& claims) {
    auto const overlap = limit_of(results, series, "signal_overlap_squared"),
               energy = limit_of(results, series, "energy");
    if (overlap.value.n == 0 || series.lambda < theory::signal_threshold(series.p)) return;
    auto const exact = theory::signal_minimum(series.p, series.lambda);
    auto const* source = series.p == 2 ? "BaikBenArousPeche2005" : "RosBenArousBiroliCammarota2019";
    auto const* from = series.informed ? "the signal" : "random points";
    claims.push_back(
        {.id = "signal_overlap_" + series.id(),
         .statement = fmt::format("Descents from {} end at the overlap with the signal that theory "
                                  "gives ({}): its square, extrapolated in 1/N",
                                  from, series.label()),
         .source = source,
         .measured = overlap.value,
         .relation = Relation::equal,
         .predicted = exact.overlap * exact.overlap,
         .tolerance = overlap.curvature,
         .note = accuracy,
         .points = series.points});
    claims.push_back(
        {.id = "signal_energy_" + series.id(),
         .statement = fmt::format("and at the energy of that minimum ({}): per spin, extrapolated "
                                  "in 1/N",
                                  series.label()),
         .source = source,
         .measured = energy.value,
         .relation = Relation::equal,
         .predicted = exact.energy,
         .tolerance = energy.curvature,
         .note =
             fmt::format("{} Without a signal: {:.5f}.", accuracy, -theory::e_infinity(series.p)),
         .points = series.points});
}

/// Random points have m^2 = 1/N, from where the signal pulls with a force of order m^(p-1).
void add_blindness(Results const& results, Planted const& series, std::vector<Claim>& claims) {
    auto const overlap = limit_of(results, series, "signal_overlap_squared");
    if (overlap.value.n == 0) return;
    claims.push_back(
        {.id = "signal_overlap_" + series.id(),
         .statement = fmt::format("Descents from random points do not find the signal, whatever "
                                  "its strength ({}): square of the overlap, extrapolated in 1/N",
                                  series.label()),
         .source = "RichardMontanari2014",
         .measured = overlap.value,
         .relation = Relation::equal,
         .predicted = 0,
         .tolerance = overlap.curvature,
         .note = "For three spins and more a random start feels the signal only where lambda grows "
                 "like a power of N. Tolerance: what leaving out the smallest size changes.",
         .points = series.points});
}

}  // namespace

std::vector<Claim> signal_claims(Results const& results) {
    std::vector<Claim> claims;
    for (auto const& series : series_of(results))
        series.recovers() ? add_recovery(results, series, claims)
                          : add_blindness(results, series, claims);
    return claims;
}

Figure signal_figure(Results const& results) {
    Figure figure{.id = "signal",
                  .title = "Recovery of a planted signal",
                  .caption =
                      "Square of the overlap with the signal where descents end, against "
                      "the signal's strength. Line: the minimum around the signal at N = "
                      "infinity.",
                  .panels = {}};
    std::map<std::pair<int, bool>, std::map<index, Series>> panels;  // by size
    for (auto const& series : series_of(results))
        for (index const point : series.points) {
            auto const N = results.points[static_cast<std::size_t>(point)].integer("N");
            auto& line = panels[{series.p, series.informed}]
                             .try_emplace(N, Series{.label = fmt::format("N = {}", N),
                                                    .mark = Series::Mark::points,
                                                    .x = {},
                                                    .y = {}})
                             .first->second;
            auto const m = mean_estimate(results.records.column(point, "signal_overlap_squared"));
            line.x.push_back(series.lambda);
            line.y.push_back(m.value);
            line.y_error.push_back(std::isnan(m.standard_error) ? 0 : m.standard_error);
        }
    for (auto& [key, sizes] : panels) {
        Panel panel{.title = fmt::format("p = {}, from {}", key.first,
                                         key.second ? "the signal" : "random points"),
                    .x_label = "lambda",
                    .y_label = "overlap squared",
                    .series = {}};
        int colour = 0;
        double strongest = 0;
        for (auto& [N, series] : sizes) {
            series.colour = colour++;
            strongest = std::max(strongest, *std::ranges::max_element(series.x));
            panel.series.push_back(std::move(series));
        }
        Series exact{
            .label = "N = \u221e", .mark = Series::Mark::line, .x = {}, .y = {}, .colour = 7};
        double const least = theory::signal_threshold(key.first);
        for (int i = 0; i <= 60 && strongest > least; ++i) {
            double const lambda = least * 1.000001 + (1.1 * strongest - least) * i / 60;
            exact.x.push_back(lambda);
            exact.y.push_back(std::pow(theory::signal_minimum(key.first, lambda).overlap, 2));
        }
        if (!exact.x.empty()) panel.series.push_back(std::move(exact));
        figure.panels.push_back(std::move(panel));
    }
    return figure;
}

}  // namespace spinscape::glass
