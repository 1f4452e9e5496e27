// SPDX-License-Identifier: BSD-3-Clause
#include "paired.hpp"

#include <cmath>
#include <vector>

namespace spinscape::studies {

ByReplica by_replica(Results const& results, index point, std::string_view field) {
    ByReplica values;
    for (index const row : results.records.rows_of(point))
        values[results.records.replica(row)] = results.records.at(row, field);
    return values;
}

Estimate paired_mean(ByReplica const& a, ByReplica const& b,
                     std::function<double(double, double)> const& combine) {
    constexpr index fewest = 5;
    std::vector<double> values;
    for (auto const& [replica, value] : a)
        if (auto const other = b.find(replica); other != b.end())
            values.push_back(combine(value, other->second));
    auto mean = mean_estimate(values);
    if (mean.n < fewest) mean.standard_error = missing;
    return mean;
}

Estimate paired_difference(ByReplica const& a, ByReplica const& b) {
    return paired_mean(a, b, [](double x, double y) { return x - y; });
}

Estimate paired_log_ratio(ByReplica const& a, ByReplica const& b) {
    return paired_mean(a, b, [](double x, double y) { return std::log(x / y); });
}

}  // namespace spinscape::studies
