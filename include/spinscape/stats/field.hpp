// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// One measured quantity of a replica or of a critical point: a column of its table.
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
    /// Of an integer that is a code: what 0, 1, 2, ... mean, a word each (flag_values and
    /// flag_meanings of the file). Codes are not summarised by moments. Append, never renumber.
    std::vector<std::string> meanings{};

    [[nodiscard]] index length() const {
        return axis.empty() ? 1 : static_cast<index>(axis_values.size());
    }
};

/// Fields laid one after another in a row of doubles.
class Schema {
public:
    explicit Schema(std::vector<Field> fields);

    [[nodiscard]] std::vector<Field> const& fields() const { return fields_; }
    /// Doubles per row.
    [[nodiscard]] index width() const { return width_; }
    /// Position of the first number of a field in a row. Throws Error(internal) if there is none.
    [[nodiscard]] index offset(std::string_view field) const;
    [[nodiscard]] Field const& field(std::string_view name) const;

private:
    [[nodiscard]] std::size_t position(std::string_view name) const;

    std::vector<Field> fields_;
    std::vector<index> offsets_;
    index width_ = 0;
};

}  // namespace spinscape
