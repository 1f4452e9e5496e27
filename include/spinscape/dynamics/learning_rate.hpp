// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// Learning rate as a function of progress. With t in [0, 1] the share of all steps done (after
/// warm-up), e the epoch (a real number) and lr the initial rate:
enum class Decay {
    constant,     ///< lr
    step,         ///< lr factor^floor(e / step_epochs)
    exponential,  ///< lr final_fraction^t
    cosine        ///< lr (f + (1 - f) (1 + cos(pi t)) / 2), f = final_fraction
};

std::vector<std::string> const& decay_names();  ///< in the order of the enumeration
Decay decay_from(std::string_view name);

struct LearningRate {
    double initial = 0.1;
    Decay decay = Decay::constant;
    double final_fraction = 0.01;
    double step_epochs = 10, step_factor = 0.1;
    /// Epochs over which the rate first rises linearly from 0 to `initial`.
    double warmup_epochs = 0;

    /// Rate of step number `step` (0 first) when an epoch has `steps_per_epoch` steps.
    [[nodiscard]] double at(index step, index steps_per_epoch, index epochs) const;
};

}  // namespace spinscape
