// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/certificate.hpp"

#include <algorithm>

namespace spinscape::critical_detail {

std::vector<double> without_direction(std::vector<double> const& H, std::span<double const> u) {
    auto const n = std::ssize(u);
    auto const at = [&](index i, index j) { return static_cast<std::size_t>(i * n + j); };
    // w = (u - s e_0) / |u - s e_0| with the sign s that does not cancel.
    std::vector<double> w(u.begin(), u.end());
    w[0] += u[0] > 0 ? 1 : -1;
    double squares = 0;
    for (double const component : w) squares += component * component;
    for (auto& component : w) component /= std::sqrt(squares);
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

double norm_bound(std::vector<double> const& H, index n) {
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

void count_by_eigenvalues(TangentHessian& H, Certificate& result) {
    result.method = "eigenvalues of the dense Riemannian Hessian";
    auto const spectrum = linalg::symmetric_eigenvalues(H.matrix, H.dimension);
    if (spectrum.empty()) return;
    result.lowest = spectrum.front();
    result.highest = spectrum.back();
    for (double const eigenvalue : spectrum) {
        if (eigenvalue < -result.threshold)
            ++result.index;
        else if (eigenvalue <= result.threshold)
            ++result.nullity;
    }
}

namespace {

/// Number of eigenvalues of sign * H below -threshold.
index count_below(TangentHessian const& H, double sign, double threshold) {
    auto shifted = H.matrix;
    for (auto& entry : shifted) entry *= sign;
    for (index i = 0; i < H.dimension; ++i)
        shifted[static_cast<std::size_t>(i * H.dimension + i)] += threshold;
    return linalg::negative_inertia(shifted, H.dimension);
}

}  // namespace

void count_by_inertia(TangentHessian const& H, Certificate& result) {
    result.method = "inertia of the dense Riemannian Hessian";
    result.index = count_below(H, 1, result.threshold);
    result.nullity = H.dimension - result.index - count_below(H, -1, result.threshold);
}

}  // namespace spinscape::critical_detail
