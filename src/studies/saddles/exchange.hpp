// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/point_database.hpp"
#include "spinscape/study/study.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

/// What searches of one landscape found together, and what that means for the ones to come.
namespace spinscape::saddle_study {

/// The different critical points among `rows`, by landscape (number of the random field; -1 for the
/// one network): points are told apart by what no symmetry changes, their height, norm and
/// spectrum. Searches are numbered by replica.
std::map<index, PointDatabase> databases_of(RecordTable const& records,
                                            std::vector<index> const& rows);

/// The points of all of them: the row of the first search that ended at each, and how many did.
struct UniqueRows {
    std::vector<index> first{}, hits{};
};
UniqueRows unique_rows(RecordTable const& records, std::vector<index> const& rows);

/// What the searches that aimed at one index have met. A search draws one of the critical points
/// in its reach, or nothing.
struct Reach {
    index searches = 0;
    index once = 0;  ///< points that a single one of them ended at
    /// Probability that the next one ends at a point that none has met, at most: Good and Turing's
    /// share, and one search more for what n searches cannot tell.
    [[nodiscard]] double unseen() const {
        if (searches == 0) return 1;
        return std::min(1.0, static_cast<double>(once + 1) / static_cast<double>(searches));
    }
};
/// By Found::target, from the searches of one network.
std::map<index, Reach> reach_of(RecordTable const& records, std::vector<index> const& rows);

/// Whether no index that searches may aim at is worth another one.
bool exhausted(Parameters const& parameters, RecordTable const& records,
               std::vector<index> const& rows);

/// Sum of (-1)^index over the different critical points, all images under the symmetries of the
/// network counted; missing if one is degenerate. 1 if none is missing and the loss grows without
/// bound (Morse theory, [Milnor1963]).
double alternating_sum(RecordTable const& records, std::vector<index> const& rows);

/// Study::share and Study::enough of networks: the reach of each target index; whether all are
/// exhausted and, where there is a ridge, the alternating sum is right: else searches go on.
std::string share(Results const& earlier);
bool enough(Results const& earlier);

/// Highest index that searches of a network of this dimension aim at.
index highest_target(Parameters const& parameters, index dimension);

/// An index to aim at, 0 ... highest, drawn in proportion to what is unseen there; exhausted ones
/// are left out. Evenly while nothing is shared, and where all are exhausted.
index target_of(std::string const& shared, index highest, double exhausted, Stream& choices);

}  // namespace spinscape::saddle_study
