// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace spinscape {

/// One set of marks in a panel.
struct Series {
    enum class Mark {
        points,   ///< x, y, optional y_error as bars
        line,     ///< a curve through x, y
        steps,    ///< histogram outline: x = bin centres, y = density
        bars,     ///< filled bars: x, y
        level,    ///< horizontal line at y[0]
        vertical  ///< vertical line at x[0]
    };
    std::string label;  ///< legend entry; empty: none
    Mark mark = Mark::points;
    std::vector<double> x, y, y_error{};
    bool faint = false;  ///< background overlay, such as published data
    /// Series with the same colour number >= 0 share a colour (-1: next of the palette).
    int colour = -1;
    /// Width of bars in units of x; 0: they touch.
    double bar_width = 0;
};

/// One coordinate system.
struct Panel {
    std::string title, x_label, y_label;
    std::vector<Series> series;
    bool x_log = false, y_log = false;
};

/// A figure of a study, complete with its numbers: the report draws it without knowing the study.
struct Figure {
    std::string id, title, caption;
    std::vector<Panel> panels;  ///< side by side
};

/// Stored in result files as JSON text, numbers with 9 significant digits.
std::string to_json(std::vector<Figure> const& figures);
/// Throws Error(bad_input) on text that is not such JSON.
std::vector<Figure> figures_from_json(std::string const& text);

}  // namespace spinscape
