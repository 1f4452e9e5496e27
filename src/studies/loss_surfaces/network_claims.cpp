// SPDX-License-Identifier: BSD-3-Clause
// The network side of [Choromanska2015]: what is measured for each statement. The paper's learning
// rate, batch size and decay are unpublished, so that only trends, ratios and correlations can be
// compared, never absolute losses.
#include "claims.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/stats/line_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape::surfaces {

namespace {

constexpr auto source = "Choromanska2015";
constexpr auto schedule_note =
    "The paper's learning rate, decay and batch size are unpublished; ours are in the job.";

/// Slope of ln(spread) against ln(width), by least squares weighted with the errors of the spreads.
Estimate log_log_slope(std::vector<Size> const& widths, std::vector<Estimate> const& spreads) {
    std::vector<double> x, y, error;
    index n = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (!(spreads[i].value > 0) || !std::isfinite(spreads[i].standard_error)) continue;
        x.push_back(std::log(widths[i].size));
        y.push_back(std::log(spreads[i].value));
        error.push_back(spreads[i].standard_error / spreads[i].value);
        n += spreads[i].n;
    }
    if (x.size() < 2) return {};
    return slope_estimate(fit_line(x, y, error), n);
}

}  // namespace

double published_correlation(index width) {
    static std::map<index, double> const table = {{2, 0.9888},   {5, 0.9506},  {10, 0.8635},
                                                  {25, 0.7616},  {50, 0.6861}, {100, 0.5983},
                                                  {250, 0.5302}, {500, 0.4081}};
    auto const found = table.find(width);
    return found == table.end() ? missing : found->second;
}

std::vector<Claim> network_claims(Results const& results) {
    auto const widths = sizes(results, "network");
    if (widths.empty()) return {};
    std::vector<Estimate> mean, spread, relative_spread, correlation;
    for (auto const& [point, width] : widths) {
        auto const test = results.records.column(point, "test_loss");
        mean.push_back(mean_estimate(test));
        spread.push_back(standard_deviation_estimate(test));
        relative_spread.push_back(ratio(spread.back(), mean.back()));
        correlation.push_back(
            pearson_correlation(results.records.column(point, "train_loss"), test));
    }

    std::vector<Claim> claims;
    if (widths.size() >= 2) {
        claims.push_back({.id = "network_band_narrows",
                          .statement =
                              "The band of test losses narrows as the network grows: slope of ln "
                              "sd against ln width",
                          .source = source,
                          .measured = log_log_slope(widths, spread),
                          .relation = Relation::less,
                          .predicted = 0,
                          .note = "The paper's table has about -0.61."});
        claims.push_back(
            {.id = "network_minima_equivalent",
             .statement = "Minima become as good as each other: slope of ln (sd / mean) of "
                          "the test loss against ln width",
             .source = source,
             .measured = log_log_slope(widths, relative_spread),
             .relation = Relation::less,
             .predicted = 0,
             .note = "Stricter than a narrowing band, which a falling mean alone brings."});
        auto worst = difference(mean[1], mean[0]);
        auto worst_pair = std::pair{widths[0].size, widths[1].size};
        for (std::size_t i = 1; i + 1 < widths.size(); ++i) {
            auto const step = difference(mean[i + 1], mean[i]);
            if (step.value + claim_z * step.standard_error >
                worst.value + claim_z * worst.standard_error) {
                worst = step;
                worst_pair = {widths[i].size, widths[i + 1].size};
            }
        }
        claims.push_back({.id = "network_mean_falls",
                          .statement =
                              "The mean test loss falls with every increase of the width: largest "
                              "change between neighbouring widths",
                          .source = source,
                          .measured = worst,
                          .relation = Relation::less,
                          .predicted = 0,
                          .note = fmt::format("Least favourable pair: {} and {}. {}",
                                              worst_pair.first, worst_pair.second, schedule_note)});
        claims.push_back(
            {.id = "network_correlation_falls",
             .statement = fmt::format("Train and test loss decorrelate as the network grows: r "
                                      "at width {} minus r at width {}",
                                      widths.back().size, widths.front().size),
             .source = source,
             .measured = difference(correlation.back(), correlation.front()),
             .relation = Relation::less,
             .predicted = 0});
    }
    for (std::size_t i = 0; i < widths.size(); ++i) {
        auto const width = static_cast<index>(widths[i].size);
        auto const published = published_correlation(width);
        if (std::isnan(published)) continue;
        claims.push_back({.id = fmt::format("network_correlation_{}", width),
                          .statement = fmt::format(
                              "Pearson correlation of train and test loss at width {}", width),
                          .source = source,
                          .measured = correlation[i],
                          .relation = Relation::equal,
                          .predicted = published,
                          .tolerance = 0.08,
                          .note = schedule_note,
                          .points = {widths[i].point}});
    }
    for (auto const& [point, width] : widths) {
        std::vector<double> at_minimum;
        for (double const k : results.records.column(point, "index"))
            if (!std::isnan(k)) at_minimum.push_back(k == 0 ? 1 : 0);
        if (at_minimum.empty() || width > 50) continue;
        claims.push_back(
            {.id = fmt::format("network_low_index_{}", static_cast<index>(width)),
             .statement = fmt::format("Solutions have zero index (eigenvalues below -0.001) in at "
                                      "least 80 % of runs at width {}",
                                      width),
             .source = source,
             .measured = share_estimate(at_minimum),
             .relation = Relation::greater,
             .predicted = 0.8,
             .note = "Hessian of the full training loss.",
             .points = {point}});
    }
    return claims;
}

}  // namespace spinscape::surfaces
