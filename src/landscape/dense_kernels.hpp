// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

/// Products of small matrices, the inner loops of training: vectors run along the columns of the
/// right factor, which is stored with rows padded to whole vectors; rows of the left factor are
/// addressed by pointers, so that the samples of a minibatch are used where they are, uncopied.
namespace spinscape::kernels {

/// Columns per vector of 64 bytes.
template <class Real>
inline constexpr index lanes = 64 / static_cast<index>(sizeof(Real));

template <class Real>
constexpr index padded(index n) {
    return (n + lanes<Real> - 1) / lanes<Real> * lanes<Real>;
}

/// C[m] <- start + sum_k A[m][k] B[k]  for m = 0 ... rows-1, vectors of `columns` (padded) numbers.
/// start: `initial` (one vector, for all m), or C itself if initial == nullptr.
void multiply(index rows, index inner, index columns, float const* const* A, float const* B,
              float const* initial, float* C);
void multiply(index rows, index inner, index columns, double const* const* A, double const* B,
              double const* initial, double* C);

/// C[k] <- C[k] + sum_m A[m][k] B[m]  for k = 0 ... inner-1.
void multiply_transposed(index rows, index inner, index columns, float const* const* A,
                         float const* B, float* C);
void multiply_transposed(index rows, index inner, index columns, double const* const* A,
                         double const* B, double* C);

}  // namespace spinscape::kernels
