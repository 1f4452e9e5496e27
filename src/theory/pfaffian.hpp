// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/contract.hpp"

#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

namespace spinscape::theory {

/// Pfaffian of a skew-symmetric n x n matrix, n even, by elimination of pairs of rows and columns
/// with pivoting [Wimmer2012]. Scalar is real or complex.
template <class Scalar>
Scalar pfaffian(std::vector<Scalar> A, std::size_t n) {
    SPINSCAPE_EXPECT(n % 2 == 0 && A.size() == n * n);
    Scalar result = 1;
    for (std::size_t k = 0; k + 1 < n; k += 2) {
        auto pivot = k + 1;
        for (auto i = k + 2; i < n; ++i)
            if (std::abs(A[i * n + k]) > std::abs(A[pivot * n + k])) pivot = i;
        if (pivot != k + 1) {
            for (std::size_t j = 0; j < n; ++j) std::swap(A[pivot * n + j], A[(k + 1) * n + j]);
            for (std::size_t j = 0; j < n; ++j) std::swap(A[j * n + pivot], A[j * n + k + 1]);
            result = -result;
        }
        auto const entry = A[k * n + k + 1];
        result *= entry;
        if (entry == Scalar{0}) return result;
        for (auto i = k + 2; i < n; ++i) {
            auto const ti = A[k * n + i] / entry, ci = A[i * n + k + 1];
            for (auto j = k + 2; j < n; ++j) {
                auto const tj = A[k * n + j] / entry, cj = A[j * n + k + 1];
                A[i * n + j] += ti * cj - ci * tj;
            }
        }
    }
    return result;
}

}  // namespace spinscape::theory
