// SPDX-License-Identifier: BSD-3-Clause
#include "calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace spinscape::levels {

namespace {

constexpr int bins = 15;
constexpr double largest_beta = 100;

struct Slopes {
    double first = 0, second = 0;
};

/// d and d^2 / d beta^2 of the summed loss of softmax(beta ln p): <l> - l_label and var l under the
/// softmax, l = ln p.
Slopes slopes(Answers const& answers, std::span<index const> chosen, double beta) {
    Slopes sum;
    for (index const i : chosen) {
        auto const l = answers.log_probabilities[i];
        double const top = *std::max_element(l.begin(), l.end());
        double Z = 0, first = 0, second = 0;
        for (double const value : l) {
            double const w = std::exp(beta * (value - top)), below = value - top;
            Z += w;
            first += w * below;
            second += w * below * below;
        }
        double const mean = first / Z;
        auto const label = answers.labels[static_cast<std::size_t>(i)];
        sum.first += mean - (l[static_cast<std::size_t>(label)] - top);
        sum.second += second / Z - mean * mean;
    }
    return sum;
}

}  // namespace

Calibration calibration(Answers const& answers, std::span<index const> chosen, double T) {
    struct Bin {
        double confidence = 0, right = 0;
    };
    std::array<Bin, bins> table;
    Calibration result;
    for (index const i : chosen) {
        auto const l = answers.log_probabilities[i];
        auto const best = std::max_element(l.begin(), l.end());
        double Z = 0;
        for (double const value : l) Z += std::exp((value - *best) / T);
        auto const label = answers.labels[static_cast<std::size_t>(i)];
        result.loss += std::log(Z) + (*best - l[static_cast<std::size_t>(label)]) / T;
        double const confidence = 1 / Z;
        auto& bin = table[static_cast<std::size_t>(
            std::min(bins - 1, static_cast<int>(confidence * bins)))];
        bin.confidence += confidence;
        bin.right += best - l.begin() == label ? 1 : 0;
    }
    auto const n = static_cast<double>(chosen.size());
    for (auto const& bin : table) result.error += std::abs(bin.right - bin.confidence) / n;
    result.loss /= n;
    return result;
}

double effective_temperature(Answers const& answers, std::span<index const> chosen) {
    double low = 1 / largest_beta, high = largest_beta, beta = 1;
    // Newton's method, kept between bounds where the slope changes its sign.
    for (int step = 0; step < 100 && high - low > 1e-8 * low; ++step) {
        auto const slope = slopes(answers, chosen, beta);
        (slope.first > 0 ? high : low) = beta;
        double const newton = beta - slope.first / slope.second;
        double const next = newton > low && newton < high ? newton : (low + high) / 2;
        if (std::abs(next - beta) <= 1e-9 * beta) return 1 / next;
        beta = next;
    }
    return 1 / beta;
}

}  // namespace spinscape::levels
