// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <functional>
#include <span>

namespace spinscape {

/// A symmetric linear map that is known by its products with vectors of R^n; it may act on a
/// subspace (a tangent space), of which all vectors given to `times` are.
struct SymmetricOperator {
    index dimension = 0;           ///< n
    index subspace_dimension = 0;  ///< n where there is no subspace
    std::function<void(std::span<double const> v, std::span<double> out)> times;
    /// v <- its projection on the subspace; empty: all of R^n.
    std::function<void(std::span<double> v)> project{};
};

}  // namespace spinscape
