// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/study/study.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape::glass {

/// All points of one size in a family, complete or diluted.
struct Size {
    double N;
    bool diluted = false;       ///< only some of the couplings are there
    std::vector<index> points;  ///< one per step size, ascending; of each the first in the job
    std::vector<double> steps;  ///< their largest steps
    index to_the_end = -1;      ///< the point whose descents run until they converge; -1: none
};

/// One model under one dynamics, at all its sizes.
struct Family {
    std::string name;   ///< for ids of claims: p3, p3_4, p3_T0.5, p3_4_beta1
    std::string title;  ///< for people
    std::vector<PSpinTerm> terms;
    double temperature = 0, start_beta = 0;
    std::vector<Size> sizes;  ///< by ascending N
    /// N = infinity at the first times of curve_times(), as far as measured and integrable in
    /// seconds.
    std::vector<double> energy, correlation, energy_error, correlation_error;

    [[nodiscard]] bool descends() const { return temperature == 0; }
    [[nodiscard]] bool pure() const { return terms.size() == 1; }
    [[nodiscard]] std::vector<double> const& curve(std::string_view field) const {
        return field == "energy_curve" ? energy : correlation;
    }
};
std::vector<Family> families(Results const& results);

/// A curve (energy_curve or correlation_curve) of one size at time number k, extrapolated linearly
/// to no step: from the replicas of the two finest steps, paired, or, where there is one step, by
/// what the largest size of the family with two steps tells of its effect. Not extrapolated if
/// there is none (`raw`).
struct AtTime {
    Estimate estimate;
    bool raw;
};
AtTime at_time(Results const& results, Family const& family, Size const& size,
               std::string_view field, std::size_t k);

/// Straight line in 1/N through the curve at time number k, over a range of complete sizes.
struct SizeLine {
    Estimate limit;  ///< at N = infinity; no n if there are fewer than three sizes
    double slope = missing, slope_error = missing;
    /// What leaving out the smallest size changes in limit and slope: the law is no straight line.
    double limit_curvature = missing, slope_curvature = missing;
    double smallest = 0, largest = 0;  ///< sizes it rests on
    bool raw = false;                  ///< at least one size is not extrapolated in the step
};
SizeLine line_in_size(Results const& results, Family const& family, std::string_view field,
                      std::size_t k, double smallest, double largest);

std::vector<Claim> end_claims(Results const& results, std::vector<Family> const& families);
std::vector<Claim> curve_claims(Results const& results, std::vector<Family> const& families);
std::vector<Figure> figures(Results const& results, std::vector<Family> const& families);
/// Glasses with a planted signal.
std::vector<Claim> signal_claims(Results const& results);
Figure signal_figure(Results const& results);
std::vector<Reference> references(std::vector<Family> const& families);

Findings conclude(Results const& results);

}  // namespace spinscape::glass
