// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// Activation phi of the hidden units.
enum class Activation {
    relu,        ///< max(z, 0)
    leaky_relu,  ///< z if z > 0, else leak z
    tanh,
    sigmoid,   ///< 1 / (1 + exp(-z))
    softplus,  ///< ln(1 + exp(z))
    linear     ///< z
};

/// Loss of one sample with outputs z and class y; the landscape is its mean over samples.
enum class Loss {
    cross_entropy,  ///< -ln softmax(z)_y, in nats
    squared,        ///< 1/2 |z - e_y|^2, e_y the unit vector of class y
    hinge           ///< max(0, 1 + max_{c != y} z_c - z_y) ([CrammerSinger2001])
};

std::vector<std::string> const& activation_names();  ///< in the order of the enumeration
std::vector<std::string> const& loss_names();
/// The value of that name, which must be one of the names.
Activation activation_from(std::string_view name);
Loss loss_from(std::string_view name);

/// A fully connected network: a_0 = input, z_l = W_l^T a_{l-1} + b_l, a_l = phi(z_l), outputs z_L.
/// Parameters in one vector, layer after layer: W_l (inputs x outputs, row-major), then b_l.
struct Architecture {
    index inputs = 0;
    std::vector<index> hidden{};
    index outputs = 0;
    Activation activation = Activation::relu;
    Loss loss = Loss::cross_entropy;
    double leak = 0.01;  ///< slope of leaky_relu below 0

    struct Layer {
        index inputs, outputs;
        index weights, bias;  ///< offsets of W_l and b_l in the parameter vector
    };
    /// Error(bad_input) if a layer has no units.
    [[nodiscard]] std::vector<Layer> layers() const;
    /// 100-h-10 has 111 h + 10.
    [[nodiscard]] index parameter_count() const;
};

/// Exchanges two units of hidden layer l (0 = first): another point with the same network function.
template <class Real>
void swap_hidden_units(Architecture const& architecture, index l, index unit, index other,
                       Real* x) {
    auto const layers = architecture.layers();
    auto const exchange = [&](index a, index b) {
        Real const kept = x[a];
        x[a] = x[b];
        x[b] = kept;
    };
    auto const& in = layers[static_cast<std::size_t>(l)];
    auto const& out = layers[static_cast<std::size_t>(l + 1)];
    for (index i = 0; i < in.inputs; ++i)
        exchange(in.weights + i * in.outputs + unit, in.weights + i * in.outputs + other);
    exchange(in.bias + unit, in.bias + other);
    for (index j = 0; j < out.outputs; ++j)
        exchange(out.weights + unit * out.outputs + j, out.weights + other * out.outputs + j);
}

/// Multiplies what enters hidden layer l (0 = first; weights and biases) by `factor` > 0 and
/// divides what leaves it: the same network function if the activation is positively homogeneous
/// (relu, leaky_relu, linear), at another point, with other derivatives ([Dinh2017]).
template <class Real>
void rescale_hidden_layer(Architecture const& architecture, index l, Real factor, Real* x) {
    auto const layers = architecture.layers();
    auto const &in = layers[static_cast<std::size_t>(l)],
               &out = layers[static_cast<std::size_t>(l + 1)];
    for (index i = 0; i < in.inputs * in.outputs; ++i) x[in.weights + i] *= factor;
    for (index i = 0; i < in.outputs; ++i) x[in.bias + i] *= factor;
    for (index i = 0; i < out.inputs * out.outputs; ++i) x[out.weights + i] /= factor;
}

}  // namespace spinscape
