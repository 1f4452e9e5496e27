// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/dynamics/learning_rate.hpp"
#include "spinscape/dynamics/optimiser.hpp"
#include "spinscape/landscape/network.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace spinscape {

struct TrainingOptions {
    index epochs = 20;
    index batch = 100;  ///< samples per step; the last step of an epoch takes what is left
    LearningRate learning_rate;
    OptimiserOptions optimiser;
    /// > 0: a replica ends (converged) when the loss of `monitor` has not fallen below its best by
    /// more than `least_improvement` for this many epochs; it keeps its last point.
    index patience = 0;
    double least_improvement = 0;
    /// A mean loss over an epoch above this, or one that is not finite, ends a replica (diverged).
    double largest_loss = 1e6;
};

struct Trained {
    Outcome outcome = Outcome::completed;
    index epochs = 0;
    index gradient_evaluations = 0;    ///< of minibatches
    double last_epoch_loss = missing;  ///< mean of the minibatch losses met during the last epoch
};

/// Minibatch training of a batch of replicas, each from its point in x, replicas numbered from
/// `first_replica`. Every epoch visits all samples in an order of its own, drawn from
/// Stream(master_seed, data_order, replica, epoch, salt). A replica's result does not depend on the
/// others. `monitor` gives the loss watched by early stopping (only called if patience > 0).
template <class Real>
std::vector<Trained> train(Network<Real> const& network, BatchView<Real> x,
                           std::uint64_t master_seed, index first_replica, std::uint64_t salt,
                           TrainingOptions const& options,
                           std::function<double(std::span<Real const>)> const& monitor = {});

}  // namespace spinscape
