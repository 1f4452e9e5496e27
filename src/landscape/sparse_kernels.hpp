// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Products whose left factor is mostly zeros, as images are: they cost what its other numbers do.
/// Leaving out a zero changes no bit of a sum of finite numbers, so that results are those of the
/// dense kernels, whichever is used.
namespace spinscape::kernels {

/// The numbers of a matrix that are not zero, row by row.
struct SparseRows {
    std::vector<std::int64_t> first{0};  ///< row r has the numbers first[r] ... first[r + 1] - 1
    std::vector<std::int32_t> column{};
    std::vector<double> value{};
};

/// Rows of `inner` numbers appended to A.
void append(SparseRows& A, std::span<double const* const> rows, index inner);
/// The same of the transposed matrix: `inner` rows, appended to A.
void append_transposed(SparseRows& A, std::span<double const* const> rows, index inner);

/// C[m] <- start + sum_k A[row + m][k] B[k]  for m = 0 ... rows-1, as dense_kernels.hpp has it:
/// start is `initial` (one row, for all m), or C itself if initial == nullptr.
void multiply(SparseRows const& A, index row, index rows, index columns, double const* B,
              double const* initial, double* C);

}  // namespace spinscape::kernels
