// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/estimate.hpp"
#include "spinscape/study/study.hpp"

#include <functional>
#include <map>
#include <string_view>

/// Comparisons within replicas, which share start and order of data at all points of a sweep.
namespace spinscape::studies {

/// A number of each replica.
using ByReplica = std::map<index, double>;

/// One scalar field at one point.
ByReplica by_replica(Results const& results, index point, std::string_view field);

/// Mean of combine(a, b) over the replicas that have both. Without an error, hence without a
/// verdict, below five pairs: too few for an interval of 99 %.
Estimate paired_mean(ByReplica const& a, ByReplica const& b,
                     std::function<double(double, double)> const& combine);

/// Mean of a - b.
Estimate paired_difference(ByReplica const& a, ByReplica const& b);

/// Mean of ln(a / b).
Estimate paired_log_ratio(ByReplica const& a, ByReplica const& b);

}  // namespace spinscape::studies
