// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/claim.hpp"

#include <span>

/// Estimates with standard errors from the values of independent replicas. Missing values (NaN) are
/// left out everywhere. Where an error cannot be estimated it is missing, never zero.
namespace spinscape {

/// Mean with standard error sd / sqrt(n).
Estimate mean_estimate(std::span<double const> values);

/// Mean of the cluster means, with standard error from the spread between clusters: replicas that
/// share a disorder sample are not independent. `cluster` gives each value's cluster (any numbers).
/// n counts clusters; with fewer than two the error is missing.
Estimate clustered_mean(std::span<double const> values, std::span<double const> cluster);

/// Standard deviation with its large-sample error sd sqrt((kurtosis - 1) / 4n).
Estimate standard_deviation_estimate(std::span<double const> values);

/// Root of the mean within-cluster variance, with the delta-method error from the spread of the
/// variances between clusters. With a single cluster: that cluster's standard deviation and error.
Estimate clustered_standard_deviation(std::span<double const> values,
                                      std::span<double const> cluster);

/// Share k/n of ones among zeros and ones, with error sqrt((k+1)(n-k+1) / (n+2)^2 (n+3)): that of
/// the posterior under a flat prior, which does not vanish at k = 0 or k = n.
Estimate share_estimate(std::span<double const> zeros_and_ones);

/// Pearson's r over the pairs of which both values are there. Its 99 % interval is symmetric in
/// artanh r, where the error is 1 / sqrt(n - 3) (Fisher); the standard error is the interval's
/// wider side over 2.576, which for many pairs is (1 - r^2) / sqrt(n - 3).
Estimate pearson_correlation(std::span<double const> x, std::span<double const> y);

/// Spearman's rank correlation (mean ranks for ties), with an error made in the same way from
/// sqrt((1 + r^2/2) / (n - 3)) in artanh r ([BonettWright2000]), r moved by half a step of its
/// possible values towards 0, as far as complete order of n pairs may be chance. For up to eight
/// pairs the interval holds 0 besides if the exact permutation test does not reject independence
/// at 99 %, as it never does for four.
Estimate spearman_correlation(std::span<double const> x, std::span<double const> y);

/// Spearman's rank correlation over all pairs, with the jackknife's error over clusters: replicas
/// that share a start or a disorder sample are left out together. It is never taken below the error
/// of as many independent pairs, for the jackknife sees none in complete order. n counts clusters.
Estimate clustered_spearman_correlation(std::span<double const> x, std::span<double const> y,
                                        std::span<double const> cluster);

/// a - b of independent estimates; n is the smaller one.
Estimate difference(Estimate const& a, Estimate const& b);
/// a / b of independent estimates by the delta method; n is the smaller one.
Estimate ratio(Estimate const& a, Estimate const& b);

}  // namespace spinscape
