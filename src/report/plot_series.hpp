// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "plot_axis.hpp"
#include "plot_layer.hpp"

#include <string>
#include <vector>

namespace spinscape::report {

/// Text as gnuplot takes it literally.
std::string quoted(std::string const& text);

/// Data, labels and the plot command of all layers. Histograms stand on `floor`.
std::string series_commands(std::vector<Layer> const& layers, Axis const& x, Axis const& y,
                            double floor);

}  // namespace spinscape::report
