// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/finished.hpp"

#include <vector>

/// The criteria of adaptive seeds: from complete waves to the seeds of the next one.
namespace spinscape {

/// Seeds of each point after `replicas` of each are finished; the same everywhere if the claims are
/// decided.
std::vector<index> seeds_for_claims(Job const& job, std::vector<index> seeds,
                                    std::vector<index> const& replicas, Finished const& finished);

/// Seeds of a point after these `values` of the criterion's field, in replica order; the same if
/// their mean is known well enough.
index seeds_for_error(Job const& job, index point, index seeds, std::vector<double> const& values);

}  // namespace spinscape
