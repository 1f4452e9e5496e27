// SPDX-License-Identifier: BSD-3-Clause
#include "plot_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace spinscape::report {

namespace {

/// A step of 1, 2 or 5 times a power of ten, as long as a part of the axis or longer.
double linear_step(Axis const& axis, int parts) {
    double const step = (axis.high - axis.low) / parts;
    double const power = std::pow(10.0, std::floor(std::log10(step)));
    double const m = step / power;
    return power * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
}

std::vector<double> linear_ticks(Axis const& axis, double step) {
    std::vector<double> ticks;
    for (double i = std::ceil(axis.low / step); i * step <= axis.high; ++i)
        ticks.push_back(i * step);
    return ticks;
}

/// Those of the digits times powers of ten that the axis covers.
std::vector<double> log_ticks(Axis const& axis, std::initializer_list<double> digits) {
    std::vector<double> ticks;
    auto const first = static_cast<int>(std::floor(std::log10(axis.low)));
    auto const last = static_cast<int>(std::ceil(std::log10(axis.high)));
    for (int e = first; e <= last; ++e)
        for (double const digit : digits) {
            double const tick = digit * std::pow(10.0, e);
            if (tick >= axis.low && tick <= axis.high) ticks.push_back(tick);
        }
    return ticks;
}

/// Plain where that is short.
std::string label(double tick) {
    if (tick >= 1e-4 && tick < 1e6) return fmt::format("{:.6g}", tick);
    auto const exponent = static_cast<int>(std::floor(std::log10(tick) + 1e-9));
    return fmt::format("{:.6g}×10^{{{}{}}}", tick / std::pow(10.0, exponent),
                       exponent < 0 ? "−" : "", std::abs(exponent));
}

/// Those without label are short.
std::string list(std::vector<double> const& labelled, std::vector<double> const& bare) {
    std::string text;
    for (double const tick : labelled)
        text += fmt::format("{}'{}' {:.6g}", text.empty() ? "" : ", ", label(tick), tick);
    for (double const tick : bare) text += fmt::format(", '' {:.6g} 1", tick);
    return text;
}

/// 1, 2, 5; others as well where these are too few for a reader to interpolate or leave an end
/// bare.
std::string short_log_ticks(Axis const& axis, int parts) {
    constexpr std::size_t enough = 3;
    constexpr double bare_end = 0.25;
    auto ticks = log_ticks(axis, {1, 2, 5});
    auto const finer = log_ticks(axis, {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8});
    if (ticks.size() >= enough) {
        if (axis.fraction(ticks.front()) > bare_end) ticks.insert(ticks.begin(), finer.front());
        if (axis.fraction(ticks.back()) < 1 - bare_end) ticks.push_back(finer.back());
        return list(ticks, log_ticks(axis, {3, 4, 6, 7, 8, 9}));
    }
    if (finer.size() >= enough) return list(finer, {});
    auto plain = linear_ticks(axis, linear_step(axis, parts));
    while (plain.size() < enough) plain = linear_ticks(axis, linear_step(axis, parts *= 2));
    return list(plain, {});
}

/// Powers of ten only where there are several; else plain numbers.
std::string log_commands(char name, Axis const& axis, int parts) {
    auto const scale = fmt::format("set logscale {}\n", name);
    if (axis.high / axis.low > 100) return scale + fmt::format("set format {} '10^{{%T}}'\n", name);
    return scale + fmt::format("set {}tics ({})\n", name, short_log_ticks(axis, parts));
}

}  // namespace

void Axis::add(double value) {
    if (!std::isfinite(value) || (log && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
}

void Axis::widen(double below, double above) {
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

double Axis::fraction(double value) const {
    return log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
}

std::string axis_commands(char name, Axis const& axis) {
    int const parts = name == 'x' ? 5 : 6;
    auto const ticks = axis.log
                           ? log_commands(name, axis, parts)
                           : fmt::format("set {}tics {:.6g}\n", name, linear_step(axis, parts));
    return ticks + fmt::format("set {}range [{:.9g}:{:.9g}]\n", name, axis.low, axis.high);
}

}  // namespace spinscape::report
