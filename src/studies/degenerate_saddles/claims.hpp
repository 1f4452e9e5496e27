// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <string>
#include <vector>

namespace spinscape::degenerate {

/// Points that differ in one scale alone: the distance from the saddle, or the temperature.
struct Family {
    Parameters parameters;      ///< of its first point
    std::vector<index> points;  ///< by descending scale
    std::vector<double> scales;

    [[nodiscard]] bool noisy() const { return parameters.text("dynamics") == "langevin"; }
    [[nodiscard]] bool along_mode() const { return !noisy() && parameters.text("start") == "mode"; }
    [[nodiscard]] index hidden() const { return parameters.integer("hidden"); }
    /// Singular value of the mode that is learnt next.
    [[nodiscard]] double sigma() const;
    /// "origin_hidden_2", with "_mode" or "_noise" where that applies.
    [[nodiscard]] std::string name() const;
};

std::vector<Family> families(Results const& results);
Findings conclude(Results const& results);
std::vector<Figure> figures(Results const& results, std::vector<Family> const& families);

/// Exact gradient flow along the mode from layers of norm s to half of its gain in loss.
double exact_time(Family const& family, double s);

}  // namespace spinscape::degenerate
