// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/tangent_hessian.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape {

namespace {

/// w of the reflection that turns x into an axis 0 of its length: (u - s e_0) / |u - s e_0| with
/// u = x / |x| and the sign s that does not cancel.
void reflection_of(std::span<double const> x, std::span<double> w) {
    double squares = 0;
    for (double const component : x) squares += component * component;
    for (std::size_t i = 0; i < x.size(); ++i) w[i] = x[i] / std::sqrt(squares);
    w[0] += w[0] > 0 ? 1 : -1;
    squares = 0;
    for (double const component : w) squares += component * component;
    for (auto& component : w) component /= std::sqrt(squares);
}

/// v <- Q v, sphere by sphere.
void reflect(std::vector<double> const& w, index spheres, std::span<double> v) {
    auto const length = v.size() / static_cast<std::size_t>(spheres);
    for (std::size_t first = 0; first < v.size(); first += length) {
        double product = 0;
        for (std::size_t i = first; i < first + length; ++i) product += w[i] * v[i];
        for (std::size_t i = first; i < first + length; ++i) v[i] -= 2 * product * w[i];
    }
}

/// H <- Q H Q
void reflect_both_sides(std::vector<double> const& w, index spheres, std::span<double> H) {
    auto const n = w.size(), length = n / static_cast<std::size_t>(spheres);
    for (std::size_t i = 0; i < n; ++i) reflect(w, spheres, H.subspan(i * n, n));
    std::vector<double> product(n);
    for (std::size_t first = 0; first < n; first += length) {
        std::ranges::fill(product, 0.0);
        for (std::size_t i = first; i < first + length; ++i)
            for (std::size_t j = 0; j < n; ++j) product[j] += w[i] * H[i * n + j];
        for (std::size_t i = first; i < first + length; ++i)
            for (std::size_t j = 0; j < n; ++j) H[i * n + j] -= 2 * w[i] * product[j];
    }
}

/// Without the rows and columns of the normals, in place.
void drop_axes(std::vector<double>& H, index n, index spheres) {
    auto const length = n / spheres;
    std::size_t to = 0;
    for (index i = 0; i < n; ++i)
        for (index j = 0; j < n; ++j)
            if (i % length != 0 && j % length != 0)
                H[to++] = H[static_cast<std::size_t>(i * n + j)];
    H.resize(to);
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

TangentHessian tangent_hessian(std::vector<double> full, std::span<double const> shifts,
                               std::span<double const> point) {
    auto const n = std::ssize(point), spheres = std::ssize(shifts);
    SPINSCAPE_EXPECT(n * n == std::ssize(full));
    double largest = 0;
    for (double const shift : shifts) largest = std::max(largest, std::abs(shift));
    TangentHessian result{.matrix = std::move(full),
                          .dimension = n - spheres,
                          .rounding = 0,
                          .reflection = {},
                          .spheres = spheres};
    auto& H = result.matrix;
    result.rounding = static_cast<double>(n) * std::numeric_limits<double>::epsilon() *
                      (norm_bound(H, n) + largest);
    if (spheres == 0) return result;
    auto const length = static_cast<std::size_t>(n / spheres);
    result.reflection.resize(point.size());
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        reflection_of(point.subspan(i * length, length),
                      std::span(result.reflection).subspan(i * length, length));
        for (std::size_t k = i * length; k < (i + 1) * length; ++k)
            H[k * point.size() + k] -= shifts[i];
    }
    reflect_both_sides(result.reflection, spheres, H);
    drop_axes(H, n, spheres);
    return result;
}

void TangentHessian::embed(std::span<double const> coordinates, std::span<double> out) const {
    SPINSCAPE_EXPECT(std::ssize(coordinates) == dimension);
    if (spheres == 0) {
        std::ranges::copy(coordinates, out.begin());
        return;
    }
    auto const length = out.size() / static_cast<std::size_t>(spheres);
    auto from = coordinates.begin();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = i % length == 0 ? 0 : *from++;
    reflect(reflection, spheres, out);
}

void TangentHessian::coordinates_of(std::span<double const> v, std::span<double> out) const {
    SPINSCAPE_EXPECT(std::ssize(out) == dimension);
    if (spheres == 0) {
        std::ranges::copy(v, out.begin());
        return;
    }
    std::vector<double> turned(v.begin(), v.end());
    reflect(reflection, spheres, turned);
    auto const length = v.size() / static_cast<std::size_t>(spheres);
    auto to = out.begin();
    for (std::size_t i = 0; i < turned.size(); ++i)
        if (i % length != 0) *to++ = turned[i];
}

}  // namespace spinscape
