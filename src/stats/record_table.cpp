// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/record_table.hpp"

#include "reordered.hpp"
#include "spinscape/base/error.hpp"

#include <string>

namespace spinscape {

void RecordTable::append(index point, index replica, Outcome outcome,
                         std::span<double const> values) {
    append_row(point, replica, values);
    outcome_.push_back(outcome);
}

void RecordTable::keep_if(std::function<bool(index, index)> const& keep) {
    outcome_ = stats_detail::reordered(outcome_, keep_rows(keep));
}

void RecordTable::sort() {
    outcome_ = stats_detail::reordered(outcome_, sort_rows());
    for (index row = 1; row < rows(); ++row)
        if (point(row - 1) == point(row) && replica(row - 1) == replica(row))
            throw Error(ExitCode::internal, "replica " + std::to_string(replica(row)) +
                                                " of point " + std::to_string(point(row)) +
                                                " was recorded twice");
}

}  // namespace spinscape
