// SPDX-License-Identifier: BSD-3-Clause
// What [Sagun2016], [Sagun2017], [GurAri2018] and [Li2018] say, next to what was measured. Numbers
// that are in no text of theirs (0.9, 0.95, 0.1) are those of an independent replication.
#include "claims.hpp"

#include "measure.hpp"
#include "observer.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace spinscape::spectral {

namespace {

/// Of networks on blobs that claims rest on: 2-6-6-2.
constexpr index least_parameters = 74;

/// Mean over the replicas of some points of a function of some fields' values.
Estimate mean_of(Results const& results, std::vector<index> const& points,
                 std::function<double(index row)> const& value) {
    std::vector<double> values;
    for (index const point : points)
        for (index const row : results.records.rows_of(point)) values.push_back(value(row));
    return mean_estimate(values);
}

Estimate mean_of(Results const& results, index point, std::string_view field, index element = 0) {
    return mean_estimate(results.records.column(point, field, element));
}

/// Mean of ln lambda_1 at the end: a blob's sample that lies among those of another class changes
/// lambda_1 by orders of magnitude.
Estimate log_top(Results const& results, index point) {
    auto tops = results.records.column(point, "top_end");
    for (auto& top : tops) top = std::log(top);
    return mean_estimate(tops);
}

index last_stage() {
    return std::ssize(progress) - 1;
}

/// lambda_min / lambda_max at the end.
Estimate lowest_by_top(Results const& results, std::vector<index> const& points) {
    return mean_of(results, points, [&](index row) {
        return results.records.at(row, "lowest_path", last_stage()) /
               results.records.at(row, "top_path", last_stage());
    });
}

double deviation_of(Results const& results, index point) {
    return results.points[static_cast<std::size_t>(point)].real("deviation");
}

/// Largest gap at K - 1 or K: the sources say "the number of classes", later ones K - 1.
Claim outlier_claim(Results const& results, std::string id, index classes,
                    std::vector<index> const& points, char const* source) {
    return {.id = std::move(id),
            .statement = fmt::format("As many outliers as classes, or one less: position of the "
                                     "largest gap among the eigenvalues, {} classes",
                                     classes),
            .source = source,
            .measured = mean_of(results, points,
                                [&](index row) { return results.records.at(row, "outliers"); }),
            .relation = Relation::equal,
            .predicted = static_cast<double>(classes) - 0.5,
            .tolerance = 0.5,
            .note = "Eigenvalues below 1 % of the largest one count as 1 % of it.",
            .points = points};
}

void add_width_claims(std::vector<Claim>& claims, Results const& results, double deviation,
                      std::vector<index> const& points) {
    auto const narrow = points.front(), wide = points.back();
    auto const P = static_cast<double>(parameter_count(results, narrow)),
               Q = static_cast<double>(parameter_count(results, wide));
    if (P == Q) return;
    auto const zeros = [](Estimate share, double count) {
        return Estimate{share.value * count, share.standard_error * count, share.n};
    };
    auto added = difference(zeros(mean_of(results, wide, "near_zero_share"), Q),
                            zeros(mean_of(results, narrow, "near_zero_share"), P));
    added.value /= Q - P;
    added.standard_error /= Q - P;
    claims.push_back(
        {.id = fmt::format("blobs_width_adds_zeros_{:g}", deviation),
         .statement = fmt::format("Growing the network adds eigenvalues at zero only: share of "
                                  "those added from {:g} to {:g} parameters within 1 % of the top, "
                                  "deviation {:g}",
                                  P, Q, deviation),
         .source = "Sagun2016",
         .measured = added,
         .relation = Relation::greater,
         .predicted = 0.9,
         .note = "0.9: what a replication found at deviations 0.5 and 1; the source says all.",
         .points = {narrow, wide}});
}

/// At the smallest deviation: the classes are told apart without error.
void add_separated_claims(std::vector<Claim>& claims, Results const& results,
                          std::vector<index> const& points) {
    claims.push_back(outlier_claim(results, "blobs_outliers", class_count(results, points.front()),
                                   points, "Sagun2016"));
    auto const reference = log_top(results, points.front());
    Estimate worst;
    for (auto const point : points) {
        if (point == points.front()) continue;
        auto const change = difference(log_top(results, point), reference);
        if (!(std::abs(change.value) <= std::abs(worst.value))) worst = change;
    }
    if (points.size() < 2) return;
    claims.push_back({.id = "blobs_top_independent_of_width",
                      .statement = "The largest eigenvalue does not depend on the width: mean of "
                                   "its ln minus that of the narrowest network, worst width",
                      .source = "Sagun2016",
                      .measured = worst,
                      .relation = Relation::equal,
                      .predicted = 0,
                      .tolerance = std::log(2.0),
                      .note = "Within a factor of 2, as far as the source's figures can be read.",
                      .points = points});
}

}  // namespace

std::vector<index> points_of(Results const& results, std::string_view system) {
    std::vector<index> list;
    for (std::size_t i = 0; i < results.points.size(); ++i)
        if (results.points[i].text("system") == system) list.push_back(static_cast<index>(i));
    std::stable_sort(list.begin(), list.end(), [&](index a, index b) {
        return parameter_count(results, a) < parameter_count(results, b);
    });
    return list;
}

index class_count(Results const& results, index point) {
    for (double const count : results.records.column(point, "class_count"))
        if (!std::isnan(count)) return static_cast<index>(count);
    return 0;
}

index parameter_count(Results const& results, index point) {
    for (double const count : results.records.column(point, "parameter_count"))
        if (!std::isnan(count)) return static_cast<index>(count);
    return 0;
}

std::vector<Claim> blob_claims(Results const& results) {
    auto points = points_of(results, "blobs");
    if (points.empty()) return {};
    // The narrowest networks (2-2-2-2) often die: no unit is active on any sample.
    if (parameter_count(results, points.back()) >= least_parameters)
        std::erase_if(points, [&](index point) {
            return parameter_count(results, point) < least_parameters;
        });
    std::vector<Claim> claims;
    std::map<double, std::vector<index>> by_deviation;
    for (auto const point : points) by_deviation[deviation_of(results, point)].push_back(point);
    for (auto const& [deviation, list] : by_deviation)
        if (deviation <= 1) add_width_claims(claims, results, deviation, list);
    add_separated_claims(claims, results, by_deviation.begin()->second);
    if (by_deviation.size() > 1) {
        auto const narrow = by_deviation.begin()->second.back(),
                   broad = by_deviation.rbegin()->second.back();
        claims.push_back(
            {.id = "blobs_top_grows_with_deviation",
             .statement = fmt::format("The largest eigenvalue grows with the spread of the blobs: "
                                      "mean of its ln at deviation {:g} minus at {:g}, widest "
                                      "network",
                                      deviation_of(results, broad), deviation_of(results, narrow)),
             .source = "Sagun2016",
             .measured = difference(log_top(results, broad), log_top(results, narrow)),
             .relation = Relation::greater,
             .predicted = 0,
             .note = "A replication found a factor of 50 and more (ln 50 = 3.9) from 0.5 to 1.5.",
             .points = {narrow, broad}});
    }
    claims.push_back({.id = "blobs_negative_eigenvalues_small",
                      .statement = "Descent stops where negative eigenvalues are small: mean of "
                                   "-lambda_min / lambda_max",
                      .source = "Sagun2016",
                      .measured =
                          [&] {
                              auto estimate = lowest_by_top(results, points);
                              estimate.value = -estimate.value;
                              return estimate;
                          }(),
                      .relation = Relation::less,
                      .predicted = 0.1,
                      .points = points});
    return claims;
}

std::vector<Claim> image_claims(Results const& results) {
    auto const points = points_of(results, "images");
    if (points.empty()) return {};
    std::vector<Claim> claims;
    std::map<index, std::vector<index>> by_classes;
    for (auto const point : points) by_classes[class_count(results, point)].push_back(point);
    std::vector<double> classes, outliers, errors;
    index n = 0;
    for (auto const& [count, list] : by_classes) {
        if (count < 2) continue;  // nothing recorded
        claims.push_back(outlier_claim(results, fmt::format("images_outliers_{}", count), count,
                                       list, "Sagun2017"));
        auto const& measured = claims.back().measured;
        if (!std::isfinite(measured.standard_error)) continue;
        classes.push_back(static_cast<double>(count));
        outliers.push_back(measured.value);
        // A spread of zero is what few replicas show: at least that of one in n being off by one.
        errors.push_back(std::max(measured.standard_error, 1 / static_cast<double>(measured.n)));
        n += measured.n;
    }
    if (classes.size() >= 2)
        claims.push_back({.id = "images_outliers_track_classes",
                          .statement =
                              "One more class, one more outlier: slope of the number of outliers "
                              "against that of classes",
                          .source = "Sagun2017",
                          .measured = slope_estimate(fit_line(classes, outliers, errors), n),
                          .relation = Relation::equal,
                          .predicted = 1,
                          .tolerance = 1 / (classes.back() - classes.front()),
                          .note = "Tolerance: between K and K - 1 outliers at the two ends."});
    auto const largest = points.back();
    claims.push_back({.id = "images_bulk_at_zero",
                      .statement = "Nearly all eigenvalues lie at zero: share within 1 % of the "
                                   "largest one, largest network",
                      .source = "Sagun2016",
                      .measured = mean_of(results, largest, "near_zero_share"),
                      .relation = Relation::greater,
                      .predicted = 0.95,
                      .note = "0.95: expectation for 100-30-30-10; the source shows histograms.",
                      .points = {largest}});
    auto lowest = lowest_by_top(results, points);
    lowest.value = -lowest.value;
    claims.push_back({.id = "images_negative_eigenvalues_small",
                      .statement = "Training stops where negative eigenvalues are small: mean of "
                                   "-lambda_min / lambda_max",
                      .source = "Sagun2016",
                      .measured = lowest,
                      .relation = Relation::less,
                      .predicted = 0.1,
                      .points = points});
    claims.push_back(
        {.id = "images_gradient_in_top_space",
         .statement = "The gradient lies mostly in the space of the K largest eigenvalues: share "
                      "of its square after a tenth of the epochs",
         .source = "GurAri2018",
         .measured =
             mean_of(results, points,
                     [&](index row) { return results.records.at(row, "gradient_share_path", 3); }),
         .relation = Relation::greater,
         .predicted = 0.5,
         .points = points});
    claims.push_back(
        {.id = "images_outliers_from_gauss_newton",
         .statement = "Outliers are those of the Gauss-Newton part: spectral norm of the rest by "
                      "the (K - 1)-th eigenvalue of that part, at the end",
         .source = "Sagun2017",
         .measured =
             mean_of(results, points,
                     [&](index row) { return results.records.at(row, "rest_over_outlier"); }),
         .relation = Relation::less,
         .predicted = 1,
         .note = "Below 1 no eigenvalue of the rest reaches the smallest outlier (Weyl).",
         .points = points});
    return claims;
}

namespace {

std::vector<Claim> common_claims(Results const& results) {
    std::vector<index> all;
    for (std::size_t i = 0; i < results.points.size(); ++i) all.push_back(static_cast<index>(i));
    auto const over_all = [&](char const* field) {
        return mean_of(results, all, [&](index row) { return results.records.at(row, field); });
    };
    return {
        {.id = "negative_share_falls",
         .statement = "Training leaves fewer negative eigenvalues: share below -0.001 of the "
                      "largest one at the end minus at the start",
         .source = "Sagun2016",
         .measured = mean_of(results, all,
                             [&](index row) {
                                 return results.records.at(row, "negative_share") -
                                        results.records.at(row, "negative_start");
                             }),
         .relation = Relation::less,
         .predicted = 0},
        {.id = "quadrature_agrees_with_exact_spectra",
         .statement = "Stochastic Lanczos quadrature gives the density of full spectra: share of "
                      "eigenvalues within 1 % of the largest, minus exact",
         .source = "Ghorbani2019",
         .measured = over_all("quadrature_deviation"),
         .relation = Relation::equal,
         .predicted = 0,
         .tolerance = 0.01,
         .note = "The source compares curves by eye; 0.01: one eigenvalue in a hundred."},
        {.id = "filter_normalised_lines_do_not_see_rescaling",
         .statement = "A filter-normalised picture is the same for rescaled layers: largest "
                      "relative change of the loss on the line",
         .source = "Li2018",
         .measured = over_all("line_rescaled_change"),
         .relation = Relation::less,
         .predicted = 1e-10},
        {.id = "plain_lines_see_rescaling",
         .statement = "A picture along a plain random direction of the same length does see it: "
                      "log10 of the largest relative change of the loss on the line",
         .source = "Li2018",
         .measured = mean_of(results, all,
                             [&](index row) {
                                 return std::log10(
                                     results.records.at(row, "plain_rescaled_change"));
                             }),
         .relation = Relation::greater,
         .predicted = -1,
         .note = "Predicted: more than a tenth, what an eye would see."}};
}

}  // namespace

Findings conclude(Results const& results) {
    Findings findings;
    findings.claims = blob_claims(results);
    for (auto&& claim : image_claims(results)) findings.claims.push_back(claim);
    for (auto&& claim : common_claims(results)) findings.claims.push_back(claim);
    findings.figures = figures(results);
    return findings;
}

}  // namespace spinscape::spectral
