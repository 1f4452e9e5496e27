// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/diluted_couplings.hpp"

/// Loops over all couplings of one term of a diluted p-spin Hamiltonian. Arrays hold `lanes`
/// numbers per spin, one per replica: 64 bytes, or 1; both give a replica the same bits.
namespace spinscape::diluted {

/// g += gradient of the term at s.
template <class Real, index lanes>
void add_gradient(DilutedCouplings::Rows const& rows, Real const* s, Real* g);

/// h += Hessian of the term at s times v.
template <class Real, index lanes>
void add_hessian_product(DilutedCouplings::Rows const& rows, Real const* s, Real const* v, Real* h);

/// One replica: U (N x N) collects U with Hess = U + U^T.
template <class Real>
void add_hessian(DilutedCouplings::Rows const& rows, index N, Real const* s, Real* U);

}  // namespace spinscape::diluted
