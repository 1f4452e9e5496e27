// SPDX-License-Identifier: BSD-3-Clause
#include "adaptive.hpp"

#include "spinscape/stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

/// How many times more seeds each point needs; 1: enough.
std::vector<double> factors_for_claims(Job const& job, RecordTable const& records,
                                       PointTable const& critical_points) {
    std::vector<Parameters> points;
    for (auto const& point : job.points) points.push_back(point.parameters);
    std::vector<double> factors(points.size(), 1);
    Results const results{points, records, critical_points, job.master_seed, job.folder};
    for (auto const& claim : job.study->conclude(results).claims) {
        double const factor = claim.factor_to_decide();
        if (!(factor > 1)) continue;
        for (std::size_t p = 0; p < factors.size(); ++p) {
            auto const& on = claim.points;
            if (on.empty() || std::find(on.begin(), on.end(), static_cast<index>(p)) != on.end())
                factors[p] = std::max(factors[p], factor);
        }
    }
    return factors;
}

index grown(Job const& job, std::size_t point, index seeds, double factor) {
    if (job.points[point].seeds_fixed || !(factor > 1)) return seeds;
    // A little more than needed, since the error is only estimated; never more than double, since
    // the estimates of few seeds are poor.
    double const wished = static_cast<double>(seeds) * std::clamp(1.1 * factor, 1.25, 2.0);
    return std::min(job.adaptive->most, static_cast<index>(std::ceil(wished)));
}

}  // namespace

std::vector<index> seeds_for_claims(Job const& job, std::vector<index> seeds,
                                    std::vector<index> const& replicas, Finished const& finished) {
    auto records = finished.records;
    auto critical_points = finished.critical_points;
    auto const of_these_waves = [&](index point, index replica) {
        return replica < replicas[static_cast<std::size_t>(point)];
    };
    records.keep_if(of_these_waves);
    records.sort();
    critical_points.keep_if(of_these_waves);
    critical_points.sort();
    auto const factors = factors_for_claims(job, records, critical_points);
    for (std::size_t p = 0; p < seeds.size(); ++p) seeds[p] = grown(job, p, seeds[p], factors[p]);
    return seeds;
}

index seeds_for_error(Job const& job, index point, index seeds, std::vector<double> const& values) {
    Moments moments;
    for (double const x : values) moments.add(x);
    double const ratio = moments.standard_error() / job.adaptive->target;
    // Without an error (fewer than two values) more seeds are needed as well.
    return grown(job, static_cast<std::size_t>(point), seeds,
                 std::isnan(ratio) ? 2 : std::max(1.0, ratio * ratio));
}

}  // namespace spinscape
