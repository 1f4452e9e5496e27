// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace spinscape::app {

/// Rows of cells as aligned columns; the first row is the heading. Cells of columns named in `wrap`
/// are broken into lines of at most `wrap_width` characters.
std::string text_table(std::vector<std::vector<std::string>> const& rows,
                       std::vector<std::size_t> const& wrap = {}, std::size_t wrap_width = 60);

/// As text_table, but columns that do not fit into `width` characters go into further tables below,
/// each with the first `repeated` columns in front.
std::string folded_table(std::vector<std::vector<std::string>> const& rows, std::size_t repeated,
                         std::size_t width);

/// Characters per line of the terminal behind a file descriptor; 0 if it is none.
std::size_t terminal_width(int descriptor);

/// Longest line of a text, in characters.
std::size_t text_width(std::string const& text);

/// "-1.5157(39)": value with its standard error in units of the last digits; "-1.5157" without one.
std::string with_error(double value, double error);

}  // namespace spinscape::app
