// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/point_table.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace spinscape {

PointValues& PointValues::set(std::string_view field, double value) {
    return set(field, std::span<double const>(&value, 1));
}

PointValues& PointValues::set(std::string_view field, std::span<double const> curve) {
    entries_.push_back({std::string(field), {curve.begin(), curve.end()}});
    return *this;
}

std::vector<double> PointValues::row(Schema const& schema) const {
    std::vector<double> row(static_cast<std::size_t>(schema.width()), missing);
    for (auto const& [name, values] : entries_) {
        if (std::ssize(values) > schema.field(name).length())
            throw Error(ExitCode::internal, "field '" + name + "' of a critical point has " +
                                                std::to_string(values.size()) +
                                                " values, more than its axis");
        std::copy(values.begin(), values.end(), row.begin() + schema.offset(name));
    }
    return row;
}

void PointTable::append(index point, index replica, std::span<double const> values) {
    if (values.empty()) return;
    SPINSCAPE_EXPECT(width() > 0 && std::ssize(values) % width() == 0);
    auto const size = static_cast<std::size_t>(width());
    for (std::size_t first = 0; first < values.size(); first += size)
        append_row(point, replica, values.subspan(first, size));
}

std::vector<index> PointTable::rows_of_replica(index point, index replica) const {
    auto const numbers = std::views::iota(index{0}, rows());
    auto const found =
        std::ranges::equal_range(numbers, std::pair{point, replica}, {}, [&](index row) {
            return std::pair{this->point(row), this->replica(row)};
        });
    std::vector<index> result(static_cast<std::size_t>(std::ranges::distance(found)));
    std::ranges::copy(found, result.begin());
    return result;
}

}  // namespace spinscape
