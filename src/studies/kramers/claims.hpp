// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <vector>

namespace spinscape::escapes {

/// Points that differ in the time step alone, and what theory says of their limit. SGD: one point,
/// whose step is part of the question.
struct Group {
    Parameters parameters;          ///< of its finest point
    std::vector<index> points;      ///< by ascending step
    std::vector<double> steps;      ///< their sizes
    std::vector<Estimate> by_step;  ///< mean first-passage time at each
    Estimate time;                  ///< extrapolated linearly to no step from the two finest
    double exact = missing;         ///< mean time; NaN where no exact value is known
    double exact_error = 0;
    double asymptotic = missing;  ///< saddle: small-noise form; well: Eyring-Kramers

    [[nodiscard]] bool saddle() const { return parameters.text("system") == "saddle"; }
    [[nodiscard]] bool sgd() const { return parameters.text("noise") == "sgd"; }
    /// For SGD that of a constant temperature, eta additive^2 / (2 batch).
    [[nodiscard]] double epsilon() const;
};

std::vector<Group> groups(Results const& results);
std::vector<Claim> claims(Results const& results, std::vector<Group> const& groups);
std::vector<Figure> figures(std::vector<Group> const& groups);

}  // namespace spinscape::escapes
