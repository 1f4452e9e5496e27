// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

namespace spinscape {

/// Count, mean, central moments and extremes of a sample; two can be merged ([Pebay2008]).
/// NaN values (missing) are not added. Merging in a fixed order gives fixed bits; the order matters
/// in the last digits, so results fold replicas in replica order.
struct Moments {
    index count = 0;
    double mean = 0;
    double M2 = 0, M3 = 0, M4 = 0;  ///< sums of powers of the deviation from the mean
    double minimum = 0, maximum = 0;

    void add(double x);
    void merge(Moments const& other);

    /// Unbiased variance; NaN below two values.
    [[nodiscard]] double variance() const;
    [[nodiscard]] double standard_deviation() const;
    /// Standard error of the mean of independent values; NaN below two.
    [[nodiscard]] double standard_error() const;
    /// Standard error of the standard deviation, from the fourth moment (large-sample formula
    /// sd sqrt((kurtosis - 1) / 4n) with kurtosis = n M4 / M2^2).
    [[nodiscard]] double standard_deviation_error() const;
    /// g1 = sqrt(n) M3 / M2^(3/2).
    [[nodiscard]] double skewness() const;
};

}  // namespace spinscape
