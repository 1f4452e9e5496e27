// SPDX-License-Identifier: BSD-3-Clause
#include "lane_kernels.hpp"
#include "register_tiles.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>

// The product of narrow layers with samples as they lie in memory. Other kernels want samples in
// lanes, and to transpose a minibatch costs as much as a layer of some ten units. Here the inner
// index is in lanes: each number of the result is collected in as many partial sums as a register
// has lanes, and four samples' sums are added across lanes together. A tile of four samples and
// three units stays in registers: seven loads for twelve multiply-adds, all of them whole vectors.

namespace spinscape::kernels {

namespace {

template <class Real>
using Four = typename VectorOf<Real, 4 * sizeof(Real)>::type;

/// The sums over the lanes of four vectors, in an order that depends on the width alone.
template <class Real, class Vector>
SPINSCAPE_INLINE Four<Real> lane_sums(Vector const (&v)[4]) {
    constexpr int lanes = sizeof(Vector) / sizeof(Real);
    if constexpr (lanes == 16) {
        typename VectorOf<Real, sizeof(Vector) / 2>::type halves[4];
        for (int i = 0; i < 4; ++i)
            halves[i] = __builtin_shufflevector(v[i], v[i], 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(v[i], v[i], 8, 9, 10, 11, 12, 13, 14, 15);
        return lane_sums<Real>(halves);
    } else if constexpr (lanes == 8) {
        auto const add = [](Vector a, Vector b) __attribute__((always_inline)) {
            return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
                   __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
        };
        Vector const sum = add(add(v[0], v[1]), add(v[2], v[3]));
        return __builtin_shufflevector(sum, sum, 0, 1, 2, 3) +
               __builtin_shufflevector(sum, sum, 4, 5, 6, 7);
    } else {
        auto const add = [](Vector a, Vector b) __attribute__((always_inline)) {
            return __builtin_shufflevector(a, b, 0, 2, 4, 6) +
                   __builtin_shufflevector(a, b, 1, 3, 5, 7);
        };
        return add(add(v[0], v[1]), add(v[2], v[3]));
    }
}

/// Z[u][0..3] <- finish(bias[u] + sum_k W[u][k] x[0..3][k]) for u < R; inner >= lanes.
template <class Vector, int R, class Real>
SPINSCAPE_INLINE void inner_tile(index inner, Real const* W, index row, Real const* bias,
                                 Real const* const (&x)[4], Finish how, Real* Z, index stride) {
    constexpr index lanes = sizeof(Vector) / sizeof(Real);
    using Lane = typename VectorOf<Real, sizeof(Vector)>::Integer;
    Vector sum[R][4] = {};
    auto const add = [&](Vector const(&w)[R], index k) __attribute__((always_inline)) {
#pragma GCC unroll 4
        for (int s = 0; s < 4; ++s) {
            auto const numbers = load<Vector>(x[s] + k);
#pragma GCC unroll 4
            for (int u = 0; u < R; ++u) sum[u][s] += w[u] * numbers;
        }
    };
    Vector w[R];
    index k = 0;
    for (; k + lanes <= inner; k += lanes) {
        for (int u = 0; u < R; ++u) w[u] = load<Vector>(W + u * row + k);
        add(w, k);
    }
    if (k < inner) {  // the last whole vector again, without what has been added
        typename VectorOf<Real, sizeof(Vector)>::mask number{};
        for (int i = 0; i < static_cast<int>(lanes); ++i) number[i] = static_cast<Lane>(i);
        auto const left = number >= static_cast<Lane>(lanes - (inner - k));
        k = inner - lanes;
        for (int u = 0; u < R; ++u) w[u] = left ? load<Vector>(W + u * row + k) : Vector{};
        add(w, k);
    }
    for (int u = 0; u < R; ++u) {
        Four<Real> z = lane_sums<Real>(sum[u]) + bias[u];
        if (how == Finish::rectified) z = z < 0 ? Four<Real>{} : z;
        store(z, Z + u * stride);
    }
}

template <int bytes, class Real>
SPINSCAPE_INLINE void inner_products_of(index units, index inner, index samples, Real const* W,
                                        index row, Real const* bias, Real const* const* X,
                                        Finish how, Real* Z, index stride, Ahead& ahead) {
    using Vector = typename VectorOf<Real, bytes>::type;
    auto const lines = ahead.lines_per(4 * 3 * inner);
    for (index m = 0; m < samples; m += 4) {
        Real const* x[4];
        for (index i = 0; i < 4; ++i) x[i] = X[std::min(m + i, samples - 1)];
        auto const tile_of = [&]<int r>(index u) __attribute__((always_inline)) {
            ahead.ask(lines);
            inner_tile<Vector, r>(inner, W + u * row, row, bias + u, x, how, Z + u * stride + m,
                                  stride);
        };
        in_tiles<3>(units, tile_of);
    }
}

template <class Real>
SPINSCAPE_INLINE void inner_products_body(InstructionSet set, index units, index inner,
                                          index samples, Real const* W, index row, Real const* bias,
                                          Real const* const* X, Finish how, Real* Z, index stride,
                                          Ahead* given) {
    Ahead none;
    Ahead& ahead = given != nullptr ? *given : none;
    if (set == InstructionSet::x86_64_v4)
        inner_products_of<64>(units, inner, samples, W, row, bias, X, how, Z, stride, ahead);
    else if (set == InstructionSet::x86_64_v3)
        inner_products_of<32>(units, inner, samples, W, row, bias, X, how, Z, stride, ahead);
    else
        inner_products_of<16>(units, inner, samples, W, row, bias, X, how, Z, stride, ahead);
}

}  // namespace

void inner_products(index units, index inner, index samples, float const* W, index row,
                    float const* bias, float const* const* X, Finish how, float* Z, index stride,
                    Ahead* ahead) {
    SPINSCAPE_EXPECT(inner >= fewest_inner && how != Finish::where_positive);
    multiversion<inner_products_body<float>>(units, inner, samples, W, row, bias, X, how, Z, stride,
                                             ahead);
}

}  // namespace spinscape::kernels
