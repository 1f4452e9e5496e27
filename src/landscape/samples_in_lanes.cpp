// SPDX-License-Identifier: BSD-3-Clause
#include "samples_in_lanes.hpp"

#include "elementwise.hpp"
#include "lane_kernels.hpp"

#include <algorithm>
#include <utility>

namespace spinscape {

using kernels::Finish;
using kernels::Into;
using kernels::padded;

namespace {

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// Up to this width of the first layer, features are not transposed.
constexpr index widest_narrow = 16;

}  // namespace

SamplesInLanes::SamplesInLanes(Architecture const& architecture,
                               std::shared_ptr<kernels::FeatureRows const> features,
                               std::int32_t const* labels, index batch)
    : architecture_(architecture),
      shared_(std::move(features)),
      all_labels_(labels),
      narrow_(architecture.layers().front().outputs <= widest_narrow &&
              features_.common() >= kernels::fewest_inner),
      most_(chunk_of(batch)),
      stride_(kernels::lane_stride<float>(most_)),
      relu_(architecture.activation == Activation::relu),
      input_(features_.common() * stride_, 1),
      samples_(at(most_)),
      labels_(at(most_)) {
    for (auto const& shape : architecture.layers()) add_layer(shape);
}

void SamplesInLanes::add_layer(Architecture::Layer const& shape) {
    bool const first = layers_.empty();
    auto const inputs = first ? features_.common() : shape.inputs;
    auto const units = padded<float>(shape.outputs), row = padded<float>(inputs);
    Layer layer{.shape = shape,
                .inputs = inputs,
                .units = units,
                .row = row,
                .weights = dimension_,
                .rare_weights = dimension_ + shape.outputs * row,
                .bias = dimension_ + shape.outputs * row + (shape.inputs - inputs) * units,
                .activation = Batch<float>(shape.outputs * stride_, 1),
                .by_sample = Batch<float>(most_ * units, 1)};
    dimension_ = layer.bias + units;
    // Where the activation is positive is all that the slope of a ReLU needs to know.
    if (!relu_) layer.slope = Batch<float>(shape.outputs * stride_, 1);
    for (index u = 0; u < shape.outputs; ++u)
        layer.unit_rows.push_back(layer.values() + u * stride_);
    for (index m = 0; m < most_; ++m)
        layer.sample_rows.push_back(layer.by_sample.view().data() + m * units);
    layers_.push_back(std::move(layer));
}

/// Samples that are computed together: of narrow networks as many as the first-level cache
/// keeps between the way forward and back, if it keeps enough; nearly equal chunks, all but the
/// last of whole vectors.
index SamplesInLanes::chunk_of(index batch) const {
    constexpr index longest = 128, fewest = 32, cache = 24 << 10;
    auto const fit = cache / (features_.row() * index{sizeof(float)});
    auto const limit = narrow_ && fit >= fewest ? std::min(fit, longest) : longest;
    auto const chunks = (batch + limit - 1) / limit;
    return std::min(padded<float>((batch + chunks - 1) / chunks), batch);
}

/// Calls copy(place in a point, place in a packed vector, step there, count) for each row of W_l
/// and for b_l.
template <class Copy>
void SamplesInLanes::each_row(Copy const& copy) const {
    for (auto const& layer : layers_) {
        auto const& shape = layer.shape;
        bool const first = &layer == &layers_.front();
        for (index k = 0; k < shape.inputs; ++k) {
            auto const from = shape.weights + (first ? features_.feature(k) : k) * shape.outputs;
            if (auto const rare = k - layer.inputs; rare >= 0)
                copy(from, layer.rare_weights + rare * layer.units, 1, shape.outputs);
            else
                copy(from, layer.weights + k, layer.row, shape.outputs);
        }
        copy(shape.bias, layer.bias, 1, shape.outputs);
    }
}

void SamplesInLanes::pack(std::span<float const> x, std::span<float> packed) const {
    std::fill(packed.begin(), packed.end(), 0.0F);
    each_row([&](index from, index to, index step, index count) {
        for (index i = 0; i < count; ++i) packed[at(to + i * step)] = x[at(from + i)];
    });
}

void SamplesInLanes::unpack(std::span<float const> packed, std::span<float> x) const {
    each_row([&](index to, index from, index step, index count) {
        for (index i = 0; i < count; ++i) x[at(to + i)] = packed[at(from + i * step)];
    });
}

double SamplesInLanes::operator()(std::span<float const> packed,
                                  std::span<std::int32_t const> samples,
                                  std::span<std::int32_t const> next, std::span<float> g) {
    auto const total = std::ssize(samples);
    auto const scale = static_cast<float>(1.0 / static_cast<double>(total));
    double sum = 0;
    for (index first = 0; first < total; first += most_) {
        auto const count = std::min(most_, total - first);
        auto const rest = samples.subspan(at(first + count));
        gather(samples.subspan(at(first), at(count)));
        look_ahead(rest.empty() ? next : rest, count);
        forward(packed.data(), count);
        sum += loss_and_slope(count, scale);
        backward(packed.data(), count, first == 0 ? Into::replace : Into::add, g.data());
    }
    return sum / static_cast<double>(total);
}

/// Where d loss / d z_l is kept.
float* SamplesInLanes::slope_of(Layer& layer) const {
    return relu_ || &layer == &layers_.back() ? layer.values() : layer.slope.view().data();
}

void SamplesInLanes::gather(std::span<std::int32_t const> samples) {
    auto const count = std::ssize(samples);
    for (std::size_t m = 0; m < samples.size(); ++m) {
        samples_[m] = features_.of(samples[m]);
        labels_[m] = all_labels_ + samples[m];
    }
    rare_.clear();
    if (features_.rare() > 0)
        for (index m = 0; m < count; ++m)
            for (auto const& [feature, value] : features_.rare_of(samples[at(m)]))
                rare_.push_back({m, feature, value});
    if (!narrow_)
        kernels::transpose_rows(count, features_.common(), samples_.data(), input_.view().data(),
                                stride_);
}

/// Memory will be asked for the next samples during the two products with the features, which
/// take most of the time.
void SamplesInLanes::look_ahead(std::span<std::int32_t const> samples, index count) {
    auto const& first = layers_.front();
    ahead_ = {features_.data(),
              features_.row(),
              all_labels_,
              samples.data(),
              std::min(std::ssize(samples), most_),
              2 * count * first.inputs * first.shape.outputs};
}

void SamplesInLanes::forward(float const* packed, index count) {
    first_layer(packed, count);
    for (std::size_t l = 1; l < layers_.size(); ++l) {
        auto &layer = layers_[l], &below = layers_[l - 1];
        to_samples(below, count);
        bool const rectified = relu_ && &layer != &layers_.back();
        kernels::multiply_lanes(layer.shape.outputs, layer.inputs, count,
                                {packed + layer.weights, layer.row, 1}, packed + layer.bias,
                                below.values(), rectified ? Finish::rectified : Finish::as_is,
                                layer.values(), stride_);
        if (!rectified && &layer != &layers_.back())
            kernels::activate(architecture_.activation, architecture_.leak, layer.values(),
                              layer.shape.outputs * stride_);
    }
}

void SamplesInLanes::first_layer(float const* packed, index count) {
    auto& layer = layers_.front();
    bool const hidden = layers_.size() > 1, rare = features_.rare() > 0;
    // What rare features add must come before the activation.
    auto const finish = hidden && relu_ && !rare ? Finish::rectified : Finish::as_is;
    auto const* const W = packed + layer.weights;
    auto const* const bias = packed + layer.bias;
    if (narrow_)
        kernels::inner_products(layer.shape.outputs, layer.inputs, count, W, layer.row, bias,
                                samples_.data(), finish, layer.values(), stride_, &ahead_);
    else
        kernels::multiply_lanes(layer.shape.outputs, layer.inputs, count, {W, layer.row, 1}, bias,
                                input_.view().data(), finish, layer.values(), stride_, &ahead_);
    if (rare) add_rare(packed + layer.rare_weights, layer);
    if (hidden && finish == Finish::as_is)
        kernels::activate(architecture_.activation, architecture_.leak, layer.values(),
                          layer.shape.outputs * stride_);
}

/// z_0 <- z_0 + sum over rare features k of W[k] x[k].
void SamplesInLanes::add_rare(float const* W, Layer& layer) const {
    for (auto const& [m, feature, value] : rare_) {
        float const* const w = W + feature * layer.units;
        float* const z = layer.values() + m;
        for (index u = 0; u < layer.shape.outputs; ++u) z[u * stride_] += value * w[u];
    }
}

void SamplesInLanes::to_samples(Layer& layer, index count) const {
    kernels::transpose_rows(layer.shape.outputs, count, layer.unit_rows.data(),
                            layer.by_sample.view().data(), layer.units);
}

double SamplesInLanes::loss_and_slope(index count, float scale) {
    auto& last = layers_.back();
    auto const classes = architecture_.outputs;
    if (architecture_.loss == Loss::cross_entropy)
        return kernels::cross_entropy_lanes(count, classes, labels_.data(), scale, last.values(),
                                            stride_);
    to_samples(last, count);
    double const sum = kernels::loss_and_slope(architecture_.loss, count, classes, last.units,
                                               labels_.data(), scale, last.by_sample.view().data());
    kernels::transpose_rows(count, classes, last.sample_rows.data(), last.values(), stride_);
    return sum;
}

void SamplesInLanes::backward(float const* packed, index count, Into into, float* g) {
    for (auto l = layers_.size(); l-- > 0;) {
        auto& layer = layers_[l];
        float const* const slope = slope_of(layer);
        if (l > 0) {
            kernels::outer_lanes(layer.shape.outputs, count, layer.row, slope, stride_,
                                 layers_[l - 1].sample_rows.data(), into, g + layer.weights,
                                 layer.row);
            slope_below(l, packed, count);
        } else {
            kernels::outer_lanes(layer.shape.outputs, count, layer.inputs, slope, stride_,
                                 samples_.data(), into, g + layer.weights, layer.row, &ahead_);
            rare_gradient(slope, layer, into, g + layer.rare_weights);
        }
        kernels::sum_lanes(layer.shape.outputs, count, slope, stride_, into, g + layer.bias);
    }
}

/// G[k] <- [G[k] +] sum_m x_m[k] d loss / d z_0, for rare features k.
void SamplesInLanes::rare_gradient(float const* slope, Layer const& layer, Into into,
                                   float* G) const {
    if (into == Into::replace) std::fill_n(G, features_.rare() * layer.units, 0.0F);
    for (auto const& [m, feature, value] : rare_) {
        float* const g = G + feature * layer.units;
        for (index u = 0; u < layer.shape.outputs; ++u) g[u] += value * slope[u * stride_ + m];
    }
}

/// d loss / d z_{l-1} = phi'(z_{l-1}) W_l d loss / d z_l.
void SamplesInLanes::slope_below(std::size_t l, float const* packed, index count) {
    auto &layer = layers_[l], &below = layers_[l - 1];
    kernels::Strided<float> const transposed{packed + layer.weights, 1, layer.row};
    kernels::multiply_lanes(layer.shape.inputs, layer.shape.outputs, count, transposed, nullptr,
                            slope_of(layer), relu_ ? Finish::where_positive : Finish::as_is,
                            slope_of(below), stride_);
    if (!relu_)
        kernels::multiply_slope(architecture_.activation, architecture_.leak, below.values(),
                                slope_of(below), below.shape.outputs * stride_);
}

}  // namespace spinscape
