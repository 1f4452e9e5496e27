// SPDX-License-Identifier: BSD-3-Clause
// Curves of finite systems next to the equations of N = infinity.
#include "families.hpp"
#include "model.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::glass {

namespace {

/// Times at which curves are compared; the last ones as far as measured.
constexpr double times_compared[] = {1.6, 8, 16, 32};

/// The smallest size whose curve at time t is far from its own end, so that its distance from
/// N = infinity is a shift in 1/N.
double smallest_size(double t) {
    return t <= 2 ? 40 : t <= 8 ? 60 : 100;
}
/// Larger ones are also looked at one by one, next to what those up to here let expect.
constexpr double largest_fitted = 600;

std::size_t place_of(double t) {
    return static_cast<std::size_t>(std::ranges::find(curve_times(), t) - curve_times().begin());
}

struct Curve {
    std::string_view field;
    char const *id, *words;
};
constexpr Curve curves[] = {{"energy_curve", "energy", "Energy per spin"},
                            {"correlation_curve", "correlation", "Overlap with the start"}};

/// At N = infinity.
double theory_at(Family const& family, std::string_view field, std::size_t k) {
    return family.curve(field)[k];
}

/// Accuracy of the comparison that is not in the error of the estimate: that of the integration,
/// and, where steps could not be extrapolated, what half a step displaces in time.
double tolerance_at(Family const& family, std::string_view field, std::size_t k, double raw_step) {
    auto const& error = field == "energy_curve" ? family.energy_error : family.correlation_error;
    double tolerance = 1e-4 + error[k];
    if (raw_step > 0 && k > 0)
        tolerance += raw_step * std::abs((family.curve(field)[k] - family.curve(field)[k - 1]) /
                                         (curve_times()[k] - curve_times()[k - 1]));
    return tolerance;
}

double largest_step(Family const& family) {
    double step = 0;
    for (auto const& size : family.sizes) step = std::max(step, size.steps[0]);
    return step;
}

void add_limit(Results const& results, Family const& family, Curve const& curve, double t,
               std::vector<Claim>& claims) {
    auto const k = place_of(t);
    if (k >= family.energy.size()) return;
    auto const line = line_in_size(results, family, curve.field, k, smallest_size(t), 1e9);
    if (line.limit.n == 0) return;
    claims.push_back(
        {.id = fmt::format("{}_limit_{}_t{:g}", curve.id, family.name, t),
         .statement =
             fmt::format("{} at t = {:g} of {}, extrapolated linearly in 1/N, is that of "
                         "the N = infinity equations ({})",
                         curve.words, t, family.descends() ? "gradient flow" : "Langevin dynamics",
                         family.title),
         .source = "CugliandoloKurchan1993",
         .measured = line.limit,
         .relation = Relation::equal,
         .predicted = theory_at(family, curve.field, k),
         .tolerance = line.limit_curvature +
                      tolerance_at(family, curve.field, k, line.raw ? largest_step(family) : 0),
         .note = fmt::format(
             "From N = {:g} to {:g}; slope in 1/N {:.3g} +- {:.2g}. Tolerance: what leaving out "
             "the smallest size changes, {:.2g}, and the accuracy of the integration{}.",
             line.smallest, line.largest, line.slope, line.slope_error, line.limit_curvature,
             line.raw ? ", and what one step displaces in time" : "")});
}

/// The largest sizes next to what the smaller ones and the equations let expect of them.
void add_large(Results const& results, Family const& family, Curve const& curve, double t,
               std::vector<Claim>& claims) {
    auto const k = place_of(t);
    if (k >= family.energy.size()) return;
    auto const line =
        line_in_size(results, family, curve.field, k, smallest_size(t), largest_fitted);
    if (line.limit.n == 0) return;
    for (auto const& size : family.sizes) {
        if (size.N <= largest_fitted && !size.diluted) continue;
        auto const [estimate, raw] = at_time(results, family, size, curve.field, k);
        if (estimate.n == 0) continue;
        auto const exact = theory_at(family, curve.field, k);
        claims.push_back(
            {.id = fmt::format("{}_{}_N{}_t{:g}", curve.id, family.name, size.N, t),
             .statement = fmt::format("{} at t = {:g} at N = {}{} ({}): the N = infinity curve, "
                                      "{:.5f} there, and the shift in 1/N that smaller sizes have",
                                      curve.words, t, size.N, size.diluted ? ", diluted" : "",
                                      family.title, exact),
             .source = "CugliandoloKurchan1993",
             .measured = estimate,
             .relation = Relation::equal,
             .predicted = exact + line.slope / size.N,
             .tolerance = (std::abs(line.slope) + claim_z * line.slope_error) / size.N +
                          tolerance_at(family, curve.field, k, raw ? size.steps[0] : 0),
             .note = fmt::format(
                 "Shift {:.3g} / N from N = {:g} to {:g}. Tolerance: as much again, since "
                 "a shift of first order tells the next one's size at best, its "
                 "error, and the accuracy of the integration.",
                 line.slope, line.smallest, line.largest),
             .points = size.points});
    }
}

}  // namespace

std::vector<Claim> curve_claims(Results const& results, std::vector<Family> const& families) {
    std::vector<Claim> claims;
    for (auto const& family : families)
        for (auto const& curve : curves)
            for (double const t : times_compared) {
                add_limit(results, family, curve, t, claims);
                add_large(results, family, curve, t, claims);
            }
    return claims;
}

}  // namespace spinscape::glass
