// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/sphere_descent.hpp"

namespace spinscape {

double StepSchedule::operator()(index step) const {
    SPINSCAPE_EXPECT(!phases.empty());
    auto phase = phases.begin();
    while (phase + 1 != phases.end() && step >= phase->steps) step -= (phase++)->steps;
    return phase->rate / (1 + phase->decay * static_cast<double>(step));
}

StepSchedule StepSchedule::source(index first_steps) {
    return {{{.rate = 0.3, .decay = 0.0015, .steps = first_steps}, {.rate = 0.2, .decay = 0.0015}}};
}

StepSchedule StepSchedule::safe(int p) {
    SPINSCAPE_EXPECT(p >= 2);
    return constant(0.735 * 2 / (4 * std::sqrt(static_cast<double>(p) * (p - 1))));
}

}  // namespace spinscape
