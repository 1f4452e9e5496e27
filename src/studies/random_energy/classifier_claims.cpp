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
#include <functional>

namespace spinscape::levels {

namespace {

constexpr auto qualitative =
    "The source is qualitative, without experiment or numbers; this measure is ours.";
/// Two laws whose freezing differs by less than this would be called alike.
constexpr double of_ratio = 0.2, of_entropy = 0.05;

/// Why images are not levels of the random energy model: their law is not normal.
std::string reason_of(Results const& results, Size const& size, index N, std::string const& side) {
    double const model = -theory::random_energy_minimum(N).mean * std::sqrt(static_cast<double>(N));
    double const reach = mean_of(results, size.point, side + "_reach").value;
    bool const easy = side == "easy";
    auto const compared = fmt::format(
        "the {} level is {:.2f} standard deviations {} the mean, that of the model {:.2f}",
        easy ? "lowest" : "highest", reach, easy ? "below" : "above", model);
    return fmt::format(
        "{}: {}. That is a statement on the density of energies, not on the source, which calls "
        "-ln p a Hamiltonian and does not say that images have levels of a normal law; the "
        "comparison is ours.",
        side == "easy"
            ? "No energy is below 0, and most images are near it: hundreds of levels, "
              "which cannot freeze into one"
            : "Few images are wrong by much, and the tail is heavier than a normal law's",
        compared);
}

/// At the freezing temperature of the random energy model with as many levels of this variance.
void add_comparison(Results const& results, Size const& size, std::string const& side,
                    std::vector<Claim>& claims) {
    auto const [point, width] = size;
    auto const N = spins_of(results, point);
    if (N == 0) return;
    auto const& exact = exact_states(N)[freezing];
    auto const* which = side == "easy" ? "lowest" : "highest";
    auto const reason = reason_of(results, size, N, side);
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
         .note = reason,
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
         .note = reason,
         .points = {point}});
}

void add_calibration(Results const& results, Classifiers const& training, Size const& size,
                     std::vector<Claim>& claims) {
    auto const [point, width] = size;
    claims.push_back(
        {.id = fmt::format("classifier_overconfident_{:g}{}", width, training.id),
         .statement = fmt::format("Trained networks are too sure of their answers at width {:g}{}: "
                                  "effective temperature",
                                  width, training.words),
         .source = "Guo2017",
         .measured = mean_of(results, point, "effective_temperature"),
         .relation = Relation::greater,
         .predicted = 1,
         .note = fmt::format(
             "The source has networks trained to the end. At a stationary point of the training "
             "loss the temperature of the training images is exactly 1, since scaling the last "
             "layer changes nothing: below 1 training is not finished and outputs still grow; "
             "above 1 other images are worse known than those trained on. Loss of training and "
             "other images here: {:.3f} and {:.3f}.",
             mean_of(results, point, "train_loss").value,
             mean_of(results, point, "test_loss").value),
         .points = {point}});
    auto const before = results.records.column(point, "calibration_error_before"),
               after = results.records.column(point, "calibration_error_after");
    std::vector<double> gain;
    for (std::size_t i = 0; i < before.size(); ++i) gain.push_back(before[i] - after[i]);
    claims.push_back(
        {.id = fmt::format("classifier_calibrated_{:g}{}", width, training.id),
         .statement = fmt::format("One temperature calibrates them at width {:g}{}: expected "
                                  "calibration error on other images before less after",
                                  width, training.words),
         .source = "Guo2017",
         .measured = mean_estimate(gain),
         .relation = Relation::greater,
         .predicted = 0,
         .note = fmt::format("From {:.4f} to {:.4f} in the mean. Nothing is to be gained where the "
                             "effective temperature is near 1.",
                             mean_estimate(before).value, mean_estimate(after).value),
         .points = {point}});
}

/// Values of the replicas of a point.
using Measure = std::function<std::vector<double>(index)>;

/// Slope of ln y against ln width.
Estimate growth(std::vector<Size> const& list, Measure const& measure) {
    std::vector<double> x, y, error;
    index n = 0;
    for (auto const& [point, width] : list) {
        auto const mean = mean_estimate(measure(point));
        if (!(mean.value > 0) || !(mean.standard_error > 0)) continue;
        x.push_back(std::log(width));
        y.push_back(std::log(mean.value));
        error.push_back(mean.standard_error / mean.value);
        n += mean.n;
    }
    if (x.size() < 2) return {};
    return slope_estimate(fit_line(x, y, error), n);
}

/// Loss at overlap 0 less that at 1.
std::vector<double> depth(Results const& results, index point) {
    auto values = results.records.column(point, "funnel_energy", 0);
    auto const bottom = results.records.column(point, "funnel_energy", std::ssize(overlaps()) - 1);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= bottom[i];
    return values;
}

/// What "sharper" means is left open by the source: three readings, which disagree.
void add_funnel(Results const& results, std::vector<Size> const& list, std::vector<Claim>& claims) {
    auto const field = [&](std::string_view name) {
        return [&results, name](index point) { return results.records.column(point, name); };
    };
    auto const relative = [&](index point) {
        auto slopes = results.records.column(point, "funnel_slope");
        auto const depths = depth(results, point);
        for (std::size_t i = 0; i < slopes.size(); ++i) slopes[i] /= depths[i];
        return slopes;
    };
    auto const add = [&](std::string id, std::string statement, Estimate const& measured,
                         std::string const& note) {
        claims.push_back({.id = std::move(id),
                          .statement = std::move(statement),
                          .source = "Martin2015",
                          .measured = measured,
                          .relation = Relation::greater,
                          .predicted = 0,
                          .note = fmt::format("{} {}", note, qualitative)});
    };
    double const narrow = mean_estimate(depth(results, list.front().point)).value,
                 wide = mean_estimate(depth(results, list.back().point)).value;
    add("funnel_steepens",
        "The funnel around a solution is steeper for larger networks: slope of ln(fall of the loss "
        "per overlap) against ln width",
        growth(list, field("funnel_slope")),
        fmt::format(
            "In nats the slope follows the depth, {:.2f} at width {:g} and {:.2f} at {:g}. Random "
            "networks of the norm of a well trained narrow solution are sure of wrong answers and "
            "lose more than ln 10: contradicted then. Where training is short, the depth grows "
            "with width because narrow networks have learnt less: supported then.",
            narrow, list.front().size, wide, list.back().size));
    add("funnel_steepens_relative",
        "Relative to its depth the funnel is steeper for larger networks: slope of ln(share of the "
        "fall per overlap) against ln width",
        growth(list, relative), "Neither rim nor bottom matter here.");
    add("funnel_narrows",
        "And it is narrower: slope of ln(overlap at which the loss is half-way down) against ln "
        "width",
        growth(list, field("funnel_half_way")),
        "Contradicted where large networks, whose loss falls from small overlaps on, have wide "
        "and smooth funnels, while around narrow solutions the loss first rises.");
}

}  // namespace

std::vector<Claim> classifier_claims(Results const& results) {
    std::vector<Claim> claims;
    auto const trainings = classifiers(results);
    if (trainings.empty()) return claims;
    auto const& list = trainings.front().sizes;
    for (auto const& size : list) {
        add_comparison(results, size, "easy", claims);
        add_comparison(results, size, "hard", claims);
    }
    for (auto const& training : trainings)
        for (auto const& size : training.sizes) add_calibration(results, training, size, claims);
    if (list.size() >= 2) add_funnel(results, list, claims);
    return claims;
}

}  // namespace spinscape::levels
