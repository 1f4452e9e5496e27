// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"
#include "spinscape/stats/field.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace spinscape {

/// Rows of doubles that belong to replicas of parameter points, each with all fields of a schema.
/// Integers are stored exactly up to 2^53; `missing` (NaN) marks what was not measured. What
/// RecordTable (one row per replica) and PointTable (any number) have in common.
class RowTable {
public:
    explicit RowTable(std::vector<Field> fields) : schema_(std::move(fields)) {}

    [[nodiscard]] Schema const& schema() const { return schema_; }
    [[nodiscard]] std::vector<Field> const& fields() const { return schema_.fields(); }
    [[nodiscard]] index width() const { return schema_.width(); }  ///< doubles per row
    [[nodiscard]] index rows() const { return static_cast<index>(point_.size()); }

    [[nodiscard]] index point(index row) const { return point_[static_cast<std::size_t>(row)]; }
    [[nodiscard]] index replica(index row) const { return replica_[static_cast<std::size_t>(row)]; }
    /// All values of a row.
    [[nodiscard]] std::span<double const> row(index row) const;

    /// As Schema; Error(internal) if there is no such field.
    [[nodiscard]] index offset(std::string_view field) const { return schema_.offset(field); }
    [[nodiscard]] Field const& field(std::string_view name) const { return schema_.field(name); }
    [[nodiscard]] double at(index row, std::string_view field, index element = 0) const;

    /// Rows of one parameter point (the table must be sorted).
    [[nodiscard]] std::vector<index> rows_of(index point) const;
    /// One field over the rows of a point, in order, missing values included.
    [[nodiscard]] std::vector<double> column(index point, std::string_view field,
                                             index element = 0) const;

protected:
    void append_row(index point, index replica, std::span<double const> values);
    /// Leaves only rows for which `keep(point, replica)` is true; their former numbers, ascending.
    std::vector<index> keep_rows(std::function<bool(index point, index replica)> const& keep);
    /// Sorts by (point, replica), rows of one replica in the order of their arrival; their former
    /// numbers.
    std::vector<index> sort_rows();

private:
    Schema schema_;
    std::vector<index> point_, replica_;
    std::vector<double> values_;
};

}  // namespace spinscape
