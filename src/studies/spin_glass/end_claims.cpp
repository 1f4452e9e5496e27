// SPDX-License-Identifier: BSD-3-Clause
// What descents find: energies, indices, spectra and numbers of minima, overlaps between them.
#include "families.hpp"
#include "shared/paired.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/kac_rice.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"
#include "spinscape/theory/tracy_widom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace spinscape::glass {

namespace {

/// [Folena2021], appendix B: energies at the end approach the threshold like N^(-2/3).
constexpr double published_exponent = 2.0 / 3, exponent_accuracy = 0.03;

Estimate mean_at(Results const& results, index point, std::string_view field) {
    return mean_estimate(results.records.column(point, field));
}

struct End {
    double N;
    index point;
    Estimate energy;
};

std::vector<End> ends(Results const& results, Family const& family) {
    std::vector<End> list;
    for (auto const& size : family.sizes)
        if (size.to_the_end >= 0) {
            auto const energy = mean_at(results, size.to_the_end, "energy");
            if (std::isfinite(energy.standard_error))
                list.push_back({size.N, size.to_the_end, energy});
        }
    return list;
}

/// Slope of ln(u - E_th) against ln N.
void add_exponent(Family const& family, std::vector<End> const& list, std::vector<Claim>& claims) {
    auto const threshold = theory::threshold_energy(family.terms);
    std::vector<double> x, y, error;
    index n = 0;
    for (auto const& end : list) {
        double const above = end.energy.value - threshold;
        if (!(above > 0)) continue;
        x.push_back(std::log(end.N));
        y.push_back(std::log(above));
        error.push_back(end.energy.standard_error / above);
        n += end.energy.n;
    }
    if (x.size() < 4 || family.start_beta > 0) return;
    auto slope = slope_estimate(fit_line(x, y, error), n);
    slope.value = -slope.value;
    auto const last = x.size() - 1;
    claims.push_back(
        {.id = "end_exponent_" + family.name,
         .statement = fmt::format("End energies of descents approach the threshold {:.5f} like "
                                  "N^(-2/3) ({}): exponent between N = {:.0f} and {:.0f}",
                                  threshold, family.title, std::exp(x.front()), std::exp(x.back())),
         .source = "Folena2021",
         .measured = slope,
         .relation = Relation::equal,
         .predicted = published_exponent,
         .tolerance = exponent_accuracy,
         .note = fmt::format(
             "Tolerance: the second digit it is given with. It is that of the widths of extreme "
             "eigenvalues, asymptotic; these sizes are far from it: (u - E_th) N^(2/3) grows from "
             "{:.3f} to {:.3f} between the first and the last of them. The end energies of "
             "[Choromanska2015] have the same drift.",
             std::exp(y.front() + published_exponent * x.front()),
             std::exp(y[last] + published_exponent * x[last]))});
}

/// The count and the energies of all minima, by Kac and Rice, next to what descents met.
void add_counts(Results const& results, Family const& family, Size const& size,
                std::vector<Claim>& claims) {
    constexpr index fewest_starts = 100;
    if (size.to_the_end < 0 || family.start_beta > 0) return;
    auto const& p = results.points[static_cast<std::size_t>(size.to_the_end)];
    auto const N = p.integer("N");
    if (p.integer("starts") < fewest_starts || N > theory::largest_N_by_index) return;
    auto const minima = theory::mean_critical_points_by_index(family.terms, N).front();
    auto const energy = mean_at(results, size.to_the_end, "energy");
    auto const at = fmt::format("{}_N{}", family.name, N);
    claims.push_back(
        {.id = "minima_estimated_" + at,
         .statement = fmt::format("Mean number of minima of a sample at N = {} ({}), those not met "
                                  "estimated, over the exact mean of Kac and Rice {:.5g}",
                                  N, family.title, minima.number()),
         .source = "Auffinger2013",
         .measured = ratio(mean_at(results, size.to_the_end, "minima_estimated"),
                           {minima.number(), 0, 1000000}),
         .relation = Relation::equal,
         .predicted = 1,
         .tolerance = 0.03,
         .note = fmt::format("Met: {:.4g}.", mean_at(results, size.to_the_end, "minima_met").value),
         .points = {size.to_the_end}});
    claims.push_back(
        {.id = "descents_prefer_deep_" + at,
         .statement = fmt::format("Descents prefer deep minima at N = {} ({}): their mean energy "
                                  "less that of all minima, {:.5f} by Kac and Rice",
                                  N, family.title, minima.energy),
         .source = "Auffinger2013",
         .measured = {energy.value - minima.energy, energy.standard_error, energy.n},
         .relation = Relation::less,
         .predicted = 0,
         .note = "Basins grow with depth: a start is no uniform draw of a minimum.",
         .points = {size.to_the_end}});
    // Each minimum counted once: sum of energies over number, both over all samples.
    auto const met = results.records.column(size.to_the_end, "minima_met");
    auto sum = results.records.column(size.to_the_end, "minima_energy");
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = met[i] * (sum[i] - minima.energy);
    auto const deviation = mean_estimate(sum);
    double const number = mean_estimate(met).value;
    claims.push_back(
        {.id = "minima_energy_" + at,
         .statement = fmt::format("Mean energy per spin of the minima met, each counted once, at "
                                  "N = {} ({}): that of all minima by Kac and Rice",
                                  N, family.title),
         .source = "Auffinger2013",
         .measured = {minima.energy + deviation.value / number, deviation.standard_error / number,
                      deviation.n},
         .relation = Relation::equal,
         .predicted = minima.energy,
         .tolerance = 0.005,
         .note = "Tolerance: those not met have small basins and high energies.",
         .points = {size.to_the_end}});
}

void add_index(Results const& results, Family const& family, Size const& size,
               std::vector<Claim>& claims) {
    auto const share = mean_at(results, size.to_the_end, "share_of_index_0");
    if (!std::isfinite(share.standard_error)) return;
    std::string note =
        "Descents stop at a small gradient, a few of them on the shoulder of a saddle.";
    if (family.pure())
        note += fmt::format(
            " A typical critical point of their mean energy has {:.2f} negative eigenvalues.",
            (size.N - 1) *
                theory::index_fraction(family.terms[0].p,
                                       mean_at(results, size.to_the_end, "energy").value));
    claims.push_back({.id = fmt::format("ends_are_minima_{}_N{}", family.name, size.N),
                      .statement = fmt::format(
                          "Descents end in minima, not in saddles, at N = {} ({}): share of "
                          "ends without a negative eigenvalue",
                          size.N, family.title),
                      .source = "Choromanska2015",
                      .measured = share,
                      .relation = Relation::greater,
                      .predicted = 0.98,
                      .note = std::move(note),
                      .points = {size.to_the_end}});
}

/// The Hessian without its shift is a Gaussian orthogonal matrix: its highest eigenvalue is that of
/// Tracy and Widom, whatever is known of the lowest ones.
void add_upper_edge(Results const& results, Family const& family, Size const& size,
                    std::vector<Claim>& claims) {
    auto const edge = mean_at(results, size.to_the_end, "upper_edge");
    if (!std::isfinite(edge.standard_error) || !family.pure()) return;
    double const p = family.terms[0].p, n = size.N - 1, sigma = std::sqrt(p * (p - 1) / size.N);
    double const law =
        sigma * (2 * std::sqrt(n) + std::pow(n, -1.0 / 6) * theory::tracy_widom_moments(1).mean);
    claims.push_back(
        {.id = fmt::format("upper_edge_{}_N{}", family.name, size.N),
         .statement = fmt::format(
             "The spectrum at minima is that of a Gaussian orthogonal matrix, shifted by -p u, at "
             "N = {} ({}): mean highest eigenvalue over that of Tracy and Widom",
             size.N, family.title),
         .source = "Auffinger2013",
         .measured = {edge.value / law, edge.standard_error / law, edge.n},
         .relation = Relation::equal,
         .predicted = 1,
         .tolerance = 1 / size.N,
         .note = "Tolerance: corrections to the edge of order 1/N.",
         .points = {size.to_the_end}});
}

/// Typical minima of one sample are as orthogonal as random points. Those that descents end in are
/// chosen by their basins: `scaled` is a moment of their overlaps, `predicted` that of random
/// points.
Claim overlap_claim(Results const& results, Family const& family, char const* field, bool scaled) {
    constexpr double smallest = 100;  // from here on most starts find a minimum of their own
    std::vector<double> x, y, error;
    Claim claim{.id = "", .statement = "", .source = "Subag2017", .predicted = scaled ? 1.0 : 0.0};
    index n = 0;
    for (auto const& size : family.sizes) {
        if (size.to_the_end < 0 || size.N < smallest) continue;
        auto const moment = mean_at(results, size.to_the_end, field);
        if (!(moment.standard_error > 0)) continue;
        double const unit = scaled ? size.N : 1;
        x.push_back(1 / size.N);
        y.push_back(moment.value * unit);
        error.push_back(moment.standard_error * unit);
        n += moment.n;
        claim.points.push_back(size.to_the_end);
    }
    if (x.size() < 3) return claim;
    auto const fit = fit_line(x, y, error);
    auto const larger =
        fit_line(std::span(x).subspan(1), std::span(y).subspan(1), std::span(error).subspan(1));
    claim.measured = {fit.intercept, fit.intercept_error, n};
    claim.tolerance = std::abs(larger.intercept - fit.intercept);
    claim.note = fmt::format(
        "Largest size: {:.3g} +- {:.2g}. Tolerance: what leaving out the smallest size changes. "
        "Starts in one valley end in minima near each other, ever rarer as N grows.",
        y.back(), error.back());
    return claim;
}

void add_overlaps(Results const& results, Family const& family, std::vector<Claim>& claims) {
    if (family.start_beta > 0) return;
    auto mean = overlap_claim(results, family, "overlap", false),
         squared = overlap_claim(results, family, "overlap_squared", true);
    if (mean.measured.n == 0 || squared.measured.n == 0) return;
    mean.id = "overlap_mean_" + family.name;
    mean.statement = fmt::format(
        "Minima that descents in one sample find are orthogonal as N grows ({}): mean overlap, "
        "extrapolated in 1/N",
        family.title);
    squared.id = "overlap_variance_" + family.name;
    squared.statement = fmt::format(
        "Their overlaps scatter like those of random points as N grows ({}): N times the mean "
        "square, extrapolated in 1/N",
        family.title);
    claims.push_back(std::move(mean));
    claims.push_back(std::move(squared));
}

/// Same disorder, same replica: end energies from equilibrium less those from random starts.
void add_memory(Results const& results, Family const& family, std::vector<Family> const& families,
                std::vector<Claim>& claims) {
    if (family.start_beta == 0) return;
    auto const random = std::ranges::find_if(families, [&](Family const& other) {
        return other.start_beta == 0 && other.temperature == family.temperature &&
               family.name.starts_with(other.name + "_beta");
    });
    if (random == families.end()) return;
    for (auto const& size : family.sizes) {
        auto const other = std::ranges::find(random->sizes, size.N, &Size::N);
        if (size.to_the_end < 0 || other == random->sizes.end() || other->to_the_end < 0) continue;
        claims.push_back(
            {.id = fmt::format("memory_{}_N{}", family.name, size.N),
             .statement = fmt::format("Descents that start in equilibrium end below those from "
                                      "random starts at N = {} ({}): difference of the mean end "
                                      "energies",
                                      size.N, family.title),
             .source = "Folena2020",
             .measured = studies::paired_difference(
                 studies::by_replica(results, size.to_the_end, "energy"),
                 studies::by_replica(results, other->to_the_end, "energy")),
             .relation = Relation::less,
             .predicted = 0,
             .note = family.pure()
                         ? "At N = infinity a pure model forgets a start above its dynamical "
                           "temperature and the difference vanishes; finite samples have not."
                         : "At N = infinity a mixed model keeps this memory.",
             .points = {size.to_the_end, other->to_the_end}});
    }
}

}  // namespace

std::vector<Claim> end_claims(Results const& results, std::vector<Family> const& families) {
    std::vector<Claim> claims;
    for (auto const& family : families) {
        auto const list = ends(results, family);
        add_exponent(family, list, claims);
        for (auto const& size : family.sizes) {
            if (size.to_the_end < 0) continue;
            add_counts(results, family, size, claims);
            add_index(results, family, size, claims);
            add_upper_edge(results, family, size, claims);
        }
        add_overlaps(results, family, claims);
        add_memory(results, family, families, claims);
    }
    return claims;
}

}  // namespace spinscape::glass
