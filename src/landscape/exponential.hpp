// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/multiversion.hpp"
#include "vectors.hpp"

#include <type_traits>

namespace spinscape::kernels {

/// exp x = 2^n exp r with n = round(x / ln 2), |r| <= ln 2 / 2: Taylor series of r, ln 2 in two
/// parts so that r is exact, and 2^n put together from its bits. x is a Real or a vector of them,
/// Bits an integer or a vector of as many.
template <class Real, class Bits, class Value>
SPINSCAPE_INLINE Value exp_of(Value x) {
    constexpr bool single = std::is_same_v<Real, float>;
    constexpr int fraction_bits = single ? 23 : 52;
    Value const none{}, lowest = none + (single ? Real(-87.3) : Real(-708.3)),
                        highest = none + (single ? Real(88.7) : Real(709.7));
    constexpr Real ln2_high = single ? Real(0.693145751953125) : Real(0.693147180369123816490);
    constexpr Real ln2_low =
        single ? Real(1.42860682030941723e-6) : Real(1.90821492927058770002e-10);
    // Adding 1.5 * 2^fraction_bits rounds to an integer and leaves it in the low bits.
    constexpr Real shift = single ? Real(12582912.0) : Real(6755399441055744.0);
    // Plain comparisons, so that the loops around this become vector code.
    Value const raised = x < lowest ? lowest : x;
    Value const clamped = raised > highest ? highest : raised;
    Value const shifted = clamped * Real(1.44269504088896340736) + shift;
    Value const n = shifted - shift;
    Value const r = (clamped - n * ln2_high) - n * ln2_low;
    Value p = none;
    if constexpr (single) {
        p += Real(1.0 / 5040);
        p = p * r + Real(1.0 / 720);
        p = p * r + Real(1.0 / 120);
        p = p * r + Real(1.0 / 24);
        p = p * r + Real(1.0 / 6);
        p = p * r + Real(0.5);
        p = p * r + Real(1);
        p = p * r + Real(1);
    } else {
        p += Real(1.0 / 6227020800.0);
        p = p * r + Real(1.0 / 479001600);
        p = p * r + Real(1.0 / 39916800);
        p = p * r + Real(1.0 / 3628800);
        p = p * r + Real(1.0 / 362880);
        p = p * r + Real(1.0 / 40320);
        p = p * r + Real(1.0 / 5040);
        p = p * r + Real(1.0 / 720);
        p = p * r + Real(1.0 / 120);
        p = p * r + Real(1.0 / 24);
        p = p * r + Real(1.0 / 6);
        p = p * r + Real(0.5);
        p = p * r + Real(1);
        p = p * r + Real(1);
    }
    // p is in [0.7, 1.42]: adding n to its exponent bits multiplies by 2^n.
    Bits const exponent = __builtin_bit_cast(Bits, shifted) << fraction_bits;
    Bits const scaled = __builtin_bit_cast(Bits, p) + exponent;
    Value const result = __builtin_bit_cast(Value, scaled);
    Value const kept = x == x ? result : x;  // NaN stays NaN
    return x < lowest ? none : kept;
}

}  // namespace spinscape::kernels
