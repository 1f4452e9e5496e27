// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/finished.hpp"

#include <memory>
#include <string>
#include <vector>

namespace spinscape {

/// Which replicas are wanted at each point, and which of them may be computed by now: the replicas
/// of a point come in waves, and what follows a wave is decided by complete waves alone. So the
/// answers are the same for any number of ranks, restarts and orders of arrival.
///
/// Waves of a study (Study::wave) exchange results: when waves 0 ... w-1 of a point are complete,
/// Study::enough may end the point there; else wave w opens, and its tasks see what Study::share
/// makes of the waves before it (Task::shared).
///
/// Adaptive seeds (seeds.count = { min, max, until }) begin with the least number everywhere. When
/// that is complete, the records of these replicas decide how many are added (at most as many
/// again, at least a quarter), until the criterion is met or the largest number is reached:
///   "claims decided":      points of undecided claims, as many times as Claim::factor_to_decide;
///                          decided when all points are complete
///   "stderr FIELD < X":    points whose mean has a larger standard error: n (error / X)^2; each
///                          point by itself
///
/// Points go on independently of each other wherever the criterion is not about all of them.
class Waves {
public:
    /// `finished` must outlive this. May throw what the study throws.
    Waves(Job const& job, Finished const& finished);
    ~Waves();
    Waves(Waves const&) = delete;
    Waves& operator=(Waves const&) = delete;

    /// To be called when replicas of `point` have been added to `finished`: the points of which
    /// more replicas may be computed now. May throw what the study throws.
    std::vector<index> advance(index point);

    /// Replicas of the point that the sweep needs, as far as is known by now.
    [[nodiscard]] index wanted(index point) const;
    [[nodiscard]] std::vector<index> wanted() const;
    /// Replicas below this may be computed; at most wanted().
    [[nodiscard]] index open(index point) const;
    /// What the tasks of the wave that is open see; empty in the first one and without
    /// Study::share. Made when it is first asked for, and may throw what the study throws then.
    std::shared_ptr<std::string const> shared(index point);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// Waves(job, finished).wanted().
std::vector<index> wanted_replicas(Job const& job, Finished const& finished);

/// Replicas per wave at a point; 0: all in one.
index wave_size(Job const& job, Parameters const& point);

/// Why the parts of this job cannot be computed apart, since waves need the results of all of them;
/// empty if they can.
std::string why_no_shards(Job const& job);

}  // namespace spinscape
