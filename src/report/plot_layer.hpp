// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/figure.hpp"

#include <string>
#include <vector>

namespace spinscape::report {

struct Point {
    double x, y, error;
};

/// A series made ready for drawing: what can be shown of its data, and its colour.
struct Layer {
    Series const* series;
    std::vector<Point> data;
    std::vector<double> bin_borders;  ///< of steps and bars only
    std::string colour;               ///< RRGGBB
};

/// Faint ones first, so that they lie behind; series of which nothing can be shown are left out.
std::vector<Layer> layers(Panel const& panel);

}  // namespace spinscape::report
