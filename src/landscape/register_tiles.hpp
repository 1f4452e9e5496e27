// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <type_traits>

/// Products of small matrices by tiles in registers, for the bodies of multiversion().
///
/// A tile of R rows x N vectors of the result stays in registers over the whole inner sum. Each
/// step loads N vectors of the right factor and R broadcast numbers of the left one for R N fused
/// multiply-adds; R N >= 8 independent sums hide the latency of the multiply-add, 6 x 2 of them fit
/// 16 registers, and R <= 8 row addresses fit the general registers. For matrices this small a
/// general GEMM spends its time on packing and dispatch. Every element of a result is one sum in
/// the order of the inner index: it does not depend on the tiles.
namespace spinscape::kernels {

struct Nothing {};
/// Terms of a tile's sums between two calls of what is done meanwhile.
constexpr index terms_in_between = 16;

/// R rows of N vectors: C[r] <- finish(start(r, v) + sum_k factor(r, k) right(k)); calls
/// meanwhile() every terms_in_between terms.
template <class Vector, int R, int N, class Real, class Factor, class Right, class Start,
          class Finish, class Meanwhile = Nothing>
SPINSCAPE_INLINE void tile(index inner, Factor const& factor, Right const& right,
                           Start const& start, Finish const& finish, Real* C, index stride,
                           Meanwhile const& meanwhile = {}) {
    constexpr index W = sizeof(Vector) / sizeof(Real);
    Vector sum[R][N];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < N; ++v) sum[r][v] = start.template operator()<Vector>(r, v * W);
    auto const add_term = [&](index k) __attribute__((always_inline)) {
        Real const* const from = right(k);
        Vector row[N];
        for (int v = 0; v < N; ++v) row[v] = load<Vector>(from + v * W);
        for (int r = 0; r < R; ++r) {
            Real const number = factor(r, k);
            for (int v = 0; v < N; ++v) sum[r][v] += number * row[v];
        }
    };
    if constexpr (std::is_same_v<Meanwhile, Nothing>) {
        for (index k = 0; k < inner; ++k) add_term(k);
    } else {
        for (index k = 0; k < inner;) {
            meanwhile();
            for (index const end = std::min(k + terms_in_between, inner); k < end; ++k) add_term(k);
        }
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < N; ++v) store(finish(sum[r][v], r, v * W), C + r * stride + v * W);
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

/// Panels of at most one vector of `bytes`, `bytes` / 2, ... `least` from column j on.
template <class Real, int bytes, int least, class PanelOf>
SPINSCAPE_INLINE void narrow_panels(index j, index columns, PanelOf const& panel_of) {
    using Vector = typename VectorOf<Real, bytes>::type;
    constexpr index W = bytes / static_cast<int>(sizeof(Real));
    for (; j + W <= columns; j += W) panel_of.template operator()<Vector, 8, 1>(j);
    if constexpr (bytes > least) narrow_panels<Real, bytes / 2, least>(j, columns, panel_of);
}

template <class Real, int bytes, int least, class PanelOf>
SPINSCAPE_INLINE void panels(index columns, PanelOf const& panel_of) {
    using Vector = typename VectorOf<Real, bytes>::type;
    constexpr index W = bytes / static_cast<int>(sizeof(Real));
    index j = 0;
    for (; j + 2 * W <= columns; j += 2 * W) panel_of.template operator()<Vector, 6, 2>(j);
    narrow_panels<Real, bytes, least>(j, columns, panel_of);
}

/// Calls `panel_of.operator()<Vector, R, N>(j)` for panels of N vectors from column j, to be
/// covered by tiles of at most R rows: two registers wide, then one, then parts of one down to
/// `least` bytes, which must divide the columns. `set`: the instruction set, a constant.
template <class Real, int least, class PanelOf>
SPINSCAPE_INLINE void in_panels(InstructionSet set, index columns, PanelOf const& panel_of) {
    if (set == InstructionSet::x86_64_v4)
        panels<Real, 64, least>(columns, panel_of);
    else if (set == InstructionSet::x86_64_v3)
        panels<Real, 32, least>(columns, panel_of);
    else
        panels < Real, 16, least<16 ? least : 16>(columns, panel_of);
}

}  // namespace spinscape::kernels
