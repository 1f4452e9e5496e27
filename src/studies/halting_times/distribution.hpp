// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/claim.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

/// Halting times after subtracting their mean and dividing by their standard deviation.
namespace spinscape::halting {

/// Times of one parameter point, by disorder sample: what shares one is not independent.
struct Sample {
    std::vector<std::vector<double>> clusters;

    [[nodiscard]] index size() const;
    [[nodiscard]] std::vector<double> all() const;
};

/// Rows of `times` with the number of their disorder sample; missing times are left out.
Sample sample_of(std::span<double const> times, std::span<double const> disorder);

/// The same with mean 0 and variance 1. Empty where the times do not differ.
std::vector<double> normalised(std::vector<double> times);
Sample normalised(Sample sample);

/// Distribution functions of mean 0 and variance 1. Gumbel's: largest of many, tail to the right.
double gumbel(double z);
double normal(double z);
/// Densities of these.
double gumbel_density(double z);
double normal_density(double z);
constexpr double gumbel_skewness = 1.1395470994046486, gumbel_excess_kurtosis = 2.4;
/// sup |gumbel - normal| = 0.0681: how far the two classes of the source are apart.
double distance_of_classes();

/// Kolmogorov-Smirnov distance sup |F - G| of two samples, or of one and a law.
double distance(std::vector<double> a, std::vector<double> b);
double distance(std::vector<double> a, std::function<double(double)> const& law);

/// Two samples after normalisation. If both had one law, their disorder samples could be exchanged:
/// that is done `rounds` times, each time with normalisation of what results.
struct Comparison {
    double distance = missing;
    Estimate excess;  ///< distance - its mean after exchanges, +- its deviation there
    double p_value =
        missing;  ///< share of exchanges with a distance as large, (k + 1)/(rounds + 1)
};
Comparison compare(Sample const& a, Sample const& b, std::uint64_t seed, index number,
                   index rounds = 400);

/// Errors from resampling disorder samples with replacement.
struct Shape {
    Estimate skewness, excess_kurtosis;
    /// Distance to the normal law less that to Gumbel's: positive where Gumbel's is nearer.
    Estimate nearer_to_gumbel;
};
Shape shape_of(Sample const& sample, std::uint64_t seed, index number, index rounds = 200);

}  // namespace spinscape::halting
