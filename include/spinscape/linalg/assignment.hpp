// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

namespace spinscape::linalg {

/// The linear assignment problem: column of each row such that the sum of cost[row, column]
/// (n x n, row-major, finite) is smallest. Shortest augmenting paths ([Jonker1987]), O(n^3).
std::vector<index> assignment(std::span<double const> cost, index n);

}  // namespace spinscape::linalg
