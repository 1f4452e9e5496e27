// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

namespace spinscape {

/// A trial t along a line, with value f(t) and slope f'(t), is accepted if [HagerZhang2005]
///   |f'(t)| <= curvature |f'(0)|   and either   f(t) <= f(0) + decrease t f'(0)
///   or, where rounding hides the decrease,   f(t) <= f(0) + rounding |f(0)|.
struct LineSearchOptions {
    double decrease = 1e-4, curvature = 0.1;
    double rounding = 1e-7;  ///< some single precision of f
    index most_trials = 20;
};

/// Looks for a minimum of a function of one variable by its values and slopes, which others
/// compute: evaluate at `trial()`, then `observe`. Trials grow up to tenfold until the minimum is
/// bracketed; then the zero of the slope's secant, or the middle where the value is too high.
class LineSearch {
public:
    enum class State { searching, accepted, failed };

    LineSearch() = default;
    /// At t = 0: value and slope (negative); t > 0 is tried first.
    LineSearch(double value, double slope, double t) : value_(value), slope_(slope), trial_(t) {}

    [[nodiscard]] double trial() const { return trial_; }
    [[nodiscard]] double first_slope() const { return slope_; }
    /// Value and slope at trial(): `searching` means that trial() is now another one.
    State observe(double value, double slope, LineSearchOptions const& options);

private:
    double value_ = 0, slope_ = 0, trial_ = 0;
    double low_ = 0, low_slope_ = 0;  // the largest t that is still downhill (0: slope_)
    double high_ = missing, high_slope_ = missing;
    index trials_ = 0;
};

}  // namespace spinscape
