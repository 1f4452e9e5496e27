// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/base/types.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// One measured quantity of a replica: a column of the record table.
struct Field {
    enum class Type { real, integer };

    std::string name;  ///< snake_case; stable, part of the file format
    Type type = Type::real;
    std::string units = "1";
    std::string description;
    std::string axis = "";              ///< name of its axis if it is a curve, else empty
    std::vector<double> axis_values{};  ///< coordinates along that axis
    std::string axis_units = "1";
    /// When non-empty: summarised as a histogram with these edges (ascending), besides moments.
    std::vector<double> histogram_edges{};

    [[nodiscard]] index length() const {
        return axis.empty() ? 1 : static_cast<index>(axis_values.size());
    }
};

/// Rows of doubles, one per replica: all fields one after another, in schema order. Integers are
/// stored exactly up to 2^53; `missing` (NaN) marks what was not measured. This is what ranks send.
class RecordTable {
public:
    explicit RecordTable(std::vector<Field> fields);

    [[nodiscard]] std::vector<Field> const& fields() const { return fields_; }
    /// Doubles per row, without the three leading columns below.
    [[nodiscard]] index width() const { return width_; }
    [[nodiscard]] index rows() const { return static_cast<index>(point_.size()); }

    /// Appends a row; `values` has width() numbers.
    void append(index point, index replica, Outcome outcome, std::span<double const> values);
    /// Removes the rows for which `keep(point, replica)` is false; order is kept.
    void keep_if(std::function<bool(index point, index replica)> const& keep);
    /// Sorts rows by (point, replica); throws Error(internal) if one occurs twice.
    void sort();

    [[nodiscard]] index point(index row) const { return point_[static_cast<std::size_t>(row)]; }
    [[nodiscard]] index replica(index row) const { return replica_[static_cast<std::size_t>(row)]; }
    [[nodiscard]] Outcome outcome(index row) const {
        return outcome_[static_cast<std::size_t>(row)];
    }
    /// All values of a row.
    [[nodiscard]] std::span<double const> row(index row) const;

    /// Position of the first number of a field in a row. Throws Error(internal) if there is none.
    [[nodiscard]] index offset(std::string_view field) const;
    [[nodiscard]] Field const& field(std::string_view name) const;
    [[nodiscard]] double at(index row, std::string_view field, index element = 0) const;

    /// Rows of one point (the table must be sorted).
    [[nodiscard]] std::vector<index> rows_of(index point) const;
    /// One scalar field over the rows of a point, in replica order, missing values included.
    [[nodiscard]] std::vector<double> column(index point, std::string_view field,
                                             index element = 0) const;

private:
    std::vector<Field> fields_;
    std::vector<index> offsets_;
    index width_ = 0;
    std::vector<index> point_, replica_;
    std::vector<Outcome> outcome_;
    std::vector<double> values_;
};

}  // namespace spinscape
