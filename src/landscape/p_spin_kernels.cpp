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

/// Four rows at once: each spin and gradient component is loaded once for four couplings, and the
/// four sums over k are independent chains.
template <class Real>
SPINSCAPE_INLINE float const* gradient(float const* c, index N, index first, Real const* s_data,
                                       Real const* prod_data, Real* g_data, Real* sum_data) {
    using V = Lanes<Real>;
    auto const* s = reinterpret_cast<V const*>(s_data);
    auto* g = reinterpret_cast<V*>(g_data);
    V const prod = *reinterpret_cast<V const*>(prod_data);
    V sum = {};
    for (index j = first; j < N; j += 4) {
        auto const length = N - j;
        float const *c0 = c, *c1 = c0 + length, *c2 = c1 + length, *c3 = c2 + length;
        V const q0 = prod * s[j], q1 = prod * s[j + 1], q2 = prod * s[j + 2], q3 = prod * s[j + 3];
        V d0 = {}, d1 = {}, d2 = {}, d3 = {};
        for (index k = 0; k < length; ++k) {
            V const sk = s[j + k];
            V gk = g[j + k];
            auto const a0 = static_cast<Real>(c0[k]), a1 = static_cast<Real>(c1[k]);
            auto const a2 = static_cast<Real>(c2[k]), a3 = static_cast<Real>(c3[k]);
            d0 += a0 * sk;
            d1 += a1 * sk;
            d2 += a2 * sk;
            d3 += a3 * sk;
            gk += a0 * q0;
            gk += a1 * q1;
            gk += a2 * q2;
            gk += a3 * q3;
            g[j + k] = gk;
        }
        g[j] += prod * d0;
        g[j + 1] += prod * d1;
        g[j + 2] += prod * d2;
        g[j + 3] += prod * d3;
        sum += s[j] * d0;
        sum += s[j + 1] * d1;
        sum += s[j + 2] * d2;
        sum += s[j + 3] * d3;
        c += 4 * length;
    }
    *reinterpret_cast<V*>(sum_data) = sum;
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
SPINSCAPE_MULTIVERSION float const* tangent_block(float const* c, index N, index first,
                                                  float const* s, float const* v, float const* prod,
                                                  float const* prod_v, float* h, float* sum,
                                                  float* sum_v) {
    return tangent(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
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
