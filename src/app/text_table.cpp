// SPDX-License-Identifier: BSD-3-Clause
#include "text_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <sys/ioctl.h>

namespace spinscape::app {

namespace {

/// Characters on the screen: continuation bytes of UTF-8 take no room.
std::size_t width_of(std::string const& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::vector<std::string> broken(std::string const& text, std::size_t width) {
    std::vector<std::string> lines(1);
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (!lines.back().empty() && width_of(lines.back()) + 1 + width_of(word) > width)
            lines.emplace_back();
        if (!lines.back().empty()) lines.back() += ' ';
        lines.back() += word;
    }
    return lines;
}

}  // namespace

std::string text_table(std::vector<std::vector<std::string>> const& rows,
                       std::vector<std::size_t> const& wrap, std::size_t wrap_width) {
    std::vector<std::vector<std::vector<std::string>>> cells;  // row, column, line
    std::vector<std::size_t> widths;
    for (auto const& row : rows) {
        cells.emplace_back();
        for (std::size_t c = 0; c < row.size(); ++c) {
            bool const wraps = std::find(wrap.begin(), wrap.end(), c) != wrap.end();
            cells.back().push_back(wraps ? broken(row[c], wrap_width) : std::vector{row[c]});
            if (widths.size() <= c) widths.push_back(0);
            for (auto const& line : cells.back().back())
                widths[c] = std::max(widths[c], width_of(line));
        }
    }
    std::string text;
    for (std::size_t r = 0; r < cells.size(); ++r) {
        std::size_t height = 1;
        for (auto const& cell : cells[r]) height = std::max(height, cell.size());
        for (std::size_t line = 0; line < height; ++line) {
            std::string out;
            for (std::size_t c = 0; c < cells[r].size(); ++c) {
                auto const part = line < cells[r][c].size() ? cells[r][c][line] : "";
                out += part + std::string(widths[c] - width_of(part) + 2, ' ');
            }
            out.erase(out.find_last_not_of(' ') + 1);
            text += out + '\n';
        }
        if (r == 0) {
            for (std::size_t const width : widths) text += std::string(width, '-') + "  ";
            text.erase(text.find_last_not_of(' ') + 1);
            text += '\n';
        }
    }
    return text;
}

std::size_t text_width(std::string const& text) {
    std::size_t longest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) longest = std::max(longest, width_of(line));
    return longest;
}

std::string folded_table(std::vector<std::vector<std::string>> const& rows, std::size_t repeated,
                         std::size_t width) {
    std::string text;
    auto const columns = rows.front().size();
    for (std::size_t first = repeated; first < columns;) {
        std::vector<std::vector<std::string>> part;
        for (auto const& row : rows)
            part.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(repeated));
        auto table = std::string();
        auto const start = first;
        for (; first < columns; ++first) {
            for (std::size_t r = 0; r < rows.size(); ++r) part[r].push_back(rows[r][first]);
            auto wider = text_table(part);
            if (width > 0 && first > start && text_width(wider) > width) break;
            table = std::move(wider);
        }
        text += (text.empty() ? "" : "\n") + table;
    }
    return columns > repeated ? text : text_table(rows);
}

std::size_t terminal_width(int descriptor) {
    winsize size{};
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string with_error(double value, double error) {
    if (std::isnan(value)) return "-";
    if (!(error > 0) || !std::isfinite(error)) return fmt::format("{:.6g}", value);
    // Two digits of the error decide where the value ends.
    int digits = std::max(0, 1 - static_cast<int>(std::floor(std::log10(error))));
    if (digits > 12) return fmt::format("{:.12g}", value);
    if (digits == 0) return fmt::format("{:.0f}({:.0f})", value, error);
    auto last = std::lround(error * std::pow(10.0, digits));
    if (last >= 100) {  // 0.0996 rounds up to three digits
        --digits;
        last = 10;
    }
    return fmt::format("{:.{}f}({})", value, digits, last);
}

}  // namespace spinscape::app
