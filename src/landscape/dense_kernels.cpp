// SPDX-License-Identifier: BSD-3-Clause
// Why this is fast: a tile of R rows x N vectors of the result stays in registers over the whole
// inner sum. Each step loads N vectors of B and R broadcast numbers of A for R N fused
// multiply-adds; R N >= 8 independent sums hide the latency of the multiply-add, and R <= 8 row
// addresses fit the general registers. For matrices this small a general GEMM spends its time on
// packing and dispatch; here B is kept packed by the caller. Columns are covered by panels of two
// vectors, then one, then half a one; rows by tiles of nearly equal size.
#include "dense_kernels.hpp"

#include "spinscape/base/multiversion.hpp"
#include "vectors.hpp"

#include <algorithm>

namespace spinscape::kernels {

namespace {

/// Elements k of R rows that start at A[0], A[1], ...
template <int R, class Real>
struct ByRow {
    Real const* a[R];
    explicit ByRow(Real const* const* A) {
        for (int r = 0; r < R; ++r) a[r] = A[r];
    }
    Real operator()(int r, index k) const { return a[r][k]; }
};

/// Elements k ... k+R-1 of row m.
template <class Real>
struct ByColumn {
    Real const* const* A;
    index k;
    Real operator()(int r, index m) const { return A[m][k + r]; }
};

/// R rows of N vectors: C[r] <- start[r] + sum_k factor(r, k) B[k].
template <class Vector, int R, int N, class Real, class Factor>
SPINSCAPE_INLINE void tile(index inner, index columns, Factor const& factor, Real const* B,
                           Real const* start, index start_stride, Real* C) {
    constexpr index W = sizeof(Vector) / sizeof(Real);
    Vector sum[R][N];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < N; ++v)
            sum[r][v] =
                start == nullptr ? Vector{} : load<Vector>(start + r * start_stride + v * W);
    for (index k = 0; k < inner; ++k) {
        Vector row[N];
        for (int v = 0; v < N; ++v) row[v] = load<Vector>(B + k * columns + v * W);
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < N; ++v) sum[r][v] += factor(r, k) * row[v];
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < N; ++v) store(sum[r][v], C + r * columns + v * W);
}

/// Calls tile_of.operator()<size>(m) for `count` tiles from m on, size = 1 ... R.
template <int R, class TileOf>
SPINSCAPE_INLINE void equal_tiles(index size, index count, index m, TileOf const& tile_of) {
    if constexpr (R > 0) {
        if (size == R)
            for (; count > 0; --count, m += R) tile_of.template operator()<R>(m);
        else
            equal_tiles<R - 1>(size, count, m, tile_of);
    }
}

/// Covers the rows by as few tiles of at most R as there can be, nearly equal in size: a tile of
/// one or two rows would wait for its own sums.
template <int R, class TileOf>
SPINSCAPE_INLINE void in_tiles(index rows, TileOf const& tile_of) {
    if (rows == 0) return;
    index const tiles = (rows + R - 1) / R, size = rows / tiles, larger = rows % tiles;
    equal_tiles<R>(size + 1, larger, 0, tile_of);
    equal_tiles<R>(size, tiles - larger, larger * (size + 1), tile_of);
}

/// Calls `panel_of.operator()<Vector, R, N>(j)` for panels of columns from j.
template <class Real, class PanelOf>
SPINSCAPE_INLINE void in_panels(index columns, PanelOf const& panel_of) {
    using Whole = WholeVector<Real>;
    using Half = HalfVector<Real>;
    constexpr index W = sizeof(Whole) / sizeof(Real);
    index j = 0;
    for (; j + 2 * W <= columns; j += 2 * W) panel_of.template operator()<Whole, 6, 2>(j);
    for (; j + W <= columns; j += W) panel_of.template operator()<Whole, 8, 1>(j);
    if (j < columns) panel_of.template operator()<Half, 8, 1>(j);
}

template <class Real>
SPINSCAPE_INLINE void multiply_body(index rows, index inner, index columns, Real const* const* A,
                                    Real const* B, Real const* initial, Real* C) {
    in_panels<Real>(
        columns, [&]<class Vector, int R, int N>(index j) __attribute__((always_inline)) {
            in_tiles<R>(
                rows, [&]<int r>(index m) __attribute__((always_inline)) {
                    Real* const c = C + m * columns + j;
                    tile<Vector, r, N>(inner, columns, ByRow<r, Real>(A + m), B + j,
                                       initial != nullptr ? initial + j : c,
                                       initial != nullptr ? 0 : columns, c);
                });
        });
}

template <class Real>
SPINSCAPE_INLINE void multiply_transposed_body(index rows, index inner, index columns,
                                               Real const* const* A, Real const* B, Into into,
                                               Real* C) {
    in_panels<Real>(
        columns, [&]<class Vector, int R, int N>(index j) __attribute__((always_inline)) {
            in_tiles<R>(
                inner, [&]<int r>(index k) __attribute__((always_inline)) {
                    Real* const c = C + k * columns + j;
                    tile<Vector, r, N>(rows, columns, ByColumn<Real>{A, k}, B + j,
                                       into == Into::add ? c : nullptr, columns, c);
                });
        });
}

template <class Real>
SPINSCAPE_INLINE void sum_rows_body(index rows, index columns, Real const* B, Into into, Real* c) {
    if (into == Into::replace) std::fill_n(c, columns, Real(0));
    index m = 0;
    for (; m + 4 <= rows; m += 4) {
        Real const* b = B + m * columns;
#pragma omp simd
        for (index j = 0; j < columns; ++j)
            c[j] += (b[j] + b[j + columns]) + (b[j + 2 * columns] + b[j + 3 * columns]);
    }
    for (; m < rows; ++m)
        for (index j = 0; j < columns; ++j) c[j] += B[m * columns + j];
}

/// Exchanges element (i, j) of a square block with (j, i) where i and j differ in the bit `half`.
template <int half, class Real, int W>
SPINSCAPE_INLINE void exchange(HalfVector<Real> (&block)[W]) {
    if constexpr (half > 0) {
        auto const lane = lane_numbers<Real>(), upper = lane & half;
        for (int i = 0; i < W; ++i)
            if ((i & half) == 0) {
                auto const a = block[i], b = block[i + half];
                block[i] = __builtin_shuffle(a, b, upper != 0 ? lane + (W - half) : lane);
                block[i + half] = __builtin_shuffle(a, b, upper != 0 ? lane + W : lane + half);
            }
        exchange<half / 2, Real, W>(block);
    }
}

template <class Real>
SPINSCAPE_INLINE void transpose_body(index rows, index columns, Real const* B, Real* C) {
    constexpr int W = 32 / sizeof(Real);
    auto const from = padded<Real>(columns), to = padded<Real>(rows);
    index i = 0;
    for (; i + W <= rows; i += W)
        for (index j = 0; j < columns; j += W) {
            HalfVector<Real> block[W];
            for (int r = 0; r < W; ++r) block[r] = load<HalfVector<Real>>(B + (i + r) * from + j);
            exchange<W / 2, Real, W>(block);
            for (int r = 0; r < W; ++r) store(block[r], C + (j + r) * to + i);
        }
    for (; i < rows; ++i)
        for (index j = 0; j < columns; ++j) C[j * to + i] = B[i * from + j];
}

}  // namespace

void multiply(index rows, index inner, index columns, float const* const* A, float const* B,
              float const* initial, float* C) {
    multiversion<multiply_body<float>>(rows, inner, columns, A, B, initial, C);
}

void multiply_transposed(index rows, index inner, index columns, float const* const* A,
                         float const* B, Into into, float* C) {
    multiversion<multiply_transposed_body<float>>(rows, inner, columns, A, B, into, C);
}

void sum_rows(index rows, index columns, float const* B, Into into, float* c) {
    multiversion<sum_rows_body<float>>(rows, columns, B, into, c);
}

void transpose(index rows, index columns, float const* B, float* C) {
    multiversion<transpose_body<float>>(rows, columns, B, C);
}

void multiply(index rows, index inner, index columns, double const* const* A, double const* B,
              double const* initial, double* C) {
    multiversion<multiply_body<double>>(rows, inner, columns, A, B, initial, C);
}

void multiply_transposed(index rows, index inner, index columns, double const* const* A,
                         double const* B, Into into, double* C) {
    multiversion<multiply_transposed_body<double>>(rows, inner, columns, A, B, into, C);
}

void sum_rows(index rows, index columns, double const* B, Into into, double* c) {
    multiversion<sum_rows_body<double>>(rows, columns, B, into, c);
}

void transpose(index rows, index columns, double const* B, double* C) {
    multiversion<transpose_body<double>>(rows, columns, B, C);
}

}  // namespace spinscape::kernels
