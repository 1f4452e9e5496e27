// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/minibatch_gradient.hpp"

#include "samples_in_lanes.hpp"
#include "spinscape/base/contract.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace spinscape {

/// Networks train in single precision.
template <class T>
constexpr bool in_lanes = std::is_same_v<T, float>;

template <class T>
MinibatchGradient<T>::MinibatchGradient(Network<T> const& network, index batch)
    : network_(network), work_(network.workspace(1)) {
    SPINSCAPE_EXPECT(batch > 0);
    if constexpr (in_lanes<T>) {
        // Fewer samples leave lanes empty, which rare features make up for.
        constexpr index least = 8, least_without_rare = 32;
        if (batch < least) return;
        auto features = kernels::feature_rows_of(network.data_);
        if (batch < least_without_rare && features->rare() == 0) return;
        lanes_ = std::make_unique<SamplesInLanes>(network.architecture(), std::move(features),
                                                  network.data_->labels.data(), batch);
    }
}

template <class T>
MinibatchGradient<T>::~MinibatchGradient() = default;

template <class T>
index MinibatchGradient<T>::packed_dimension() const {
    return lanes_ ? lanes_->dimension() : network_.packed_dimension();
}

template <class T>
void MinibatchGradient<T>::pack(std::span<T const> x, std::span<T> out_packed) const {
    if constexpr (in_lanes<T>) {
        if (lanes_) return lanes_->pack(x, out_packed);
    }
    network_.pack(x, out_packed);
}

template <class T>
void MinibatchGradient<T>::unpack(std::span<T const> packed, std::span<T> out_x) const {
    if constexpr (in_lanes<T>) {
        if (lanes_) return lanes_->unpack(packed, out_x);
    }
    network_.unpack(packed, out_x);
}

template <class T>
double MinibatchGradient<T>::operator()(std::span<T const> packed,
                                        std::span<std::int32_t const> samples,
                                        std::span<std::int32_t const> next,
                                        std::span<T> out_packed_g) {
    SPINSCAPE_EXPECT(std::ssize(packed) == packed_dimension() &&
                     packed.size() == out_packed_g.size() && !samples.empty());
    if constexpr (in_lanes<T>) {
        if (lanes_) return (*lanes_)(packed, samples, next, out_packed_g);
    }
    return network_.packed_value_and_gradient(packed, samples, next, out_packed_g, work_);
}

template class MinibatchGradient<float>;
template class MinibatchGradient<double>;

}  // namespace spinscape
