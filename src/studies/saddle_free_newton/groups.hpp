// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <map>
#include <string>
#include <vector>

namespace spinscape::saddle_free {

/// Methods of the networks as the claims tell them apart.
inline constexpr auto sgd = "SGD", momentum = "SGD with momentum", newton = "damped Newton",
                      exact = "saddle-free Newton", krylov = "Krylov saddle-free Newton";
/// SGD with other epochs than Newton's methods have steps: meant to cost as much as they do.
inline constexpr auto at_equal_cost = " at equal cost";

/// The replicas of one method under one condition (width and start), each with its learning rate.
/// Rates are chosen by cross-validation: the one for even replicas has the lowest mean training
/// loss on the odd ones, and the other way round, so that the best of a search is not flattered by
/// having been chosen.
class Group {
public:
    Group(Results const& results, std::vector<index> points);

    /// A field of each replica at its chosen rate.
    [[nodiscard]] std::map<index, double> values(std::string const& field, index element = 0) const;
    /// The training loss at the end; where that diverged, the one at the start.
    [[nodiscard]] std::map<index, double> final_losses() const;
    [[nodiscard]] std::vector<index> const& points() const { return points_; }
    /// The chosen learning rates, as text; empty if there was no choice.
    [[nodiscard]] std::string rates() const;

private:
    [[nodiscard]] index best_point(index parity) const;

    Results const* results_;
    std::vector<index> points_;
    index chosen_[2];  // for even and odd replicas
};

/// A condition as part of an id: letters, digits and _.
std::string identifier(std::string condition);

/// Condition ("width 5 start normal 0.001") -> method -> group.
std::map<std::string, std::map<std::string, Group>> groups(Results const& results);

}  // namespace spinscape::saddle_free
