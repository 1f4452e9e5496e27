// SPDX-License-Identifier: BSD-3-Clause
#include "elementwise.hpp"

#include "spinscape/base/multiversion.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>

namespace spinscape::kernels {

namespace {

/// exp x = 2^n exp r with n = round(x / ln 2), |r| <= ln 2 / 2: Taylor series of r, ln 2 in two
/// parts so that r is exact, and 2^n put together from its bits.
template <class Real>
SPINSCAPE_INLINE Real exp_one(Real x) {
    constexpr bool single = std::is_same_v<Real, float>;
    using Bits = std::conditional_t<single, std::int32_t, std::int64_t>;
    constexpr int fraction_bits = single ? 23 : 52;
    constexpr Real lowest = single ? Real(-87.3) : Real(-708.3),
                   highest = single ? Real(88.7) : Real(709.7);
    constexpr Real ln2_high = single ? Real(0.693145751953125) : Real(0.693147180369123816490);
    constexpr Real ln2_low =
        single ? Real(1.42860682030941723e-6) : Real(1.90821492927058770002e-10);
    // Adding 1.5 * 2^fraction_bits rounds to an integer and leaves it in the low bits.
    constexpr Real shift = single ? Real(12582912.0) : Real(6755399441055744.0);
    // Plain comparisons, so that the loops around this become vector code.
    Real const raised = x < lowest ? lowest : x;
    Real const clamped = raised > highest ? highest : raised;
    Real const shifted = clamped * Real(1.44269504088896340736) + shift;
    Real const n = shifted - shift;
    Real const r = (clamped - n * ln2_high) - n * ln2_low;
    Real p;
    if constexpr (single) {
        p = Real(1.0 / 5040);
        p = p * r + Real(1.0 / 720);
        p = p * r + Real(1.0 / 120);
        p = p * r + Real(1.0 / 24);
        p = p * r + Real(1.0 / 6);
        p = p * r + Real(0.5);
        p = p * r + Real(1);
        p = p * r + Real(1);
    } else {
        p = Real(1.0 / 6227020800.0);
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
    auto const exponent = std::bit_cast<Bits>(shifted) << fraction_bits;
    Real const result = std::bit_cast<Real>(static_cast<Bits>(std::bit_cast<Bits>(p) + exponent));
    Real const kept = x == x ? result : x;  // NaN stays NaN
    return x < lowest ? Real(0) : kept;
}

template <class Real>
SPINSCAPE_INLINE void exponential_body(Real* x, index n) {
#pragma omp simd
    for (index i = 0; i < n; ++i) x[i] = exp_one(x[i]);
}

template <class Real>
SPINSCAPE_INLINE void activate_body(Activation activation, double leak, Real* z, index n) {
    switch (activation) {
        case Activation::relu:
            for (index i = 0; i < n; ++i) z[i] = z[i] < 0 ? Real(0) : z[i];
            return;
        case Activation::leaky_relu: {
            auto const slope = static_cast<Real>(leak);
            for (index i = 0; i < n; ++i) z[i] = z[i] > 0 ? z[i] : slope * z[i];
            return;
        }
        case Activation::tanh:
            for (index i = 0; i < n; ++i) {
                // Small arguments by the odd series: 1 - 2 / (e + 1) would cancel there.
                Real const e = exp_one(2 * std::min(std::abs(z[i]), Real(30)));
                Real const large = 1 - 2 / (e + 1), s = z[i] * z[i];
                Real const small =
                    std::abs(z[i]) *
                    (1 + s * (Real(-1.0 / 3) + s * (Real(2.0 / 15) + s * (Real(-17.0 / 315) +
                                                                          s * Real(62.0 / 2835)))));
                Real const t =
                    s < Real(std::is_same_v<Real, float> ? 0.01 : 0.0004) ? small : large;
                z[i] = z[i] != z[i] ? z[i] : std::copysign(t, z[i]);
            }
            return;
        case Activation::sigmoid:
#pragma omp simd
            for (index i = 0; i < n; ++i) z[i] = 1 / (1 + exp_one(-z[i]));
            return;
        case Activation::softplus:
            for (index i = 0; i < n; ++i)
                z[i] = std::max(z[i], Real(0)) + std::log1p(exp_one(-std::abs(z[i])));
            return;
        case Activation::linear:
            return;
    }
}

template <class Real>
SPINSCAPE_INLINE void multiply_slope_body(Activation activation, double leak, Real const* a,
                                          Real* d, index n) {
    switch (activation) {
        case Activation::relu:
            for (index i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : Real(0);
            return;
        case Activation::leaky_relu: {
            auto const slope = static_cast<Real>(leak);
            for (index i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : slope * d[i];
            return;
        }
        case Activation::tanh:
            for (index i = 0; i < n; ++i) d[i] *= 1 - a[i] * a[i];
            return;
        case Activation::sigmoid:
            for (index i = 0; i < n; ++i) d[i] *= a[i] * (1 - a[i]);
            return;
        case Activation::softplus:  // phi' = sigmoid(z) = 1 - exp(-a)
            for (index i = 0; i < n; ++i) d[i] *= 1 - exp_one(-a[i]);
            return;
        case Activation::linear:
            return;
    }
}

/// Four running values instead of one: neither additions nor comparisons wait for each other.
template <class Real>
SPINSCAPE_INLINE Real sum_of(Real const* x, index n) {
    Real part[4] = {};
    index i = 0;
    for (; i + 4 <= n; i += 4)
        for (index k = 0; k < 4; ++k) part[k] += x[i + k];
    for (; i < n; ++i) part[i % 4] += x[i];
    return (part[0] + part[1]) + (part[2] + part[3]);
}

template <class Real>
SPINSCAPE_INLINE Real largest(Real const* x, index n) {
    Real part[4] = {x[0], x[0], x[0], x[0]};
    for (index i = 0; i < n; ++i) part[i % 4] = std::max(part[i % 4], x[i]);
    return std::max(std::max(part[0], part[1]), std::max(part[2], part[3]));
}

/// Largest output other than the labelled one.
template <class Real>
index rival(Real const* z, index classes, index label) {
    index best = label == 0 ? 1 : 0;
    for (index c = 0; c < classes; ++c)
        if (c != label && z[c] > z[best]) best = c;
    return best;
}

/// Softmax and its loss in passes over all rows: within one row everything waits for the step
/// before, across rows nothing does.
template <class Real>
SPINSCAPE_INLINE double cross_entropy_body(index rows, index classes, index columns,
                                           std::int32_t const* const* labels, Real scale, Real* z) {
    double sum = 0, product = 1;
    for (index m = 0; m < rows; ++m) {
        Real* row = z + m * columns;
        Real const top = largest(row, classes);
        sum += static_cast<double>(top) - static_cast<double>(row[*labels[m]]);
        for (index c = 0; c < columns; ++c) row[c] -= top;
    }
#pragma omp simd
    for (index i = 0; i < rows * columns; ++i) z[i] = exp_one(z[i]);
    for (index m = 0; m < rows; ++m) {
        Real* row = z + m * columns;
        Real const total = sum_of(row, classes);
        // One logarithm for many rows: totals are between 1 and the number of classes.
        product *= static_cast<double>(total);
        if (!(product < 1e200)) {
            sum += std::log(product);
            product = 1;
        }
        Real const factor = scale / total;
        for (index c = 0; c < columns; ++c) row[c] *= factor;
        for (index c = classes; c < columns; ++c) row[c] = 0;
        row[*labels[m]] -= scale;
    }
    return sum + std::log(product);
}

template <class Real>
SPINSCAPE_INLINE double loss_and_slope_body(Loss loss, index rows, index classes, index columns,
                                            std::int32_t const* const* labels, Real scale,
                                            Real* z) {
    if (loss == Loss::cross_entropy)
        return cross_entropy_body(rows, classes, columns, labels, scale, z);
    double sum = 0;
    for (index m = 0; m < rows; ++m) {
        Real* row = z + m * columns;
        index const label = *labels[m];
        switch (loss) {
            case Loss::cross_entropy:
                break;  // above
            case Loss::squared: {
                row[label] -= 1;
                double squares = 0;
                for (index c = 0; c < classes; ++c)
                    squares += static_cast<double>(row[c]) * static_cast<double>(row[c]);
                sum += squares / 2;
                for (index c = 0; c < classes; ++c) row[c] *= scale;
                break;
            }
            case Loss::hinge: {
                index const other = rival(row, classes, label);
                Real const excess = 1 + row[other] - row[label];
                for (index c = 0; c < classes; ++c) row[c] = 0;
                if (excess > 0) {
                    sum += static_cast<double>(excess);
                    row[other] = scale;
                    row[label] = -scale;
                } else if (excess != excess) {
                    sum += static_cast<double>(excess);
                }
                break;
            }
        }
        for (index c = classes; c < columns; ++c) row[c] = 0;
    }
    return sum;
}

template <class Real>
Score score_body(Loss loss, index rows, index classes, index columns,
                 std::int32_t const* const* labels, Real* z) {
    Score result;
    for (index m = 0; m < rows; ++m) {
        Real const* row = z + m * columns;
        // Not "<=": an output that is NaN counts as an error.
        if (!(row[*labels[m]] > row[rival(row, classes, *labels[m])])) ++result.errors;
    }
    result.loss = loss_and_slope(loss, rows, classes, columns, labels, Real(1), z);
    return result;
}

}  // namespace

SPINSCAPE_MULTIVERSION
void exponential(float* x, index n) {
    exponential_body(x, n);
}
SPINSCAPE_MULTIVERSION
void exponential(double* x, index n) {
    exponential_body(x, n);
}

SPINSCAPE_MULTIVERSION
void activate(Activation activation, double leak, float* z, index n) {
    activate_body(activation, leak, z, n);
}
SPINSCAPE_MULTIVERSION
void activate(Activation activation, double leak, double* z, index n) {
    activate_body(activation, leak, z, n);
}

SPINSCAPE_MULTIVERSION
void multiply_slope(Activation activation, double leak, float const* a, float* d, index n) {
    multiply_slope_body(activation, leak, a, d, n);
}
SPINSCAPE_MULTIVERSION
void multiply_slope(Activation activation, double leak, double const* a, double* d, index n) {
    multiply_slope_body(activation, leak, a, d, n);
}

void curvature(Activation activation, double const* a, double* out, index n) {
    for (index i = 0; i < n; ++i) switch (activation) {
            case Activation::tanh:
                out[i] = -2 * a[i] * (1 - a[i] * a[i]);
                break;
            case Activation::sigmoid:
                out[i] = a[i] * (1 - a[i]) * (1 - 2 * a[i]);
                break;
            case Activation::softplus:
                out[i] = (1 - std::exp(-a[i])) * std::exp(-a[i]);
                break;
            default:
                out[i] = 0;
        }
}

SPINSCAPE_MULTIVERSION
double loss_and_slope(Loss loss, index rows, index classes, index columns,
                      std::int32_t const* const* labels, float scale, float* z) {
    return loss_and_slope_body(loss, rows, classes, columns, labels, scale, z);
}
SPINSCAPE_MULTIVERSION
double loss_and_slope(Loss loss, index rows, index classes, index columns,
                      std::int32_t const* const* labels, double scale, double* z) {
    return loss_and_slope_body(loss, rows, classes, columns, labels, scale, z);
}

Score score(Loss loss, index rows, index classes, index columns, std::int32_t const* const* labels,
            float* z) {
    return score_body(loss, rows, classes, columns, labels, z);
}
Score score(Loss loss, index rows, index classes, index columns, std::int32_t const* const* labels,
            double* z) {
    return score_body(loss, rows, classes, columns, labels, z);
}

}  // namespace spinscape::kernels
