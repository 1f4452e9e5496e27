// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/types.hpp"

#include <cmath>
#include <cstdint>

// All of this is inlined; nothing is passed by a calling convention, which the warning is about.
#pragma GCC diagnostic ignored "-Wpsabi"

/// The arithmetic behind Stream, in pieces that the compiler turns into vector code. Every
/// operation is exact or correctly rounded by IEEE 754, and the file that includes this is compiled
/// without contraction of a*b+c, so that all instruction sets give the same bits.
namespace spinscape::random_detail {

/// One block of Philox4x32-10 ([Salmon2011]); counter and key in, four words out.
SPINSCAPE_INLINE void philox4x32(std::uint32_t (&counter)[4], std::uint32_t key0,
                                 std::uint32_t key1) {
    for (int round = 0; round < 10; ++round) {
        auto const a = std::uint64_t{0xD2511F53U} * counter[0];
        auto const b = std::uint64_t{0xCD9E8D57U} * counter[2];
        auto const c0 = static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key0;
        auto const c2 = static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key1;
        counter[0] = c0;
        counter[1] = static_cast<std::uint32_t>(b);
        counter[2] = c2;
        counter[3] = static_cast<std::uint32_t>(a);
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
}

/// (k + 1/2) 2^-32, exact.
SPINSCAPE_INLINE double uniform_from(std::uint32_t k) {
    // Signed conversion: there is a vector instruction for it everywhere.
    auto const shifted = static_cast<double>(static_cast<std::int32_t>(k ^ 0x80000000U));
    return (shifted + 2147483648.5) * 0x1p-32;
}

// What follows works on numbers and on vectors of them: Real is double or a vector of doubles, Bits
// an unsigned integer of 64 bits or a vector of as many.

/// factor ln u for 2^-33 <= u < 1 and a factor that is a power of 2, but for its sign: u = 2^e m
/// with m in [sqrt(1/2), sqrt 2), then the series of artanh((m-1)/(m+1)), whose first neglected
/// term is below 2^-56 of the sum. The factor costs nothing and rounds nothing.
template <class Real, class Bits>
SPINSCAPE_INLINE Real logarithm(Real u, double factor) {
    auto const bits = __builtin_bit_cast(Bits, u);
    constexpr std::uint64_t fraction = 0x000fffffffffffffU;
    // 1 where the mantissa is above sqrt 2, so that m stays close to 1 (sqrt 2 = 0x3ff6a09e...).
    Bits const upper = ((bits & fraction) + 0x00095f619980c433U) >> 52;
    Bits const exponent = (bits >> 52) + upper;
    auto const m = __builtin_bit_cast(Real, (bits & fraction) | ((1023 - upper) << 52));
    // An integer below 2^52 in the mantissa of 2^52: conversion without an instruction for it.
    Real const e = __builtin_bit_cast(Real, exponent | 0x4330000000000000U) - (0x1p52 + 1023);
    Real const s = (m - 1) / (m + 1);
    Real const z = s * s;
    Real sum = z * (1.0 / 21) + 1.0 / 19;
    sum = sum * z + 1.0 / 17;
    sum = sum * z + 1.0 / 15;
    sum = sum * z + 1.0 / 13;
    sum = sum * z + 1.0 / 11;
    sum = sum * z + 1.0 / 9;
    sum = sum * z + 1.0 / 7;
    sum = sum * z + 1.0 / 5;
    sum = sum * z + 1.0 / 3;
    Real const first = s * (2 * factor);
    return e * (factor * 0.693147180559945309417) + (first + first * (z * sum));
}

/// -ln u for 2^-33 <= u < 1.
SPINSCAPE_INLINE double minus_log(double u) {
    return logarithm<double, std::uint64_t>(u, -1);
}

template <class Real>
struct CosineSine {
    Real cosine, sine;
};

/// cos and sin of 2 pi v for 0 < v < 1: exact reduction to |angle| <= pi/4, then Taylor.
template <class Real, class Bits = std::uint64_t>
SPINSCAPE_INLINE CosineSine<Real> cosine_sine_of_turn(Real v) {
    Real const quarters = 4 * v;
    Real const rounded = quarters + 0x1.8p52;  // the quadrant is in its last bits
    auto const quadrant = __builtin_bit_cast(Bits, rounded);
    Real const x = (quarters - (rounded - 0x1.8p52)) * 1.57079632679489661923;
    Real const z = x * x;
    Real s = z * (1.0 / 355687428096000.0) - 1.0 / 1307674368000.0;
    s = s * z + 1.0 / 6227020800.0;
    s = s * z - 1.0 / 39916800.0;
    s = s * z + 1.0 / 362880.0;
    s = s * z - 1.0 / 5040.0;
    s = s * z + 1.0 / 120.0;
    s = s * z - 1.0 / 6.0;
    s = x + x * (z * s);
    Real c = z * (1.0 / 20922789888000.0) - 1.0 / 87178291200.0;
    c = c * z + 1.0 / 479001600.0;
    c = c * z - 1.0 / 3628800.0;
    c = c * z + 1.0 / 40320.0;
    c = c * z - 1.0 / 720.0;
    c = c * z + 1.0 / 24.0;
    c = (1 - 0.5 * z) + (z * z) * c;
    Bits const swap = -(quadrant & 1);  // all ones in odd quadrants
    auto const sine_bits = __builtin_bit_cast(Bits, s);
    auto const cosine_bits = __builtin_bit_cast(Bits, c);
    Bits const difference = (sine_bits ^ cosine_bits) & swap;
    return {__builtin_bit_cast(Real, cosine_bits ^ difference ^ (((quadrant + 1) & 2) << 62)),
            __builtin_bit_cast(Real, sine_bits ^ difference ^ ((quadrant & 2) << 62))};
}

struct NormalPair {
    double first, second;
};

/// Box-Muller.
SPINSCAPE_INLINE NormalPair normal_pair(std::uint32_t k0, std::uint32_t k1) {
    auto const radius = std::sqrt(logarithm<double, std::uint64_t>(uniform_from(k0), -2));
    auto const [cosine, sine] = cosine_sine_of_turn(uniform_from(k1));
    return {radius * cosine, radius * sine};
}

}  // namespace spinscape::random_detail
