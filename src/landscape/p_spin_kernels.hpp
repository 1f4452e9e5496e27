// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

/// Innermost loops of the p-spin Hamiltonian over one prefix P = (i1..i_{p-2}) with last index
/// `first`: the block of couplings c_jk, first <= j <= k < N, laid out as PSpinCouplings says.
/// Arrays "per lane" hold 64 bytes (16 floats, 8 doubles) per spin, one lane per replica, with
/// three rows of zeros (s, v) or of scratch (g, h) behind row N-1; aligned to 64 bytes.
/// All return the end of the block.
namespace spinscape::p_spin {

/// With prod = product of the spins in P:
///   g_k += prod sum_j c_jk s_j,  g_j += prod sum_k c_jk s_k,  sum = sum_jk c_jk s_j s_k.
float const* gradient_block(float const* c, index N, index first, float const* s, float const* prod,
                            float* g, float* sum);
float const* gradient_block(float const* c, index N, index first, double const* s,
                            double const* prod, double* g, double* sum);

/// The same bits for a single replica, whose arrays hold one number per spin and the same three
/// further rows.
float const* gradient_block_of_one(float const* c, index N, index first, float const* s,
                                   float const* prod, float* g, float* sum);
float const* gradient_block_of_one(float const* c, index N, index first, double const* s,
                                   double const* prod, double* g, double* sum);

/// The derivative of what gradient_block computes when s moves with velocity v; prod_v and sum_v
/// are the velocities of prod and sum, h is the velocity of g.
float const* tangent_block(float const* c, index N, index first, float const* s, float const* v,
                           float const* prod, float const* prod_v, float* h, float* sum,
                           float* sum_v);
float const* tangent_block(float const* c, index N, index first, double const* s, double const* v,
                           double const* prod, double const* prod_v, double* h, double* sum,
                           double* sum_v);

/// One replica: U_jk += prod c_jk (U is N x N, row-major); row_k = sum_j (c_jk + c_kj) s_j for
/// k >= first; sum = sum_jk c_jk s_j s_k.
float const* hessian_block(float const* c, index N, index first, float const* s, float prod,
                           float* U, float* row, float& sum);
float const* hessian_block(float const* c, index N, index first, double const* s, double prod,
                           double* U, double* row, double& sum);

}  // namespace spinscape::p_spin
