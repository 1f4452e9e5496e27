// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/world.hpp"
#include "spinscape/study/run_folder.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace spinscape::app {

/// How far a run is, on stderr: one line that is redrawn on a terminal, a sparse line each in a
/// log. Fed with the mergeable statistics that ranks send with every block.
class Progress {
public:
    Progress(Job const& job, index ranks, bool quiet);

    /// What is to be done now, and what earlier runs have left.
    void start(std::vector<parallel::Block> const& blocks, Finished const& finished);
    /// Another number of replicas is wanted at each point.
    void change(std::vector<index> const& before, std::vector<index> const& now);
    void add(parallel::Block const& block, parallel::BlockReport const& report);
    /// Ends the line and prints, per parameter point, n and mean +- standard error of the headline.
    void finish(double wall_seconds);

private:
    using Clock = std::chrono::steady_clock;
    struct Count {
        Moments headline;
        index done = 0;
    };
    void draw(std::size_t point, bool last);
    [[nodiscard]] double largest_idle_share() const;

    Job const& job_;
    bool quiet_, terminal_;
    double cost_done_ = 0, cost_total_ = 0;
    index done_ = 0, earlier_ = 0, total_ = 0, failed_ = 0;
    std::vector<Count> counts_;
    struct Busy {
        double computing = 0, until = 0;  ///< seconds inside blocks, and from start to last report
    };
    std::vector<Busy> ranks_;
    Clock::time_point start_ = Clock::now(), drawn_;
    double share_drawn_ = 0;
};

}  // namespace spinscape::app
