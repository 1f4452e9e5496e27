// SPDX-License-Identifier: BSD-3-Clause
#include "glass.hpp"

#include "spinscape/stats/line_fit.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace spinscape::levels {

double variance_per_spin(index N, int p) {
    double product = 1;
    for (int k = 1; k < p; ++k) product *= 1 - static_cast<double>(k) / static_cast<double>(N);
    return product;
}

Funnel funnel(std::span<double const> energies, index N, bool even) {
    auto const spins = static_cast<double>(N);
    auto const lowest = static_cast<std::size_t>(
        std::min_element(energies.begin(), energies.end()) - energies.begin());
    Funnel result;
    std::vector<double> overlaps, heights;
    for (std::size_t s = 0; s < energies.size(); ++s) {
        bool minimum = true;
        for (index i = 0; i < N && minimum; ++i)
            minimum = energies[s ^ std::size_t{1} << i] >= energies[s];
        if (!minimum) continue;
        ++result.minima;
        double const q = 1 - 2 * static_cast<double>(std::popcount(s ^ lowest)) / spins;
        if (s == lowest || (even && q == -1)) continue;
        overlaps.push_back(even ? std::abs(q) : q);
        heights.push_back(energies[s] / spins);
    }
    auto const n = static_cast<double>(heights.size());
    result.mean_energy =
        heights.empty() ? missing : std::reduce(heights.begin(), heights.end()) / n;
    auto const [least, most] = std::minmax_element(overlaps.begin(), overlaps.end());
    bool const a_line = overlaps.size() >= 2 && *least < *most;
    std::vector<double> const equal(overlaps.size(), 1.0);
    result.slope = a_line ? fit_line(overlaps, heights, equal).slope : missing;
    return result;
}

}  // namespace spinscape::levels
