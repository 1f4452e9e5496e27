// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "philox.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#include <immintrin.h>  // makes the built-in functions of all instruction sets known
#define SPINSCAPE_RANDOM_VECTORS 1
#else
#define SPINSCAPE_RANDOM_VECTORS 0
#endif

/// philox4x32 and normal_pair for registers of 32 bytes, four blocks or pairs at a time, the same
/// bits. g++ does not find these forms itself: it multiplies whole 64-bit numbers by three
/// multiplications each, and spends as long on moving halves about. Two registers' worth of work
/// side by side hide the latencies of multiplications and of the long chains of the series.
namespace spinscape::random_detail {

typedef std::uint64_t Words __attribute__((vector_size(32)));
typedef double Doubles __attribute__((vector_size(32)));
typedef float Floats __attribute__((vector_size(16)));

/// Product of the low halves of all lanes, whatever the high halves are.
SPINSCAPE_INLINE Words low_product(Words a, Words b) {
#if SPINSCAPE_RANDOM_VECTORS
    typedef int Halves __attribute__((vector_size(32)));
    return __builtin_bit_cast(Words, __builtin_ia32_pmuludq256(__builtin_bit_cast(Halves, a),
                                                               __builtin_bit_cast(Halves, b)));
#else
    return (a & 0xffffffffU) * (b & 0xffffffffU);
#endif
}

constexpr index side_by_side = 2;
constexpr index blocks_at_once = 4 * side_by_side;

/// blocks_at_once blocks of four words from block number `first` on. Every lane holds a word of its
/// counter in its low half; what is in the high halves never comes down.
SPINSCAPE_INLINE void philox_blocks(std::uint64_t key, std::uint32_t step, std::uint32_t replica,
                                    std::uint64_t first, std::uint32_t* out) {
    Words const zero{};
    Words const all_steps = zero + (std::uint64_t{step} & 0xffffffffU);
    Words const all_replicas = zero + (std::uint64_t{replica} & 0xffffffffU);
    Words const block = Words{0, 1, 2, 3} + first;
    static_assert(side_by_side == 2);
    Words c0[] = {block, block + 4}, c1[] = {block >> 32, (block + 4) >> 32},
          c2[] = {all_steps, all_steps}, c3[] = {all_replicas, all_replicas};
    Words key0 = zero + (key & 0xffffffffU), key1 = zero + (key >> 32);
    for (int round = 0; round < 10; ++round) {
        for (index n = 0; n < side_by_side; ++n) {
            Words const a = low_product(c0[n], zero + 0xD2511F53U);
            Words const b = low_product(c2[n], zero + 0xCD9E8D57U);
            c0[n] = (b >> 32) ^ c1[n] ^ key0;
            c1[n] = b;
            c2[n] = (a >> 32) ^ c3[n] ^ key1;
            c3[n] = a;
        }
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
    for (index n = 0; n < side_by_side; ++n) {
        Words const first_two = (c0[n] & 0xffffffffU) | (c1[n] << 32);
        Words const last_two = (c2[n] & 0xffffffffU) | (c3[n] << 32);
        Words const lower = __builtin_shufflevector(first_two, last_two, 0, 4, 1, 5);
        Words const upper = __builtin_shufflevector(first_two, last_two, 2, 6, 3, 7);
        __builtin_memcpy(out + 16 * n, &lower, sizeof lower);
        __builtin_memcpy(out + 16 * n + 8, &upper, sizeof upper);
    }
}

constexpr index pairs_at_once = 4 * side_by_side;

/// (k + 1/2) 2^-32 for k < 2^32 in every lane, exact: k is put into the mantissa of 2^52.
SPINSCAPE_INLINE Doubles uniforms_from(Words k) {
    return (__builtin_bit_cast(Doubles, k | 0x4330000000000000U) - (0x1p52 - 0.5)) * 0x1p-32;
}

SPINSCAPE_INLINE void store_pairs(Doubles a, Doubles b, double* out) {
    Doubles const lower = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    Doubles const upper = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    __builtin_memcpy(out, &lower, sizeof lower);
    __builtin_memcpy(out + 4, &upper, sizeof upper);
}
SPINSCAPE_INLINE void store_pairs(Doubles a, Doubles b, float* out) {
    auto const first = __builtin_convertvector(a, Floats);
    auto const second = __builtin_convertvector(b, Floats);
    Floats const lower = __builtin_shufflevector(first, second, 0, 4, 1, 5);
    Floats const upper = __builtin_shufflevector(first, second, 2, 6, 3, 7);
    __builtin_memcpy(out, &lower, sizeof lower);
    __builtin_memcpy(out + 4, &upper, sizeof upper);
}

/// pairs_at_once pairs of normal numbers from as many pairs of words.
template <class Real>
SPINSCAPE_INLINE void normal_pairs(std::uint32_t const* words, Real* out) {
    Doubles radius[side_by_side];
    CosineSine<Doubles> angle[side_by_side];
    for (index n = 0; n < side_by_side; ++n) {
        Words k;
        __builtin_memcpy(&k, words + 8 * n, sizeof k);
        radius[n] = logarithm<Doubles, Words>(uniforms_from(k & 0xffffffffU), -2);
        for (int lane = 0; lane < 4; ++lane) radius[n][lane] = std::sqrt(radius[n][lane]);
        angle[n] = cosine_sine_of_turn<Doubles, Words>(uniforms_from(k >> 32));
    }
    for (index n = 0; n < side_by_side; ++n)
        store_pairs(radius[n] * angle[n].cosine, radius[n] * angle[n].sine, out + 8 * n);
}

}  // namespace spinscape::random_detail
