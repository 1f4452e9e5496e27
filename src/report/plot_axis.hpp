// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace spinscape::report {

/// The range of an axis: first all values that it shows, then widened so that no mark touches its
/// ends.
struct Axis {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    bool log = false;

    /// Values that are not finite, or not positive on a logarithmic axis, change nothing.
    void add(double value);
    /// By fractions of the length; an axis without values or with a single one gets a length.
    void widen(double below, double above);
    /// Where a value stands: 0 at the low end, 1 at the high end.
    [[nodiscard]] double fraction(double value) const;
};

/// Scale, ticks and range of axis 'x' or 'y'.
std::string axis_commands(char name, Axis const& axis);

}  // namespace spinscape::report
