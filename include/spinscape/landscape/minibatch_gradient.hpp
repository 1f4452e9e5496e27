// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/network.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

class SamplesInLanes;

/// Minibatch losses and gradients of a network for training loops: for one replica at a time, from
/// parameters that stay for many steps in the order that the kernels want ("packed", with padding
/// of zeros; sums and element-wise updates of packed vectors keep the zeros). How it computes is
/// chosen from the precision, the architecture, the size of the minibatches and how often features
/// of the whole data are zero, so that results do not depend on anything else.
template <class T>
class MinibatchGradient {
public:
    /// For minibatches of at most `batch` samples; fewer are allowed (the rest of an epoch). The
    /// network must outlive this.
    MinibatchGradient(Network<T> const& network, index batch);
    ~MinibatchGradient();
    MinibatchGradient(MinibatchGradient const&) = delete;
    MinibatchGradient& operator=(MinibatchGradient const&) = delete;

    [[nodiscard]] index packed_dimension() const;
    void pack(std::span<T const> x, std::span<T> out_packed) const;
    void unpack(std::span<T const> packed, std::span<T> out_x) const;

    /// Mean loss over `samples` and its gradient; memory is asked for `next`, the samples of the
    /// next call (may be empty). Packed vectors start on 32-byte boundaries; the
    /// padding of the gradient must be zero before, and is after.
    double operator()(std::span<T const> packed, std::span<std::int32_t const> samples,
                      std::span<std::int32_t const> next, std::span<T> out_packed_g);

private:
    Network<T> const& network_;
    std::unique_ptr<SamplesInLanes> lanes_;  ///< samples in vector lanes; null: units in them
    typename Network<T>::Workspace work_;
};

extern template class MinibatchGradient<float>;
extern template class MinibatchGradient<double>;

}  // namespace spinscape
