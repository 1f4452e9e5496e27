// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/sampled_value.hpp"
#include "spinscape/critical/symmetric_operator.hpp"
#include "spinscape/landscape/prepared_hessian.hpp"

#include <functional>
#include <span>

namespace spinscape {

/// A part of a prepared Hessian, which must outlive the operator.
inline SymmetricOperator hessian_operator(
    PreparedHessian& hessian, PreparedHessian::Part part = PreparedHessian::Part::whole) {
    return {.dimension = hessian.dimension(),
            .subspace_dimension = hessian.dimension(),
            .times = [&hessian, part](std::span<double const> v, std::span<double> out) {
                hessian.times(part, v, out);
            }};
}

struct MinibatchOptions {
    index batch = 1000;  ///< samples in each
    index batches = 10;  ///< disjoint: batch * batches <= samples of the network
};

/// A quantity of the Hessians of disjoint random minibatches: its mean, and as error the spread
/// between minibatches times sqrt(1 - share of all samples used), which is right for quantities
/// linear in the Hessian (products, traces, quadratic forms) and makes the error 0 where the
/// minibatches share out all samples. Nonlinear quantities are biased besides: the top eigenvalue
/// of a minibatch is too large on average, by convexity.
SampledValue minibatch_estimate(Network<double> const& network, std::span<double const> x,
                                MinibatchOptions const& options, Stream stream,
                                std::function<double(PreparedHessian&)> const& quantity);

}  // namespace spinscape
