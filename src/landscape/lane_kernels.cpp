// SPDX-License-Identifier: BSD-3-Clause
#include "lane_kernels.hpp"

#include "exponential.hpp"
#include "register_tiles.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::kernels {

namespace {

/// Transposes as many rows as a half vector has lanes, 16 bytes of each: two rows side by side
/// while they are loaded, then within the halves.
template <class Keep>
SPINSCAPE_INLINE void transpose_strip(float const* const* a, index k, float* T, index stride,
                                      Keep const& keep) {
    using Quarter = VectorOf<float, 16>::type;
    HalfVector<float> v[4];
    for (int i = 0; i < 4; ++i)
        v[i] = __builtin_shufflevector(load<Quarter>(a[i] + k), load<Quarter>(a[i + 4] + k), 0, 1,
                                       2, 3, 4, 5, 6, 7);
    auto const low = [](auto const& x, auto const& y) __attribute__((always_inline)) {
        return __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13);
    };
    auto const high = [](auto const& x, auto const& y) __attribute__((always_inline)) {
        return __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15);
    };
    auto const low_pairs = [](auto const& x, auto const& y) __attribute__((always_inline)) {
        return __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
    };
    auto const high_pairs = [](auto const& x, auto const& y) __attribute__((always_inline)) {
        return __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
    };
    auto const a01 = low(v[0], v[1]), b01 = high(v[0], v[1]);
    auto const a23 = low(v[2], v[3]), b23 = high(v[2], v[3]);
    store(keep(low_pairs(a01, a23)), T + k * stride);
    store(keep(high_pairs(a01, a23)), T + (k + 1) * stride);
    store(keep(low_pairs(b01, b23)), T + (k + 2) * stride);
    store(keep(high_pairs(b01, b23)), T + (k + 3) * stride);
}

/// All columns of as many rows as a half vector has lanes.
template <class Real, class Keep>
SPINSCAPE_INLINE void transpose_strips(index columns, Real const* const* a, Real* T, index stride,
                                       Keep const& keep) {
    constexpr index width = 16 / sizeof(Real);
    index k = 0;
    for (; k + width <= columns; k += width) transpose_strip(a, k, T, stride, keep);
    if (k < columns) transpose_strip(a, columns - width, T, stride, keep);
}

template <class Real>
SPINSCAPE_INLINE void transpose_rows_body(index rows, index columns, Real const* const* A, Real* T,
                                          index stride) {
    using Vector = HalfVector<Real>;
    constexpr index lanes = 32 / sizeof(Real), width = 16 / sizeof(Real);
    if (columns < width) {
        for (index k = 0; k < columns; ++k)
            for (index m = 0; m < padded<Real>(rows); ++m)
                T[k * stride + m] = m < rows ? A[m][k] : Real(0);
        return;
    }
    auto const all = [](Vector v) __attribute__((always_inline)) {
        return v;
    };
    index m = 0;
    for (; m + lanes <= rows; m += lanes) transpose_strips(columns, A + m, T + m, stride, all);
    if (m == rows) return;
    Real const* a[lanes];
    for (index i = 0; i < lanes; ++i) a[i] = A[std::min(m + i, rows - 1)];
    auto const left = static_cast<typename VectorOf<Real, 32>::Integer>(rows - m);
    auto const exist = lane_numbers<Real>() < left;
    auto const keep = [&](Vector v) __attribute__((always_inline)) {
        return exist ? v : Vector{};
    };
    transpose_strips(columns, a, T + m, stride, keep);
}

template <class Vector, class Real>
constexpr index lanes_of = sizeof(Vector) / sizeof(Real);

/// Starts of the sums of a tile: a number per row.
template <class Real>
struct StartFromBias {
    Real const* bias;  ///< null: zero
    template <class Vector>
    SPINSCAPE_INLINE Vector operator()(int r, index) const {
        return bias == nullptr ? Vector{} : Vector{} + bias[r];
    }
};

template <class Real>
SPINSCAPE_INLINE void multiply_lanes_body(InstructionSet set, index units, index inner,
                                          index samples, Strided<Real> W, Real const* bias,
                                          Real const* X, Finish how, Real* Z, index stride,
                                          Ahead* given) {
    Ahead none;
    Ahead& ahead = given != nullptr ? *given : none;
    auto const panel = [&]<class Vector, int R, int N>(index m) __attribute__((always_inline)) {
        auto const lines = ahead.lines_per(R * N * lanes_of<Vector, Real> * terms_in_between);
        auto const ask = [&]() __attribute__((always_inline)) {
            ahead.ask(lines);
        };
        auto const right = [&](index k) __attribute__((always_inline)) {
            return X + k * stride + m;
        };
        auto const tile_of = [&]<int r>(index u) __attribute__((always_inline)) {
            Real const* w[r];
            for (int i = 0; i < r; ++i) w[i] = W.weights + (u + i) * W.unit;
            auto const factor = [&](int i, index k) __attribute__((always_inline)) {
                return w[i][k * W.inner];
            };
            Real* const z = Z + u * stride + m;
            auto const finish = [&](Vector sum, int i, index j) __attribute__((always_inline)) {
                if (how == Finish::rectified) return sum < 0 ? Vector{} : sum;
                if (how == Finish::where_positive)
                    return load<Vector>(z + i * stride + j) > 0 ? sum : Vector{};
                return sum;
            };
            StartFromBias<Real> const start{bias != nullptr ? bias + u : nullptr};
            tile<Vector, r, N>(inner, factor, right, start, finish, z, stride, ask);
        };
        in_tiles<R>(units, tile_of);
    };
    in_panels<Real, 32>(set, padded<Real>(samples), panel);
}

template <class Real>
SPINSCAPE_INLINE void outer_lanes_body(InstructionSet set, index units, index samples,
                                       index columns, Real const* D, index stride,
                                       Real const* const* X, Into into, Real* G, index row,
                                       Ahead* given) {
    Ahead none;
    Ahead& ahead = given != nullptr ? *given : none;
    auto const panel = [&]<class Vector, int R, int N>(index k) __attribute__((always_inline)) {
        auto const lines = ahead.lines_per(R * N * lanes_of<Vector, Real> * terms_in_between);
        auto const ask = [&]() __attribute__((always_inline)) {
            ahead.ask(lines);
        };
        auto const right = [&](index m) __attribute__((always_inline)) {
            return X[m] + k;
        };
        auto const tile_of = [&]<int r>(index u) __attribute__((always_inline)) {
            Real const* d[r];
            for (int i = 0; i < r; ++i) d[i] = D + (u + i) * stride;
            auto const factor = [&](int i, index m) __attribute__((always_inline)) {
                return d[i][m];
            };
            Real* const g = G + u * row + k;
            auto const start = [&]<class V>(int i, index j) __attribute__((always_inline)) {
                return into == Into::add ? load<V>(g + i * row + j) : V{};
            };
            auto const finish = [](Vector sum, int, index) __attribute__((always_inline)) {
                return sum;
            };
            tile<Vector, r, N>(samples, factor, right, start, finish, g, row, ask);
        };
        in_tiles<R>(units, tile_of);
    };
    in_panels<Real, sizeof(Real)>(set, columns, panel);
}

template <class Real>
SPINSCAPE_INLINE void sum_lanes_body(index units, index samples, Real const* D, index stride,
                                     Into into, Real* g) {
    using Vector = HalfVector<Real>;
    constexpr index W = sizeof(Vector) / sizeof(Real);
    auto const plus = [](Vector a, Vector b) __attribute__((always_inline)) {
        return a + b;
    };
    for (index u = 0; u < units; ++u) {
        Vector sum{}, other{};
        index m = 0;
        for (; m + W < samples; m += 2 * W) {
            sum += load<Vector>(D + u * stride + m);
            other += load<Vector>(D + u * stride + m + W);
        }
        if (m < samples) sum += load<Vector>(D + u * stride + m);
        Real const total = reduce<Real>(sum + other, plus)[0];
        g[u] = into == Into::add ? g[u] + total : total;
    }
}

template <class Real>
SPINSCAPE_INLINE double cross_entropy_lanes_body(index samples, index classes,
                                                 std::int32_t const* const* labels, Real scale,
                                                 Real* Z, index stride) {
    using Vector = HalfVector<Real>;
    constexpr index W = sizeof(Vector) / sizeof(Real);
    constexpr index most = 128;
    SPINSCAPE_EXPECT(samples <= most);
    Real top[most], total[most], chosen[most];
    for (index m = 0; m < samples; ++m) chosen[m] = Z[*labels[m] * stride + m];
    // Pass by pass, so that many samples' chains of dependent operations are under way at once.
    for (index m = 0; m < samples; m += W) {
        auto largest = load<Vector>(Z + m);
        for (index c = 1; c < classes; ++c) {
            auto const other = load<Vector>(Z + c * stride + m);
            largest = other > largest ? other : largest;
        }
        store(largest, top + m);
    }
    for (index m = 0; m < samples; m += W) {
        auto const largest = load<Vector>(top + m);
        Vector sum{};
        for (index c = 0; c < classes; ++c) {
            Real* const z = Z + c * stride + m;
            auto const e = exp_of<Real, HalfMask<Real>>(load<Vector>(z) - largest);
            sum += e;
            store(e, z);
        }
        store(sum, total + m);
    }
    for (index m = 0; m < samples; m += W) {
        auto const left = static_cast<typename VectorOf<Real, 32>::Integer>(samples - m);
        Vector const factor =
            lane_numbers<Real>() < left ? scale / load<Vector>(total + m) : Vector{};
        for (index c = 0; c < classes; ++c) {
            Real* const z = Z + c * stride + m;
            store(load<Vector>(z) * factor, z);
        }
    }
    for (index m = 0; m < samples; ++m) Z[*labels[m] * stride + m] -= scale;
    // Two logarithms for all samples: totals are between 1 and the number of classes, a product of
    // 64 is no overflow for less than 60,000 of them.
    double sums[4] = {}, products[4] = {1, 1, 1, 1};
    for (index m = 0; m < samples; ++m) {
        sums[m % 4] += static_cast<double>(top[m]) - static_cast<double>(chosen[m]);
        products[m % 4] *= static_cast<double>(total[m]);
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]) + std::log(products[0] * products[1]) +
           std::log(products[2] * products[3]);
}

}  // namespace

void transpose_rows(index rows, index columns, float const* const* A, float* T, index stride) {
    multiversion<transpose_rows_body<float>>(rows, columns, A, T, stride);
}

void multiply_lanes(index units, index inner, index samples, Strided<float> W, float const* bias,
                    float const* X, Finish finish, float* Z, index stride, Ahead* ahead) {
    multiversion<multiply_lanes_body<float>>(units, inner, samples, W, bias, X, finish, Z, stride,
                                             ahead);
}

void outer_lanes(index units, index samples, index columns, float const* D, index stride,
                 float const* const* X, Into into, float* G, index row, Ahead* ahead) {
    multiversion<outer_lanes_body<float>>(units, samples, columns, D, stride, X, into, G, row,
                                          ahead);
}

void sum_lanes(index units, index samples, float const* D, index stride, Into into, float* g) {
    multiversion<sum_lanes_body<float>>(units, samples, D, stride, into, g);
}

double cross_entropy_lanes(index samples, index classes, std::int32_t const* const* labels,
                           float scale, float* Z, index stride) {
    return multiversion<cross_entropy_lanes_body<float>>(samples, classes, labels, scale, Z,
                                                         stride);
}

}  // namespace spinscape::kernels
