// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/types.hpp"
#include "vectors.hpp"

#include <algorithm>

// A replica's result must not depend on how many are computed together, to the last bit: all forms
// add in the same order. Rows of couplings are taken four at once; the sum over k of a row is kept
// in four parts, those of k = 0, 1, 2, 3 (mod 4) from the diagonal on, which are added in pairs in
// the end; g_k collects row after row.
//
// One replica: the four parts are one register, and it is memory that limits. A group: every spin
// and gradient component is loaded once for four couplings. With 32 registers of 64 bytes all parts
// of all replicas stay in registers. With 16 smaller ones they do not: then columns are taken in
// tiles, and a tile is passed several times, for a few parts of as many replicas as a register
// holds, whose sums stay in registers meanwhile; couplings, spins and gradient of a tile stay in
// the first-level cache.

/// What the kernels of gradients and of their tangents share.
namespace spinscape::p_spin {

using kernels::load;
using kernels::store;
using kernels::VectorOf;

/// Four values of consecutive spins of one replica.
template <class Real>
using Four = typename VectorOf<Real, 4 * sizeof(Real)>::type;

/// The four rows lie one behind the other: an iteration over four columns reads as much as one line
/// of memory, and asks for the line that will be read so many couplings later. The hardware alone
/// does not see far, for rows are short.
constexpr index ahead = 1024;

/// Their spins and gradient components take a line each: half of a first-level cache of 32 KiB
/// holds a tile with its couplings.
constexpr index tile_columns = 64;

/// Rows of so many columns stay in the cache as they are: their sums need not be put aside.
constexpr index short_row = 128;

/// Calls f(begin, end, lane, part) for tiles of the columns below `whole`, each for all lanes and
/// parts.
template <class Real, index W, int parts, class F>
SPINSCAPE_INLINE void in_tiles(index whole, F const& f) {
    constexpr index lanes = 64 / sizeof(Real);
    for (index begin = 0; begin < whole; begin += tile_columns) {
        auto const end = std::min(begin + tile_columns, whole);
        for (index lane = 0; lane < lanes; lane += W)
            for (int part = 0; part < 4; part += parts) f(begin, end, lane, part);
    }
}

/// The parts of the sums of four rows while other lanes or parts are in the registers.
template <class Real>
struct Sums {
    alignas(64) Real of[4][4][64 / sizeof(Real)] = {};  // [part][row][lane]

    template <class V, int parts>
    SPINSCAPE_INLINE void get(index lane, int part, V (&into)[parts][4]) const {
#pragma GCC unroll 4
        for (int t = 0; t < parts; ++t)
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) into[t][r] = load<V>(&of[part + t][r][lane]);
    }
    template <class V, int parts>
    SPINSCAPE_INLINE void put(index lane, int part, V const (&from)[parts][4]) {
#pragma GCC unroll 4
        for (int t = 0; t < parts; ++t)
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) store(from[t][r], &of[part + t][r][lane]);
    }
};

}  // namespace spinscape::p_spin
