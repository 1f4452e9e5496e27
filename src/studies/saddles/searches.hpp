// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/search.hpp"
#include "spinscape/landscape/gaussian_field.hpp"
#include "spinscape/study/study.hpp"

#include <functional>
#include <vector>

namespace spinscape::saddle_study {

/// What is recorded of one search.
struct Found {
    CriticalPoint point;
    double height = missing;       ///< loss without the ridge term, or field per dimension
    double train_error = missing;  ///< networks
    index target = -1;
    index dimension = 0;        ///< of the tangent space
    double images = missing;    ///< of the point under the symmetries of the network, with itself
    double distance = missing;  ///< from the start
    double disorder = missing;  ///< fields
    double hessian_defect = missing;
    std::vector<double> spectrum{};  ///< ascending
};
/// The search of a replica.
using Searches = std::function<Found(index replica)>;

Searches network_searches(Task const& task);
Searches field_searches(Task const& task);

std::vector<Field> fields();
std::vector<Field> point_fields();
void record_search(Task& task, index replica, Found const& found);

/// Shares of the spectrum at which its quantiles are recorded.
std::vector<double> const& quantile_shares();

Findings conclude(Results const& results);

}  // namespace spinscape::saddle_study
