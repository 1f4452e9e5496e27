// SPDX-License-Identifier: BSD-3-Clause
#include "dense_kernels.hpp"
#include "spinscape/landscape/network.hpp"

#include <algorithm>

namespace spinscape {

using kernels::padded;

namespace {

/// W (inputs x outputs) with rows padded, and its transpose likewise.
template <class T>
void pack_layer(Architecture::Layer const& shape, T const* x, index columns, T* weights,
                T* transposed, T* bias) {
    T const* W = x + shape.weights;
    for (index i = 0; i < shape.inputs; ++i)
        std::copy_n(W + i * shape.outputs, shape.outputs, weights + i * columns);
    std::copy_n(x + shape.bias, shape.outputs, bias);
    if (transposed == nullptr) return;
    auto const stride = padded<T>(shape.inputs);
    for (index i = 0; i < shape.inputs; ++i)
        for (index j = 0; j < shape.outputs; ++j)
            transposed[j * stride + i] = W[i * shape.outputs + j];
}

template <class T>
void clear(Batch<T>& batch) {
    std::fill_n(batch.view().data(), batch.replicas() * batch.view().stride(), T(0));
}

}  // namespace

template <class T>
Network<T>::Workspace::Rows::Rows(index count, index width)
    : values(padded<T>(width), count), columns(padded<T>(width)) {
    for (index m = 0; m < count; ++m) pointers.push_back(values.view().data() + m * columns);
}

template <class T>
Network<T>::Workspace::Workspace(std::vector<Architecture::Layer> const& layers)
    : input_(chunk), labels_(chunk) {
    index widest = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        auto const& shape = layers[l];
        auto const columns = padded<T>(shape.outputs);
        Layer layer;
        layer.activation = Rows(chunk, shape.outputs);
        if (l + 1 < layers.size()) layer.slope = Rows(chunk, shape.outputs);
        layer.weights = Batch<T>(columns, shape.inputs);
        layer.gradient = Batch<T>(columns, shape.inputs);
        layer.bias = Batch<T>(columns, 1);
        layer.bias_gradient = Batch<T>(columns, 1);
        // The first layer's transpose is never needed: nobody asks for d loss / d input.
        if (l > 0) layer.transposed = Batch<T>(padded<T>(shape.inputs), shape.outputs);
        layers_.push_back(std::move(layer));
        widest = std::max({widest, columns, padded<T>(shape.inputs)});
    }
    zero_ = Batch<T>(widest, 1);
}

template <class T>
void Network<T>::Workspace::pack(std::vector<Architecture::Layer> const& shape, T const* x) {
    for (std::size_t l = 0; l < shape.size(); ++l) {
        auto& layer = layers_[l];
        pack_layer(shape[l], x, layer.activation.columns, layer.weights.view().data(),
                   l > 0 ? layer.transposed.view().data() : nullptr, layer.bias.view().data());
        clear(layer.gradient);
        clear(layer.bias_gradient);
    }
}

template <class T>
void Network<T>::Workspace::need_tangents(std::vector<Architecture::Layer> const& shape) {
    if (layers_.front().gradient_dot.replicas() > 0) return;
    for (std::size_t l = 0; l < shape.size(); ++l) {
        auto& layer = layers_[l];
        auto const columns = layer.activation.columns;
        layer.activation_dot = Rows(chunk, shape[l].outputs);
        layer.slope_dot = Rows(chunk, shape[l].outputs);
        layer.incoming = Rows(chunk, shape[l].outputs);
        layer.weights_dot = Batch<T>(columns, shape[l].inputs);
        layer.gradient_dot = Batch<T>(columns, shape[l].inputs);
        layer.bias_dot = Batch<T>(columns, 1);
        layer.bias_gradient_dot = Batch<T>(columns, 1);
        if (l > 0) layer.transposed_dot = Batch<T>(padded<T>(shape[l].inputs), shape[l].outputs);
    }
}

template <class T>
void Network<T>::Workspace::pack_tangents(std::vector<Architecture::Layer> const& shape,
                                          T const* v) {
    for (std::size_t l = 0; l < shape.size(); ++l) {
        auto& layer = layers_[l];
        pack_layer(shape[l], v, layer.activation.columns, layer.weights_dot.view().data(),
                   l > 0 ? layer.transposed_dot.view().data() : nullptr,
                   layer.bias_dot.view().data());
        clear(layer.gradient_dot);
        clear(layer.bias_gradient_dot);
    }
}

template class Network<float>::Workspace;
template class Network<double>::Workspace;

}  // namespace spinscape
