// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/network.hpp"

#include "dense_kernels.hpp"
#include "elementwise.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/memory.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

namespace spinscape {

namespace {

/// Inlined, since g++ drops calls of functions that do nothing but ask.
template <class T>
SPINSCAPE_INLINE void prefetch(T const* x, index n) {
    constexpr index line = 64 / static_cast<index>(sizeof(T));
    for (index i = 0; i < n; i += line) __builtin_prefetch(x + i, 0, 3);
    __builtin_prefetch(x + n - 1, 0, 3);
}

}  // namespace

template <class T>
Network<T>::Network(Architecture architecture, std::shared_ptr<Samples const> data)
    : architecture_(std::move(architecture)),
      layers_(architecture_.layers()),
      packing_(Packing::of(layers_)),
      data_(std::move(data)) {
    auto const n = data_->count();
    if (std::ssize(data_->features) != n * architecture_.inputs)
        throw Error(ExitCode::bad_input,
                    "the data have " + std::to_string(data_->features.size()) + " features where " +
                        std::to_string(n) + " samples and " + std::to_string(architecture_.inputs) +
                        " inputs ask for " + std::to_string(n * architecture_.inputs));
    for (auto const label : data_->labels)
        if (label < 0 || label >= architecture_.outputs)
            throw Error(ExitCode::bad_input,
                        "label " + std::to_string(label) + " does not fit a network of " +
                            std::to_string(architecture_.outputs) + " outputs");
    if constexpr (std::is_same_v<T, float>) {
        features_ = data_->features.data();
    } else {
        converted_.assign(data_->features.begin(), data_->features.end());
        features_ = converted_.data();
    }
    // Minibatches visit samples in random order.
    move_to_large_pages(features_, data_->features.size() * sizeof(T));
}

template <class T>
typename Network<T>::Workspace Network<T>::workspace(index) const {
    return Workspace(layers_, packing_);
}

/// z_l and a_l of `count` samples whose features input_ points to.
template <class T>
void Network<T>::forward(Workspace& work, index count) const {
    auto const* rows = work.input_.data();
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        auto& layer = work.layers_[l];
        auto const columns = layer.activation.columns;
        kernels::multiply(count, layers_[l].inputs, columns, rows, layer.weights, layer.bias,
                          layer.activation.data());
        if (l + 1 < layers_.size())
            kernels::activate(architecture_.activation, architecture_.leak, layer.activation.data(),
                              count * columns);
        rows = layer.activation.pointers.data();
    }
}

/// This chunk's part of the gradient, from d loss / d z_L in the last layer's activations: replaces
/// packed_g for the first chunk, is added for the others.
template <class T>
void Network<T>::backward(Workspace& work, index count, T* packed_g, bool first_chunk) const {
    auto const into = first_chunk ? kernels::Into::replace : kernels::Into::add;
    for (auto l = layers_.size(); l-- > 0;) {
        auto& layer = work.layers_[l];
        bool const last = l + 1 == layers_.size();
        auto& slope = last ? layer.activation : layer.slope;
        auto const* below =
            l == 0 ? work.input_.data() : work.layers_[l - 1].activation.pointers.data();
        kernels::multiply_transposed(count, layers_[l].inputs, slope.columns, below, slope.data(),
                                     into, packed_g + packing_.layers[l].weights);
        kernels::sum_rows(count, slope.columns, slope.data(), into,
                          packed_g + packing_.layers[l].bias);
        if (l == 0) break;
        auto& lower = work.layers_[l - 1];
        kernels::multiply(count, layers_[l].outputs, lower.slope.columns, slope.pointers.data(),
                          layer.transposed.view().data(), work.zero_.view().data(),
                          lower.slope.data());
        kernels::multiply_slope(architecture_.activation, architecture_.leak,
                                lower.activation.data(), lower.slope.data(),
                                count * lower.slope.columns);
    }
}

/// Mean over `count` samples: those listed, or the first ones if `samples` is null. Gradient if
/// packed_g is not null.
template <class T>
double Network<T>::mean_loss(std::span<T const> packed, std::int32_t const* samples, index count,
                             T* packed_g, Workspace& work) const {
    SPINSCAPE_EXPECT(std::ssize(packed) == packing_.dimension && count > 0);
    point_at(packed, work);
    double sum = 0;
    auto const scale = static_cast<T>(1.0 / static_cast<double>(count));
    for (index first = 0; first < count; first += Workspace::chunk) {
        auto const part = std::min(Workspace::chunk, count - first);
        for (index m = 0; m < part; ++m) {
            index const sample = samples != nullptr ? samples[first + m] : first + m;
            work.input_[static_cast<std::size_t>(m)] = features(sample);
            work.labels_[static_cast<std::size_t>(m)] = data_->labels.data() + sample;
            // Samples of a minibatch lie scattered in memory: ask for all of them before the first
            // is used, so that their latencies overlap.
            if (samples != nullptr) prefetch(features(sample), architecture_.inputs);
        }
        forward(work, part);
        auto& output = work.layers_.back().activation;
        sum += kernels::loss_and_slope(architecture_.loss, part, architecture_.outputs,
                                       output.columns, work.labels_.data(), scale, output.data());
        if (packed_g != nullptr) backward(work, part, packed_g, first == 0);
    }
    return sum / static_cast<double>(count);
}

template <class T>
double Network<T>::packed_value_and_gradient(std::span<T const> packed,
                                             std::span<std::int32_t const> samples,
                                             std::span<std::int32_t const> next,
                                             std::span<T> out_packed_g, Workspace& work) const {
    SPINSCAPE_EXPECT(std::ssize(out_packed_g) == packing_.dimension);
    if (std::ssize(next) <= Workspace::chunk)  // more would not stay in a cache
        for (auto const sample : next) {
            prefetch(features(sample), architecture_.inputs);
            __builtin_prefetch(data_->labels.data() + sample, 0, 3);
        }
    return mean_loss(packed, samples.data(), std::ssize(samples), out_packed_g.data(), work);
}

template <class T>
void Network<T>::value(BatchView<T const> x, std::span<double> out_loss, Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) {
        pack(x[r], work.point_[0]);
        out_loss[static_cast<std::size_t>(r)] =
            mean_loss(work.point_[0], nullptr, samples(), nullptr, work);
    }
}

template <class T>
void Network<T>::value_and_gradient(BatchView<T const> x, std::span<double> out_loss,
                                    BatchView<T> out_g, Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) {
        pack(x[r], work.point_[0]);
        out_loss[static_cast<std::size_t>(r)] =
            mean_loss(work.point_[0], nullptr, samples(), work.gradient_[0].data(), work);
        unpack(work.gradient_[0], out_g[r]);
    }
}

template <class T>
void Network<T>::minibatch_value_and_gradient(BatchView<T const> x,
                                              BatchView<std::int32_t const> samples,
                                              std::span<double> out_loss, BatchView<T> out_g,
                                              Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) {
        pack(x[r], work.point_[0]);
        out_loss[static_cast<std::size_t>(r)] =
            packed_value_and_gradient(work.point_[0], samples[r], {}, work.gradient_[0], work);
        unpack(work.gradient_[0], out_g[r]);
    }
}

template <class T>
Evaluation Network<T>::evaluate(std::span<T const> x, Workspace& work) const {
    pack(x, work.point_[0]);
    point_at(work.point_[0], work);
    kernels::Score total;
    for (index first = 0; first < samples(); first += Workspace::chunk) {
        auto const part = std::min(Workspace::chunk, samples() - first);
        for (index m = 0; m < part; ++m) {
            work.input_[static_cast<std::size_t>(m)] = features(first + m);
            work.labels_[static_cast<std::size_t>(m)] = data_->labels.data() + first + m;
        }
        forward(work, part);
        auto& output = work.layers_.back().activation;
        auto const score = kernels::score(architecture_.loss, part, architecture_.outputs,
                                          output.columns, work.labels_.data(), output.data());
        total.loss += score.loss;
        total.errors += score.errors;
    }
    auto const n = static_cast<double>(samples());
    return {total.loss / n, static_cast<double>(total.errors) / n};
}

template <class T>
index Network<T>::symmetry_generators() const {
    index count = 0;
    auto const phi = architecture_.activation;
    if (phi == Activation::relu || phi == Activation::leaky_relu || phi == Activation::linear)
        for (index const h : architecture_.hidden) count += h;
    if (architecture_.loss != Loss::squared) count += layers_.back().inputs + 1;
    return count;
}

template <class T>
void Network<T>::symmetry_tangents(std::span<T const> x, BatchView<T> out_T) const {
    index row = 0;
    auto const next = [&] {
        auto const t = out_T[row++];
        std::fill(t.begin(), t.end(), T(0));
        return t.data();
    };
    auto const phi = architecture_.activation;
    if (phi == Activation::relu || phi == Activation::leaky_relu || phi == Activation::linear)
        for (std::size_t l = 0; l + 1 < layers_.size(); ++l)
            for (index j = 0; j < layers_[l].outputs; ++j) {
                T* t = next();
                auto const &in = layers_[l], &out = layers_[l + 1];
                auto const copy = [&](index at, T sign) {
                    t[at] = sign * x[static_cast<std::size_t>(at)];
                };
                for (index i = 0; i < in.inputs; ++i) copy(in.weights + i * in.outputs + j, T(1));
                copy(in.bias + j, T(1));
                for (index k = 0; k < out.outputs; ++k)
                    copy(out.weights + j * out.outputs + k, T(-1));
            }
    if (architecture_.loss != Loss::squared) {
        auto const& last = layers_.back();
        for (index i = 0; i <= last.inputs; ++i) {  // i == inputs: the bias follows the weights
            T* t = next();
            for (index k = 0; k < last.outputs; ++k) t[last.weights + i * last.outputs + k] = T(1);
        }
    }
}

template class Network<float>;
template class Network<double>;

}  // namespace spinscape
