// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cmath>
#include <span>

namespace spinscape {

/// A mean over random probes or minibatches, with its standard error.
struct SampledValue {
    double value = missing;
    double standard_error = missing;  ///< sd / sqrt(n); missing for n = 1
    index n = 0;
};

inline SampledValue sampled_value(std::span<double const> values) {
    SampledValue result{.n = std::ssize(values)};
    if (values.empty()) return result;
    auto const n = static_cast<double>(values.size());
    result.value = 0;
    for (double const x : values) result.value += x / n;
    if (values.size() < 2) return result;
    double squares = 0;
    for (double const x : values) squares += (x - result.value) * (x - result.value);
    result.standard_error = std::sqrt(squares / (n - 1) / n);
    return result;
}

}  // namespace spinscape
