// SPDX-License-Identifier: BSD-3-Clause
// What descents find: energies, indices, spectra and numbers of minima, overlaps between them.
#include "families.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"
#include "spinscape/theory/kac_rice.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"
#include "spinscape/theory/p_spin.hpp"
#include "spinscape/theory/tracy_widom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spinscape::glass {

namespace {

/// [Folena2021], appendix B: energies at the end approach the threshold like N^(-2/3).
constexpr double published_exponent = 2.0 / 3;

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

/// Slope of ln(u + E_th) against ln N between neighbouring sizes, and of all.
void add_exponents(Family const& family, std::vector<End> const& list, std::vector<Claim>& claims) {
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
    if (x.size() < 3) return;
    auto const half = x.size() / 2;
    auto const part = [&](std::size_t from, std::size_t to, char const* id, char const* words) {
        auto const count = to - from;
        if (count < 2) return;
        auto const fit = fit_line(std::span(x).subspan(from, count), std::span(y).subspan(from, count),
                                  std::span(error).subspan(from, count));
        auto slope = slope_estimate(fit, n);
        if (count == 2) slope.standard_error = fit.slope_error;
        slope.value = -slope.value;
        claims.push_back(
            {.id = fmt::format("end_exponent_{}_{}", id, family.name),
             .statement = fmt::format(
                 "End energies of descents approach the threshold {:.5f} like N^(-2/3) ({}, {}): "
                 "exponent between N = {:.0f} and {:.0f}",
                 threshold, family.title, words, std::exp(x[from]), std::exp(x[to - 1])),
             .source = "Folena2021",
             .measured = slope,
             .relation = Relation::equal,
             .predicted = published_exponent,
             .tolerance = 0.03,
             .note = {}});
    };
    part(0, half + 1, "small", "smaller sizes");
    part(half, x.size(), "large", "larger sizes");
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
         .note = fmt::format("Met: {:.4g}.",
                             mean_at(results, size.to_the_end, "minima_met").value),
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
    claims.push_back(
        {.id = fmt::format("ends_are_minima_{}_N{}", family.name, size.N),
         .statement = fmt::format("Descents end in minima, not in saddles, at N = {} ({}): share of "
                                  "ends without a negative eigenvalue",
                                  size.N, family.title),
         .source = "Choromanska2015",
         .measured = share,
         .relation = Relation::greater,
         .predicted = 0.98,
         .points = {size.to_the_end}});
}

/// The Hessian without its shift is a Gaussian orthogonal matrix: its highest eigenvalue is that of
/// Tracy and Widom, whatever is known of the lowest ones.
void add_upper_edge(Results const& results, Family const& family, Size const& size,
                    std::vector<Claim>& claims) {
    auto const edge = mean_at(results, size.to_the_end, "upper_edge");
    if (!std::isfinite(edge.standard_error) || !family.pure()) return;
    double const p = family.terms[0].p, n = size.N - 1, sigma = std::sqrt(p * (p - 1) / size.N);
    double const law = sigma * (2 * std::sqrt(n) +
                                std::pow(n, -1.0 / 6) * theory::tracy_widom_moments(1).mean);
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

/// Two minima of one sample are as orthogonal as two random points.
void add_overlaps(Results const& results, Family const& family, std::vector<Claim>& claims) {
    std::vector<double> x, mean, mean_error, variance, variance_error;
    index n = 0;
    for (auto const& size : family.sizes) {
        if (size.to_the_end < 0 || size.N < 50) continue;
        auto const q = mean_at(results, size.to_the_end, "overlap"),
                   squared = mean_at(results, size.to_the_end, "overlap_squared");
        if (!(q.standard_error > 0) || !(squared.standard_error > 0)) continue;
        x.push_back(1 / size.N);
        mean.push_back(q.value);
        mean_error.push_back(q.standard_error);
        variance.push_back(size.N * squared.value);
        variance_error.push_back(size.N * squared.standard_error);
        n += q.n;
    }
    if (x.size() < 3) return;
    auto const first = fit_line(x, mean, mean_error), second = fit_line(x, variance, variance_error);
    claims.push_back(
        {.id = "overlap_mean_" + family.name,
         .statement = fmt::format("Different minima of one sample are orthogonal as N grows ({}): "
                                  "mean overlap, extrapolated in 1/N",
                                  family.title),
         .source = "Subag2017",
         .measured = {first.intercept, first.intercept_error, n},
         .relation = Relation::equal,
         .predicted = 0,
         .tolerance = 0.002,
         .note = fmt::format("Slope in 1/N {:.3g} +- {:.2g}.", first.slope, first.slope_error)});
    claims.push_back(
        {.id = "overlap_variance_" + family.name,
         .statement = fmt::format("Their overlaps scatter like those of random points ({}): N times "
                                  "the mean square, extrapolated in 1/N",
                                  family.title),
         .source = "Subag2017",
         .measured = {second.intercept, second.intercept_error, n},
         .relation = Relation::equal,
         .predicted = 1,
         .tolerance = 0.02,
         .note = fmt::format("Slope in 1/N {:.3g} +- {:.2g}.", second.slope, second.slope_error)});
}

}  // namespace

std::vector<Claim> end_claims(Results const& results, std::vector<Family> const& families) {
    std::vector<Claim> claims;
    for (auto const& family : families) {
        auto const list = ends(results, family);
        add_exponents(family, list, claims);
        for (auto const& size : family.sizes) {
            if (size.to_the_end < 0) continue;
            add_counts(results, family, size, claims);
            add_index(results, family, size, claims);
            add_upper_edge(results, family, size, claims);
        }
        add_overlaps(results, family, claims);
    }
    return claims;
}

}  // namespace spinscape::glass
