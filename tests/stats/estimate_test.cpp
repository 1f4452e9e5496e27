// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/estimate.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/stats/histogram.hpp"
#include "spinscape/stats/line_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

TEST(Estimate, MeanAndClusters) {
    std::vector<double> const x = {1, 3, missing, 10, 14}, cluster = {0, 0, 0, 1, 1};
    auto const plain = mean_estimate(x);
    EXPECT_EQ(plain.value, 7);
    EXPECT_EQ(plain.n, 4);
    auto const clustered = clustered_mean(x, cluster);  // means 2 and 12
    EXPECT_EQ(clustered.value, 7);
    EXPECT_EQ(clustered.standard_error, 5);
    EXPECT_EQ(clustered.n, 2);
    EXPECT_TRUE(std::isnan(
        clustered_mean(std::vector<double>{1, 2}, std::vector<double>{4, 4}).standard_error));
    auto const within = clustered_standard_deviation(x, cluster);  // variances 2 and 8
    EXPECT_NEAR(within.value, std::sqrt(5.0), 1e-14);
    EXPECT_NEAR(within.standard_error, 3 / (2 * std::sqrt(5.0)), 1e-14);
}

// Values of a replica that is counted three times tell no more than once.
TEST(Estimate, RankCorrelationOfClustersIsNotFlatteredByRepetition) {
    Stream stream(4, Purpose::noise, 0);
    std::vector<double> x, y, own, repeated_x, repeated_y, cluster;
    for (int i = 0; i < 60; ++i) {
        x.push_back(stream.normal());
        y.push_back(x.back() + stream.normal());
        own.push_back(i);
        for (int copy = 0; copy < 3; ++copy) {
            repeated_x.push_back(x.back());
            repeated_y.push_back(y.back());
            cluster.push_back(i);
        }
    }
    auto const plain = spearman_correlation(x, y);
    auto const single = clustered_spearman_correlation(x, y, own);
    EXPECT_NEAR(single.value, plain.value, 1e-14);
    EXPECT_NEAR(single.standard_error / plain.standard_error, 1, 0.3);
    auto const tripled = clustered_spearman_correlation(repeated_x, repeated_y, cluster);
    EXPECT_EQ(tripled.n, 60);
    EXPECT_NEAR(tripled.value, single.value, 1e-3);
    EXPECT_NEAR(tripled.standard_error / single.standard_error, 1, 0.3);
    // The wrong error: all 180 values as independent.
    EXPECT_LT(spearman_correlation(repeated_x, repeated_y).standard_error,
              0.7 * tripled.standard_error);
    EXPECT_TRUE(std::isnan(clustered_spearman_correlation(std::vector<double>{1, 2, 3, 4},
                                                          std::vector<double>{1, 3, 2, 4},
                                                          std::vector<double>{0, 0, 1, 1})
                               .standard_error));
}

TEST(Estimate, Correlations) {
    std::vector<double> const x = {1, 2, 3, 4, 5}, y = {2, 1, 4, 3, 5},
                              curved = {1, 8, 27, 64, 125}, tied = {1, 1, 2, 2, 3};
    EXPECT_NEAR(pearson_correlation(x, y).value, 0.8, 1e-14);
    EXPECT_NEAR(pearson_correlation(x, y).standard_error,
                (0.8 - std::tanh(std::atanh(0.8) - claim_z / std::sqrt(2.0))) / claim_z, 1e-14);
    EXPECT_NEAR(spearman_correlation(x, curved).value, 1, 1e-14);
    EXPECT_NEAR(spearman_correlation(x, tied).value,
                pearson_correlation(x, std::vector<double>{1.5, 1.5, 3.5, 3.5, 5}).value, 1e-14);
    EXPECT_TRUE(std::isnan(
        pearson_correlation(std::vector<double>{1, 2}, std::vector<double>{1, 2}).value));
}

Verdict of_claim(Estimate const& measured, Relation relation, double predicted) {
    Claim claim;
    claim.measured = measured;
    claim.relation = relation;
    claim.predicted = predicted;
    return claim.verdict();
}

// Four pairs are in complete order by chance once in twelve times, five in sixty, six in 360:
// two-sided. Only the last is beyond the 99 % of a claim. (1 - r^2) / sqrt(n - 3) says 0.
TEST(Estimate, CompleteOrderOfAFewPairsDecidesNothing) {
    std::vector<double> x, up, down;
    for (index n = 1; n <= 12; ++n) {
        x.push_back(static_cast<double>(n));
        up.push_back(std::exp(static_cast<double>(n)));
        down.push_back(-up.back());
        if (n < 4) {
            EXPECT_TRUE(std::isnan(spearman_correlation(x, up).standard_error));
            continue;
        }
        auto const rising = spearman_correlation(x, up), falling = spearman_correlation(x, down);
        EXPECT_NEAR(rising.value, 1, 1e-14);
        EXPECT_NEAR(falling.value, -1, 1e-14);
        EXPECT_NEAR(falling.standard_error, rising.standard_error, 1e-12);
        auto const expected = n >= 6 ? Verdict::supported : Verdict::undecided;
        EXPECT_EQ(of_claim(rising, Relation::greater, 0), expected) << n;
        EXPECT_EQ(of_claim(falling, Relation::less, 0), expected) << n;
    }
    // Ties: three pairs above five others are so by chance once in C(8, 3) = 56 times.
    std::vector<double> const groups = {1, 1, 1, 0, 0, 0, 0, 0}, values = {9, 9, 9, 2, 2, 2, 2, 2};
    EXPECT_EQ(of_claim(spearman_correlation(groups, values), Relation::greater, 0),
              Verdict::undecided);
    // Clusters: every one left out leaves complete order, of which the jackknife's error is 0.
    std::vector<double> const a = {1, 2, 3, 4, 5};
    auto const clustered = clustered_spearman_correlation(a, a, a);
    EXPECT_EQ(of_claim(clustered, Relation::greater, 0), Verdict::undecided);
}

// Independent ranks are taken for correlated, at 99 %, at most once in a hundred times, and the
// true rank correlation of normal pairs, 6/pi asin(rho/2), lies in the interval.
TEST(Estimate, RankCorrelationsOfFewPairsCoverTheTruth) {
    index constexpr trials = 4000;
    for (index const n : {4, 5, 6, 7, 8, 10, 20})
        for (double const rho : {0.0, 0.5, 0.9}) {
            double const truth = 6 / std::acos(-1.0) * std::asin(rho / 2);
            index missed = 0;
            Stream stream(8, Purpose::noise, n);
            for (index t = 0; t < trials; ++t) {
                std::vector<double> x, y;
                for (index i = 0; i < n; ++i) {
                    x.push_back(stream.normal());
                    y.push_back(rho * x.back() + std::sqrt(1 - rho * rho) * stream.normal());
                }
                auto const r = spearman_correlation(x, y);
                if (std::abs(r.value - truth) > claim_z * r.standard_error) ++missed;
            }
            EXPECT_LE(static_cast<double>(missed) / trials, 0.0156) << n << ' ' << rho;
        }
}

TEST(Estimate, SharesDifferencesRatios) {
    auto const share = share_estimate(std::vector<double>{1, 1, 1, 1});
    EXPECT_EQ(share.value, 1);
    EXPECT_GT(share.standard_error, 0.1);  // four of four is not certainty
    auto const d = difference({3, 0.3, 5}, {1, 0.4, 9});
    EXPECT_EQ(d.value, 2);
    EXPECT_NEAR(d.standard_error, 0.5, 1e-15);
    EXPECT_EQ(d.n, 5);
    auto const q = ratio({6, 0.6, 5}, {2, 0.1, 9});
    EXPECT_EQ(q.value, 3);
    EXPECT_NEAR(q.standard_error, 3 * std::hypot(0.1, 0.05), 1e-15);
}

// 99 % intervals of a mean of skewed clusters and of a correlation hold the truth about as often.
TEST(Estimate, CoverageIsNominal) {
    index constexpr trials = 4000;
    index mean_holds = 0, correlation_holds = 0;
    double const r = 0.6;
    for (index t = 0; t < trials; ++t) {
        Stream stream(6, Purpose::noise, t);
        std::vector<double> x, cluster, u, v;
        for (int c = 0; c < 60; ++c) {
            double const shared = stream.normal();
            for (int i = 0; i < 5; ++i) {
                x.push_back(shared + stream.normal());
                cluster.push_back(c);
                u.push_back(stream.normal());
                v.push_back(r * u.back() + std::sqrt(1 - r * r) * stream.normal());
            }
        }
        auto const m = clustered_mean(x, cluster), c = pearson_correlation(u, v);
        if (std::abs(m.value) <= claim_z * m.standard_error) ++mean_holds;
        if (std::abs(c.value - r) <= claim_z * c.standard_error) ++correlation_holds;
    }
    double const error = std::sqrt(0.99 * 0.01 / trials);
    EXPECT_NEAR(static_cast<double>(mean_holds) / trials, 0.987,
                4 * error);  // Student's t with 59 degrees: 98.75 %
    EXPECT_NEAR(static_cast<double>(correlation_holds) / trials, 0.99, 4 * error);
}

TEST(Histogram, CountsEdgesAndMerges) {
    Histogram a({0, 1, 2}), b({0, 1, 2});
    for (double const x : {-0.1, 0.0, 0.5, 1.0, 2.0, 2.1, missing}) a.add(x);
    EXPECT_EQ(a.counts(), (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(a.underflow(), 1);
    EXPECT_EQ(a.overflow(), 1);
    b.add(1.5);
    a.merge(b);
    EXPECT_EQ(a.counts(), (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(automatic_edges(1, 3, 4), (std::vector<double>{1, 1.5, 2, 2.5, 3}));
}

TEST(LineFit, ExactLineAndErrors) {
    std::vector<double> const x = {0, 1, 2, 5}, y = {1, 3, 5, 11}, error = {0.1, 0.2, 0.1, 0.3};
    auto const fit = fit_line(x, y, error);
    EXPECT_NEAR(fit.slope, 2, 1e-13);
    EXPECT_NEAR(fit.intercept, 1, 1e-13);
    EXPECT_NEAR(fit.chi_squared, 0, 1e-20);
    EXPECT_EQ(slope_estimate(fit, 4).standard_error, fit.slope_error);
    // The stated errors are the spread of the fitted values over noisy repetitions.
    double squares = 0;
    index constexpr trials = 4000;
    for (index t = 0; t < trials; ++t) {
        Stream stream(7, Purpose::noise, t);
        auto noisy = y;
        for (std::size_t i = 0; i < y.size(); ++i) noisy[i] += error[i] * stream.normal();
        double const off = fit_line(x, noisy, error).slope - 2;
        squares += off * off;
    }
    EXPECT_NEAR(std::sqrt(squares / trials) / fit.slope_error, 1, 4 / std::sqrt(2.0 * trials));
}

}  // namespace
}  // namespace spinscape
