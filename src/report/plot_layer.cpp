// SPDX-License-Identifier: BSD-3-Clause
#include "plot_layer.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace spinscape::report {

namespace {

using Mark = Series::Mark;

// Okabe and Ito's colours, told apart with every kind of colour vision; without the pale yellow.
constexpr std::array<char const*, 7> palette = {"0072B2", "D55E00", "009E73", "CC79A7",
                                                "56B4E9", "E69F00", "000000"};

bool is_reference_line(Series const& series) {
    return series.mark == Mark::level || series.mark == Mark::vertical;
}

bool is_histogram(Series const& series) {
    return series.mark == Mark::steps || series.mark == Mark::bars;
}

bool fits(double value, bool log) {
    return std::isfinite(value) && (value > 0 || !log);
}

std::vector<Point> reference_line(Series const& series, Panel const& panel) {
    bool const level = series.mark == Mark::level;
    auto const& values = level ? series.y : series.x;
    if (values.empty() || !fits(values[0], level ? panel.y_log : panel.x_log)) return {};
    return {{values[0], values[0], 0}};
}

std::vector<Point> points(Series const& series, Panel const& panel) {
    if (is_reference_line(series)) return reference_line(series, panel);
    // Empty bins stay on a logarithmic axis: they have a width.
    bool const positive = panel.y_log && !is_histogram(series);
    std::vector<Point> result;
    for (std::size_t i = 0; i < std::min(series.x.size(), series.y.size()); ++i) {
        double const x = series.x[i], y = series.y[i];
        if (!fits(x, panel.x_log) || !fits(y, positive)) continue;
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

}  // namespace

std::vector<Layer> layers(Panel const& panel) {
    std::vector<Layer> result;
    std::size_t next = 0;
    for (auto const& series : panel.series) {
        std::string colour = "444444";
        if (series.colour >= 0)
            colour = palette[static_cast<std::size_t>(series.colour) % palette.size()];
        else if (!is_reference_line(series))
            colour = palette[next++ % palette.size()];
        Layer layer{&series, points(series, panel), {}, colour};
        if (layer.data.empty()) continue;
        if (is_histogram(series)) layer.bin_borders = borders(layer.data, panel.x_log);
        result.push_back(std::move(layer));
    }
    std::stable_sort(result.begin(), result.end(), [](Layer const& a, Layer const& b) {
        return a.series->faint > b.series->faint;
    });
    return result;
}

}  // namespace spinscape::report
