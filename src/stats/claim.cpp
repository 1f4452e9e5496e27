// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/claim.hpp"

#include <cmath>

namespace spinscape {

namespace {

/// How far the claim is from the border of its relation: positive where it holds.
double margin(Claim const& claim) {
    switch (claim.relation) {
        case Relation::less:
            return claim.predicted - claim.measured.value;
        case Relation::greater:
            return claim.measured.value - claim.predicted;
        case Relation::equal:
            return claim.tolerance - std::abs(claim.measured.value - claim.predicted);
    }
    return missing;
}

}  // namespace

Verdict Claim::verdict() const {
    double const half_width = claim_z * measured.standard_error;
    double const distance = margin(*this);
    if (!std::isfinite(half_width) || !std::isfinite(distance)) return Verdict::undecided;
    if (relation == Relation::equal) {
        // The whole interval inside the band: also its far end on the other side of the prediction.
        if (distance >= half_width) return Verdict::supported;
        if (distance < -half_width) return Verdict::contradicted;
        return Verdict::undecided;
    }
    if (distance > half_width) return Verdict::supported;
    if (distance < 0 && -distance >= half_width) return Verdict::contradicted;
    return Verdict::undecided;
}

double Claim::factor_to_decide() const {
    double const distance = std::abs(margin(*this));
    double const half_width = claim_z * measured.standard_error;
    if (verdict() != Verdict::undecided || !std::isfinite(half_width) || !(distance > 0))
        return missing;
    return (half_width / distance) * (half_width / distance);  // errors shrink as 1 / sqrt(n)
}

std::string_view name(Relation relation) {
    switch (relation) {
        case Relation::equal:
            return "equal";
        case Relation::less:
            return "less";
        case Relation::greater:
            return "greater";
    }
    return "";
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::supported:
            return "supported";
        case Verdict::contradicted:
            return "contradicted";
        case Verdict::undecided:
            return "undecided";
    }
    return "";
}

}  // namespace spinscape
