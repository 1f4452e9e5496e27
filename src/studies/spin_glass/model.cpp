// SPDX-License-Identifier: BSD-3-Clause
#include "model.hpp"

#include <cmath>

namespace spinscape::glass {

std::vector<double> const& curve_times() {
    static std::vector<double> const times = {0.4, 0.8, 1.6, 3.2, 4.8, 8,  12,
                                              16,  20,  24,  32,  48,  64, 96};
    return times;
}

std::vector<double> overlap_centres() {
    std::vector<double> centres;
    for (int i = -25; i <= 25; ++i) centres.push_back(0.04 * i);
    return centres;
}

std::vector<PSpinTerm> terms_of(Parameters const& parameters) {
    auto const& orders = parameters.integers("p");
    auto const& weights = parameters.reals("weights");
    std::vector<PSpinTerm> terms;
    for (std::size_t i = 0; i < orders.size(); ++i)
        terms.push_back(
            {.p = static_cast<int>(orders[i]),
             .coefficient =
                 std::sqrt(weights.empty() ? 1 / static_cast<double>(orders.size()) : weights[i])});
    return terms;
}

std::vector<double> kept_of(Parameters const& parameters) {
    return std::vector<double>(parameters.integers("p").size(), parameters.real("kept"));
}

std::uint64_t salt_of(Parameters const& parameters) {
    std::uint64_t salt = 0;
    for (auto const p : parameters.integers("p")) salt = 100 * salt + static_cast<std::uint64_t>(p);
    return 10000 * salt + static_cast<std::uint64_t>(parameters.integer("N"));
}

double overlap(std::span<float const> a, std::span<float const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum / static_cast<double>(a.size());
}

}  // namespace spinscape::glass
