// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/learning_rate.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spinscape {

std::vector<std::string> const& decay_names() {
    static std::vector<std::string> const names = {"constant", "step", "exponential", "cosine"};
    return names;
}

Decay decay_from(std::string_view name) {
    auto const& names = decay_names();
    auto const found = std::find(names.begin(), names.end(), name);
    SPINSCAPE_EXPECT(found != names.end());
    return static_cast<Decay>(found - names.begin());
}

double LearningRate::at(index step, index steps_per_epoch, index epochs) const {
    double const per_epoch = static_cast<double>(steps_per_epoch);
    double const epoch = static_cast<double>(step) / per_epoch;
    if (epoch < warmup_epochs)  // the first step is not of size 0
        return initial * (static_cast<double>(step) + 1) / (warmup_epochs * per_epoch + 1);
    double const length = static_cast<double>(epochs) - warmup_epochs;
    double const t = length > 0 ? (epoch - warmup_epochs) / length : 0;
    switch (decay) {
        case Decay::constant:
            return initial;
        case Decay::step:
            return initial * std::pow(step_factor, std::floor(epoch / step_epochs));
        case Decay::exponential:
            return initial * std::pow(final_fraction, t);
        case Decay::cosine:
            return initial * (final_fraction +
                              (1 - final_fraction) * (1 + std::cos(std::numbers::pi * t)) / 2);
    }
    return initial;
}

}  // namespace spinscape
