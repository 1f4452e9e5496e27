// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/adaptive.hpp"

#include "spinscape/stats/moments.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

std::vector<index> replicas_from(Job const& job, std::vector<index> const& seeds) {
    std::vector<index> replicas;
    for (std::size_t p = 0; p < seeds.size(); ++p)
        replicas.push_back(replicas_of(*job.study, job.points[p].parameters, seeds[p]));
    return replicas;
}

bool all_there(std::vector<index> const& replicas, Finished const& finished) {
    for (std::size_t p = 0; p < replicas.size(); ++p)
        for (index r = 0; r < replicas[p]; ++r)
            if (!finished.has(static_cast<index>(p), r)) return false;
    return true;
}

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

std::vector<double> factors_for_error(Job const& job, RecordTable const& records) {
    std::vector<double> factors;
    for (std::size_t p = 0; p < job.points.size(); ++p) {
        Moments moments;
        for (double const x : records.column(static_cast<index>(p), job.adaptive->field))
            moments.add(x);
        double const ratio = moments.standard_error() / job.adaptive->target;
        // Without an error (fewer than two values) more seeds are needed as well.
        factors.push_back(std::isnan(ratio) ? 2 : std::max(1.0, ratio * ratio));
    }
    return factors;
}

/// Seeds of the wave after this complete one; the same where there are enough.
std::vector<index> next_wave(Job const& job, std::vector<index> seeds, Finished const& finished) {
    auto const replicas = replicas_from(job, seeds);
    auto records = finished.records;
    auto critical_points = finished.critical_points;
    auto const of_this_wave = [&](index point, index replica) {
        return replica < replicas[static_cast<std::size_t>(point)];
    };
    records.keep_if(of_this_wave);
    records.sort();
    critical_points.keep_if(of_this_wave);
    critical_points.sort();
    auto const factors = job.adaptive->field.empty()
                             ? factors_for_claims(job, records, critical_points)
                             : factors_for_error(job, records);
    for (std::size_t p = 0; p < seeds.size(); ++p) {
        if (job.points[p].seeds_fixed || !(factors[p] > 1)) continue;
        // A little more than needed, since the error is only estimated; never more than double,
        // since the estimates of few seeds are poor.
        double const grown =
            static_cast<double>(seeds[p]) * std::clamp(1.1 * factors[p], 1.25, 2.0);
        seeds[p] = std::min(job.adaptive->most, static_cast<index>(std::ceil(grown)));
    }
    return seeds;
}

}  // namespace

std::vector<index> wanted_replicas(Job const& job, Finished const& finished) {
    std::vector<index> seeds;
    for (auto const& point : job.points) seeds.push_back(point.seeds);
    auto replicas = replicas_from(job, seeds);
    while (job.adaptive && all_there(replicas, finished)) {
        auto const next = next_wave(job, seeds, finished);
        if (next == seeds) break;
        seeds = next;
        replicas = replicas_from(job, seeds);
    }
    return replicas;
}

}  // namespace spinscape
