// SPDX-License-Identifier: BSD-3-Clause
// Why this is fast: a tile of R rows x V vectors of the result stays in registers over the whole
// inner sum. Each step loads V vectors of B and R broadcast numbers of A for R V fused
// multiply-adds; R V = 12 independent sums hide the latency of the multiply-add and leave registers
// for the rest, also where 64-byte vectors are made of halves. For matrices this small a general
// GEMM spends its time on packing and dispatch; here B is packed once per step by the caller.
#include "dense_kernels.hpp"

#include "spinscape/base/multiversion.hpp"

namespace spinscape::kernels {

namespace {

template <class Real>
struct VectorOf;
template <>
struct VectorOf<float> {
    typedef float type __attribute__((vector_size(64), aligned(64)));
};
template <>
struct VectorOf<double> {
    typedef double type __attribute__((vector_size(64), aligned(64)));
};
template <class Real>
using Vector = typename VectorOf<Real>::type;

/// One tile of C: rows m ... m+R-1, V vectors from column j.
template <int R, int V, class Real>
SPINSCAPE_INLINE void tile(index inner, index columns, Real const* const* A, Real const* B,
                           Real const* initial, Real* C) {
    Vector<Real> sum[R][V];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            sum[r][v] = reinterpret_cast<Vector<Real> const*>(
                initial != nullptr ? initial : C + r * columns)[v];
    Real const* a[R];
    for (int r = 0; r < R; ++r) a[r] = A[r];
    for (index k = 0; k < inner; ++k) {
        auto const* b = reinterpret_cast<Vector<Real> const*>(B + k * columns);
        Vector<Real> row[V];
        for (int v = 0; v < V; ++v) row[v] = b[v];
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < V; ++v) sum[r][v] += a[r][k] * row[v];
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v) reinterpret_cast<Vector<Real>*>(C + r * columns)[v] = sum[r][v];
}

/// One tile of the transposed product: rows k ... k+R-1 of C.
template <int R, int V, class Real>
SPINSCAPE_INLINE void tile_transposed(index rows, index columns, Real const* const* A, index k,
                                      Real const* B, Real* C) {
    Vector<Real> sum[R][V];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            sum[r][v] = reinterpret_cast<Vector<Real> const*>(C + r * columns)[v];
    for (index m = 0; m < rows; ++m) {
        auto const* b = reinterpret_cast<Vector<Real> const*>(B + m * columns);
        Vector<Real> row[V];
        for (int v = 0; v < V; ++v) row[v] = b[v];
        Real const* a = A[m] + k;
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < V; ++v) sum[r][v] += a[r] * row[v];
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v) reinterpret_cast<Vector<Real>*>(C + r * columns)[v] = sum[r][v];
}

/// All rows of a panel of V vectors: tiles of R rows, then single rows.
template <int R, int V, class Real>
SPINSCAPE_INLINE void panel(index rows, index inner, index columns, Real const* const* A,
                            Real const* B, Real const* initial, Real* C) {
    index m = 0;
    for (; m + R <= rows; m += R) tile<R, V>(inner, columns, A + m, B, initial, C + m * columns);
    for (; m + 2 <= rows; m += 2) tile<2, V>(inner, columns, A + m, B, initial, C + m * columns);
    for (; m < rows; ++m) tile<1, V>(inner, columns, A + m, B, initial, C + m * columns);
}

template <int R, int V, class Real>
SPINSCAPE_INLINE void panel_transposed(index rows, index inner, index columns, Real const* const* A,
                                       Real const* B, Real* C) {
    index k = 0;
    for (; k + R <= inner; k += R) tile_transposed<R, V>(rows, columns, A, k, B, C + k * columns);
    for (; k + 2 <= inner; k += 2) tile_transposed<2, V>(rows, columns, A, k, B, C + k * columns);
    for (; k < inner; ++k) tile_transposed<1, V>(rows, columns, A, k, B, C + k * columns);
}

template <class Real>
SPINSCAPE_INLINE void multiply_body(index rows, index inner, index columns, Real const* const* A,
                                    Real const* B, Real const* initial, Real* C) {
    constexpr index W = lanes<Real>;
    index j = 0;
    for (; j + 2 * W <= columns; j += 2 * W)
        panel<6, 2>(rows, inner, columns, A, B + j, initial != nullptr ? initial + j : nullptr,
                    C + j);
    if (j < columns)
        panel<12, 1>(rows, inner, columns, A, B + j, initial != nullptr ? initial + j : nullptr,
                     C + j);
}

template <class Real>
SPINSCAPE_INLINE void multiply_transposed_body(index rows, index inner, index columns,
                                               Real const* const* A, Real const* B, Real* C) {
    constexpr index W = lanes<Real>;
    index j = 0;
    for (; j + 2 * W <= columns; j += 2 * W)
        panel_transposed<6, 2>(rows, inner, columns, A, B + j, C + j);
    if (j < columns) panel_transposed<12, 1>(rows, inner, columns, A, B + j, C + j);
}

}  // namespace

SPINSCAPE_MULTIVERSION
void multiply(index rows, index inner, index columns, float const* const* A, float const* B,
              float const* initial, float* C) {
    multiply_body(rows, inner, columns, A, B, initial, C);
}

SPINSCAPE_MULTIVERSION
void multiply(index rows, index inner, index columns, double const* const* A, double const* B,
              double const* initial, double* C) {
    multiply_body(rows, inner, columns, A, B, initial, C);
}

SPINSCAPE_MULTIVERSION
void multiply_transposed(index rows, index inner, index columns, float const* const* A,
                         float const* B, float* C) {
    multiply_transposed_body(rows, inner, columns, A, B, C);
}

SPINSCAPE_MULTIVERSION
void multiply_transposed(index rows, index inner, index columns, double const* const* A,
                         double const* B, double* C) {
    multiply_transposed_body(rows, inner, columns, A, B, C);
}

}  // namespace spinscape::kernels
