// SPDX-License-Identifier: BSD-3-Clause
#include "plot_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace spinscape::report {

namespace {

// Okabe and Ito's colours, told apart with every kind of colour vision; without the pale yellow.
constexpr std::array<char const*, 7> palette = {"0072B2", "D55E00", "009E73", "CC79A7",
                                                "56B4E9", "E69F00", "000000"};

/// Single quotes: gnuplot runs commands in backquotes within double ones.
std::string quoted(std::string const& text) {
    std::string result = "'";
    for (char const c : text) {
        if (c == '\'') result += '\'';
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return result + "'";
}

struct Point {
    double x, y, error;
};

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    bool log = false;

    void add(double value) {
        if (!std::isfinite(value) || (log && value <= 0)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    void widen(double below, double above) {
        if (!(low <= high)) {
            low = log ? 0.1 : 0;
            high = 1;
        }
        double a = log ? std::log(low) : low, b = log ? std::log(high) : high;
        if (b - a <= 1e-9 * std::max(std::abs(a), std::abs(b))) {
            double const half = log ? 0.7 : std::max(std::abs(a) * 0.1, 0.5);
            a -= half;
            b += half;
        }
        double const length = b - a;
        a -= below * length;
        b += above * length;
        low = log ? std::exp(a) : a;
        high = log ? std::exp(b) : b;
    }
};

using Mark = Series::Mark;

std::vector<Point> points(Series const& series, Panel const& panel) {
    std::vector<Point> result;
    if (series.mark == Mark::level || series.mark == Mark::vertical) {
        bool const level = series.mark == Mark::level;
        auto const& values = level ? series.y : series.x;
        if (!values.empty() && std::isfinite(values[0]) &&
            (values[0] > 0 || !(level ? panel.y_log : panel.x_log)))
            result.push_back({values[0], values[0], 0});
        return result;
    }
    bool const empty_bins = series.mark == Mark::steps || series.mark == Mark::bars;
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
        double const x = series.x[i], y = series.y[i];
        if (!std::isfinite(x) || !std::isfinite(y) || (panel.x_log && x <= 0) ||
            (panel.y_log && y <= 0 && !empty_bins))
            continue;
        double const error = i < series.y_error.size() ? series.y_error[i] : 0;
        result.push_back({x, y, std::isfinite(error) ? error : 0});
    }
    return result;
}

/// Borders of bins from their centres: half way between neighbours.
std::vector<double> borders(std::vector<Point> const& bins, bool log) {
    std::vector<double> x;
    for (auto const& bin : bins) x.push_back(log ? std::log(bin.x) : bin.x);
    std::vector<double> result;
    double const first = x.size() > 1 ? (x[1] - x[0]) / 2 : 0.5;
    result.push_back(x.front() - first);
    for (std::size_t i = 1; i < x.size(); ++i) result.push_back((x[i - 1] + x[i]) / 2);
    result.push_back(x.back() + (x.size() > 1 ? (x.back() - x[x.size() - 2]) / 2 : 0.5));
    if (log)
        for (double& border : result) border = std::exp(border);
    return result;
}

struct Layer {
    Series const* series;
    std::vector<Point> data;
    std::vector<double> bin_borders;
    std::string colour;
};

std::vector<Layer> layers(Panel const& panel) {
    std::vector<Layer> result;
    int next = 0;
    for (auto const& series : panel.series) {
        bool const line = series.mark == Mark::level || series.mark == Mark::vertical;
        std::string colour = "444444";
        if (series.colour >= 0)
            colour = palette[static_cast<std::size_t>(series.colour) % palette.size()];
        else if (!line)
            colour = palette[static_cast<std::size_t>(next++) % palette.size()];
        Layer layer{&series, points(series, panel), {}, colour};
        if (layer.data.empty()) continue;
        if (series.mark == Mark::steps || series.mark == Mark::bars)
            layer.bin_borders = borders(layer.data, panel.x_log);
        result.push_back(std::move(layer));
    }
    std::stable_sort(result.begin(), result.end(), [](Layer const& a, Layer const& b) {
        return a.series->faint > b.series->faint;
    });
    return result;
}

/// The outline of a histogram, or each bar on its own, down to the floor of the plot.
std::string outline(Layer const& layer, double floor) {
    std::string text;
    bool const bars = layer.series->mark == Mark::bars;
    auto const& x = layer.bin_borders;
    if (!bars) text += fmt::format("{:.9g} {:.9g}\n", x[0], floor);
    for (std::size_t i = 0; i < layer.data.size(); ++i) {
        double const y = std::max(layer.data[i].y, floor);
        double a = x[i], b = x[i + 1];
        if (bars) {
            double const width = layer.series->bar_width > 0 ? layer.series->bar_width : b - a;
            double const middle = layer.series->bar_width > 0 ? layer.data[i].x : (a + b) / 2;
            a = middle - 0.42 * width;
            b = middle + 0.42 * width;
        }
        if (bars) text += fmt::format("{:.9g} {:.9g}\n", a, floor);
        text += fmt::format("{:.9g} {:.9g}\n{:.9g} {:.9g}\n", a, y, b, y);
        if (bars) text += fmt::format("{:.9g} {:.9g}\n\n", b, floor);
    }
    if (!bars) text += fmt::format("{:.9g} {:.9g}\n", x.back(), floor);
    return text;
}

}  // namespace

std::string plot_script(Panel const& panel, std::string const& output) {
    auto const all = layers(panel);
    Range x{.log = panel.x_log}, y{.log = panel.y_log};
    bool from_zero = false, verticals = false;
    for (auto const& layer : all) {
        auto const mark = layer.series->mark;
        verticals |= mark == Mark::vertical;
        from_zero |= !layer.bin_borders.empty();
        for (double const border : layer.bin_borders) x.add(border);
        for (auto const& point : layer.data) {
            if (mark != Mark::level) x.add(point.x);
            if (mark == Mark::vertical) continue;
            y.add(point.y - point.error);
            y.add(point.y + point.error);
        }
    }
    if (from_zero) y.add(0);
    bool const at_zero = from_zero && !panel.y_log && y.low == 0;
    x.widen(0.04, 0.04);
    y.widen(at_zero ? 0 : 0.06, verticals ? 0.3 : 0.1);

    std::string script = fmt::format(
        "set encoding utf8\nset minussign\n"
        "set terminal svg size 480,380 dynamic enhanced font 'Arial,14' linewidth 1.2\n"
        "set output {}\nset border 3 lc rgb '#444444'\nset tics nomirror out scale 0.6\n"
        "set grid ytics lc rgb '#E8E8E8' lt 1 lw 0.6\n"
        "set key above center horizontal noenhanced samplen 1.6 spacing 1.05 width 1\n"
        "set xlabel {} noenhanced\nset ylabel {} noenhanced\nset xtics autofreq\n",
        quoted(output), quoted(panel.x_label), quoted(panel.y_label));
    if (!panel.title.empty())
        script += fmt::format("set title {} noenhanced\n", quoted(panel.title));
    auto const axis = [&](char name, Range const& range) {
        if (range.log) {
            script += fmt::format("set logscale {}\n", name);
            // Powers of ten only where there are several; else plain numbers at 1, 2, 5.
            if (range.high / range.low > 100)
                script += fmt::format("set format {} '10^{{%T}}'\n", name);
            else
                script += fmt::format("set {}tics (", name);
            if (range.high / range.low <= 100) {
                std::string ticks;
                for (int e = static_cast<int>(std::floor(std::log10(range.low)));
                     e <= static_cast<int>(std::ceil(std::log10(range.high))); ++e)
                    for (int const m : {1, 2, 5}) {
                        double const tick = m * std::pow(10.0, e);
                        if (tick >= range.low && tick <= range.high)
                            ticks += fmt::format("{}'{:.6g}' {:.6g}", ticks.empty() ? "" : ", ",
                                                 tick, tick);
                    }
                script += ticks + ")\n";
            }
        } else {
            double const step = (range.high - range.low) / (name == 'x' ? 5 : 6);
            double const power = std::pow(10.0, std::floor(std::log10(step)));
            double const m = step / power;
            script += fmt::format("set {}tics {:.6g}\n", name,
                                  power * (m <= 1   ? 1
                                           : m <= 2 ? 2
                                           : m <= 5 ? 5
                                                    : 10));
        }
        script += fmt::format("set {}range [{:.9g}:{:.9g}]\n", name, range.low, range.high);
    };
    axis('x', x);
    axis('y', y);

    std::string plots, blocks;
    double last_level = std::numeric_limits<double>::quiet_NaN(), last_vertical = last_level;
    bool left = false;
    int number = 0;
    auto const place = [](double value, Range const& range) {
        return range.log ? std::log(value / range.low) / std::log(range.high / range.low)
                         : (value - range.low) / (range.high - range.low);
    };
    for (auto const& layer : all) {
        auto const& series = *layer.series;
        auto const block = fmt::format("$d{}", ++number);
        std::string data;
        auto const add = [&](std::string const& style, bool titled) {
            plots += fmt::format("{}{} {} {}", plots.empty() ? "plot " : ", \\\n  ", block, style,
                                 titled && !series.label.empty()
                                     ? "title " + quoted(series.label) + " noenhanced"
                                     : "notitle");
        };
        auto const colour = fmt::format("lc rgb '#{}{}'", series.faint ? "70" : "00", layer.colour);
        switch (series.mark) {
            case Mark::level: {
                double const at = layer.data[0].y;
                data = fmt::format("{:.9g} {:.9g}\n{:.9g} {:.9g}\n", x.low, at, x.high, at);
                add("using 1:2 with lines dt 2 lw 1.3 " + colour, false);
                double const here = place(at, y);
                left = std::abs(here - last_level) < 0.08 && !left;
                last_level = here;
                script += fmt::format(
                    "set label {} at graph {}, first {:.9g} {} offset 0,0.5 noenhanced "
                    "textcolor rgb '#444444' front\n",
                    quoted(series.label), left ? 0.02 : 0.99, at, left ? "left" : "right");
                break;
            }
            case Mark::vertical: {
                double const at = layer.data[0].x;
                data = fmt::format("{:.9g} {:.9g}\n{:.9g} {:.9g}\n", at, y.low, at, y.high);
                add("using 1:2 with lines dt 2 lw 1.3 " + colour, false);
                // The label stands on the side away from a neighbouring line.
                double const here = place(at, x);
                bool const on_right =
                    here < 0.06 || (std::abs(here - last_vertical) < 0.08 && here > last_vertical);
                last_vertical = here;
                script += fmt::format(
                    "set label {} at first {:.9g}, graph 0.99 right rotate by 90 offset {},0 "
                    "noenhanced textcolor rgb '#444444' front\n",
                    quoted(series.label), at, on_right ? 0.9 : -0.9);
                break;
            }
            case Mark::steps:
            case Mark::bars:
                data = outline(layer, at_zero ? 0 : y.low);
                add(fmt::format("using 1:2 with filledcurves closed fs transparent solid {} "
                                "noborder lc rgb '#{}'",
                                series.mark == Mark::bars ? (series.faint ? 0.3 : 0.75)
                                                          : (series.faint ? 0.06 : 0.18),
                                layer.colour),
                    series.mark == Mark::bars);
                if (series.mark == Mark::steps)
                    add("using 1:2 with lines " + colour +
                            (series.faint ? " lw 1 dt 3" : " lw 1.6"),
                        true);
                break;
            case Mark::line:
                for (auto const& p : layer.data) data += fmt::format("{:.9g} {:.9g}\n", p.x, p.y);
                add("using 1:2 with lines lw 1.8 " + colour, true);
                break;
            case Mark::points: {
                bool bars = false;
                for (auto const& p : layer.data) {
                    bars |= p.error > 0;
                    data += fmt::format("{:.9g} {:.9g} {:.9g}\n", p.x, p.y, p.error);
                }
                // Large clouds get small marks.
                double const size = layer.data.size() > 200 ? 0.25 : series.faint ? 0.8 : 0.6;
                auto const style =
                    fmt::format("pt {} ps {} {}", series.faint ? 6 : 7, size, colour);
                add(bars ? "using 1:2:3 with yerrorbars " + style
                         : "using 1:2 with points " + style,
                    true);
                break;
            }
        }
        blocks += fmt::format("{} << EOD\n{}EOD\n", block, data);
    }
    if (all.empty()) {
        script += "set label 'no data' at graph 0.5, graph 0.5 center\n";
        plots = "plot 1/0 notitle";
    }
    return script + blocks + plots + "\nunset output\n";
}

}  // namespace spinscape::report
