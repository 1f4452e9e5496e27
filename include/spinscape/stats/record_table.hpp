// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/stats/row_table.hpp"

#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace spinscape {

/// One row per replica, with how it ended.
class RecordTable : public RowTable {
public:
    explicit RecordTable(std::vector<Field> fields) : RowTable(std::move(fields)) {}

    /// Appends a row; `values` has width() numbers.
    void append(index point, index replica, Outcome outcome, std::span<double const> values);
    /// Removes the rows for which `keep(point, replica)` is false; order is kept.
    void keep_if(std::function<bool(index point, index replica)> const& keep);
    /// Sorts rows by (point, replica); throws Error(internal) if one occurs twice.
    void sort();

    [[nodiscard]] Outcome outcome(index row) const {
        return outcome_[static_cast<std::size_t>(row)];
    }

private:
    std::vector<Outcome> outcome_;
};

}  // namespace spinscape
