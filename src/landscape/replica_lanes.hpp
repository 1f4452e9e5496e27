// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/p_spin_term.hpp"

#include <algorithm>
#include <span>
#include <vector>

/// Replicas of a glass side by side in vector lanes, and what is computed from them whatever the
/// couplings look like.
namespace spinscape::p_spin {

template <class Real>
constexpr index lanes_of = 64 / sizeof(Real);

/// Kernels may touch so many rows behind the last spin.
constexpr index rows_behind = 3;

/// Replicas first, first + 1, ... side by side; unused lanes are zero.
template <class Real>
void to_lanes(BatchView<Real const> x, index first, Batch<Real>& out) {
    constexpr auto lanes = lanes_of<Real>;
    auto const used = std::min(lanes, x.replicas() - first);
    auto* target = out[0].data();
    for (index i = 0; i < x.dimension(); ++i) {
        for (index l = 0; l < used; ++l)
            target[i * lanes + l] = x.data()[(first + l) * x.stride() + i];
        for (index l = used; l < lanes; ++l) target[i * lanes + l] = 0;
    }
}

template <class Real>
void from_lanes(Batch<Real>& lanes_of_x, index first, BatchView<Real> out) {
    constexpr auto lanes = lanes_of<Real>;
    auto const used = std::min(lanes, out.replicas() - first);
    auto const* source = lanes_of_x[0].data();
    for (index l = 0; l < used; ++l)
        for (index i = 0; i < out.dimension(); ++i)
            out.data()[(first + l) * out.stride() + i] = source[i * lanes + l];
}

/// One replica, with the further rows that kernels want.
template <class Real>
void one_to_lanes(std::span<Real const> x, Batch<Real>& out) {
    auto* const end = std::ranges::copy(x, out[0].data()).out;
    std::fill_n(end, rows_behind, Real{0});
}

/// Calls f(first, n) for n replicas from `first` on that are computed together: whole groups, but
/// up to `one_by_one` replicas one by one, where that is faster.
template <index one_by_one, class Real, class F>
void for_each_group(BatchView<Real const> x, F const& f) {
    for (index first = 0; first < x.replicas();) {
        auto const left = std::min(lanes_of<Real>, x.replicas() - first);
        auto const n = left <= one_by_one ? 1 : left;
        f(first, n);
        first += n;
    }
}

/// Gradients of all terms into `total`; energies in double by Euler's identity, sum over terms of
/// s . grad_p / p. term_gradient(t, s, g) adds the gradient of term t to g; `side_by_side`
/// replicas.
template <class Real, index side_by_side, class F>
void sum_terms(std::vector<PSpinTerm> const& terms, index N, Real const* s, Real* g, Real* total,
               std::span<double> out_energy, F const& term_gradient) {
    std::ranges::fill(out_energy, 0.0);
    std::fill_n(total, (N + rows_behind) * side_by_side, Real{0});
    for (std::size_t t = 0; t < terms.size(); ++t) {
        std::fill_n(g, (N + rows_behind) * side_by_side, Real{0});
        term_gradient(t, s, g);
        double euler[side_by_side] = {};
        for (index i = 0; i < N; ++i)
            for (index l = 0; l < side_by_side; ++l) {
                auto const at = i * side_by_side + l;
                euler[l] += static_cast<double>(s[at]) * static_cast<double>(g[at]);
                total[at] += g[at];
            }
        for (std::size_t l = 0; l < out_energy.size(); ++l) out_energy[l] += euler[l] / terms[t].p;
    }
}

/// H <- H + H^T.
template <class Real>
void add_transpose(Real* H, index N) {
    for (index i = 0; i < N; ++i)
        for (index j = 0; j <= i; ++j) H[i * N + j] = H[j * N + i] = H[i * N + j] + H[j * N + i];
}

}  // namespace spinscape::p_spin
