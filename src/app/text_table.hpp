// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace spinscape::app {

/// Rows of cells as aligned columns; the first row is the heading. Cells of columns named in `wrap`
/// are broken into lines of at most `wrap_width` characters.
std::string text_table(std::vector<std::vector<std::string>> const& rows,
                       std::vector<std::size_t> const& wrap = {}, std::size_t wrap_width = 60);

/// "-1.5157(39)": value with its standard error in units of the last digits; "-1.5157" without one.
std::string with_error(double value, double error);

}  // namespace spinscape::app
