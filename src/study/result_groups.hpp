// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/store/tree.hpp"
#include "spinscape/study/runner.hpp"

#include <functional>
#include <string>
#include <vector>

/// The groups of a result that hold tables, and what they share.
namespace spinscape::result_groups {

store::Group records(Job const& job, RecordTable const& records);
/// CF contiguous ragged array: row_size(record) rows of each replica, one after another.
store::Group critical_points(Job const& job, RecordTable const& records, PointTable const& points);
store::Group summary(Job const& job, RecordTable const& records);

store::Attributes described(std::string const& text, std::string const& units);
/// Codes 0, 1, 2, ... with flag_values and flag_meanings.
store::Variable code_variable(std::string name, std::string const& dimension,
                              std::vector<double> const& values, std::string const& description,
                              std::vector<std::string> const& meanings);
/// The swept parameters as one variable each, row i taken from the parameter point point_of(i).
void add_parameters(Job const& job, store::Group& group, std::string const& dimension, index rows,
                    std::function<index(index row)> const& point_of);
/// Axes of curve fields, once each.
void add_axes(std::vector<Field> const& fields, store::Group& group);

}  // namespace spinscape::result_groups
