// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"

#include <cstdint>
#include <type_traits>

// Vectors in registers, for the bodies of multiversion(). All of this is inlined into a
// function compiled for one instruction set; nothing is passed by a calling convention, which is
// what the warning is about.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace spinscape::kernels {

template <class Real, int bytes>
struct VectorOf {
    typedef Real type __attribute__((vector_size(bytes)));
    typedef std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t> Integer;
    typedef Integer mask __attribute__((vector_size(bytes)));
};
template <class Real>
using WholeVector = typename VectorOf<Real, 64>::type;
template <class Real>
using HalfVector = typename VectorOf<Real, 32>::type;
/// Integers as wide as the lanes of a half vector.
template <class Real>
using HalfMask = typename VectorOf<Real, 32>::mask;

// Through memcpy: no alignment is asked for.
template <class Vector, class Real>
SPINSCAPE_INLINE Vector load(Real const* from) {
    Vector v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
}
template <class Vector, class Real>
SPINSCAPE_INLINE void store(Vector const& v, Real* to) {
    __builtin_memcpy(to, &v, sizeof v);
}

/// Lane i: i.
template <class Real>
SPINSCAPE_INLINE HalfMask<Real> lane_numbers() {
    HalfMask<Real> numbers{};
    for (int i = 0; i < static_cast<int>(32 / sizeof(Real)); ++i) numbers[i] = i;
    return numbers;
}

/// Combines all lanes by an operation that does not care about order; the result is in every lane.
template <class Real, class Operation>
SPINSCAPE_INLINE HalfVector<Real> reduce(HalfVector<Real> v, Operation const& operation) {
    auto const lanes = lane_numbers<Real>();
    if constexpr (sizeof(Real) == 4) v = operation(v, __builtin_shuffle(v, lanes ^ 4));
    v = operation(v, __builtin_shuffle(v, lanes ^ 2));
    return operation(v, __builtin_shuffle(v, lanes ^ 1));
}

}  // namespace spinscape::kernels
