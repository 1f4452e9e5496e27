// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// Update of a point x from a gradient g with learning rate lr. First, in this order:
///   g <- g min(1, clip_norm / |g|)            if clip_norm > 0,
///   g <- g + weight_decay x.
struct OptimiserOptions {
    enum class Rule {
        sgd,  ///< v <- momentum v + g;  x <- x - lr v,  or x - lr (g + momentum v) with nesterov
        adam  ///< [Kingma2015], with bias correction
    };
    Rule rule = Rule::sgd;
    double momentum = 0;
    bool nesterov = false;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double weight_decay = 0;
    double clip_norm = 0;
};

/// State of an optimiser for a batch of replicas; replicas advance independently. All of it is in
/// plain arrays: what a checkpoint must keep.
template <class Real>
class Optimiser {
public:
    using Options = OptimiserOptions;

    Optimiser(Options const& options, index dimension, index replicas);

    /// One update of replica r. `g` is used as scratch memory.
    void step(index r, std::span<Real> x, std::span<Real> g, double learning_rate);

    [[nodiscard]] BatchView<Real> first_moment() { return first_.view(); }
    [[nodiscard]] BatchView<Real> second_moment() { return second_.view(); }
    [[nodiscard]] std::vector<index>& steps() { return steps_; }

private:
    Options options_;
    Batch<Real> first_;   ///< v of SGD with momentum, m of Adam; empty if not needed
    Batch<Real> second_;  ///< v of Adam
    std::vector<index> steps_;
};

extern template class Optimiser<float>;
extern template class Optimiser<double>;

}  // namespace spinscape
