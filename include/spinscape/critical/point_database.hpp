// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/critical/search.hpp"
#include "spinscape/landscape/equivalence.hpp"

#include <array>
#include <limits>
#include <map>
#include <vector>

namespace spinscape {

/// A critical point that was found, with all searches that led to it.
struct UniquePoint {
    CriticalPoint point;         ///< as the search with the smallest number found it
    std::vector<index> sources;  ///< numbers of the searches, ascending
    [[nodiscard]] index hits() const { return std::ssize(sources); }
};

/// When two points count as one.
struct SamePoint {
    double distance = 1e-4;  ///< relative distance modulo symmetries at most this ...
    double value = 1e-7;     ///< ... and values that differ by at most this times max(|value|, 1)
};

/// The different critical points that searches of one landscape found. Searches are numbered (by
/// replica, or replica and start); one that is added twice counts once. Adding and merging in any
/// order gives the same points with the same sources if distances fall into two classes, far below
/// and above the tolerance: `separated()` tells.
class PointDatabase {
public:
    explicit PointDatabase(RelativeDistance distance, SamePoint same = {});

    /// The result of search number `source`; rejected ones are counted.
    void add(CriticalPoint found, index source);
    void merge(PointDatabase const& other);

    /// Unique points by ascending value, those of equal value by their first source.
    [[nodiscard]] std::vector<UniquePoint const*> points() const;
    [[nodiscard]] std::vector<index> hit_counts() const;  ///< of points(), in that order
    [[nodiscard]] index searches() const { return std::ssize(ends_); }
    /// Searches that ended at this kind.
    [[nodiscard]] index ended_at(PointKind kind) const;

    /// Largest distance that was taken as the same point and smallest one as another, among points
    /// of equal value.
    [[nodiscard]] double widest_same() const { return widest_same_; }
    [[nodiscard]] double nearest_other() const { return nearest_other_; }
    /// The tolerance may be moved by a factor of 4 either way without changing anything; the order
    /// in which points came does not matter then.
    [[nodiscard]] bool separated() const {
        return 4 * widest_same_ <= same_.distance && nearest_other_ >= 4 * same_.distance;
    }

    void save(ByteWriter& out) const;
    /// Merges what was saved.
    void load(ByteReader& in);

private:
    void insert(UniquePoint found);

    RelativeDistance distance_;
    SamePoint same_;
    std::multimap<double, UniquePoint> points_;  // by value
    std::map<index, PointKind> ends_;            // of each search
    double widest_same_ = 0, nearest_other_ = std::numeric_limits<double>::infinity();
};

}  // namespace spinscape
