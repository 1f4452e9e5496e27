// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"
#include "spinscape/theory/kac_rice.hpp"

#include <string>
#include <vector>

namespace spinscape::glass_census {

/// Energies per spin below which points are counted: -2.5, -2.4, ..., 2.5.
std::vector<double> levels();

/// One parameter point, with what was measured and the exact means.
struct Point {
    index number;  ///< in the job
    int p;
    index N;
    std::string name;  ///< "p3_N10"
    Estimate points;
    std::vector<Estimate> by_index;  ///< index 0, ..., N - 1
    std::vector<Estimate> energy;    ///< mean over the points of an index
    std::vector<Estimate> below;     ///< as levels()
    Estimate right_sum;              ///< share of samples with the right alternating sum
    Estimate complete;               ///< share of samples
    index searched_further = 0;      ///< samples
    index flagged = 0;               ///< samples
    double steps = 0;                ///< mean of a sample
    theory::CriticalPointMean exact;
    std::vector<theory::CriticalPointMean> exact_by_index;

    /// Indices that are measured independently: for odd p, -s has index N - 1 - k.
    [[nodiscard]] index independent_indices() const { return p % 2 == 1 ? (N + 1) / 2 : N; }
};

std::vector<Point> measure(Results const& results);

std::vector<Claim> claims(std::vector<Point> const& points);
std::vector<Figure> figures(std::vector<Point> const& points);
std::vector<Reference> references(std::vector<Point> const& points);

}  // namespace spinscape::glass_census
