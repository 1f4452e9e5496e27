// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace spinscape::theory {

/// Root of f between two points of opposite sign (or one at the first, where f may vanish or blow
/// up: its sign is taken to be that of `sign_at_first`), by bisection to the last bit.
template <class F>
double root(F const& f, double first, double second, double sign_at_first) {
    for (;;) {
        double const middle = 0.5 * (first + second);
        if (middle == first || middle == second) return middle;
        (f(middle) * sign_at_first > 0 ? first : second) = middle;
    }
}

}  // namespace spinscape::theory
