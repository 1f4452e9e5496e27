// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/line_search.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

LineSearch::State LineSearch::observe(double value, double slope,
                                      LineSearchOptions const& options) {
    bool const finite = std::isfinite(value) && std::isfinite(slope);
    bool const lower = finite && (value <= value_ + options.decrease * trial_ * slope_ ||
                                  value <= value_ + options.rounding * std::abs(value_));
    if (lower && std::abs(slope) <= options.curvature * std::abs(slope_)) return State::accepted;
    if (++trials_ >= options.most_trials || !(slope_ < 0))
        return lower && value < value_ ? State::accepted : State::failed;
    if (trials_ == 1) low_slope_ = slope_;
    if (lower && slope < 0) {
        double const from = low_, from_slope = low_slope_;
        low_ = trial_;
        low_slope_ = slope;
        if (std::isnan(high_)) {
            double const secant = slope > from_slope
                                      ? low_ + slope * (low_ - from) / (from_slope - slope)
                                      : 10 * low_;
            trial_ = std::clamp(secant, 1.1 * low_, 10 * low_);
            return State::searching;
        }
    } else {
        high_ = trial_;
        high_slope_ = finite && slope > 0 ? slope : missing;
    }
    double const width = high_ - low_;
    double const secant = std::isnan(high_slope_) ? low_ + width / 2
                                                  : (low_ * high_slope_ - high_ * low_slope_) /
                                                        (high_slope_ - low_slope_);
    trial_ = std::clamp(secant, low_ + 0.05 * width, high_ - 0.05 * width);
    return State::searching;
}

}  // namespace spinscape
