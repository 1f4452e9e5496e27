// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/row_table.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spinscape {

/// What is known of one critical point, by field; fields not named are missing.
class PointValues {
public:
    PointValues& set(std::string_view field, double value);
    /// A curve may be shorter than its axis: the rest is missing.
    PointValues& set(std::string_view field, std::span<double const> curve);

    /// A row of this schema. Error(internal) for a field that is not in it, or longer than its
    /// axis.
    [[nodiscard]] std::vector<double> row(Schema const& schema) const;

private:
    struct Entry {
        std::string field;
        std::vector<double> values;
    };
    std::vector<Entry> entries_;
};

/// Critical points: any number of rows per replica, in the order in which it added them.
class PointTable : public RowTable {
public:
    explicit PointTable(std::vector<Field> fields) : RowTable(std::move(fields)) {}

    /// All rows of a replica at once, one after another in `values`.
    void append(index point, index replica, std::span<double const> values);
    /// Removes the rows for which `keep(point, replica)` is false; order is kept.
    void keep_if(std::function<bool(index point, index replica)> const& keep) { keep_rows(keep); }
    /// By (point, replica), those of one replica in their order.
    void sort() { sort_rows(); }

    /// Rows of one replica (the table must be sorted).
    [[nodiscard]] std::vector<index> rows_of_replica(index point, index replica) const;
};

}  // namespace spinscape
