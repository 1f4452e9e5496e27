// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <vector>

namespace spinscape {

/// A transition state between two minima, by their numbers. Both sides may be the same minimum.
struct Passage {
    double value = missing;
    index one = 0, other = 0;
};

/// Minima of a landscape and the passages between them, and what follows for the lowest ways from
/// one minimum to another ([Wales2003], ch. 5). The height of a way is its highest passage; the
/// pass between two minima is the lowest of all heights.
///
/// Joining minima by ascending passages (Kruskal's algorithm) gives a binary forest, one tree per
/// component: leaves are the minima, an inner node is the passage that joined two superbasins. The
/// pass between two minima is the value of their lowest common ancestor.
class DisconnectivityGraph {
public:
    /// Values of the minima; passages in any order. No passage may lie below its minima.
    DisconnectivityGraph(std::vector<double> minima, std::vector<Passage> passages);

    struct Node {
        double value = missing;
        index parent = -1;             ///< -1: root of a component
        index lower = -1, upper = -1;  ///< children, by their lowest minima; -1: a leaf
        index lowest = 0;              ///< number of the lowest minimum below
        index leaves = 1;              ///< minima below
    };
    /// The minima in their order, then inner nodes by ascending value: children before parents.
    [[nodiscard]] std::vector<Node> const& nodes() const { return nodes_; }
    [[nodiscard]] index minima() const { return minima_; }
    [[nodiscard]] index components() const;

    /// Infinite if no way leads from a to b; the value of the minimum itself if a = b.
    [[nodiscard]] double pass(index a, index b) const;
    /// What must be climbed from a on the lowest way to b.
    [[nodiscard]] double barrier(index a, index b) const { return pass(a, b) - value(a); }
    /// What must be climbed from a to get to any lower minimum; infinite if there is none.
    [[nodiscard]] double escape_barrier(index a) const;

    /// For each minimum the number of its superbasin at this level: minima that are joined by ways
    /// below or at the level; numbered by their first minimum, -1 for minima above the level.
    [[nodiscard]] std::vector<index> superbasins(double level) const;

    /// Where the monotonic sequence from a ends: over the lowest passage that leads directly to a
    /// lower minimum, again and again. Minima with the same end form a funnel ([Wales2003]).
    [[nodiscard]] index funnel_bottom(index a) const;

    /// The tree below a root as one line to draw: minima side by side in the order of the tree,
    /// x = first_x, first_x + 1, ...; every node above the middle of its children.
    struct Outline {
        std::vector<double> x, y;
    };
    [[nodiscard]] Outline outline(index root, double first_x = 0) const;

private:
    [[nodiscard]] double value(index a) const { return node(a).value; }
    [[nodiscard]] Node const& node(index i) const { return nodes_[static_cast<std::size_t>(i)]; }
    void draw(index i, std::vector<double> const& x, double from, Outline& outline) const;

    index minima_;
    std::vector<Passage> passages_;  // ascending
    std::vector<Node> nodes_;
};

}  // namespace spinscape
