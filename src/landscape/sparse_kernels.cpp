// SPDX-License-Identifier: BSD-3-Clause
#include "sparse_kernels.hpp"

#include "register_tiles.hpp"
#include "spinscape/base/multiversion.hpp"

namespace spinscape::kernels {

namespace {

// Rows share no pattern of zeros, so that a tile is one row of the result, as wide as there are
// registers for: each number of A is broadcast once and multiplies up to eight vectors of B, whose
// sums hide each other's latency. Wider tiles would let B outgrow the first cache.
constexpr int widest = 8;

template <class Vector, int N>
SPINSCAPE_INLINE void rows_of(std::int64_t const* first, std::int32_t const* column,
                              double const* value, index rows, index columns, double const* B,
                              double const* initial, double* C) {
    constexpr index W = sizeof(Vector) / sizeof(double);
    for (index m = 0; m < rows; ++m, C += columns) {
        double const* const start = initial != nullptr ? initial : C;
        Vector sum[N];
#pragma GCC unroll 8
        for (int v = 0; v < N; ++v) sum[v] = load<Vector>(start + v * W);
        for (auto i = first[m]; i < first[m + 1]; ++i) {
            double const number = value[i];
            double const* const b = B + column[i] * columns;
#pragma GCC unroll 8
            for (int v = 0; v < N; ++v) sum[v] += number * load<Vector>(b + v * W);
        }
#pragma GCC unroll 8
        for (int v = 0; v < N; ++v) store(sum[v], C + v * W);
    }
}

SPINSCAPE_INLINE void multiply_body(InstructionSet set, std::int64_t const* first,
                                    std::int32_t const* column, double const* value, index rows,
                                    index columns, double const* B, double const* initial,
                                    double* C) {
    auto const panels = [&]<class Vector>(index from) __attribute__((always_inline)) {
        constexpr index W = sizeof(Vector) / sizeof(double);
        auto const panel = [&]<int N>(index vector) __attribute__((always_inline)) {
            index const j = from + vector * W;
            rows_of<Vector, N>(first, column, value, rows, columns, B + j,
                               initial != nullptr ? initial + j : nullptr, C + j);
        };
        in_tiles<widest>((columns - from) / W, panel);
    };
    if (set == InstructionSet::x86_64_v4) {
        panels.template operator()<WholeVector<double>>(0);
        panels.template operator()<HalfVector<double>>(columns / 8 * 8);
    } else if (set == InstructionSet::x86_64_v3) {
        panels.template operator()<HalfVector<double>>(0);
    } else {
        panels.template operator()<VectorOf<double, 16>::type>(0);
    }
}

}  // namespace

void append(SparseRows& A, std::span<double const* const> rows, index inner) {
    for (double const* const row : rows) {
        for (index k = 0; k < inner; ++k)
            if (row[k] != 0) {
                A.column.push_back(static_cast<std::int32_t>(k));
                A.value.push_back(row[k]);
            }
        A.first.push_back(std::ssize(A.value));
    }
}

void append_transposed(SparseRows& A, std::span<double const* const> rows, index inner) {
    for (index k = 0; k < inner; ++k) {
        for (std::size_t m = 0; m < rows.size(); ++m)
            if (rows[m][k] != 0) {
                A.column.push_back(static_cast<std::int32_t>(m));
                A.value.push_back(rows[m][k]);
            }
        A.first.push_back(std::ssize(A.value));
    }
}

void multiply(SparseRows const& A, index row, index rows, index columns, double const* B,
              double const* initial, double* C) {
    multiversion<multiply_body>(A.first.data() + row, A.column.data(), A.value.data(), rows,
                                columns, B, initial, C);
}

}  // namespace spinscape::kernels
