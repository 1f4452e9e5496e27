// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/linalg/self_test.hpp"

#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace spinscape::linalg {

namespace {

/// Larger than the tiles of any kernel and no multiple of them, so that edges are met too.
constexpr index size = 67;

std::size_t at(index row, index column) {
    return static_cast<std::size_t>(row * size + column);
}

/// Entries of both signs without pattern.
template <class Real>
std::vector<Real> matrix(double frequency) {
    std::vector<Real> A(static_cast<std::size_t>(size * size));
    for (std::size_t i = 0; i < A.size(); ++i)
        A[i] = static_cast<Real>(std::sin(frequency * static_cast<double>(i * i % 10007)));
    return A;
}

template <class Real>
double gemm_error() {
    auto const A = matrix<Real>(1.3), B = matrix<Real>(0.7);
    std::vector<Real> C(A.size());
    gemm(Op::plain, Op::transposed, size, size, size, Real{1}, A.data(), size, B.data(), size,
         Real{0}, C.data(), size);
    double largest = 0;
    for (index i = 0; i < size; ++i)
        for (index j = 0; j < size; ++j) {
            double sum = 0;
            for (index k = 0; k < size; ++k)
                sum += static_cast<double>(A[at(i, k)]) * static_cast<double>(B[at(j, k)]);
            double const error = std::abs(sum - static_cast<double>(C[at(i, j)]));
            // A comparison that a NaN fails.
            if (!(error <= largest)) largest = std::isnan(error) ? HUGE_VAL : error;
        }
    // The bound for any order of summation: n epsilon times the sum of |a b|, at most n.
    return largest / (static_cast<double>(size * size) * std::numeric_limits<Real>::epsilon());
}

/// Q diag(1, ..., size) Q with the reflection Q = 1 - 2 v v^T has the eigenvalues 1, ..., size.
double eigenvalue_error() {
    std::vector<double> v(static_cast<std::size_t>(size)), A(v.size() * v.size());
    double norm = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        v[i] = 1 + std::cos(static_cast<double>(i));
        norm += v[i] * v[i];
    }
    auto const reflection = [&](std::size_t i, std::size_t j) {
        return (i == j ? 1.0 : 0.0) - 2 * v[i] * v[j] / norm;
    };
    for (std::size_t i = 0; i < v.size(); ++i)
        for (std::size_t j = 0; j < v.size(); ++j)
            for (std::size_t k = 0; k < v.size(); ++k)
                A[i * v.size() + j] +=
                    reflection(i, k) * static_cast<double>(k + 1) * reflection(k, j);
    auto const w = symmetric_eigenvalues(A, size);
    double largest = 0;
    for (std::size_t k = 0; k < w.size(); ++k) {
        double const error = std::abs(w[k] - static_cast<double>(k + 1));
        if (!(error <= largest)) largest = std::isnan(error) ? HUGE_VAL : error;
    }
    // LAPACK's bound: a small multiple of n epsilon times the norm, which is n.
    return largest / (10.0 * size * size * std::numeric_limits<double>::epsilon());
}

}  // namespace

SelfTest self_test() {
    return {.gemm_single = gemm_error<float>(),
            .gemm_double = gemm_error<double>(),
            .eigenvalues = eigenvalue_error()};
}

}  // namespace spinscape::linalg
