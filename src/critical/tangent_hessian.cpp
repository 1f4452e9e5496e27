// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/tangent_hessian.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape {

namespace {

/// w of the reflection that turns unit vector u into +-axis 0: (u - s e_0) / |u - s e_0| with the
/// sign s that does not cancel.
std::vector<double> reflection_of(std::span<double const> u) {
    std::vector<double> w(u.begin(), u.end());
    w[0] += u[0] > 0 ? 1 : -1;
    double squares = 0;
    for (double const component : w) squares += component * component;
    for (auto& component : w) component /= std::sqrt(squares);
    return w;
}

/// Q H Q without its row and column 0.
std::vector<double> without_axis(std::vector<double> const& H, std::vector<double> const& w) {
    auto const n = std::ssize(w);
    auto const at = [&](index i, index j) { return static_cast<std::size_t>(i * n + j); };
    std::vector<double> Hw(w.size());
    double wHw = 0;
    for (index i = 0; i < n; ++i) {
        double sum = 0;
        for (index j = 0; j < n; ++j) sum += H[at(i, j)] * w[static_cast<std::size_t>(j)];
        Hw[static_cast<std::size_t>(i)] = sum;
        wHw += w[static_cast<std::size_t>(i)] * sum;
    }
    std::vector<double> result(static_cast<std::size_t>((n - 1) * (n - 1)));
    for (index i = 1; i < n; ++i)
        for (index j = 1; j < n; ++j) {
            auto const a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
            result[static_cast<std::size_t>((i - 1) * (n - 1) + j - 1)] =
                H[at(i, j)] - 2 * w[a] * Hw[b] - 2 * Hw[a] * w[b] + 4 * wHw * w[a] * w[b];
        }
    return result;
}

/// v <- Q v
void reflect(std::vector<double> const& w, std::span<double> v) {
    double product = 0;
    for (std::size_t i = 0; i < v.size(); ++i) product += w[i] * v[i];
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= 2 * product * w[i];
}

}  // namespace

double norm_bound(std::span<double const> H, index n) {
    double squares = 0, largest_row = 0;
    for (index i = 0; i < n; ++i) {
        double row = 0;
        for (index j = 0; j < n; ++j) {
            double const entry = H[static_cast<std::size_t>(i * n + j)];
            row += std::abs(entry);
            squares += entry * entry;
        }
        largest_row = std::max(largest_row, row);
    }
    return std::min(largest_row, std::sqrt(squares));
}

TangentHessian tangent_hessian(std::vector<double> full, double shift,
                               std::span<double const> unit_normal) {
    auto const n = static_cast<index>(std::llround(std::sqrt(static_cast<double>(full.size()))));
    SPINSCAPE_EXPECT(n * n == std::ssize(full));
    double const rounding = static_cast<double>(n) * std::numeric_limits<double>::epsilon() *
                            (norm_bound(full, n) + std::abs(shift));
    for (index i = 0; i < n; ++i) full[static_cast<std::size_t>(i * n + i)] -= shift;
    if (unit_normal.empty())
        return {.matrix = std::move(full), .dimension = n, .rounding = rounding, .reflection = {}};
    auto w = reflection_of(unit_normal);
    auto matrix = without_axis(full, w);
    return {.matrix = std::move(matrix),
            .dimension = n - 1,
            .rounding = rounding,
            .reflection = std::move(w)};
}

void TangentHessian::embed(std::span<double const> coordinates, std::span<double> out) const {
    SPINSCAPE_EXPECT(std::ssize(coordinates) == dimension);
    if (reflection.empty()) {
        std::ranges::copy(coordinates, out.begin());
        return;
    }
    out[0] = 0;
    std::ranges::copy(coordinates, out.begin() + 1);
    reflect(reflection, out);
}

void TangentHessian::coordinates_of(std::span<double const> v, std::span<double> out) const {
    SPINSCAPE_EXPECT(std::ssize(out) == dimension);
    if (reflection.empty()) {
        std::ranges::copy(v, out.begin());
        return;
    }
    std::vector<double> turned(v.begin(), v.end());
    reflect(reflection, turned);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = turned[i + 1];
}

}  // namespace spinscape
