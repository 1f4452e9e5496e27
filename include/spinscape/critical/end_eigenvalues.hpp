// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/symmetric_operator.hpp"

#include <vector>

namespace spinscape {

/// A Ritz pair: |H vector - value vector| <= bound, |vector| = 1, hence an eigenvalue of H lies
/// within `bound` of `value`.
struct RitzPair {
    double value = missing;
    double bound = missing;
    std::vector<double> vector{};
};

struct EndOptions {
    index lowest = 1, highest = 1;  ///< how many are wanted at each end
    /// Converged: bound <= tolerance |H|, |H| by the largest Ritz value.
    double tolerance = 1e-8;
    index most_products = 100000;
    /// Basis vectors kept, after which the basis is compressed (restart); 0: 4 per wanted value and
    /// 80 more.
    index largest_basis = 0;
    /// Krylov spaces of one vector see one vector of each eigenspace. After convergence a new
    /// random vector orthogonal to what was found searches on, until it finds nothing new: multiple
    /// eigenvalues come in their multiplicity. Costs about half as many products again.
    bool multiplicities = true;
};

struct EndEigenvalues {
    std::vector<RitzPair> lowest;   ///< ascending
    std::vector<RitzPair> highest;  ///< descending
    bool converged = false;         ///< false: out of products, or H gave a number not finite
    index products = 0;
    index restarts = 0;
    double scale = missing;  ///< |H| by the largest Ritz value
};

/// Eigenvalues at both ends of a spectrum by Lanczos with full reorthogonalisation and thick
/// restarts ([WuSimon2000]; bounds |beta s_m|, [Parlett1998]). A breakdown (an invariant subspace)
/// is continued by a random vector orthogonal to it. Starts come from `stream`. More values than
/// the subspace has dimensions are not given.
EndEigenvalues end_eigenvalues(SymmetricOperator const& H, EndOptions const& options,
                               Stream stream);

}  // namespace spinscape
