// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/random_energy.hpp"

#include "spinscape/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace spinscape::theory {

namespace {

using std::numbers::ln2;

void check(index N) {
    if (N < 1 || N > random_energy_largest_N)
        throw Error(ExitCode::bad_input, "random energy model: N = " + std::to_string(N) +
                                             "; use N from 1 to " +
                                             std::to_string(random_energy_largest_N));
}

/// Densities exp(-x^2/2), without the factor 1/sqrt(2 pi), are summed on a grid: the trapezoidal
/// rule is right to rounding for analytic functions that vanish at both ends, if the step is short
/// against their distance from singularities in the complex plane.
constexpr double one_over_root = 0.3989422804014327;  // 1/sqrt(2 pi)

/// Averages over one level of energy -sqrt(N) x, x normal, at t = e^s.
class Level {
public:
    Level(double N, double beta) : a_(beta * std::sqrt(N)), reach_(std::sqrt(2 * N * ln2 + 100)) {
        // exp(-t e^{a x}) varies within 1/a.
        auto const step = std::min(0.15, 0.25 / a_);
        for (double x = -reach_; x <= reach_; x += step) {
            x_.push_back(x);
            weight_.push_back(step * one_over_root * std::exp(-0.5 * x * x));
        }
    }
    [[nodiscard]] double reach() const { return reach_; }

    struct Averages {
        double lost;    ///< 1 - phi(t) = E[1 - e^{-tz}], z = e^{ax}
        double energy;  ///< E[x t z e^{-tz}]
        double square;  ///< E[(t z)^2 e^{-tz}]
    };
    [[nodiscard]] Averages at(double s) const {
        Averages sum{};
        for (std::size_t i = 0; i < x_.size(); ++i) {
            auto const tz = std::exp(std::min(s + a_ * x_[i], 700.0)), decay = std::exp(-tz);
            sum.lost -= weight_[i] * std::expm1(-tz);
            if (decay == 0) continue;
            sum.energy += weight_[i] * x_[i] * tz * decay;
            sum.square += weight_[i] * tz * tz * decay;
        }
        return sum;
    }

private:
    double a_, reach_;
    std::vector<double> x_, weight_;
};

}  // namespace

double random_energy_beta_c() {
    return std::sqrt(2 * ln2);
}

RandomEnergyState random_energy(index N, double beta) {
    check(N);
    if (!(beta > 0)) throw Error(ExitCode::bad_input, "random energy model: beta must be positive");
    auto const n = static_cast<double>(N), levels = std::exp2(n), a = beta * std::sqrt(n);
    Level const level(n, beta);
    // Below, t Z is never more than rounding; above, it is never small.
    auto const low = -(n * ln2 + a * level.reach()) - 40, high = 4 + 9 * a;
    double const step = 0.1;
    double sums[2][3] = {};  // of all grid points, and of every other one
    index i = 0;
    for (double s = low; s <= high; s += step, ++i) {
        auto const average = level.at(s);
        // phi^(2^N) and phi^(2^N - 1)
        auto const log_phi = std::log1p(-std::min(average.lost, 1.0));
        auto const all = std::exp(levels * log_phi), others = std::exp((levels - 1) * log_phi);
        double const terms[3] = {std::exp(-std::exp(s)) - all, levels * average.energy * others,
                                 levels * average.square * others};
        for (int k = 0; k < 3; ++k) {
            sums[0][k] += step * terms[k];
            if (i % 2 == 0) sums[1][k] += 2 * step * terms[k];
        }
    }
    double error = 0;
    for (int k = 0; k < 3; ++k) error = std::max(error, std::abs(sums[0][k] - sums[1][k]));
    RandomEnergyState state{.log_partition = sums[0][0] / n,
                            .energy = -sums[0][1] / std::sqrt(n),
                            .entropy = 0,
                            .participation = sums[0][2],
                            .error = error + 1e-13 * (1 + beta)};
    state.entropy = state.log_partition + beta * state.energy;
    return state;
}

RandomEnergyState random_energy_limit(double beta) {
    auto const critical = random_energy_beta_c();
    if (beta <= critical) return {ln2 + 0.5 * beta * beta, -beta, ln2 - 0.5 * beta * beta, 0, 0};
    return {beta * critical, -critical, 0, 1 - critical / beta, 0};
}

RandomEnergyMinimum random_energy_minimum(index N) {
    check(N);
    auto const n = static_cast<double>(N), log_levels = n * ln2;
    auto const reach = std::sqrt(2 * log_levels + 100);
    double const step = 0.01;
    double sums[2][3] = {};
    index i = 0;
    for (double x = -reach; x <= 10; x += step, ++i) {
        // The lowest level is at sqrt(N) x: one is there and the others above.
        auto const below = 0.5 * std::erfc(-x / std::numbers::sqrt2);
        auto const others =
            below < 1 ? (std::exp2(n) - 1) * std::log1p(-below) : -1e9 * (std::exp2(n) - 1);
        auto const density = one_over_root * std::exp(log_levels - 0.5 * x * x + others);
        double power = step * density;
        for (int k = 0; k < 3; ++k, power *= x) {
            sums[0][k] += power;
            if (i % 2 == 0) sums[1][k] += 2 * power;
        }
    }
    auto const finish = [&](double const* sum) {
        auto const mean = sum[1] / sum[0];
        return RandomEnergyMinimum{mean / std::sqrt(n),
                                   std::sqrt((sum[2] / sum[0] - mean * mean) / n), 0};
    };
    auto fine = finish(sums[0]);
    auto const coarse = finish(sums[1]);
    fine.error = std::max(std::abs(fine.mean - coarse.mean), std::abs(fine.sd - coarse.sd)) + 1e-13;
    return fine;
}

}  // namespace spinscape::theory
