// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/unseen.hpp"

#include <cmath>

namespace spinscape {

namespace {

struct Counts {
    double n = 0, different = 0, once = 0, twice = 0;

    explicit Counts(std::span<index const> hits) {
        for (auto const h : hits) {
            n += static_cast<double>(h);
            ++different;
            once += h == 1 ? 1 : 0;
            twice += h == 2 ? 1 : 0;
        }
    }
};

}  // namespace

Estimate unseen_mass(std::span<index const> hits) {
    Counts const c(hits);
    if (c.n == 0) return {};
    double const mass = c.once / c.n;
    double const error = c.once > 0 ? std::sqrt(c.once * (1 - mass) + 2 * c.twice) / c.n : 1 / c.n;
    // All different: nothing is known but that the mass is near 1.
    return {mass, error > 0 ? error : 1 / c.n, static_cast<index>(c.n)};
}

Estimate richness(std::span<index const> hits) {
    Counts const c(hits);
    if (c.n == 0) return {};
    double const share = (c.n - 1) / c.n, f1 = c.once, f2 = c.twice + 1;
    double const unseen = share * f1 * (f1 - 1) / (2 * f2);
    double const variance =
        share * f1 * (f1 - 1) / (2 * f2) +
        share * share * f1 * (2 * f1 - 1) * (2 * f1 - 1) / (4 * f2 * f2) +
        share * share * f1 * f1 * c.twice * (f1 - 1) * (f1 - 1) / (4 * f2 * f2 * f2 * f2);
    return {c.different + unseen, std::sqrt(variance), static_cast<index>(c.n)};
}

}  // namespace spinscape
