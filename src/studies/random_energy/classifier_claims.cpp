// SPDX-License-Identifier: BSD-3-Clause
// What [Martin2015] says of trained networks is qualitative, without experiment or numbers: what is
// measured for it here is our reading. All replicas share one set of images; errors are those
// between trained networks.
#include "claims.hpp"
#include "classifier.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"

#include <fmt/format.h>

#include <cmath>

namespace spinscape::levels {

namespace {

constexpr auto qualitative =
    "The source is qualitative, without experiment or numbers; this measure is ours.";
/// Two laws whose freezing differs by less than this would be called alike.
constexpr double of_ratio = 0.2, of_entropy = 0.05;

/// At the freezing temperature of the random energy model with as many levels of this variance.
void add_comparison(Results const& results, Size const& size, std::string const& side,
                    std::vector<Claim>& claims) {
    auto const [point, width] = size;
    auto const N = spins_of(results, point);
    if (N == 0) return;
    auto const& exact = exact_states(N)[freezing];
    bool const easy = side == "easy";
    auto const* which = easy ? "lowest" : "highest";
    std::string const reason =
        easy ? "Most images have energies near 0, the lowest there can be: a ground state of "
               "hundreds of levels, which cannot freeze into one."
             : "Few images are wrong by much, and the highest level stands out of them.";
    auto const participation = mean_of(results, point, side + "_participation", freezing);
    claims.push_back(
        {.id = fmt::format("classifier_{}_participation_{:g}", side, width),
         .statement = fmt::format("The {} energies -ln p of a class freeze like those of a random "
                                  "energy model at width {:g}: sum of squared weights at its "
                                  "freezing temperature, relative to the model's",
                                  which, width),
         .source = "Martin2015",
         .measured = {participation.value / exact.participation,
                      participation.standard_error / exact.participation, participation.n},
         .relation = Relation::equal,
         .predicted = 1,
         .tolerance = of_ratio,
         .note = fmt::format("{} {}", reason, qualitative),
         .points = {point}});
    claims.push_back(
        {.id = fmt::format("classifier_{}_entropy_{:g}", side, width),
         .statement = fmt::format("Their entropy per spin there is the model's, N = {}, at width "
                                  "{:g}: the {} energies",
                                  N, width, which),
         .source = "Martin2015",
         .measured = mean_of(results, point, side + "_entropy", freezing),
         .relation = Relation::equal,
         .predicted = exact.entropy,
         .tolerance = of_entropy,
         .note = fmt::format("{} {}", reason, qualitative),
         .points = {point}});
}

void add_calibration(Results const& results, Size const& size, std::vector<Claim>& claims) {
    auto const [point, width] = size;
    claims.push_back(
        {.id = fmt::format("classifier_overconfident_{:g}", width),
         .statement = fmt::format("Trained networks are too sure of their answers at width {:g}: "
                                  "effective temperature",
                                  width),
         .source = "Guo2017",
         .measured = mean_of(results, point, "effective_temperature"),
         .relation = Relation::greater,
         .predicted = 1,
         .note = "The source has deep networks trained to the end; how sure small ones are depends "
                 "on the length of the training.",
         .points = {point}});
    auto const before = results.records.column(point, "calibration_error_before"),
               after = results.records.column(point, "calibration_error_after");
    std::vector<double> gain;
    for (std::size_t i = 0; i < before.size(); ++i) gain.push_back(before[i] - after[i]);
    claims.push_back(
        {.id = fmt::format("classifier_calibrated_{:g}", width),
         .statement = fmt::format("One temperature calibrates them at width {:g}: expected "
                                  "calibration error on other images before less after",
                                  width),
         .source = "Guo2017",
         .measured = mean_estimate(gain),
         .relation = Relation::greater,
         .predicted = 0,
         .note = fmt::format("From {:.4f} to {:.4f} in the mean. Nothing is to be gained where the "
                             "effective temperature is near 1.",
                             mean_estimate(before).value, mean_estimate(after).value),
         .points = {point}});
}

/// Slope of ln y against ln width.
Estimate growth(Results const& results, std::vector<Size> const& list, std::string_view field) {
    std::vector<double> x, y, error;
    index n = 0;
    for (auto const& [point, width] : list) {
        auto const mean = mean_of(results, point, field);
        if (!(mean.value > 0) || !(mean.standard_error > 0)) continue;
        x.push_back(std::log(width));
        y.push_back(std::log(mean.value));
        error.push_back(mean.standard_error / mean.value);
        n += mean.n;
    }
    if (x.size() < 2) return {};
    return slope_estimate(fit_line(x, y, error), n);
}

void add_funnel(Results const& results, std::vector<Size> const& list, std::vector<Claim>& claims) {
    claims.push_back({.id = "funnel_steepens",
                      .statement = "The funnel around a solution is steeper for larger networks: "
                                   "slope of ln(fall of the loss per overlap) against ln width",
                      .source = "Martin2015",
                      .measured = growth(results, list, "funnel_slope"),
                      .relation = Relation::greater,
                      .predicted = 0,
                      .note = qualitative});
    claims.push_back({.id = "funnel_narrows",
                      .statement = "And it is narrower: slope of ln(overlap at which the loss is "
                                   "half-way down) against ln width",
                      .source = "Martin2015",
                      .measured = growth(results, list, "funnel_half_way"),
                      .relation = Relation::greater,
                      .predicted = 0,
                      .note = qualitative});
}

}  // namespace

std::vector<Claim> classifier_claims(Results const& results) {
    auto const list = sizes(results, "classifier");
    std::vector<Claim> claims;
    if (list.empty()) return claims;
    for (auto const& size : list) {
        add_comparison(results, size, "easy", claims);
        add_comparison(results, size, "hard", claims);
        add_calibration(results, size, claims);
    }
    if (list.size() >= 2) add_funnel(results, list, claims);
    return claims;
}

}  // namespace spinscape::levels
