// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/types.hpp"
#include "vectors.hpp"

namespace spinscape::kernels {

/// The replicas of one spin: one number, or several registers of the instruction set in use (a
/// vector wider than a register is taken apart into single numbers by the compiler).
template <class Real, index lanes, int bytes>
struct Replicas {
    using Register = typename kernels::VectorOf<Real, bytes>::type;
    static constexpr index width = bytes / sizeof(Real), registers = lanes / width;
    Register of[registers];

    SPINSCAPE_INLINE static Replicas at(Real const* from) {
        Replicas r;
#pragma GCC unroll 8
        for (index i = 0; i < registers; ++i) r.of[i] = load<Register>(from + i * width);
        return r;
    }
    SPINSCAPE_INLINE void to(Real* into) const {
#pragma GCC unroll 8
        for (index i = 0; i < registers; ++i) store(of[i], into + i * width);
    }
    SPINSCAPE_INLINE void add(Real a, Replicas const& x) {
#pragma GCC unroll 8
        for (index i = 0; i < registers; ++i) of[i] += a * x.of[i];
    }
    SPINSCAPE_INLINE friend Replicas operator*(Replicas a, Replicas const& b) {
#pragma GCC unroll 8
        for (index i = 0; i < registers; ++i) a.of[i] *= b.of[i];
        return a;
    }
    SPINSCAPE_INLINE friend Replicas operator+(Replicas a, Replicas const& b) {
#pragma GCC unroll 8
        for (index i = 0; i < registers; ++i) a.of[i] += b.of[i];
        return a;
    }
};
template <class Real, int bytes>
struct Replicas<Real, 1, bytes> {
    Real of;

    SPINSCAPE_INLINE static Replicas at(Real const* from) { return {*from}; }
    SPINSCAPE_INLINE void to(Real* into) const { *into = of; }
    SPINSCAPE_INLINE void add(Real a, Replicas const& x) { of += a * x.of; }
    SPINSCAPE_INLINE friend Replicas operator*(Replicas a, Replicas const& b) {
        return {a.of * b.of};
    }
    SPINSCAPE_INLINE friend Replicas operator+(Replicas a, Replicas const& b) {
        return {a.of + b.of};
    }
};

}  // namespace spinscape::kernels
