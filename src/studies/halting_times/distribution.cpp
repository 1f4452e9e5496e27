// SPDX-License-Identifier: BSD-3-Clause
#include "distribution.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

namespace spinscape::halting {

namespace {

constexpr std::uint64_t for_exchanges = 1, for_resampling = 2;

Moments moments_of(std::span<double const> values) {
    Moments moments;
    for (double const x : values) moments.add(x);
    return moments;
}

void append(std::vector<double>& to, std::vector<double> const& more) {
    to.insert(to.end(), more.begin(), more.end());
}

double excess_kurtosis(Moments const& m) {
    return static_cast<double>(m.count) * m.M4 / (m.M2 * m.M2) - 3;
}

double scaled(double z) {
    return std::numbers::egamma + std::numbers::pi / std::sqrt(6.0) * z;
}

}  // namespace

index Sample::size() const {
    index n = 0;
    for (auto const& cluster : clusters) n += std::ssize(cluster);
    return n;
}

std::vector<double> Sample::all() const {
    std::vector<double> times;
    for (auto const& cluster : clusters) append(times, cluster);
    return times;
}

Sample sample_of(std::span<double const> times, std::span<double const> disorder) {
    SPINSCAPE_EXPECT(times.size() == disorder.size());
    std::map<double, std::vector<double>> by_disorder;
    for (std::size_t i = 0; i < times.size(); ++i)
        if (!std::isnan(times[i])) by_disorder[disorder[i]].push_back(times[i]);
    Sample sample;
    for (auto& [number, cluster] : by_disorder) sample.clusters.push_back(std::move(cluster));
    return sample;
}

std::vector<double> normalised(std::vector<double> times) {
    auto const m = moments_of(times);
    if (!(m.M2 > 0)) return {};
    for (double& t : times) t = (t - m.mean) / m.standard_deviation();
    return times;
}

Sample normalised(Sample sample) {
    auto const m = moments_of(sample.all());
    if (!(m.M2 > 0)) return {};
    for (auto& cluster : sample.clusters)
        for (double& t : cluster) t = (t - m.mean) / m.standard_deviation();
    return sample;
}

double gumbel(double z) {
    return std::exp(-std::exp(-scaled(z)));
}

double normal(double z) {
    return std::erfc(-z / std::numbers::sqrt2) / 2;
}

double gumbel_density(double z) {
    double const x = scaled(z);
    return std::numbers::pi / std::sqrt(6.0) * std::exp(-x - std::exp(-x));
}

double normal_density(double z) {
    return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
}

double distance_of_classes() {
    double most = 0;
    for (int i = -4000; i <= 4000; ++i)
        most = std::max(most, std::abs(gumbel(i * 1e-3) - normal(i * 1e-3)));
    return most;
}

double distance(std::vector<double> a, std::vector<double> b) {
    if (a.empty() || b.empty()) return missing;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    double most = 0;
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        double const x = std::min(a[i], b[j]);
        while (i < a.size() && a[i] == x) ++i;
        while (j < b.size() && b[j] == x) ++j;
        most = std::max(most, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                       static_cast<double>(j) / static_cast<double>(b.size())));
    }
    return most;
}

double distance(std::vector<double> a, std::function<double(double)> const& law) {
    if (a.empty()) return missing;
    std::sort(a.begin(), a.end());
    auto const n = static_cast<double>(a.size());
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        double const F = law(a[i]), below = static_cast<double>(i) / n;
        most = std::max({most, std::abs(F - below), std::abs(F - below - 1 / n)});
    }
    return most;
}

Comparison compare(Sample const& a, Sample const& b, std::uint64_t seed, index number,
                   index rounds) {
    auto const u = normalised(a), v = normalised(b);
    Comparison result{.distance = distance(u.all(), v.all()), .excess = {}};
    if (std::isnan(result.distance) || a.clusters.size() < 2 || b.clusters.size() < 2)
        return result;
    std::vector<std::vector<double> const*> pool;
    for (auto const& cluster : u.clusters) pool.push_back(&cluster);
    for (auto const& cluster : v.clusters) pool.push_back(&cluster);
    std::vector<std::int32_t> order(pool.size());
    Moments exchanged;
    index as_large = 0;
    for (index round = 0; round < rounds; ++round) {
        Stream stream(seed, Purpose::bootstrap, number, round, for_exchanges);
        stream.permutation(order);
        std::vector<double> first, second;
        for (std::size_t k = 0; k < order.size(); ++k)
            append(k < u.clusters.size() ? first : second,
                   *pool[static_cast<std::size_t>(order[k])]);
        double const d = distance(normalised(std::move(first)), normalised(std::move(second)));
        exchanged.add(d);
        if (d >= result.distance) ++as_large;
    }
    result.excess = {result.distance - exchanged.mean, exchanged.standard_deviation(),
                     std::min(a.size(), b.size())};
    result.p_value = static_cast<double>(as_large + 1) / static_cast<double>(rounds + 1);
    return result;
}

Shape shape_of(Sample const& sample, std::uint64_t seed, index number, index rounds) {
    auto const nearer = [](std::vector<double> times) {
        auto const z = normalised(std::move(times));
        return distance(z, normal) - distance(z, gumbel);
    };
    auto const times = sample.all();
    auto const m = moments_of(times);
    auto const n = m.count;
    if (!(m.M2 > 0)) return {};
    Shape shape{.skewness = {m.skewness(), missing, n},
                .excess_kurtosis = {excess_kurtosis(m), missing, n},
                .nearer_to_gumbel = {nearer(times), missing, n}};
    auto const clusters = std::ssize(sample.clusters);
    if (clusters < 2) return shape;
    Moments skewness, kurtosis, difference;
    for (index round = 0; round < rounds; ++round) {
        Stream stream(seed, Purpose::bootstrap, number, round, for_resampling);
        std::vector<double> again;
        for (index k = 0; k < clusters; ++k)
            append(again, sample.clusters[static_cast<std::size_t>(stream.below(clusters))]);
        auto const moments = moments_of(again);
        if (!(moments.M2 > 0)) continue;
        skewness.add(moments.skewness());
        kurtosis.add(excess_kurtosis(moments));
        difference.add(nearer(std::move(again)));
    }
    shape.skewness.standard_error = skewness.standard_deviation();
    shape.excess_kurtosis.standard_error = kurtosis.standard_deviation();
    shape.nearer_to_gumbel.standard_error = difference.standard_deviation();
    return shape;
}

}  // namespace spinscape::halting
