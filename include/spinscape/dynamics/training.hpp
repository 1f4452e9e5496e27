// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/outcome.hpp"
#include "spinscape/dynamics/learning_rate.hpp"
#include "spinscape/dynamics/optimiser.hpp"
#include "spinscape/landscape/minibatch_gradient.hpp"
#include "spinscape/landscape/network.hpp"

#include <cstdint>
#include <functional>
#include <utility>
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
/// others. Advances by epochs, between which all of its state can be saved and loaded: training
/// continues with the same bits.
template <class Real>
class Training {
public:
    /// `monitor` gives the loss watched by early stopping (only called if patience > 0). Network,
    /// points and options must outlive this.
    Training(Network<Real> const& network, BatchView<Real> x, std::uint64_t master_seed,
             index first_replica, std::uint64_t salt, TrainingOptions const& options,
             std::function<double(std::span<Real const>)> monitor = {});

    /// One epoch of each replica that has not ended; false when all had.
    bool advance();
    [[nodiscard]] std::vector<Trained> const& results() const { return results_; }

    /// Points, optimiser, and what early stopping remembers.
    void save(ByteWriter& out);
    /// Error(bad_input) if it was saved from another network or number of replicas.
    void load(ByteReader& in);

private:
    void one_epoch(index r);
    bool stops_early(index r);

    Network<Real> const& network_;
    BatchView<Real> x_;
    std::uint64_t master_seed_;
    index first_replica_;
    std::uint64_t salt_;
    TrainingOptions const& options_;
    std::function<double(std::span<Real const>)> monitor_;

    MinibatchGradient<Real> gradient_of_;
    Optimiser<Real> optimiser_;
    Batch<Real> point_, gradient_;  // packed
    std::vector<std::int32_t> order_;
    std::vector<Trained> results_;
    std::vector<double> best_;
    std::vector<index> waited_;
    std::vector<char> ended_;
};

extern template class Training<float>;
extern template class Training<double>;

/// Trains until all replicas have ended.
template <class Real>
std::vector<Trained> train(Network<Real> const& network, BatchView<Real> x,
                           std::uint64_t master_seed, index first_replica, std::uint64_t salt,
                           TrainingOptions const& options,
                           std::function<double(std::span<Real const>)> monitor = {}) {
    Training<Real> training(network, x, master_seed, first_replica, salt, options,
                            std::move(monitor));
    while (training.advance()) {
    }
    return training.results();
}

}  // namespace spinscape
