// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

namespace spinscape::levels {

/// Thermodynamics of a list of M levels at one inverse temperature, extensive.
struct LevelState {
    double log_partition;  ///< ln Z, Z = sum exp(-beta E)
    double energy;         ///< sum w E, w = exp(-beta E) / Z
    double entropy;        ///< ln Z + beta energy: -sum w ln w, between 0 and ln M
    double participation;  ///< sum w^2: between 1/M and 1
};

/// Sums over levels that come in pieces and are not kept, at several beta (of any sign) at once.
class BoltzmannSums {
public:
    /// Energies are taken relative to `reference`, which only keeps exponentials finite: the
    /// lowest level, or about that.
    BoltzmannSums(std::vector<double> betas, double reference);
    void add(std::span<double const> energies);
    [[nodiscard]] LevelState state(index beta) const;
    [[nodiscard]] double lowest() const { return lowest_; }

private:
    struct Sums {
        double weights = 0, energies = 0, squares = 0;  ///< of w, w E, w^2, unnormalised
    };
    std::vector<double> betas_;
    std::vector<Sums> sums_;
    double reference_, lowest_;
};

/// All levels at hand: the states at each beta.
std::vector<LevelState> level_states(std::span<double const> energies,
                                     std::span<double const> betas);

}  // namespace spinscape::levels
