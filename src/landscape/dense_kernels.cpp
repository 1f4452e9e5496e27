// SPDX-License-Identifier: BSD-3-Clause
#include "dense_kernels.hpp"

#include "register_tiles.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>

namespace spinscape::kernels {

namespace {

/// Starts of the sums of a tile: zero, or rows `stride` apart.
template <class Real>
struct StartFrom {
    Real const* rows;  ///< null: zero
    index stride;
    template <class Vector>
    SPINSCAPE_INLINE Vector operator()(int r, index j) const {
        return rows == nullptr ? Vector{} : load<Vector>(rows + r * stride + j);
    }
};

struct AsItIs {
    template <class Vector>
    SPINSCAPE_INLINE Vector operator()(Vector sum, int, index) const {
        return sum;
    }
};

template <class Real>
SPINSCAPE_INLINE void multiply_body(InstructionSet set, index rows, index inner, index columns,
                                    Real const* const* A, Real const* B, Real const* initial,
                                    Real* C) {
    auto const panel = [&]<class Vector, int R, int N>(index j) __attribute__((always_inline)) {
        auto const right = [&](index k) __attribute__((always_inline)) {
            return B + k * columns + j;
        };
        auto const tile_of = [&]<int r>(index m) __attribute__((always_inline)) {
            Real const* a[r];
            for (int i = 0; i < r; ++i) a[i] = A[m + i];
            auto const factor = [&](int i, index k) __attribute__((always_inline)) {
                return a[i][k];
            };
            Real* const c = C + m * columns + j;
            StartFrom<Real> const start{initial != nullptr ? initial + j : c,
                                        initial != nullptr ? 0 : columns};
            tile<Vector, r, N>(inner, factor, right, start, AsItIs{}, c, columns);
        };
        in_tiles<R>(rows, tile_of);
    };
    in_panels<Real, 32>(set, columns, panel);
}

template <class Real>
SPINSCAPE_INLINE void multiply_transposed_body(InstructionSet set, index rows, index inner,
                                               index columns, Real const* const* A, Real const* B,
                                               Into into, Real* C) {
    auto const panel = [&]<class Vector, int R, int N>(index j) __attribute__((always_inline)) {
        auto const right = [&](index m) __attribute__((always_inline)) {
            return B + m * columns + j;
        };
        auto const tile_of = [&]<int r>(index k) __attribute__((always_inline)) {
            auto const factor = [&](int i, index m) __attribute__((always_inline)) {
                return A[m][k + i];
            };
            Real* const c = C + k * columns + j;
            StartFrom<Real> const start{into == Into::add ? c : nullptr, columns};
            tile<Vector, r, N>(rows, factor, right, start, AsItIs{}, c, columns);
        };
        in_tiles<R>(inner, tile_of);
    };
    in_panels<Real, 32>(set, columns, panel);
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
