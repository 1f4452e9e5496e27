// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/bray_dean.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spinscape::theory {

double index_fraction_of_centre(double y) {
    double const z = std::clamp(y, -1.0, 1.0);
    return 0.5 - (z * std::sqrt(1 - z * z) + std::asin(z)) / std::numbers::pi;
}

double centre_of_index_fraction(double alpha) {
    SPINSCAPE_EXPECT(alpha >= 0 && alpha <= 1);
    double low = -1, high = 1;  // the fraction falls with y
    for (;;) {
        double const middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) return middle;
        (index_fraction_of_centre(middle) > alpha ? low : high) = middle;
    }
}

double energy_of_index_fraction(FieldCovariance const& f, double alpha) {
    return f.first / f.second * 2 * std::sqrt(f.second) * centre_of_index_fraction(alpha);
}

double index_fraction_of_energy(FieldCovariance const& f, double energy) {
    double const centre = energy * f.second / f.first;
    return index_fraction_of_centre(centre / (2 * std::sqrt(f.second)));
}

double field_complexity(FieldCovariance const& f, double y) {
    using std::numbers::e;
    using std::numbers::pi;
    return 0.5 * std::log(f.second / (2 * pi * e * std::abs(f.first))) - y * y;
}

EnergyLine energy_line(FieldCovariance const& f, double N) {
    double const second = f.second * (1 + 2 / N);
    return {f.first / second, (f.value - f.first * f.first / second) / N};
}

}  // namespace spinscape::theory
