// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/estimate.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/stats/moments.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace spinscape {

namespace {

Moments moments_of(std::span<double const> values) {
    Moments moments;
    for (double const x : values) moments.add(x);
    return moments;
}

/// Moments of each cluster, by cluster number; clusters without a value are left out.
std::map<double, Moments> by_cluster(std::span<double const> values,
                                     std::span<double const> cluster) {
    SPINSCAPE_EXPECT(values.size() == cluster.size());
    std::map<double, Moments> clusters;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isnan(values[i]) && !std::isnan(cluster[i])) clusters[cluster[i]].add(values[i]);
    return clusters;
}

/// Ranks 1 ... n, ties sharing their mean rank.
std::vector<double> ranks(std::vector<double> const& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
    std::vector<double> rank(values.size());
    for (std::size_t first = 0; first < order.size();) {
        auto last = first;
        while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
        for (auto i = first; i <= last; ++i)
            rank[order[i]] = 1 + static_cast<double>(first + last) / 2;
        first = last + 1;
    }
    return rank;
}

struct Pairs {
    std::vector<double> x, y;
};

Pairs complete_pairs(std::span<double const> x, std::span<double const> y) {
    SPINSCAPE_EXPECT(x.size() == y.size());
    Pairs pairs;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (!std::isnan(x[i]) && !std::isnan(y[i])) {
            pairs.x.push_back(x[i]);
            pairs.y.push_back(y[i]);
        }
    return pairs;
}

double pearson(Pairs const& pairs) {
    auto const mx = moments_of(pairs.x), my = moments_of(pairs.y);
    double sum = 0;
    for (std::size_t i = 0; i < pairs.x.size(); ++i)
        sum += (pairs.x[i] - mx.mean) * (pairs.y[i] - my.mean);
    return mx.M2 > 0 && my.M2 > 0 ? sum / std::sqrt(mx.M2 * my.M2) : missing;
}

/// Wider side of the 99 % interval r -+ claim_z error in artanh r, over claim_z; `step` is the
/// distance between possible values of r.
double correlation_error(double r, double error, double step) {
    double const size = std::abs(r), z = std::atanh(std::max(0.0, size - step / 2));
    double const lower = std::tanh(z - claim_z * error), upper = std::tanh(z + claim_z * error);
    return std::max(size - lower, upper - size) / claim_z;
}

/// Whether at most 1 % of all orders of y have a correlation as far from 0 as the given one.
bool rejects_independence(Pairs const& ranks) {
    auto const n = ranks.x.size();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    double const mean = (static_cast<double>(n) + 1) / 2;
    auto const covariance = [&] {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += (ranks.x[i] - mean) * (ranks.y[order[i]] - mean);
        return std::abs(sum);
    };
    double const measured = covariance() * (1 - 1e-12);
    index as_far = 0, all = 0;
    do {
        ++all;
        if (covariance() >= measured) ++as_far;
    } while (std::next_permutation(order.begin(), order.end()));
    return 100 * as_far <= all;
}

Estimate spearman(Pairs const& pairs) {
    auto const n = std::ssize(pairs.x);
    if (n < 4) return {.n = n};
    Pairs const order{ranks(pairs.x), ranks(pairs.y)};
    auto const count = static_cast<double>(n);
    double const r = pearson(order);
    double error = correlation_error(r, std::sqrt((1 + r * r / 2) / (count - 3)),
                                     12 / (count * (count * count - 1)));
    double const to_zero = std::abs(r) / claim_z;
    if (error < to_zero && n <= 8 && !rejects_independence(order)) error = 1.001 * to_zero;
    return {r, error, n};
}

}  // namespace

Estimate mean_estimate(std::span<double const> values) {
    auto const m = moments_of(values);
    if (m.count == 0) return {};
    return {m.mean, m.standard_error(), m.count};
}

Estimate clustered_mean(std::span<double const> values, std::span<double const> cluster) {
    std::vector<double> means;
    for (auto const& [number, moments] : by_cluster(values, cluster)) means.push_back(moments.mean);
    return mean_estimate(means);
}

Estimate standard_deviation_estimate(std::span<double const> values) {
    auto const m = moments_of(values);
    if (m.count < 2) return {};
    return {m.standard_deviation(), m.standard_deviation_error(), m.count};
}

Estimate clustered_standard_deviation(std::span<double const> values,
                                      std::span<double const> cluster) {
    auto const clusters = by_cluster(values, cluster);
    std::vector<double> variances;
    for (auto const& [number, moments] : clusters)
        if (moments.count >= 2) variances.push_back(moments.variance());
    if (variances.empty()) return {};
    if (variances.size() == 1) return standard_deviation_estimate(values);
    auto const variance = mean_estimate(variances);
    double const sd = std::sqrt(variance.value);
    return {sd, variance.standard_error / (2 * sd), variance.n};
}

Estimate share_estimate(std::span<double const> zeros_and_ones) {
    auto const m = moments_of(zeros_and_ones);
    if (m.count == 0) return {};
    auto const n = static_cast<double>(m.count), k = std::round(m.mean * n);
    return {k / n, std::sqrt((k + 1) * (n - k + 1) / ((n + 2) * (n + 2) * (n + 3))), m.count};
}

Estimate pearson_correlation(std::span<double const> x, std::span<double const> y) {
    auto const pairs = complete_pairs(x, y);
    auto const n = std::ssize(pairs.x);
    if (n < 4) return {.n = n};
    double const r = pearson(pairs);
    return {r, correlation_error(r, 1 / std::sqrt(static_cast<double>(n - 3)), 0), n};
}

Estimate spearman_correlation(std::span<double const> x, std::span<double const> y) {
    return spearman(complete_pairs(x, y));
}

Estimate clustered_spearman_correlation(std::span<double const> x, std::span<double const> y,
                                        std::span<double const> cluster) {
    SPINSCAPE_EXPECT(x.size() == y.size() && x.size() == cluster.size());
    std::set<double> clusters;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (!std::isnan(x[i]) && !std::isnan(y[i])) clusters.insert(cluster[i]);
    auto const without = [&](double left_out) {
        Pairs pairs;
        for (std::size_t i = 0; i < x.size(); ++i)
            if (cluster[i] != left_out && !std::isnan(x[i]) && !std::isnan(y[i])) {
                pairs.x.push_back(x[i]);
                pairs.y.push_back(y[i]);
            }
        return pairs.x.size() < 3 ? missing : pearson({ranks(pairs.x), ranks(pairs.y)});
    };
    auto const n = std::ssize(clusters);
    Estimate result{.value = without(missing), .n = n};
    if (n < 3) return result;
    Moments parts;
    for (double const number : clusters) parts.add(without(number));
    if (parts.count < n) return result;  // one of them is not defined
    double const jackknife =
        std::sqrt(static_cast<double>(n - 1) / static_cast<double>(n) * parts.M2);
    result.standard_error = std::max(jackknife, spearman_correlation(x, y).standard_error);
    return result;
}

Estimate difference(Estimate const& a, Estimate const& b) {
    return {a.value - b.value, std::hypot(a.standard_error, b.standard_error), std::min(a.n, b.n)};
}

Estimate ratio(Estimate const& a, Estimate const& b) {
    double const q = a.value / b.value;
    return {q, std::abs(q) * std::hypot(a.standard_error / a.value, b.standard_error / b.value),
            std::min(a.n, b.n)};
}

}  // namespace spinscape
