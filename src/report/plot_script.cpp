// SPDX-License-Identifier: BSD-3-Clause
#include "plot_script.hpp"

#include "plot_axis.hpp"
#include "plot_layer.hpp"
#include "plot_series.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinscape::report {

namespace {

using Mark = Series::Mark;

Axis x_axis(std::vector<Layer> const& layers, bool log) {
    Axis axis{.log = log};
    for (auto const& layer : layers) {
        for (double const border : layer.bin_borders) axis.add(border);
        if (layer.series->mark == Mark::level) continue;
        for (auto const& point : layer.data) axis.add(point.x);
    }
    axis.widen(0.04, 0.04);
    return axis;
}

bool has(std::vector<Layer> const& layers, Mark mark) {
    return std::ranges::any_of(layers, [=](Layer const& l) { return l.series->mark == mark; });
}

/// Not widened yet.
Axis y_axis(std::vector<Layer> const& layers, bool log) {
    Axis axis{.log = log};
    for (auto const& layer : layers) {
        if (layer.series->mark == Mark::vertical) continue;
        if (!layer.bin_borders.empty()) axis.add(0);
        for (auto const& point : layer.data) {
            for (double const part : {-1.0, 0.0, 1.0}) axis.add(point.y + part * point.error);
        }
    }
    return axis;
}

std::string frame_commands(Panel const& panel, std::string const& output) {
    return fmt::format(
        "set encoding utf8\nset minussign\n"
        "set terminal svg size 480,380 dynamic enhanced font 'Arial,14' linewidth 1.2\n"
        "set output {}\nset border 3 lc rgb '#444444'\nset tics nomirror out scale 0.6\n"
        "set grid ytics lc rgb '#E8E8E8' lt 1 lw 0.6\n"
        "set key above center horizontal Left reverse noenhanced samplen 1.6 spacing 1.05 width 1\n"
        "set xlabel {} noenhanced\nset ylabel {} noenhanced\nset xtics autofreq\n",
        quoted(output), quoted(panel.x_label), quoted(panel.y_label));
}

}  // namespace

std::string plot_script(Panel const& panel, std::string const& output) {
    auto const shown = layers(panel);
    auto const x = x_axis(shown, panel.x_log);
    auto y = y_axis(shown, panel.y_log);
    bool const from_zero = (has(shown, Mark::steps) || has(shown, Mark::bars)) && y.low == 0;
    // The labels of vertical lines stand in the uppermost part.
    y.widen(from_zero ? 0 : 0.06, has(shown, Mark::vertical) ? 0.3 : 0.1);
    return frame_commands(panel, output) + axis_commands('x', x) + axis_commands('y', y) +
           series_commands(shown, x, y, from_zero ? 0 : y.low) + "\nunset output\n";
}

}  // namespace spinscape::report
