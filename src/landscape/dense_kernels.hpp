// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

/// Products of small matrices, the inner loops of training: vectors run along the columns of the
/// right factor, which is stored with rows padded to whole half vectors (32 bytes); rows of the
/// left factor are addressed by pointers, so that the samples of a minibatch are used where they
/// are, uncopied. All right factors and results start on a 32-byte boundary.
namespace spinscape::kernels {

/// Row length of matrices with n columns.
template <class Real>
constexpr index padded(index n) {
    constexpr index lanes = 32 / static_cast<index>(sizeof(Real));
    return (n + lanes - 1) / lanes * lanes;
}

enum class Into {
    replace,  ///< C <- product
    add       ///< C <- C + product
};

/// C[m] <- start + sum_k A[m][k] B[k]  for m = 0 ... rows-1, rows of `columns` (padded) numbers.
/// start: `initial` (one row, for all m), or C itself if initial == nullptr.
void multiply(index rows, index inner, index columns, float const* const* A, float const* B,
              float const* initial, float* C);
void multiply(index rows, index inner, index columns, double const* const* A, double const* B,
              double const* initial, double* C);

/// C[k] <- [C[k] +] sum_m A[m][k] B[m]  for k = 0 ... inner-1.
void multiply_transposed(index rows, index inner, index columns, float const* const* A,
                         float const* B, Into into, float* C);
void multiply_transposed(index rows, index inner, index columns, double const* const* A,
                         double const* B, Into into, double* C);

/// c <- [c +] sum_m B[m]
void sum_rows(index rows, index columns, float const* B, Into into, float* c);
void sum_rows(index rows, index columns, double const* B, Into into, double* c);

/// C[j][i] <- B[i][j] for i < rows, j < padded(columns): rows of B are padded(columns) long, rows
/// of C padded(rows), and their padding is left alone.
void transpose(index rows, index columns, float const* B, float* C);
void transpose(index rows, index columns, double const* B, double* C);

}  // namespace spinscape::kernels
