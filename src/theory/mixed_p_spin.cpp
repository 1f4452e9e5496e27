// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/mixed_p_spin.hpp"

#include "root.hpp"
#include "spinscape/base/contract.hpp"

#include <boost/math/quadrature/tanh_sinh.hpp>

#include <cmath>
#include <numbers>

namespace spinscape::theory {

Covariance covariance(std::span<PSpinTerm const> terms, double q) {
    Covariance f{0, 0, 0};
    for (auto const& [p, c] : terms) {
        SPINSCAPE_EXPECT(p >= 2);
        f.value += c * c * std::pow(q, p);
        f.slope += c * c * p * std::pow(q, p - 1);
        f.curvature += c * c * p * (p - 1) * std::pow(q, p - 2);
    }
    return f;
}

double threshold_energy(std::span<PSpinTerm const> terms) {
    auto const [f, f1, f2] = covariance(terms, 1);
    return (f * (f1 - f2) - f1 * f1) / (f1 * std::sqrt(f2));
}

double algorithmic_energy(std::span<PSpinTerm const> terms) {
    // The integrand may start like a root of q, which this rule takes in its stride.
    boost::math::quadrature::tanh_sinh<double> rule;
    return -rule.integrate([&](double q) { return std::sqrt(covariance(terms, q).curvature); }, 0.0,
                           1.0, 1e-13);
}

double hessian_ascent_energy(std::span<PSpinTerm const> terms, index steps, index products) {
    SPINSCAPE_EXPECT(steps >= 1 && products >= 1);
    auto const K = static_cast<double>(steps);
    double sum = 0;
    for (index k = 0; k < steps; ++k)
        sum += std::sqrt(covariance(terms, static_cast<double>(k) / K).curvature) / K;
    return -std::cos(std::numbers::pi / static_cast<double>(products + 1)) * sum;
}

double message_passing_energy(std::span<PSpinTerm const> terms, index steps) {
    SPINSCAPE_EXPECT(steps >= 2);
    auto const K = static_cast<double>(steps);
    double sum = 0, before = covariance(terms, 0).slope;
    for (index j = 1; j < steps; ++j) {
        auto const slope = covariance(terms, static_cast<double>(j) / K).slope;
        sum += std::sqrt((slope - before) / K);
        before = slope;
    }
    return -sum;
}

double marginal_multiplier(std::span<PSpinTerm const> terms) {
    return 2 * std::sqrt(covariance(terms, 1).curvature);
}

InherentStates inherent_states(std::span<PSpinTerm const> terms, double chi) {
    auto const [f, f1, f2] = covariance(terms, 1);
    SPINSCAPE_EXPECT(chi > 0);
    auto const x = chi * chi * f1;
    auto const force = 1 / chi - chi * f1;
    return {-f * (1 / (chi * f1) - chi) - chi * f1,
            0.5 * (x - std::log(x) - f / (f1 * f1) * force * force - 1)};
}

double ground_state_energy(std::span<PSpinTerm const> terms) {
    auto const complexity = [&](double chi) { return inherent_states(terms, chi).complexity; };
    // Positive at the threshold, falls to minus infinity as minima get stiffer.
    auto const threshold = 1 / std::sqrt(covariance(terms, 1).curvature);
    double stiff = threshold;
    while (complexity(stiff) > 0) stiff *= 0.5;
    return inherent_states(terms, root(complexity, threshold, stiff, +1)).energy;
}

namespace {

/// Temperature at which the Franz-Parisi potential is stationary at overlap q.
double stationary_temperature(std::span<PSpinTerm const> terms, double q) {
    return std::sqrt(covariance(terms, q).slope * (1 - q) / q);
}

/// Overlap at which the metastable minimum of the potential first appears on cooling: the maximum
/// of stationary_temperature, where f''(q) q (1 - q) = f'(q). The least q is the largest root that
/// bisection from q = 1 finds.
double spinodal_overlap(std::span<PSpinTerm const> terms) {
    auto const slope = [&](double q) {
        auto const f = covariance(terms, q);
        return f.curvature * q * (1 - q) - f.slope;
    };
    // Near q = 1 the temperature falls with q; go down until it no longer does.
    double rising = 1;
    constexpr double grid = 1.0 / 1024;
    while (rising > grid && slope(rising) <= 0) rising -= grid;
    SPINSCAPE_EXPECT(rising > grid);  // no term with p >= 3 that matters
    return root(slope, std::min(1.0, rising + grid), rising, -1);
}

}  // namespace

double dynamical_temperature(std::span<PSpinTerm const> terms) {
    return stationary_temperature(terms, spinodal_overlap(terms));
}

double kauzmann_temperature(std::span<PSpinTerm const> terms) {
    auto const height = [&](double q) {
        auto const T = stationary_temperature(terms, q);
        return -covariance(terms, q).value / (T * T) - std::log1p(-q) - q;
    };
    // Positive at the spinodal, minus infinity at q = 1.
    auto const q = root(height, spinodal_overlap(terms), 1, +1);
    return stationary_temperature(terms, q);
}

}  // namespace spinscape::theory
