// SPDX-License-Identifier: BSD-3-Clause
#include "plot_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::report {

namespace {

/// A step of 1, 2 or 5 times a power of ten, as long as a part of the axis or longer.
double linear_step(Axis const& axis, int parts) {
    double const step = (axis.high - axis.low) / parts;
    double const power = std::pow(10.0, std::floor(std::log10(step)));
    double const m = step / power;
    return power * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
}

std::string log_ticks(Axis const& axis) {
    std::string ticks;
    for (int e = static_cast<int>(std::floor(std::log10(axis.low)));
         e <= static_cast<int>(std::ceil(std::log10(axis.high))); ++e)
        for (int const m : {1, 2, 5}) {
            double const tick = m * std::pow(10.0, e);
            if (tick >= axis.low && tick <= axis.high)
                ticks += fmt::format("{}'{:.6g}' {:.6g}", ticks.empty() ? "" : ", ", tick, tick);
        }
    return ticks;
}

/// Powers of ten only where there are several; else plain numbers.
std::string log_commands(char name, Axis const& axis) {
    auto const scale = fmt::format("set logscale {}\n", name);
    if (axis.high / axis.low > 100) return scale + fmt::format("set format {} '10^{{%T}}'\n", name);
    return scale + fmt::format("set {}tics ({})\n", name, log_ticks(axis));
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
                           ? log_commands(name, axis)
                           : fmt::format("set {}tics {:.6g}\n", name, linear_step(axis, parts));
    return ticks + fmt::format("set {}range [{:.9g}:{:.9g}]\n", name, axis.low, axis.high);
}

}  // namespace spinscape::report
