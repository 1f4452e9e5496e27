// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/planted_signal.hpp"

#include "root.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"

#include <cmath>
#include <string>

namespace spinscape::theory {

double signal_threshold(int p) {
    SPINSCAPE_EXPECT(p >= 2);
    return std::sqrt(std::pow(p - 1.0, p - 1) / (p * std::pow(p - 2.0, p - 2)));
}

SignalMinimum signal_minimum(int p, double lambda) {
    auto const threshold = signal_threshold(p);
    if (!(lambda >= threshold))
        throw Error(ExitCode::bad_input, "signal of strength lambda = " + std::to_string(lambda) +
                                             ": has a minimum of its own from " +
                                             std::to_string(threshold) +
                                             " on, for p = " + std::to_string(p));
    // In w = m^2, from its value at the threshold, where the left side is largest, to 1.
    auto const slope = [&](double w) {
        return lambda * std::sqrt(p * (1 - w)) * std::pow(w, 0.5 * (p - 2)) - 1;
    };
    auto const least = (p - 2.0) / (p - 1.0);
    auto const w = slope(least) <= 0 ? least : root(slope, least, 1.0, +1);
    return {std::sqrt(w), -lambda * std::pow(w, 0.5 * p) - std::sqrt(p * (1 - w))};
}

}  // namespace spinscape::theory
