// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace spinscape::parallel {

/// The ranks that compute one block together: a tempering ladder whose walkers live on several
/// ranks, say. This base class is a crew of one rank; run_crews makes the others.
///
/// What a study computes must not depend on the size of the crew: every rank holds a share of the
/// work, and decides what concerns all from what it gathered from all.
class Crew {
public:
    virtual ~Crew() = default;
    [[nodiscard]] virtual index rank() const { return 0; }
    [[nodiscard]] virtual index size() const { return 1; }

    /// Items first ... first + count - 1 of n belong to this rank. Parts differ by at most one.
    struct Share {
        index first, count;
    };
    [[nodiscard]] Share share(index n) const { return share_of(rank(), size(), n); }

    // The following are collective.

    /// The numbers of all ranks in order of rank, on every rank.
    virtual std::vector<double> all_gather(std::span<double const> mine) {
        return {mine.begin(), mine.end()};
    }
    /// The same where `mine` are this rank's share of `items`, each of `width` numbers: all ranks
    /// know who has how many, which saves a message.
    virtual std::vector<double> all_gather(std::span<double const> mine, index /*items*/,
                                           index /*width*/) {
        return {mine.begin(), mine.end()};
    }
    /// What rank 0 of the crew says, on every rank.
    virtual bool decided(bool mine) { return mine; }
    virtual std::string of_rank_0(std::string mine) { return mine; }

protected:
    static Share share_of(index rank, index size, index n) {
        auto const whole = n / size, rest = n % size;
        return {rank * whole + std::min(rank, rest), whole + (rank < rest ? 1 : 0)};
    }
};

}  // namespace spinscape::parallel
