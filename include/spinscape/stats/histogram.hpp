// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// Counts in fixed bins [edge i, edge i+1), the last one closed; two of the same edges merge.
class Histogram {
public:
    /// At least two edges, ascending.
    explicit Histogram(std::vector<double> edges);

    /// NaN (missing) is not counted.
    void add(double x);
    void merge(Histogram const& other);

    [[nodiscard]] std::vector<double> const& edges() const { return edges_; }
    [[nodiscard]] std::vector<std::int64_t> const& counts() const { return counts_; }
    [[nodiscard]] std::int64_t underflow() const { return underflow_; }
    [[nodiscard]] std::int64_t overflow() const { return overflow_; }

private:
    std::vector<double> edges_;
    std::vector<std::int64_t> counts_;
    std::int64_t underflow_ = 0, overflow_ = 0;
};

/// Edges of `bins` equal bins from low to high; a little wider if low == high.
std::vector<double> automatic_edges(double low, double high, index bins);

}  // namespace spinscape
