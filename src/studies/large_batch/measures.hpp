// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/network.hpp"
#include "spinscape/study/study.hpp"

#include <span>
#include <string>
#include <vector>

namespace spinscape::batches {

/// A measure of how sharp a solution is: a field of the records.
struct Measure {
    char const *field, *words;
    bool sharp_is_high;  ///< false: a sharp solution has a low value
};
/// Those that are compared with the generalisation gap.
std::vector<Measure> const& measures();

/// Fields of all that is measured at a solution.
std::vector<Field> measure_fields();

/// Points of the lines from the small-batch solution (0) to the large-batch one (1).
std::vector<double> const& line_points();

/// Records measure_fields() of `replica` at x.
void measure(Task& task, index replica, Network<double> const& network, std::span<double const> x);

}  // namespace spinscape::batches
