// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// How a measured quantity should relate to the predicted one.
enum class Relation {
    equal,    ///< |measured - predicted| <= tolerance, the tolerance being the theory's own
    less,     ///< measured < predicted
    greater,  ///< measured > predicted
};

enum class Verdict { supported, contradicted, undecided };

/// A measured number with its standard error and the number of independent values behind it.
struct Estimate {
    double value = missing;
    double standard_error = missing;
    index n = 0;
};

/// A statement of the literature next to what was measured. The verdict compares the confidence
/// interval measured +- z standard_error, z = 2.576 (99 %; a ledger holds many claims), with the
/// prediction: supported if the whole interval satisfies the relation, contradicted if none of it
/// does, else undecided. A claim without a finite standard error is undecided.
struct Claim {
    std::string id;         ///< snake_case, stable
    std::string statement;  ///< one sentence with the quantity named
    std::string source;     ///< citation key of references.bib
    Estimate measured;
    Relation relation = Relation::equal;
    double predicted = 0;
    double tolerance = 0;  ///< for `equal` only: stated accuracy of the prediction
    std::string note;      ///< why, caveats, what differs from the source
    /// Parameter points it rests on, if not on all: where adaptive sweeps put more seeds.
    std::vector<index> points{};

    [[nodiscard]] Verdict verdict() const;
    /// For an undecided claim: about how many times the present n would decide it if the measured
    /// value stayed; NaN when decided or when more data cannot decide.
    [[nodiscard]] double factor_to_decide() const;
};

inline constexpr double claim_z = 2.5758293035489004;  // two-sided 99 % point of the normal law

std::string_view name(Relation relation);  ///< "equal", "less", "greater"
std::string_view name(Verdict verdict);    ///< "supported", "contradicted", "undecided"

}  // namespace spinscape
