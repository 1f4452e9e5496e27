// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/record_table.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace spinscape {

namespace {

std::size_t at_index(index i) {
    return static_cast<std::size_t>(i);
}

/// values[order[0]], values[order[1]], ...
template <class T>
std::vector<T> reordered(std::vector<T> const& values, std::vector<index> const& order) {
    std::vector<T> result;
    result.reserve(values.size());
    for (index const i : order) result.push_back(values[at_index(i)]);
    return result;
}

}  // namespace

RecordTable::RecordTable(std::vector<Field> fields) : fields_(std::move(fields)) {
    for (auto const& field : fields_) {
        offsets_.push_back(width_);
        width_ += field.length();
    }
}

void RecordTable::append(index point, index replica, Outcome outcome,
                         std::span<double const> values) {
    SPINSCAPE_EXPECT(std::ssize(values) == width_);
    point_.push_back(point);
    replica_.push_back(replica);
    outcome_.push_back(outcome);
    values_.insert(values_.end(), values.begin(), values.end());
}

void RecordTable::keep_if(std::function<bool(index, index)> const& keep) {
    index kept = 0;
    for (index row = 0; row < rows(); ++row) {
        if (!keep(point(row), replica(row))) continue;
        point_[at_index(kept)] = point(row);
        replica_[at_index(kept)] = replica(row);
        outcome_[at_index(kept)] = outcome(row);
        std::copy_n(values_.begin() + row * width_, width_, values_.begin() + kept * width_);
        ++kept;
    }
    point_.resize(at_index(kept));
    replica_.resize(at_index(kept));
    outcome_.resize(at_index(kept));
    values_.resize(at_index(kept * width_));
}

void RecordTable::sort() {
    std::vector<index> order(point_.size());
    std::iota(order.begin(), order.end(), index{0});
    auto const key = [&](index i) { return std::pair{point(i), replica(i)}; };
    std::sort(order.begin(), order.end(), [&](index a, index b) { return key(a) < key(b); });
    for (std::size_t i = 1; i < order.size(); ++i)
        if (key(order[i - 1]) == key(order[i]))
            throw Error(ExitCode::internal, "replica " + std::to_string(replica(order[i])) +
                                                " of point " + std::to_string(point(order[i])) +
                                                " was recorded twice");
    std::vector<double> sorted;
    sorted.reserve(values_.size());
    for (index const i : order) {
        auto const values = row(i);
        sorted.insert(sorted.end(), values.begin(), values.end());
    }
    values_ = std::move(sorted);
    point_ = reordered(point_, order);
    replica_ = reordered(replica_, order);
    outcome_ = reordered(outcome_, order);
}

std::span<double const> RecordTable::row(index row) const {
    return std::span(values_).subspan(at_index(row * width_), at_index(width_));
}

index RecordTable::offset(std::string_view name) const {
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (fields_[i].name == name) return offsets_[i];
    throw Error(ExitCode::internal, "no field '" + std::string(name) + "' in the record table");
}

Field const& RecordTable::field(std::string_view name) const {
    auto const found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](Field const& field) { return field.name == name; });
    if (found == fields_.end())
        throw Error(ExitCode::internal, "no field '" + std::string(name) + "' in the record table");
    return *found;
}

double RecordTable::at(index row, std::string_view field, index element) const {
    return values_[at_index(row * width_ + offset(field) + element)];
}

std::vector<index> RecordTable::rows_of(index point) const {
    auto const [first, last] = std::equal_range(point_.begin(), point_.end(), point);
    std::vector<index> rows(at_index(last - first));
    std::iota(rows.begin(), rows.end(), first - point_.begin());
    return rows;
}

std::vector<double> RecordTable::column(index point, std::string_view field, index element) const {
    auto const position = offset(field) + element;
    std::vector<double> values;
    for (index const row : rows_of(point))
        values.push_back(values_[at_index(row * width_ + position)]);
    return values;
}

}  // namespace spinscape
