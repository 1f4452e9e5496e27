// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "p_spin_kernels.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <algorithm>
#include <vector>

namespace spinscape::p_spin {

/// Walks the prefixes i1 <= ... <= i_{p-2} of one term as reverse-mode differentiation does: the
/// product of the prefix on the way down, on the way up
///   D_P = sum_j s_j D_{Pj},  g_j += prod_P D_{Pj}.
/// Repeated indices need no special case: each position contributes its own derivative. `lanes`
/// replicas side by side: those of a group, or 1.
template <class Real, index lanes>
class GradientWalk {
public:
    GradientWalk(index N, int p, float const* c, Real const* s, Batch<Real>& prefix, Real* g)
        : N_(N), p_(p), c_(c), s_(s), prefix_(prefix), g_(g) {}

    /// prefix[level] holds the product; the sum over everything below goes to `out`.
    void run(int level, index first, Real* out) {
        auto const* prod = prefix_[level].data();
        if (level + 2 == p_) {
            if constexpr (lanes == 1)
                c_ = gradient_block_of_one(c_, N_, first, s_, prod, g_, out);
            else
                c_ = gradient_block(c_, N_, first, s_, prod, g_, out);
            return;
        }
        auto* next = prefix_[level + 1].data();
        std::fill_n(out, lanes, Real{0});
        for (index j = first; j < N_; ++j) {
            auto const* sj = s_ + j * lanes;
            auto* gj = g_ + j * lanes;
            for (index l = 0; l < lanes; ++l) next[l] = prod[l] * sj[l];
            alignas(64) Real below[lanes];
            run(level + 1, j, below);
            for (index l = 0; l < lanes; ++l) {
                gj[l] += prod[l] * below[l];
                out[l] += sj[l] * below[l];
            }
        }
    }

private:
    index N_;
    int p_;
    float const* c_;
    Real const* s_;
    Batch<Real>& prefix_;
    Real* g_;
};

/// The same walk, differentiated once more along v.
template <class Real, index lanes>
class TangentWalk {
public:
    TangentWalk(index N, int p, float const* c, Real const* s, Real const* v, Batch<Real>& prefix,
                Batch<Real>& prefix_v, Real* h)
        : N_(N), p_(p), c_(c), s_(s), v_(v), prefix_(prefix), prefix_v_(prefix_v), h_(h) {}

    void run(int level, index first, Real* out, Real* out_v) {
        auto const* prod = prefix_[level].data();
        auto const* prod_v = prefix_v_[level].data();
        if (level + 2 == p_) {
            if constexpr (lanes == 1)
                c_ = tangent_block_of_one(c_, N_, first, s_, v_, prod, prod_v, h_, out, out_v);
            else
                c_ = tangent_block(c_, N_, first, s_, v_, prod, prod_v, h_, out, out_v);
            return;
        }
        auto* next = prefix_[level + 1].data();
        auto* next_v = prefix_v_[level + 1].data();
        std::fill_n(out, lanes, Real{0});
        std::fill_n(out_v, lanes, Real{0});
        for (index j = first; j < N_; ++j) {
            auto const *sj = s_ + j * lanes, *vj = v_ + j * lanes;
            auto* hj = h_ + j * lanes;
            for (index l = 0; l < lanes; ++l) {
                next[l] = prod[l] * sj[l];
                next_v[l] = prod_v[l] * sj[l] + prod[l] * vj[l];
            }
            alignas(64) Real below[lanes];
            alignas(64) Real below_v[lanes];
            run(level + 1, j, below, below_v);
            for (index l = 0; l < lanes; ++l) {
                hj[l] += prod_v[l] * below[l] + prod[l] * below_v[l];
                out[l] += sj[l] * below[l];
                out_v[l] += vj[l] * below[l] + sj[l] * below_v[l];
            }
        }
    }

private:
    index N_;
    int p_;
    float const* c_;
    Real const* s_;
    Real const* v_;
    Batch<Real>& prefix_;
    Batch<Real>& prefix_v_;
    Real* h_;
};

/// Collects U with Hess = U + U^T: U_ab is the sum over pairs of positions m < n that hold a, b.
template <class Real>
class HessianWalk {
public:
    HessianWalk(index N, int p, float const* c, Real const* s, Real* U, Real* row)
        : N_(N), p_(static_cast<std::size_t>(p)), c_(c), s_(s), U_(U), row_(row), tuple_(p_ - 2) {}

    void run(std::size_t level, index first) {
        if (level + 2 == p_) return leaf(first);
        for (index j = first; j < N_; ++j) {
            tuple_[level] = j;
            run(level + 1, j);
        }
    }

private:
    void leaf(index first) {
        Real sum = 0;
        c_ = hessian_block(c_, N_, first, s_, product_without(p_, p_), U_, row_, sum);
        for (std::size_t m = 0; m < tuple_.size(); ++m) {
            auto* target = U_ + tuple_[m] * N_;
            auto const factor = product_without(m, p_);
            for (index k = first; k < N_; ++k) target[k] += factor * row_[k];
            for (std::size_t n = m + 1; n < tuple_.size(); ++n)
                target[tuple_[n]] += product_without(m, n) * sum;
        }
    }
    [[nodiscard]] Real product_without(std::size_t m, std::size_t n) const {
        Real product = 1;
        for (std::size_t a = 0; a < tuple_.size(); ++a)
            if (a != m && a != n) product *= s_[tuple_[a]];
        return product;
    }

    index N_;
    std::size_t p_;
    float const* c_;
    Real const* s_;
    Real* U_;
    Real* row_;
    std::vector<index> tuple_;
};

}  // namespace spinscape::p_spin
