// SPDX-License-Identifier: BSD-3-Clause
#include "dense_kernels.hpp"
#include "spinscape/landscape/network.hpp"

#include <algorithm>

namespace spinscape {

using kernels::padded;

template <class T>
typename Network<T>::Packing Network<T>::Packing::of(
    std::vector<Architecture::Layer> const& layers) {
    Packing packing;
    for (auto const& layer : layers) {
        auto const columns = padded<T>(layer.outputs);
        packing.layers.push_back(
            {packing.dimension, packing.dimension + layer.inputs * columns, columns});
        packing.dimension += (layer.inputs + 1) * columns;
    }
    return packing;
}

template <class T>
void Network<T>::pack(std::span<T const> x, std::span<T> out_packed) const {
    std::fill(out_packed.begin(), out_packed.end(), T(0));
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        auto const& shape = layers_[l];
        auto const& to = packing_.layers[l];
        for (index i = 0; i < shape.inputs; ++i)
            std::copy_n(x.data() + shape.weights + i * shape.outputs, shape.outputs,
                        out_packed.data() + to.weights + i * to.columns);
        std::copy_n(x.data() + shape.bias, shape.outputs, out_packed.data() + to.bias);
    }
}

template <class T>
void Network<T>::unpack(std::span<T const> packed, std::span<T> out_x) const {
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        auto const& shape = layers_[l];
        auto const& from = packing_.layers[l];
        for (index i = 0; i < shape.inputs; ++i)
            std::copy_n(packed.data() + from.weights + i * from.columns, shape.outputs,
                        out_x.data() + shape.weights + i * shape.outputs);
        std::copy_n(packed.data() + from.bias, shape.outputs, out_x.data() + shape.bias);
    }
}

template <class T>
Network<T>::Workspace::Rows::Rows(index count, index width)
    : values(padded<T>(width), count), columns(padded<T>(width)) {
    // Rows lie close together, not each on a boundary of its own as in a batch.
    for (index m = 0; m < count; ++m) pointers.push_back(values.view().data() + m * columns);
}

template <class T>
Network<T>::Workspace::Workspace(std::vector<Architecture::Layer> const& layers,
                                 Packing const& packing)
    : point_(packing.dimension, 1), gradient_(packing.dimension, 1), input_(chunk), labels_(chunk) {
    index widest = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        auto const& shape = layers[l];
        Layer layer;
        layer.activation = Rows(chunk, shape.outputs);
        if (l + 1 < layers.size()) layer.slope = Rows(chunk, shape.outputs);
        // The first layer's transpose is never needed: nobody asks for d loss / d input.
        if (l > 0)
            layer.transposed = Batch<T>(padded<T>(shape.outputs) * padded<T>(shape.inputs), 1);
        layers_.push_back(std::move(layer));
        widest = std::max({widest, padded<T>(shape.outputs), padded<T>(shape.inputs)});
    }
    zero_ = Batch<T>(widest, 1);
}

template <class T>
void Network<T>::point_at(std::span<T const> packed, Workspace& work) const {
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        auto& layer = work.layers_[l];
        layer.weights = packed.data() + packing_.layers[l].weights;
        layer.bias = packed.data() + packing_.layers[l].bias;
        if (l > 0)
            kernels::transpose(layers_[l].inputs, layers_[l].outputs, layer.weights,
                               layer.transposed.view().data());
    }
}

template <class T>
void Network<T>::need_tangents(Workspace& work) const {
    if (work.tangent_.dimension() > 0) return;
    work.tangent_ = Batch<T>(packing_.dimension, 1);
    work.gradient_dot_ = Batch<T>(packing_.dimension, 1);
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        auto& layer = work.layers_[l];
        auto const& shape = layers_[l];
        layer.activation_dot = typename Workspace::Rows(Workspace::chunk, shape.outputs);
        layer.slope_dot = typename Workspace::Rows(Workspace::chunk, shape.outputs);
        layer.incoming = typename Workspace::Rows(Workspace::chunk, shape.outputs);
        if (l > 0)
            layer.transposed_dot = Batch<T>(padded<T>(shape.outputs) * padded<T>(shape.inputs), 1);
    }
}

template <class T>
void Network<T>::point_along(std::span<T const> v, Workspace& work) const {
    need_tangents(work);
    pack(v, work.tangent_[0]);
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        auto& layer = work.layers_[l];
        auto const& at = packing_.layers[l];
        layer.weights_dot = work.tangent_.view().data() + at.weights;
        layer.bias_dot = work.tangent_.view().data() + at.bias;
        layer.gradient_dot = work.gradient_dot_.view().data() + at.weights;
        layer.bias_gradient_dot = work.gradient_dot_.view().data() + at.bias;
        if (l > 0)
            kernels::transpose(layers_[l].inputs, layers_[l].outputs, layer.weights_dot,
                               layer.transposed_dot.view().data());
    }
}

#define SPINSCAPE_INSTANTIATE(T)                                              \
    template struct Network<T>::Packing;                                      \
    template class Network<T>::Workspace;                                     \
    template void Network<T>::pack(std::span<T const>, std::span<T>) const;   \
    template void Network<T>::unpack(std::span<T const>, std::span<T>) const; \
    template void Network<T>::point_at(std::span<T const>, Workspace&) const; \
    template void Network<T>::need_tangents(Workspace&) const;                \
    template void Network<T>::point_along(std::span<T const>, Workspace&) const;
SPINSCAPE_INSTANTIATE(float)
SPINSCAPE_INSTANTIATE(double)
#undef SPINSCAPE_INSTANTIATE

}  // namespace spinscape
