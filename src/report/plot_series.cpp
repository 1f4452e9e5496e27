// SPDX-License-Identifier: BSD-3-Clause
#include "plot_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape::report {

namespace {

using Mark = Series::Mark;

// Closer lines, as a fraction of the axis, would have their labels upon each other.
constexpr double label_distance = 0.08;

std::string row(double x, double y) {
    return fmt::format("{:.9g} {:.9g}\n", x, y);
}

/// The outline of a histogram, down to the floor of the plot at both ends.
std::string outline(Layer const& layer, double floor) {
    auto const& x = layer.bin_borders;
    auto text = row(x.front(), floor);
    for (std::size_t i = 0; i < layer.data.size(); ++i) {
        double const y = std::max(layer.data[i].y, floor);
        text += row(x[i], y) + row(x[i + 1], y);
    }
    return text + row(x.back(), floor);
}

/// Each bar on its own, with a gap to the next.
std::string bars(Layer const& layer, double floor) {
    std::string text;
    double const given = layer.series->bar_width;
    for (std::size_t i = 0; i < layer.data.size(); ++i) {
        double const y = std::max(layer.data[i].y, floor);
        double const left = layer.bin_borders[i], right = layer.bin_borders[i + 1];
        double const half = 0.42 * (given > 0 ? given : right - left);
        double const middle = given > 0 ? layer.data[i].x : (left + right) / 2;
        double const a = middle - half, b = middle + half;
        text += row(a, floor) + row(a, y) + row(b, y) + row(b, floor) + "\n";
    }
    return text;
}

/// Collects what the layers of a panel need.
class SeriesCommands {
public:
    SeriesCommands(Axis const& x, Axis const& y, double floor) : x_(x), y_(y), floor_(floor) {}
    void add(Layer const& layer);
    [[nodiscard]] std::string text() const;

private:
    void add_level(Layer const& layer);
    void add_vertical(Layer const& layer);
    void add_steps(Layer const& layer);
    void add_bars(Layer const& layer);
    void add_line(Layer const& layer);
    void add_points(Layer const& layer);

    void add_data(std::string const& rows);
    /// The latest data once more in the picture; an empty label gives no entry in the legend.
    void plot(std::string const& style, std::string const& label);

    Axis x_, y_;
    double floor_;
    std::string labels_, data_, plots_;
    int blocks_ = 0;
    double last_level_ = std::numeric_limits<double>::quiet_NaN(), last_vertical_ = last_level_;
    std::size_t level_label_ = 0;  // characters of the longest
};

std::size_t characters(std::string const& utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string colour_of(Layer const& layer) {
    return fmt::format("lc rgb '#{}{}'", layer.series->faint ? "70" : "00", layer.colour);
}

std::string fill_of(Layer const& layer, double faint, double full) {
    return fmt::format(
        "using 1:2 with filledcurves closed fs transparent solid {} noborder lc rgb '#{}'",
        layer.series->faint ? faint : full, layer.colour);
}

std::string SeriesCommands::text() const {
    auto const margin =
        level_label_ > 0 ? fmt::format("set rmargin {}\n", level_label_ + 2) : std::string();
    return margin + labels_ + data_ + plots_;
}

void SeriesCommands::add_data(std::string const& rows) {
    data_ += fmt::format("$d{} << EOD\n{}EOD\n", ++blocks_, rows);
}

void SeriesCommands::plot(std::string const& style, std::string const& label) {
    plots_ += fmt::format("{}$d{} {} {}", plots_.empty() ? "plot " : ", \\\n  ", blocks_, style,
                          label.empty() ? "notitle" : "title " + quoted(label) + " noenhanced");
}

void SeriesCommands::add(Layer const& layer) {
    switch (layer.series->mark) {
        case Mark::points:
            return add_points(layer);
        case Mark::line:
            return add_line(layer);
        case Mark::steps:
            return add_steps(layer);
        case Mark::bars:
            return add_bars(layer);
        case Mark::level:
            return add_level(layer);
        case Mark::vertical:
            return add_vertical(layer);
    }
}

/// The label stands right of the plot, where no data can cross it.
void SeriesCommands::add_level(Layer const& layer) {
    double const at = layer.data[0].y;
    add_data(row(x_.low, at) + row(x_.high, at));
    plot("using 1:2 with lines dt 2 lw 1.3 " + colour_of(layer), "");
    double place = y_.fraction(at);
    if (double const away = place - last_level_; std::abs(away) < label_distance)
        place = last_level_ + (away < 0 ? -label_distance : label_distance);
    last_level_ = place;
    labels_ += fmt::format(
        "set label {} at graph 1.02, graph {:.4f} left noenhanced textcolor rgb '#444444' front\n",
        quoted(layer.series->label), place);
    level_label_ = std::max(level_label_, characters(layer.series->label));
}

/// The label stands on the side away from a neighbouring line.
void SeriesCommands::add_vertical(Layer const& layer) {
    double const at = layer.data[0].x;
    add_data(row(at, y_.low) + row(at, y_.high));
    plot("using 1:2 with lines dt 2 lw 1.3 " + colour_of(layer), "");
    double const here = x_.fraction(at);
    bool const on_right =
        here < 0.06 || (std::abs(here - last_vertical_) < label_distance && here > last_vertical_);
    last_vertical_ = here;
    labels_ += fmt::format(
        "set label {} at first {:.9g}, graph 0.99 right rotate by 90 offset {},0 "
        "noenhanced textcolor rgb '#444444' front\n",
        quoted(layer.series->label), at, on_right ? 0.9 : -0.9);
}

void SeriesCommands::add_steps(Layer const& layer) {
    add_data(outline(layer, floor_));
    plot(fill_of(layer, 0.06, 0.18), "");
    plot("using 1:2 with lines " + colour_of(layer) +
             (layer.series->faint ? " lw 1 dt 3" : " lw 1.6"),
         layer.series->label);
}

void SeriesCommands::add_bars(Layer const& layer) {
    add_data(bars(layer, floor_));
    plot(fill_of(layer, 0.3, 0.75), layer.series->label);
}

void SeriesCommands::add_line(Layer const& layer) {
    std::string rows;
    for (auto const& point : layer.data) rows += row(point.x, point.y);
    add_data(rows);
    plot("using 1:2 with lines lw 1.8 " + colour_of(layer), layer.series->label);
}

void SeriesCommands::add_points(Layer const& layer) {
    std::string rows;
    for (auto const& point : layer.data)
        rows += fmt::format("{:.9g} {:.9g} {:.9g}\n", point.x, point.y, point.error);
    add_data(rows);
    bool const faint = layer.series->faint;
    bool const errors =
        std::ranges::any_of(layer.data, [](Point const& point) { return point.error > 0; });
    // Large clouds get small marks.
    double const size = layer.data.size() > 200 ? 0.25 : faint ? 0.8 : 0.6;
    plot(fmt::format("{} pt {} ps {} {}",
                     errors ? "using 1:2:3 with yerrorbars" : "using 1:2 with points",
                     faint ? 6 : 7, size, colour_of(layer)),
         layer.series->label);
}

}  // namespace

// Single quotes: gnuplot runs commands in backquotes within double ones.
std::string quoted(std::string const& text) {
    std::string result = "'";
    for (char const c : text) {
        if (c == '\'') result += '\'';
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return result + "'";
}

std::string series_commands(std::vector<Layer> const& layers, Axis const& x, Axis const& y,
                            double floor) {
    if (layers.empty())
        return "set label 'no data' at graph 0.5, graph 0.5 center\nplot 1/0 notitle";
    SeriesCommands commands(x, y, floor);
    for (auto const& layer : layers) commands.add(layer);
    return commands.text();
}

}  // namespace spinscape::report
