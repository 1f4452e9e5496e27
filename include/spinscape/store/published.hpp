// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace spinscape::store {

/// Columns of a table of numbers separated by blanks, empty lines and lines starting with # left
/// out. Error names file and line where a number cannot be read or the number of columns changes.
std::vector<std::vector<double>> read_columns(std::string const& path);

}  // namespace spinscape::store
