// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/dynamics/cooling.hpp"
#include "spinscape/dynamics/hessian_ascent.hpp"
#include "spinscape/dynamics/incremental_amp.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/momentum_descent.hpp"
#include "spinscape/dynamics/split_descent.hpp"
#include "spinscape/dynamics/temperature_exchange.hpp"

#include <memory>
#include <vector>

/// Stages of a search on a spherical glass: what all methods do with a group of walkers.
namespace spinscape::searches {

using Glass = SphericalPSpin<float>;

/// One stage; afterwards the points that it was given have moved.
class Phase {
public:
    virtual ~Phase() = default;
    /// Evaluations of the whole group that this took; 0 where the stage was over before.
    virtual double advance() = 0;
    virtual void finish() {}  ///< cut short: points become what was reached
    virtual void save(ByteWriter& out) = 0;
    virtual void load(ByteReader& in) = 0;
};

/// Energies of annealing by temperature.
struct Curve {
    std::vector<double> sums, counts;
};

std::unique_ptr<Phase> descent_phase(Glass const& f, BatchView<float> x, double momentum,
                                     double rate);
std::unique_ptr<Phase> greedy_phase(Glass const& f, BatchView<float> x);
std::unique_ptr<Phase> conjugate_phase(Glass const& f, BatchView<float> x);
/// `parts`, of which the sum is f, for so many steps.
std::unique_ptr<Phase> split_phase(std::vector<Glass> parts, BatchView<float> x, index steps);
std::unique_ptr<Phase> ascent_phase(Glass const& f, BatchView<float> x, index steps,
                                    NoiseKey const& key);
std::unique_ptr<Phase> passing_phase(Glass const& f, BatchView<float> x, index steps,
                                     NoiseKey const& key);
/// Metropolis-corrected Langevin dynamics with temperature cooling.at(step).
std::unique_ptr<Phase> cooling_phase(Glass const& f, BatchView<float> x, double step,
                                     Cooling const& cooling, NoiseKey const& key, Curve* curve);
/// The same at the temperatures of a ladder, which walkers exchange every 10 steps.
std::unique_ptr<Phase> tempering_phase(Glass const& f, BatchView<float> x, double step,
                                       std::vector<double> const& ladder, index steps,
                                       NoiseKey const& key, index disorder);

/// A search's own stage leaves this share of the budget to the descent after it.
inline constexpr double last_share = 0.15;
inline constexpr index ascent_products = 16;  ///< Hessian products in a step of Hessian ascent
/// Steps of Hessian ascent and of message passing (which starts again when it is at its end) that
/// the budget of a search allows.
index ascent_steps(double budget);
index passing_steps(double budget);

/// Step of the corrected Langevin dynamics: falls like N^(-1/3), that acceptance may not.
double langevin_step(index N);

}  // namespace spinscape::searches
