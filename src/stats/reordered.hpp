// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <vector>

namespace spinscape::stats_detail {

/// values[order[0]], values[order[1]], ...
template <class T>
std::vector<T> reordered(std::vector<T> const& values, std::vector<index> const& order) {
    std::vector<T> result;
    result.reserve(order.size());
    for (index const i : order) result.push_back(values[static_cast<std::size_t>(i)]);
    return result;
}

}  // namespace spinscape::stats_detail
