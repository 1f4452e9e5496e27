// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <span>

/// The few operations on vectors of double precision that iterative methods are made of.
namespace spinscape::linalg {

inline double dot(std::span<double const> a, std::span<double const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

inline double norm(std::span<double const> a) {
    return std::sqrt(dot(a, a));
}

inline double distance(std::span<double const> a, std::span<double const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum);
}

/// y <- y + c x.
inline void add(double c, std::span<double const> x, std::span<double> y) {
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += c * x[i];
}

inline void scale(std::span<double> y, double c) {
    for (auto& component : y) component *= c;
}

}  // namespace spinscape::linalg
