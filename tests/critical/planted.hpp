// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/symmetric_operator.hpp"

#include <cmath>
#include <vector>

/// Symmetric matrices with a known spectrum.
namespace spinscape::planted {

inline std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// A random orthogonal matrix, rows by Gram-Schmidt.
inline std::vector<double> orthogonal(index n) {
    std::vector<double> Q(at(n * n));
    Stream stream(1, Purpose::disorder, 0);
    stream.fill_normal(std::span<double>(Q));
    for (index i = 0; i < n; ++i)
        for (index pass = 0; pass < 2; ++pass) {
            for (index k = 0; k < i; ++k) {
                double sum = 0;
                for (index j = 0; j < n; ++j) sum += Q[at(i * n + j)] * Q[at(k * n + j)];
                for (index j = 0; j < n; ++j) Q[at(i * n + j)] -= sum * Q[at(k * n + j)];
            }
            double norm = 0;
            for (index j = 0; j < n; ++j) norm += Q[at(i * n + j)] * Q[at(i * n + j)];
            for (index j = 0; j < n; ++j) Q[at(i * n + j)] /= std::sqrt(norm);
        }
    return Q;
}

/// Q^T diag(spectrum) Q.
inline std::vector<double> matrix(std::vector<double> const& spectrum,
                                  std::vector<double> const& Q) {
    auto const n = std::ssize(spectrum);
    std::vector<double> A(at(n * n));
    for (index k = 0; k < n; ++k)
        for (index i = 0; i < n; ++i)
            for (index j = 0; j < n; ++j)
                A[at(i * n + j)] += spectrum[at(k)] * Q[at(k * n + i)] * Q[at(k * n + j)];
    return A;
}

/// `A` must outlive the operator.
inline SymmetricOperator operator_of(std::vector<double> const& A, index n) {
    return {.dimension = n,
            .subspace_dimension = n,
            .times = [&A, n](std::span<double const> v, std::span<double> out) {
                for (index i = 0; i < n; ++i) {
                    double sum = 0;
                    for (index j = 0; j < n; ++j) sum += A[at(i * n + j)] * v[at(j)];
                    out[at(i)] = sum;
                }
            }};
}

}  // namespace spinscape::planted
