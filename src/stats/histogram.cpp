// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/histogram.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spinscape {

Histogram::Histogram(std::vector<double> edges)
    : edges_(std::move(edges)), counts_(edges_.size() - 1) {
    SPINSCAPE_EXPECT(edges_.size() >= 2);
    SPINSCAPE_EXPECT(std::is_sorted(edges_.begin(), edges_.end()));
}

void Histogram::add(double x) {
    if (std::isnan(x)) return;
    if (x < edges_.front()) {
        ++underflow_;
    } else if (x > edges_.back()) {
        ++overflow_;
    } else {
        auto const above = std::upper_bound(edges_.begin(), edges_.end(), x) - edges_.begin();
        ++counts_[static_cast<std::size_t>(std::min(above - 1, std::ssize(counts_) - 1))];
    }
}

void Histogram::merge(Histogram const& other) {
    SPINSCAPE_EXPECT(edges_ == other.edges_);
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    underflow_ += other.underflow_;
    overflow_ += other.overflow_;
}

std::vector<double> automatic_edges(double low, double high, index bins) {
    SPINSCAPE_EXPECT(bins > 0 && low <= high);
    if (low == high) {
        double const half = std::max(std::abs(low) * 1e-6, 1e-12);
        low -= half;
        high += half;
    }
    std::vector<double> edges;
    for (index i = 0; i <= bins; ++i)
        edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(bins));
    edges.back() = high;
    return edges;
}

}  // namespace spinscape
