// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/row_table.hpp"

#include "reordered.hpp"
#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace spinscape {

namespace {

std::size_t at_index(index i) {
    return static_cast<std::size_t>(i);
}

}  // namespace

void RowTable::append_row(index point, index replica, std::span<double const> values) {
    SPINSCAPE_EXPECT(std::ssize(values) == width());
    point_.push_back(point);
    replica_.push_back(replica);
    values_.insert(values_.end(), values.begin(), values.end());
}

std::vector<index> RowTable::keep_rows(std::function<bool(index, index)> const& keep) {
    std::vector<index> kept;
    for (index row = 0; row < rows(); ++row) {
        if (!keep(point(row), replica(row))) continue;
        auto const to = std::ssize(kept);
        point_[at_index(to)] = point(row);
        replica_[at_index(to)] = replica(row);
        std::copy_n(values_.begin() + row * width(), width(), values_.begin() + to * width());
        kept.push_back(row);
    }
    point_.resize(kept.size());
    replica_.resize(kept.size());
    values_.resize(kept.size() * at_index(width()));
    return kept;
}

std::vector<index> RowTable::sort_rows() {
    std::vector<index> order(point_.size());
    std::iota(order.begin(), order.end(), index{0});
    // The row's number keeps the order of arrival, without the memory of a stable sort.
    auto const key = [&](index i) { return std::tuple{point(i), replica(i), i}; };
    std::sort(order.begin(), order.end(), [&](index a, index b) { return key(a) < key(b); });
    std::vector<double> sorted;
    sorted.reserve(values_.size());
    for (index const i : order) {
        auto const values = row(i);
        sorted.insert(sorted.end(), values.begin(), values.end());
    }
    values_ = std::move(sorted);
    point_ = stats_detail::reordered(point_, order);
    replica_ = stats_detail::reordered(replica_, order);
    return order;
}

std::span<double const> RowTable::row(index row) const {
    return std::span(values_).subspan(at_index(row * width()), at_index(width()));
}

double RowTable::at(index row, std::string_view field, index element) const {
    return values_[at_index(row * width() + offset(field) + element)];
}

std::vector<index> RowTable::rows_of(index point) const {
    auto const [first, last] = std::equal_range(point_.begin(), point_.end(), point);
    std::vector<index> rows(at_index(last - first));
    std::iota(rows.begin(), rows.end(), first - point_.begin());
    return rows;
}

std::vector<double> RowTable::column(index point, std::string_view field, index element) const {
    auto const position = offset(field) + element;
    auto const [first, last] = std::equal_range(point_.begin(), point_.end(), point);
    std::vector<double> values;
    values.reserve(at_index(last - first));
    for (auto row = first - point_.begin(); row < last - point_.begin(); ++row)
        values.push_back(values_[at_index(row * width() + position)]);
    return values;
}

}  // namespace spinscape
