// SPDX-License-Identifier: BSD-3-Clause
#include "p_spin_kernels.hpp"

#include "spinscape/base/multiversion.hpp"

#include <algorithm>

namespace spinscape::p_spin {

namespace {

/// 64 bytes of replicas; the compiler splits them where registers are smaller.
template <class Real>
struct LanesOf;
template <>
struct LanesOf<float> {
    typedef float Type __attribute__((vector_size(64), may_alias));
};
template <>
struct LanesOf<double> {
    typedef double Type __attribute__((vector_size(64), may_alias));
};
template <class Real>
using Lanes = typename LanesOf<Real>::Type;

/// Four values of consecutive spins of one replica, anywhere in memory.
template <class Real>
struct FourOf;
template <>
struct FourOf<float> {
    typedef float Type __attribute__((vector_size(16), aligned(4), may_alias));
};
template <>
struct FourOf<double> {
    typedef double Type __attribute__((vector_size(32), aligned(8), may_alias));
};

// A replica's result must not depend on how many are computed together, to the last bit: both forms
// add in the same order. Rows of couplings are taken four at once; the sum over k of a row is kept
// in four parts, those of k = 0, 1, 2, 3 (mod 4) from the diagonal on, which are added in pairs in
// the end; g_k collects row after row. With 16 replicas the parts are 16 registers, and every spin
// and gradient component is loaded once for four couplings; with one replica four parts are one
// register, and it is memory that limits.

/// The four rows lie one behind the other: an iteration over four columns reads as much as one line
/// of memory, and asks for the line that will be read so many couplings later. The hardware alone
/// does not see far, for rows are short.
constexpr index ahead = 1024;

template <class Real>
SPINSCAPE_INLINE float const* gradient(float const* c, index N, index first, Real const* s_data,
                                       Real const* prod_data, Real* g_data, Real* sum_data) {
    using V = Lanes<Real>;
    auto const* s = reinterpret_cast<V const*>(s_data);
    auto* g = reinterpret_cast<V*>(g_data);
    V const prod = *reinterpret_cast<V const*>(prod_data);
    V sum = {};
    for (index j = first; j < N; j += 4) {
        auto const length = N - j, whole = length - length % 4;
        V q[4], d[4][4] = {};
        for (int r = 0; r < 4; ++r) q[r] = prod * s[j + r];
        auto const column = [&](index k, int part) __attribute__((always_inline)) {
            V const sk = s[j + k];
            V gk = g[j + k];
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                auto const a = static_cast<Real>(c[r * length + k]);
                d[r][part] += a * sk;
                gk += a * q[r];
            }
            g[j + k] = gk;
        };
        for (index k = 0; k < whole; k += 4) {
            __builtin_prefetch(c + 4 * k + ahead, 0, 0);
            column(k, 0);
            column(k + 1, 1);
            column(k + 2, 2);
            column(k + 3, 3);
        }
        if (whole < length) column(whole, 0);
        if (whole + 1 < length) column(whole + 1, 1);
        if (whole + 2 < length) column(whole + 2, 2);
        for (int r = 0; r < 4; ++r) {
            V const row = (d[r][0] + d[r][1]) + (d[r][2] + d[r][3]);
            g[j + r] += prod * row;
            sum += s[j + r] * row;
        }
        c += 4 * length;
    }
    *reinterpret_cast<V*>(sum_data) = sum;
    return c;
}

template <class Real>
SPINSCAPE_INLINE float const* gradient_of_one(float const* c, index N, index first, Real const* s,
                                              Real const* prod_data, Real* g, Real* sum_data) {
    using Floats = typename FourOf<float>::Type;
    using V = typename FourOf<Real>::Type;
    Real const prod = *prod_data;
    Real sum = 0;
    for (index j = first; j < N; j += 4) {
        auto const length = N - j, whole = length - length % 4;
        Real q[4];
        V d[4] = {};
        for (int r = 0; r < 4; ++r) q[r] = prod * s[j + r];
        for (index k = 0; k < whole; k += 4) {
            __builtin_prefetch(c + 4 * k + ahead, 0, 0);
            V const sk = *reinterpret_cast<V const*>(s + j + k);
            V gk = *reinterpret_cast<V const*>(g + j + k);
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                V const a = __builtin_convertvector(
                    *reinterpret_cast<Floats const*>(c + r * length + k), V);
                d[r] += a * sk;
                gk += a * q[r];
            }
            *reinterpret_cast<V*>(g + j + k) = gk;
        }
        Real part[4][4];  // d, where the last columns can be added one by one
        for (int r = 0; r < 4; ++r) *reinterpret_cast<V*>(part[r]) = d[r];
        for (index k = whole; k < length; ++k)
            for (int r = 0; r < 4; ++r) {
                auto const a = static_cast<Real>(c[r * length + k]);
                part[r][k - whole] += a * s[j + k];
                g[j + k] += a * q[r];
            }
        for (int r = 0; r < 4; ++r) {
            Real const row = (part[r][0] + part[r][1]) + (part[r][2] + part[r][3]);
            g[j + r] += prod * row;
            sum += s[j + r] * row;
        }
        c += 4 * length;
    }
    *sum_data = sum;
    return c;
}

template <class Real>
SPINSCAPE_INLINE float const* tangent(float const* c, index N, index first, Real const* s_data,
                                      Real const* v_data, Real const* prod_data,
                                      Real const* prod_v_data, Real* h_data, Real* sum_data,
                                      Real* sum_v_data) {
    using V = Lanes<Real>;
    auto const* s = reinterpret_cast<V const*>(s_data);
    auto const* v = reinterpret_cast<V const*>(v_data);
    auto* h = reinterpret_cast<V*>(h_data);
    V const prod = *reinterpret_cast<V const*>(prod_data);
    V const prod_v = *reinterpret_cast<V const*>(prod_v_data);
    V sum = {}, sum_v = {};
    for (index j = first; j < N; j += 4) {
        auto const length = N - j;
        V q[4], d[4] = {}, e[4] = {};
        for (int r = 0; r < 4; ++r) q[r] = prod_v * s[j + r] + prod * v[j + r];
        for (index k = 0; k < length; ++k) {
            __builtin_prefetch(c + 4 * k + ahead, 0, 0);
            V const sk = s[j + k], vk = v[j + k];
            V hk = h[j + k];
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                auto const a = static_cast<Real>(c[r * length + k]);
                d[r] += a * sk;
                e[r] += a * vk;
                hk += a * q[r];
            }
            h[j + k] = hk;
        }
        for (int r = 0; r < 4; ++r) {
            h[j + r] += prod_v * d[r] + prod * e[r];
            sum += s[j + r] * d[r];
            sum_v += v[j + r] * d[r] + s[j + r] * e[r];
        }
        c += 4 * length;
    }
    *reinterpret_cast<V*>(sum_data) = sum;
    *reinterpret_cast<V*>(sum_v_data) = sum_v;
    return c;
}

template <class Real>
SPINSCAPE_INLINE float const* hessian(float const* c, index N, index first, Real const* s,
                                      Real prod, Real* U, Real* row, Real& sum) {
    std::fill(row + first, row + N, Real{0});
    sum = 0;
    for (index j = first; j < N; j += 4) {
        auto const length = N - j;
        for (index i = j; i < std::min(j + 4, N); ++i) {
            auto const* a = c + (i - j) * length + (i - j);
            auto* Ui = U + i * N + i;
            auto* row_i = row + i;
            auto const* s_i = s + i;
            Real const si = *s_i;
            Real dot = 0;
#pragma omp simd reduction(+ : dot)
            for (index k = 0; k < N - i; ++k) {
                auto const ak = static_cast<Real>(a[k]);
                Ui[k] += prod * ak;
                row_i[k] += si * ak;
                dot += ak * s_i[k];
            }
            row[i] += dot;
            sum += si * dot;
        }
        c += 4 * length;
    }
    return c;
}

}  // namespace

SPINSCAPE_MULTIVERSION float const* gradient_block(float const* c, index N, index first,
                                                   float const* s, float const* prod, float* g,
                                                   float* sum) {
    return gradient(c, N, first, s, prod, g, sum);
}
SPINSCAPE_MULTIVERSION float const* gradient_block(float const* c, index N, index first,
                                                   double const* s, double const* prod, double* g,
                                                   double* sum) {
    return gradient(c, N, first, s, prod, g, sum);
}
SPINSCAPE_MULTIVERSION float const* gradient_block_of_one(float const* c, index N, index first,
                                                          float const* s, float const* prod,
                                                          float* g, float* sum) {
    return gradient_of_one(c, N, first, s, prod, g, sum);
}
SPINSCAPE_MULTIVERSION float const* tangent_block(float const* c, index N, index first,
                                                  float const* s, float const* v, float const* prod,
                                                  float const* prod_v, float* h, float* sum,
                                                  float* sum_v) {
    return tangent(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
}
SPINSCAPE_MULTIVERSION float const* gradient_block_of_one(float const* c, index N, index first,
                                                          double const* s, double const* prod,
                                                          double* g, double* sum) {
    return gradient_of_one(c, N, first, s, prod, g, sum);
}
SPINSCAPE_MULTIVERSION float const* tangent_block(float const* c, index N, index first,
                                                  double const* s, double const* v,
                                                  double const* prod, double const* prod_v,
                                                  double* h, double* sum, double* sum_v) {
    return tangent(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
}
SPINSCAPE_MULTIVERSION float const* hessian_block(float const* c, index N, index first,
                                                  float const* s, float prod, float* U, float* row,
                                                  float& sum) {
    return hessian(c, N, first, s, prod, U, row, sum);
}
SPINSCAPE_MULTIVERSION float const* hessian_block(float const* c, index N, index first,
                                                  double const* s, double prod, double* U,
                                                  double* row, double& sum) {
    return hessian(c, N, first, s, prod, U, row, sum);
}

}  // namespace spinscape::p_spin
