// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "shared/paired.hpp"
#include "spinscape/stats/estimate.hpp"
#include "spinscape/study/study.hpp"

#include <map>
#include <string>
#include <vector>

namespace spinscape::searches {

/// The points of one system, size and order of interaction: by method, then by budget.
struct Group {
    std::string system;
    index N = 0;
    int p = 0;
    std::map<std::string, std::map<index, index>> points;

    /// The point of the largest budget that both methods have; both -1 if there is none.
    struct Pair {
        index a = -1, b = -1, budget = 0;
    };
    [[nodiscard]] Pair common(std::string const& a, std::string const& b) const;
    [[nodiscard]] std::string id() const;     ///< "glass_N100"
    [[nodiscard]] std::string label() const;  ///< "spherical p = 3, N = 100"
};
std::vector<Group> groups(Results const& results);

/// Points of networks: by width, then by method.
std::map<index, std::map<std::string, index>> networks(Results const& results);

Estimate mean_of(Results const& results, index point, std::string_view field);

/// Mean energies per spin of annealing at curve_temperatures(), errors from the spread between
/// disorder samples.
struct CoolingCurve {
    std::vector<double> energies, errors;
};
CoolingCurve cooling_curve(Results const& results, index point);
/// Energy of every disorder sample when the bath has temperature T: its distance from -1/T is taken
/// as linear between the temperatures of the curve.
studies::ByReplica cooling_energy(Results const& results, index point, double T);
/// Half the distance between curve_temperatures(), of which each stands for an interval.
inline constexpr double half_interval = 0.025;

/// Of one spherical glass.
std::vector<Claim> cooling_claims(Results const& results, Group const& group);
std::vector<Claim> glass_claims(Results const& results);
std::vector<Claim> other_claims(Results const& results);
std::vector<Figure> figures(Results const& results);

}  // namespace spinscape::searches
