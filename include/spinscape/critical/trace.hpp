// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/sampled_value.hpp"
#include "spinscape/critical/symmetric_operator.hpp"

namespace spinscape {

/// tr H as the mean of v^T H v over `probes` random sign vectors (projected on the operator's
/// subspace) ([Hutchinson1990]); variance of one in flat space 2 (|H|_F^2 - sum H_ii^2).
SampledValue hutchinson_trace(SymmetricOperator const& H, index probes, Stream stream);

/// tr H by Hutch++ ([Meyer2021]) with about `products` products, at least 6: a third each for a
/// random sketch S, the exact trace on the space spanned by H S, and Hutchinson's estimate on what
/// is left, from whose spread the error comes. Exact (error 0 but for rounding) if the rank of H is
/// at most products / 3.
SampledValue hutch_plus_plus_trace(SymmetricOperator const& H, index products, Stream stream);

}  // namespace spinscape
