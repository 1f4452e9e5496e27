// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <functional>
#include <vector>

/// How long noise takes to leave a saddle or a well in discrete steps, as stochastic gradient
/// descent does: no diffusion approximation. Continuous time: escape.hpp.
namespace spinscape::theory {

/// x <- mean(x) + deviation(x) xi with xi standard normal: a step of noisy gradient descent is
/// mean(x) = x - eta V'(x), deviation = eta times the standard deviation of the gradient's noise.
struct NormalChain {
    std::function<double(double)> mean;
    std::function<double(double)> deviation;  ///< > 0
};

/// The number of steps T after which a chain is first outside of (low, high).
struct ChainExit {
    double mean_steps = missing;
    double error = missing;        ///< estimate of the absolute error of mean_steps
    std::vector<double> survival;  ///< P(T > n), n = 0, 1, ..., until the rest decays geometrically
    double decay = missing;        ///< P(T > n + 1) / P(T > n) from there on
};

/// Exact up to quadrature: iterates P(T > n + 1 | x) = int_low^high p(y | x) P(T > n | y) dy on
/// Gauss points that resolve the least deviation. Costs about 60 (high - low) / deviation
/// multiplications per step. Error(bad_input) if that needs more than 100,000 points.
ChainExit chain_exit(NormalChain const& chain, double low, double high, double start);

/// Mean steps from the saddle point 0 to |x| >= a of x <- (1 + rate) x + deviation xi, to leading
/// order for small deviations:
///   (ln(a / s) + (gamma + ln 2) / 2) / ln(1 + rate) + 1/2,   s^2 = deviation^2 / ((1 + rate)^2 -
///   1).
/// The half is the mean time from the crossing to the next step.
double saddle_exit_steps(double rate, double deviation, double a);

}  // namespace spinscape::theory
