// SPDX-License-Identifier: BSD-3-Clause
#include "p_spin_kernels.hpp"
#include "p_spin_lanes.hpp"

#include <algorithm>

namespace spinscape::p_spin {

namespace {

/// Four couplings of column k: to the sums d, e of their rows and to h_k.
template <class V, class Real>
SPINSCAPE_INLINE void tangent_column(float const* c, index length, index k, Real const* s,
                                     Real const* v, V const (&q)[4], Real* h, V (&d)[4],
                                     V (&e)[4]) {
    constexpr index lanes = 64 / sizeof(Real);
    V const sk = load<V>(s + k * lanes), vk = load<V>(v + k * lanes);
    V hk = load<V>(h + k * lanes);
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) {
        auto const a = static_cast<Real>(c[r * length + k]);
        d[r] += a * sk;
        e[r] += a * vk;
        hk += a * q[r];
    }
    store(hk, h + k * lanes);
}

template <class Real, int bytes, int parts>
SPINSCAPE_INLINE float const* tangent_in_lanes(float const* c, index N, index first,
                                               Real const* all_s, Real const* all_v,
                                               Real const* prod, Real const* prod_v, Real* all_h,
                                               Real* sum, Real* sum_v) {
    using V = typename VectorOf<Real, bytes>::type;
    constexpr index lanes = 64 / sizeof(Real), W = bytes / sizeof(Real);
    std::fill_n(sum, lanes, Real{0});
    std::fill_n(sum_v, lanes, Real{0});
    for (index j = first; j < N; j += 4) {
        auto const length = N - j, whole = length - length % 4;
        auto const *s = all_s + j * lanes, *v = all_v + j * lanes;
        auto* h = all_h + j * lanes;
        Sums<Real> d, e;
        auto const load_q = [&](index lane, V(&q)[4]) __attribute__((always_inline)) {
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                q[r] = load<V>(prod_v + lane) * load<V>(s + r * lanes + lane);
                q[r] += load<V>(prod + lane) * load<V>(v + r * lanes + lane);
            }
        };
        in_tiles<Real, W, parts>(
            whole, [&](index begin, index end, index lane, int part)
                       __attribute__((always_inline)) {
                           V q[4], d_now[parts][4], e_now[parts][4];
                           load_q(lane, q);
                           d.get(lane, part, d_now);
                           e.get(lane, part, e_now);
                           for (index k = begin; k < end; k += 4) {
                               __builtin_prefetch(c + 4 * k + ahead, 0, 0);
#pragma GCC unroll 4
                               for (int t = 0; t < parts; ++t)
                                   tangent_column(c, length, k + part + t, s + lane, v + lane, q,
                                                  h + lane, d_now[t], e_now[t]);
                           }
                           d.put(lane, part, d_now);
                           e.put(lane, part, e_now);
                       });
        for (index lane = 0; lane < lanes; lane += W) {
            V q[4], all_d[4][4], all_e[4][4];
            load_q(lane, q);
            d.get(lane, 0, all_d);
            e.get(lane, 0, all_e);
#pragma GCC unroll 3
            for (int part = 0; part < 3; ++part)
                if (whole + part < length)
                    tangent_column(c, length, whole + part, s + lane, v + lane, q, h + lane,
                                   all_d[part], all_e[part]);
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                auto const at = r * lanes + lane;
                V const row = (all_d[0][r] + all_d[1][r]) + (all_d[2][r] + all_d[3][r]);
                V const row_v = (all_e[0][r] + all_e[1][r]) + (all_e[2][r] + all_e[3][r]);
                store(load<V>(h + at) + load<V>(prod_v + lane) * row, h + at);
                store(load<V>(h + at) + load<V>(prod + lane) * row_v, h + at);
                store(load<V>(sum + lane) + load<V>(s + at) * row, sum + lane);
                store(load<V>(sum_v + lane) + load<V>(v + at) * row, sum_v + lane);
                store(load<V>(sum_v + lane) + load<V>(s + at) * row_v, sum_v + lane);
            }
        }
        c += 4 * length;
    }
    return c;
}

template <class Real>
SPINSCAPE_INLINE float const* tangent(InstructionSet set, float const* c, index N, index first,
                                      Real const* s, Real const* v, Real const* prod,
                                      Real const* prod_v, Real* h, Real* sum, Real* sum_v) {
    switch (set) {
        case InstructionSet::x86_64_v4:
            return tangent_in_lanes<Real, 64, 2>(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
        case InstructionSet::x86_64_v3:
            return tangent_in_lanes<Real, 32, 1>(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
        default:
            return tangent_in_lanes<Real, 16, 1>(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
    }
}

template <class Real>
SPINSCAPE_INLINE float const* tangent_of_one(float const* c, index N, index first, Real const* s,
                                             Real const* v, Real const* prod_data,
                                             Real const* prod_v_data, Real* h, Real* sum_data,
                                             Real* sum_v_data) {
    using V = Four<Real>;
    Real const prod = *prod_data, prod_v = *prod_v_data;
    Real sum = 0, sum_v = 0;
    for (index j = first; j < N; j += 4) {
        auto const length = N - j, whole = length - length % 4;
        Real q[4];
        V d[4] = {}, e[4] = {};
        for (int r = 0; r < 4; ++r) {
            q[r] = prod_v * s[j + r];
            q[r] += prod * v[j + r];
        }
        for (index k = 0; k < whole; k += 4) {
            __builtin_prefetch(c + 4 * k + ahead, 0, 0);
            V const sk = load<V>(s + j + k), vk = load<V>(v + j + k);
            V hk = load<V>(h + j + k);
#pragma GCC unroll 4
            for (int r = 0; r < 4; ++r) {
                V const a = __builtin_convertvector(load<Four<float>>(c + r * length + k), V);
                d[r] += a * sk;
                e[r] += a * vk;
                hk += a * q[r];
            }
            store(hk, h + j + k);
        }
        Real part[4][4], part_v[4][4];  // d and e, where the last columns can be added one by one
        for (int r = 0; r < 4; ++r) {
            store(d[r], part[r]);
            store(e[r], part_v[r]);
        }
        for (index k = whole; k < length; ++k)
            for (int r = 0; r < 4; ++r) {
                auto const a = static_cast<Real>(c[r * length + k]);
                part[r][k - whole] += a * s[j + k];
                part_v[r][k - whole] += a * v[j + k];
                h[j + k] += a * q[r];
            }
        for (int r = 0; r < 4; ++r) {
            Real const row = (part[r][0] + part[r][1]) + (part[r][2] + part[r][3]);
            Real const row_v = (part_v[r][0] + part_v[r][1]) + (part_v[r][2] + part_v[r][3]);
            h[j + r] += prod_v * row;
            h[j + r] += prod * row_v;
            sum += s[j + r] * row;
            sum_v += v[j + r] * row;
            sum_v += s[j + r] * row_v;
        }
        c += 4 * length;
    }
    *sum_data = sum;
    *sum_v_data = sum_v;
    return c;
}

}  // namespace

template <class Real>
float const* tangent_block(float const* c, index N, index first, Real const* s, Real const* v,
                           Real const* prod, Real const* prod_v, Real* h, Real* sum, Real* sum_v) {
    return multiversion<tangent<Real>>(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
}

template <class Real>
float const* tangent_block_of_one(float const* c, index N, index first, Real const* s,
                                  Real const* v, Real const* prod, Real const* prod_v, Real* h,
                                  Real* sum, Real* sum_v) {
    return multiversion<tangent_of_one<Real>>(c, N, first, s, v, prod, prod_v, h, sum, sum_v);
}

#define SPINSCAPE_INSTANTIATE(Real)                                                           \
    template float const* tangent_block(float const*, index, index, Real const*, Real const*, \
                                        Real const*, Real const*, Real*, Real*, Real*);       \
    template float const* tangent_block_of_one(float const*, index, index, Real const*,       \
                                               Real const*, Real const*, Real const*, Real*,  \
                                               Real*, Real*);
SPINSCAPE_INSTANTIATE(float)
SPINSCAPE_INSTANTIATE(double)
#undef SPINSCAPE_INSTANTIATE

}  // namespace spinscape::p_spin
