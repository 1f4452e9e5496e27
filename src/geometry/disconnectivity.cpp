// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/disconnectivity.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace spinscape {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// Disjoint sets of minima with the tree node that stands for each.
class Sets {
public:
    explicit Sets(index n) : up_(at(n)), node(at(n)) {
        std::iota(up_.begin(), up_.end(), index{0});
        std::iota(node.begin(), node.end(), index{0});
    }
    index find(index i) {
        while (up_[at(i)] != i) i = up_[at(i)] = up_[at(up_[at(i)])];
        return i;
    }
    /// Returns the representative of the union.
    index unite(index a, index b) { return up_[at(std::max(a, b))] = std::min(a, b); }

private:
    std::vector<index> up_;

public:
    std::vector<index> node;  ///< of a representative
};

}  // namespace

DisconnectivityGraph::DisconnectivityGraph(std::vector<double> minima,
                                           std::vector<Passage> passages)
    : minima_(std::ssize(minima)), passages_(std::move(passages)) {
    for (index i = 0; i < minima_; ++i) nodes_.push_back({.value = minima[at(i)], .lowest = i});
    std::ranges::stable_sort(passages_, {}, &Passage::value);
    Sets sets(minima_);
    for (auto const& passage : passages_) {
        SPINSCAPE_EXPECT(passage.value >= value(passage.one) &&
                         passage.value >= value(passage.other));
        auto const a = sets.find(passage.one), b = sets.find(passage.other);
        if (a == b) continue;
        auto low = sets.node[at(a)], high = sets.node[at(b)];
        if (value(node(high).lowest) < value(node(low).lowest)) std::swap(low, high);
        auto const joined = std::ssize(nodes_);
        nodes_[at(low)].parent = nodes_[at(high)].parent = joined;
        nodes_.push_back({.value = passage.value,
                          .lower = low,
                          .upper = high,
                          .lowest = node(low).lowest,
                          .leaves = node(low).leaves + node(high).leaves});
        sets.node[at(sets.unite(a, b))] = joined;
    }
}

index DisconnectivityGraph::components() const {
    return std::ranges::count(nodes_, -1, &Node::parent);
}

double DisconnectivityGraph::pass(index a, index b) const {
    SPINSCAPE_EXPECT(a < minima_ && b < minima_);
    while (a != b) {  // parents have higher numbers than their children
        auto& behind = a < b ? a : b;
        behind = node(behind).parent;
        if (behind < 0) return infinite;
    }
    return value(a);
}

double DisconnectivityGraph::escape_barrier(index a) const {
    for (auto i = node(a).parent; i >= 0; i = node(i).parent)
        if (value(node(i).lowest) < value(a)) return value(i) - value(a);
    return infinite;
}

std::vector<index> DisconnectivityGraph::superbasins(double level) const {
    std::vector<index> numbers(at(minima_), -1), of_node(nodes_.size(), -1);
    index count = 0;
    for (index a = 0; a < minima_; ++a) {
        if (value(a) > level) continue;
        auto top = a;
        while (node(top).parent >= 0 && value(node(top).parent) <= level) top = node(top).parent;
        auto& number = of_node[at(top)];
        if (number < 0) number = count++;
        numbers[at(a)] = number;
    }
    return numbers;
}

index DisconnectivityGraph::funnel_bottom(index a) const {
    for (;;) {
        auto const down = std::ranges::find_if(passages_, [&](Passage const& passage) {
            return (passage.one == a && value(passage.other) < value(a)) ||
                   (passage.other == a && value(passage.one) < value(a));
        });
        if (down == passages_.end()) return a;
        a = down->one == a ? down->other : down->one;
    }
}

DisconnectivityGraph::Outline DisconnectivityGraph::outline(index root, double first_x) const {
    std::vector<double> x(nodes_.size(), missing);
    std::vector<index> open = {root}, below;
    while (!open.empty()) {
        auto const i = open.back();
        open.pop_back();
        below.push_back(i);
        if (i < minima_) {
            x[at(i)] = first_x++;
        } else {
            open.push_back(node(i).upper);
            open.push_back(node(i).lower);
        }
    }
    std::ranges::sort(below);
    for (auto const i : below)
        if (i >= minima_) x[at(i)] = (x[at(node(i).lower)] + x[at(node(i).upper)]) / 2;
    Outline outline;
    draw(root, x, value(root), outline);
    return outline;
}

// Down from the height `from` to the node, round its children, and back up: one stroke.
void DisconnectivityGraph::draw(index i, std::vector<double> const& x, double from,
                                Outline& outline) const {
    auto const mark = [&](double y) {
        outline.x.push_back(x[at(i)]);
        outline.y.push_back(y);
    };
    mark(from);
    mark(value(i));
    if (i >= minima_)
        for (auto const child : {node(i).lower, node(i).upper}) {
            draw(child, x, value(i), outline);
            mark(value(i));
        }
    mark(from);
}

}  // namespace spinscape
