// SPDX-License-Identifier: BSD-3-Clause
#include "p_spin_kernels.hpp"

#include "p_spin_lanes.hpp"

#include <algorithm>

namespace spinscape::p_spin {

namespace {

/// Four couplings of column k: to the sums d of their rows and to g_k.
template <class V, class Real>
SPINSCAPE_INLINE void gradient_column(float const* c, index length, index k, Real const* s,
                                      V const (&q)[4], Real* g, V (&d)[4]) {
    constexpr index lanes = 64 / sizeof(Real);
    V const sk = load<V>(s + k * lanes);
    V gk = load<V>(g + k * lanes);
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) {
        auto const a = static_cast<Real>(c[r * length + k]);
        d[r] += a * sk;
        gk += a * q[r];
    }
    store(gk, g + k * lanes);
}

/// Columns k = part ... part + parts - 1 (mod 4) of begin <= k < end.
template <int parts, class V, class Real>
SPINSCAPE_INLINE void gradient_columns(float const* c, index length, index begin, index end,
                                       int part, Real const* s, V const (&q)[4], Real* g,
                                       V (&d)[parts][4]) {
    for (index k = begin; k < end; k += 4) {
        __builtin_prefetch(c + 4 * k + ahead, 0, 0);
#pragma GCC unroll 4
        for (int t = 0; t < parts; ++t) gradient_column(c, length, k + part + t, s, q, g, d[t]);
    }
}

template <class Real, int bytes, int parts>
SPINSCAPE_INLINE float const* gradient_in_lanes(float const* c, index N, index first,
                                                Real const* all_s, Real const* prod, Real* all_g,
                                                Real* sum) {
    using V = typename VectorOf<Real, bytes>::type;
    constexpr index lanes = 64 / sizeof(Real), W = bytes / sizeof(Real);
    std::fill_n(sum, lanes, Real{0});
    for (index j = first; j < N; j += 4) {
        auto const length = N - j, whole = length - length % 4;
        auto const* s = all_s + j * lanes;
        auto* g = all_g + j * lanes;
        auto const load_q = [&](index lane, V(&q)[4]) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) q[r] = load<V>(prod + lane) * load<V>(s + r * lanes + lane);
        };
        auto const last_columns = [&]<int n>(index lane, int part, V(&q)[4], V(&d)[n][4])
            __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int t = 0; t < n; ++t)
                if (whole + part + t < length)
                    gradient_column(c, length, whole + part + t, s + lane, q, g + lane, d[t]);
        };
        auto const add_rows = [&](index lane, V(&halves)[2][4]) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                auto const at = r * lanes + lane;
                V const row = halves[0][r] + halves[1][r];
                store(load<V>(g + at) + load<V>(prod + lane) * row, g + at);
                store(load<V>(sum + lane) + load<V>(s + at) * row, sum + lane);
            }
        };
        auto const all_at_once = [&](index lane) __attribute__((always_inline)) {
            V q[4], halves[2][4];
            load_q(lane, q);
            for (int part = 0; part < 4; part += parts) {
                V d[parts][4] = {};
                gradient_columns<parts>(c, length, 0, whole, part, s + lane, q, g + lane, d);
                last_columns(lane, part, q, d);
#pragma GCC unroll 4
                for (int t = 0; t < parts; t += 2)
#pragma GCC unroll 4
                    for (int r = 0; r < 4; ++r) halves[(part + t) / 2][r] = d[t][r] + d[t + 1][r];
            }
            add_rows(lane, halves);
        };
        if (parts == 4 || whole <= short_row) {
            for (index lane = 0; lane < lanes; lane += W) all_at_once(lane);
        } else {
            Sums<Real> d;
            in_tiles<Real, W, parts>(
                whole, [&](index begin, index end, index lane, int part)
                           __attribute__((always_inline)) {
                               V q[4], now[parts][4];
                               load_q(lane, q);
                               d.get(lane, part, now);
                               gradient_columns<parts>(c, length, begin, end, part, s + lane, q,
                                                       g + lane, now);
                               d.put(lane, part, now);
                           });
            for (index lane = 0; lane < lanes; lane += W) {
                V q[4], all[4][4], halves[2][4];
                load_q(lane, q);
                d.get(lane, 0, all);
                last_columns(lane, 0, q, all);
#pragma GCC unroll 4
                for (int r = 0; r < 4; ++r) {
                    halves[0][r] = all[0][r] + all[1][r];
                    halves[1][r] = all[2][r] + all[3][r];
                }
                add_rows(lane, halves);
            }
        }
        c += 4 * length;
    }
    return c;
}

template <class Real>
SPINSCAPE_INLINE float const* gradient(InstructionSet set, float const* c, index N, index first,
                                       Real const* s, Real const* prod, Real* g, Real* sum) {
    switch (set) {
        case InstructionSet::x86_64_v4:
            return gradient_in_lanes<Real, 64, 4>(c, N, first, s, prod, g, sum);
        case InstructionSet::x86_64_v3:
            return gradient_in_lanes<Real, 32, 2>(c, N, first, s, prod, g, sum);
        default:
            return gradient_in_lanes<Real, 16, 2>(c, N, first, s, prod, g, sum);
    }
}

template <class Real>
SPINSCAPE_INLINE float const* gradient_of_one(float const* c, index N, index first, Real const* s,
                                              Real const* prod_data, Real* g, Real* sum_data) {
    using V = Four<Real>;
    Real const prod = *prod_data;
    Real sum = 0;
    for (index j = first; j < N; j += 4) {
        auto const length = N - j, whole = length - length % 4;
        Real q[4];
        V d[4] = {};
        for (int r = 0; r < 4; ++r) q[r] = prod * s[j + r];
        for (index k = 0; k < whole; k += 4) {
            __builtin_prefetch(c + 4 * k + ahead, 0, 0);
            V const sk = load<V>(s + j + k);
            V gk = load<V>(g + j + k);
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                V const a = __builtin_convertvector(load<Four<float>>(c + r * length + k), V);
                d[r] += a * sk;
                gk += a * q[r];
            }
            store(gk, g + j + k);
        }
        Real part[4][4];  // d, where the last columns can be added one by one
        for (int r = 0; r < 4; ++r) store(d[r], part[r]);
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

template <class Real>
float const* gradient_block(float const* c, index N, index first, Real const* s, Real const* prod,
                            Real* g, Real* sum) {
    return multiversion<gradient<Real>>(c, N, first, s, prod, g, sum);
}

template <class Real>
float const* gradient_block_of_one(float const* c, index N, index first, Real const* s,
                                   Real const* prod, Real* g, Real* sum) {
    return multiversion<gradient_of_one<Real>>(c, N, first, s, prod, g, sum);
}

template <class Real>
float const* hessian_block(float const* c, index N, index first, Real const* s, Real prod, Real* U,
                           Real* row, Real& sum) {
    return multiversion<hessian<Real>>(c, N, first, s, prod, U, row, sum);
}

#define SPINSCAPE_INSTANTIATE(Real)                                                            \
    template float const* gradient_block(float const*, index, index, Real const*, Real const*, \
                                         Real*, Real*);                                        \
    template float const* gradient_block_of_one(float const*, index, index, Real const*,       \
                                                Real const*, Real*, Real*);                    \
    template float const* hessian_block(float const*, index, index, Real const*, Real, Real*,  \
                                        Real*, Real&);
SPINSCAPE_INSTANTIATE(float)
SPINSCAPE_INSTANTIATE(double)
#undef SPINSCAPE_INSTANTIATE

}  // namespace spinscape::p_spin
