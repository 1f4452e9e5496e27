// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/figure.hpp"

#include <string>

namespace spinscape::report {

/// What gnuplot is told to draw a panel to the file `output`. Data stand in the script itself.
/// Without the panel's title: gnuplot would put it below the legend.
std::string plot_script(Panel const& panel, std::string const& output);

}  // namespace spinscape::report
