// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

/// Innermost loops of the p-spin Hamiltonian over one prefix P = (i1..i_{p-2}) with last index
/// `first`: the block of couplings c_jk, first <= j <= k < N, laid out as PSpinCouplings says.
/// Arrays "per lane" hold 64 bytes (16 floats, 8 doubles) per spin, one lane per replica, with
/// three rows of zeros (s, v) or of scratch (g, h) behind row N-1; aligned to 64 bytes. The forms
/// `of_one` give the same bits for a single replica, whose arrays hold one number per spin and the
/// same three further rows. All return the end of the block. Real: float or double.
namespace spinscape::p_spin {

/// With prod = product of the spins in P:
///   g_k += prod sum_j c_jk s_j,  g_j += prod sum_k c_jk s_k,  sum = sum_jk c_jk s_j s_k.
template <class Real>
float const* gradient_block(float const* c, index N, index first, Real const* s, Real const* prod,
                            Real* g, Real* sum);
template <class Real>
float const* gradient_block_of_one(float const* c, index N, index first, Real const* s,
                                   Real const* prod, Real* g, Real* sum);

/// The derivative of what gradient_block computes when s moves with velocity v; prod_v and sum_v
/// are the velocities of prod and sum, h is the velocity of g.
template <class Real>
float const* tangent_block(float const* c, index N, index first, Real const* s, Real const* v,
                           Real const* prod, Real const* prod_v, Real* h, Real* sum, Real* sum_v);
template <class Real>
float const* tangent_block_of_one(float const* c, index N, index first, Real const* s,
                                  Real const* v, Real const* prod, Real const* prod_v, Real* h,
                                  Real* sum, Real* sum_v);

/// One replica: U_jk += prod c_jk (U is N x N, row-major); row_k = sum_j (c_jk + c_kj) s_j for
/// k >= first; sum = sum_jk c_jk s_j s_k.
template <class Real>
float const* hessian_block(float const* c, index N, index first, Real const* s, Real prod, Real* U,
                           Real* row, Real& sum);

}  // namespace spinscape::p_spin
