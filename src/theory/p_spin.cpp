// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/p_spin.hpp"

#include "root.hpp"
#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spinscape::theory {

namespace {

/// Complexity without the large-deviation cost of extreme eigenvalues.
double bulk(int p, double u) {
    return 0.5 * std::log(p - 1.0) - (p - 2) * u * u / (4.0 * (p - 1));
}

/// Cost per eigenvalue, u <= -E_inf.
double eigenvalue_cost(int p, double u) {
    auto const e = e_infinity(p);
    auto const root = std::sqrt(std::max(0.0, u * u - e * e));
    return -u / (e * e) * root - std::log((-u + root) / e);
}

}  // namespace

double e_infinity(int p) {
    SPINSCAPE_EXPECT(p >= 2);
    return 2 * std::sqrt((p - 1.0) / p);
}

double complexity_of_index(int p, int k, double u) {
    SPINSCAPE_EXPECT(p >= 3 && k >= 0);
    auto const threshold = -e_infinity(p);
    if (u >= threshold) return bulk(p, threshold);
    return bulk(p, u) - (k + 1) * eigenvalue_cost(p, u);
}

double complexity(int p, double u) {
    SPINSCAPE_EXPECT(p >= 3);
    if (u <= -e_infinity(p)) return complexity_of_index(p, 0, u);
    return bulk(p, std::min(u, 0.0));
}

double e_k(int p, int k) {
    // The complexity falls from a positive value at E_inf through zero.
    auto const complexity_at = [&](double e) { return complexity_of_index(p, k, -e); };
    auto const low = e_infinity(p);
    double high = 2 * low;
    while (complexity_at(high) > 0) high *= 2;
    return root(complexity_at, low, high, +1);
}

Semicircle hessian_bulk(int p, double u) {
    return {-p * u, 2 * std::sqrt(p * (p - 1.0))};
}

double index_fraction(int p, double u) {
    auto const y = std::clamp(u / e_infinity(p), -1.0, 1.0);
    return 0.5 + (y * std::sqrt(1 - y * y) + std::asin(y)) / std::numbers::pi;
}

GroundState ground_state(int p, index N) {
    SPINSCAPE_EXPECT(p >= 3 && N >= 1);
    using std::numbers::pi;
    auto const e0 = e_k(p, 0), e = e_infinity(p), n = static_cast<double>(N);
    auto const c = (p - 2) * e0 / (2.0 * (p - 1)) + 2 / (e * e) * std::sqrt(e0 * e0 - e * e);
    // Theorem 11.1 of [Choromanska2015] at u = -E_0.
    auto const v = e0 * std::sqrt(p / (2.0 * (p - 1)));
    auto const r = std::numbers::sqrt2;
    auto const ratio = std::pow((v - r) / (v + r), 0.25);
    auto const slope = std::sqrt(v * v - 2);
    auto const integral = 0.5 * v * slope - std::log((v + slope) / r);
    auto const C = (ratio + 1 / ratio) / std::sqrt(2 * p * pi) *
                   std::exp(integral - 0.5 * v * slope) / ((p - 2) * v / p + slope);
    // Points of even p come in pairs +-s of one energy: half as many energies can be the lowest.
    auto const pairs = p % 2 == 0 ? std::numbers::ln2 : 0.0;
    auto const mean =
        -e0 + (0.5 * std::log(n) - std::log(C) + pairs - std::numbers::egamma) / (c * n);
    return {mean, pi / (std::sqrt(6.0) * c * n), c, C};
}

namespace {

/// E[q^k] of the overlap of independent points: 1 3 ... (k - 1) / (N (N + 2) ... (N + k - 2)).
double overlap_moment(int k, double N) {
    if (k % 2 == 1) return 0;
    double moment = 1;
    for (int i = 0; i < k; i += 2) moment *= (i + 1) / (N + i);
    return moment;
}

}  // namespace

EquilibriumEnergy equilibrium_energy(int p, index N, double T) {
    SPINSCAPE_EXPECT(p >= 3 && N >= 1 && T > 0);
    auto const n = static_cast<double>(N), beta = 1 / T;
    auto const first = overlap_moment(p, n);
    auto const overlap = first + n * beta * beta * (overlap_moment(2 * p, n) - first * first);
    return {-beta * (1 - overlap), beta * overlap};
}

}  // namespace spinscape::theory
