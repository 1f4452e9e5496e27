// SPDX-License-Identifier: BSD-3-Clause
#include "boltzmann.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape::levels {

BoltzmannSums::BoltzmannSums(std::vector<double> betas, double reference)
    : betas_(std::move(betas)),
      sums_(betas_.size()),
      reference_(reference),
      lowest_(std::numeric_limits<double>::infinity()) {}

void BoltzmannSums::add(std::span<double const> energies) {
    for (double const E : energies) lowest_ = std::min(lowest_, E);
    for (std::size_t i = 0; i < betas_.size(); ++i) {
        Sums sums;
        for (double const E : energies) {
            double const above = E - reference_, w = std::exp(-betas_[i] * above);
            sums.weights += w;
            sums.energies += w * above;
            sums.squares += w * w;
        }
        sums_[i].weights += sums.weights;
        sums_[i].energies += sums.energies;
        sums_[i].squares += sums.squares;
    }
}

LevelState BoltzmannSums::state(index beta) const {
    auto const& sums = sums_[static_cast<std::size_t>(beta)];
    double const b = betas_[static_cast<std::size_t>(beta)];
    double const above = sums.energies / sums.weights, log_sum = std::log(sums.weights);
    return {.log_partition = log_sum - b * reference_,
            .energy = reference_ + above,
            .entropy = log_sum + b * above,
            .participation = sums.squares / (sums.weights * sums.weights)};
}

std::vector<LevelState> level_states(std::span<double const> energies,
                                     std::span<double const> betas) {
    std::vector<LevelState> states;
    if (energies.empty()) return states;
    auto const [low, high] = std::minmax_element(energies.begin(), energies.end());
    for (double const beta : betas) {
        // With beta < 0 the highest levels weigh most.
        BoltzmannSums sums({beta}, beta >= 0 ? *low : *high);
        sums.add(energies);
        states.push_back(sums.state(0));
    }
    return states;
}

}  // namespace spinscape::levels
