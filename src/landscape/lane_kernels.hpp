// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ahead.hpp"
#include "dense_kernels.hpp"
#include "spinscape/base/types.hpp"

#include <cstdint>

/// Kernels for minibatches whose samples lie side by side in vector lanes: a matrix has a row per
/// unit, `stride` numbers apart, and a column per sample. No width of a layer is rounded up to
/// whole vectors, only the number of samples, and a softmax needs no sums across lanes. Columns up
/// to padded(samples) are computed along; what is in them does not reach results. In single
/// precision, in which networks train.
namespace spinscape::kernels {

/// Distance of rows of `samples` numbers: whole cache lines, an odd number of them, so that one
/// column's numbers spread over all sets of a cache.
template <class Real>
constexpr index lane_stride(index samples) {
    constexpr index line = 64 / static_cast<index>(sizeof(Real));
    return ((samples + line - 1) / line | 1) * line;
}

/// T[k][m] <- A[m][k] for k < columns; 0 for rows <= m < padded(rows).
void transpose_rows(index rows, index columns, float const* const* A, float* T, index stride);

/// What becomes of the sums z of a product.
enum class Finish {
    as_is,
    rectified,      ///< z if z > 0, else 0
    where_positive  ///< z where the number that was in its place is positive, else 0
};

/// Left factor of a product: element (u, k) at weights[u * unit + k * inner].
template <class Real>
struct Strided {
    Real const* weights;
    index unit, inner;
};

/// Z[u][m] <- finish(bias[u] + sum_k W(u, k) X[k][m]) for u < units, k < inner; bias may be null.
void multiply_lanes(index units, index inner, index samples, Strided<float> W, float const* bias,
                    float const* X, Finish finish, float* Z, index stride, Ahead* ahead = nullptr);

/// Z[u][m] <- finish(bias[u] + sum_k W[u][k] X[m][k]) for u < units, k < inner, rows of W `row`
/// apart: what multiply_lanes does, from samples that are not transposed, for `inner` of at least
/// fewest_inner; as_is or rectified. Sums over k run in parts side by side: other roundings.
constexpr index fewest_inner = 16;
void inner_products(index units, index inner, index samples, float const* W, index row,
                    float const* bias, float const* const* X, Finish finish, float* Z, index stride,
                    Ahead* ahead = nullptr);

/// G[u][k] <- [G[u][k] +] sum_m D[u][m] X[m][k] for k < columns, rows of G `row` apart.
void outer_lanes(index units, index samples, index columns, float const* D, index stride,
                 float const* const* X, Into into, float* G, index row, Ahead* ahead = nullptr);

/// g[u] <- [g[u] +] sum_m D[u][m]; D must be 0 for samples <= m < padded(samples).
void sum_lanes(index units, index samples, float const* D, index stride, Into into, float* g);

/// Cross entropy of outputs Z[c][m], c < classes: Z <- scale * d loss / d z, 0 beyond the last
/// sample; returns the sum of the losses. At most 128 samples.
double cross_entropy_lanes(index samples, index classes, std::int32_t const* const* labels,
                           float scale, float* Z, index stride);

}  // namespace spinscape::kernels
