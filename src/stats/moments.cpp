// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

void Moments::add(double x) {
    if (std::isnan(x)) return;
    merge({.count = 1, .mean = x, .minimum = x, .maximum = x});
}

// Pairwise update formulas (2.1)-(3.1) of [Pebay2008].
void Moments::merge(Moments const& other) {
    if (other.count == 0) return;
    if (count == 0) {
        *this = other;
        return;
    }
    auto const na = static_cast<double>(count), nb = static_cast<double>(other.count), n = na + nb;
    double const delta = other.mean - mean;
    double const d1 = delta / n, d2 = delta * d1;
    M4 += other.M4 + d2 * d1 * d1 * na * nb * (na * na - na * nb + nb * nb) +
          6 * d1 * d1 * (na * na * other.M2 + nb * nb * M2) + 4 * d1 * (na * other.M3 - nb * M3);
    M3 += other.M3 + d2 * d1 * na * nb * (na - nb) + 3 * d1 * (na * other.M2 - nb * M2);
    M2 += other.M2 + d2 * na * nb;
    mean += d1 * nb;
    count += other.count;
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
}

double Moments::variance() const {
    return count < 2 ? missing : M2 / static_cast<double>(count - 1);
}

double Moments::standard_deviation() const {
    return std::sqrt(variance());
}

double Moments::standard_error() const {
    return std::sqrt(variance() / static_cast<double>(count));
}

double Moments::standard_deviation_error() const {
    if (count < 2) return missing;
    if (M2 == 0) return 0;
    auto const n = static_cast<double>(count);
    double const kurtosis = n * M4 / (M2 * M2);
    return standard_deviation() * std::sqrt(std::max(kurtosis - 1, 0.0) / (4 * n));
}

double Moments::skewness() const {
    return count < 2 || M2 == 0 ? missing
                                : std::sqrt(static_cast<double>(count)) * M3 / std::pow(M2, 1.5);
}

}  // namespace spinscape
