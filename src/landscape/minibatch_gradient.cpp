// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/minibatch_gradient.hpp"

#include "elementwise.hpp"
#include "lane_kernels.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>
#include <type_traits>

namespace spinscape {

using kernels::Finish;
using kernels::Into;
using kernels::padded;

/// Samples in vector lanes. Packed parameters: W_l^T, a row per unit (its weights lie together for
/// the product with the samples, and its gradient is summed along them), then b_l.
class SamplesInLanes {
public:
    SamplesInLanes(Architecture const& architecture, float const* features,
                   std::int32_t const* labels, index batch)
        : architecture_(architecture),
          all_features_(features),
          all_labels_(labels),
          narrow_(architecture.layers().front().outputs <= widest_narrow &&
                  architecture.inputs >= kernels::fewest_inner),
          most_(chunk_of(batch)),
          stride_(kernels::lane_stride<float>(most_)),
          relu_(architecture.activation == Activation::relu),
          input_(architecture.inputs * stride_, 1),
          samples_(at(most_)),
          labels_(at(most_)) {
        for (auto const& shape : architecture.layers()) {
            auto const units = padded<float>(shape.outputs);
            Layer layer{.shape = shape,
                        .weights = dimension_,
                        .bias = dimension_ + shape.outputs * padded<float>(shape.inputs),
                        .row = padded<float>(shape.inputs),
                        .activation = Batch<float>(shape.outputs * stride_, 1),
                        .by_sample = Batch<float>(most_ * units, 1)};
            dimension_ = layer.bias + units;
            // Where the activation is positive is all that the slope of a ReLU needs to know.
            if (!relu_) layer.slope = Batch<float>(shape.outputs * stride_, 1);
            for (index u = 0; u < shape.outputs; ++u)
                layer.unit_rows.push_back(layer.activation.view().data() + u * stride_);
            for (index m = 0; m < most_; ++m)
                layer.sample_rows.push_back(layer.by_sample.view().data() + m * units);
            layers_.push_back(std::move(layer));
        }
    }

    [[nodiscard]] index dimension() const { return dimension_; }

    template <class Copy>
    void each_row(Copy const& copy) const {
        for (auto const& layer : layers_) {
            for (index u = 0; u < layer.shape.outputs; ++u)
                copy(layer.shape.weights + u, layer.shape.outputs, layer.weights + u * layer.row,
                     layer.shape.inputs);
            copy(layer.shape.bias, 1, layer.bias, layer.shape.outputs);
        }
    }
    void pack(std::span<float const> x, std::span<float> packed) const {
        std::fill(packed.begin(), packed.end(), 0.0F);
        each_row([&](index from, index step, index to, index count) {
            for (index i = 0; i < count; ++i) packed[at(to + i)] = x[at(from + i * step)];
        });
    }
    void unpack(std::span<float const> packed, std::span<float> x) const {
        each_row([&](index to, index step, index from, index count) {
            for (index i = 0; i < count; ++i) x[at(to + i * step)] = packed[at(from + i)];
        });
    }

    double operator()(std::span<float const> packed, std::span<std::int32_t const> samples,
                      std::span<std::int32_t const> next, std::span<float> g) {
        auto const total = std::ssize(samples);
        auto const scale = static_cast<float>(1.0 / static_cast<double>(total));
        double sum = 0;
        for (index first = 0; first < total; first += most_) {
            auto const count = std::min(most_, total - first);
            auto const rest = samples.subspan(at(first + count));
            gather(samples.data() + first, count);
            look_ahead(rest.empty() ? next : rest, count);
            forward(packed.data(), count);
            sum += loss_and_slope(count, scale);
            backward(packed.data(), count, first == 0 ? Into::replace : Into::add, g.data());
        }
        return sum / static_cast<double>(total);
    }

private:
    /// Samples that are computed together: of narrow networks as many as the first-level cache
    /// keeps between the way forward and back, if it keeps enough; nearly equal chunks, all but the
    /// last of whole vectors.
    [[nodiscard]] index chunk_of(index batch) const {
        constexpr index longest = 128, fewest = 32, cache = 24 << 10;
        auto const fit = cache / (architecture_.inputs * index{sizeof(float)});
        auto const limit = narrow_ && fit >= fewest ? std::min(fit, longest) : longest;
        auto const chunks = (batch + limit - 1) / limit;
        return std::min(padded<float>((batch + chunks - 1) / chunks), batch);
    }

    struct Layer {
        Architecture::Layer shape;
        index weights, bias, row;   ///< offsets in packed vectors; length of rows of W^T
        Batch<float> activation{};  ///< a_l, a row per unit
        Batch<float> by_sample{};   ///< a_l, a row per sample
        Batch<float> slope{};       ///< d loss / d z_l, unless it replaces a_l
        std::vector<float const*> unit_rows{};    ///< of `activation`
        std::vector<float const*> sample_rows{};  ///< of `by_sample`
        float* values() { return activation.view().data(); }
    };

    static std::size_t at(index i) { return static_cast<std::size_t>(i); }
    /// Where d loss / d z_l is kept.
    float* slope_of(Layer& layer) const {
        return relu_ || &layer == &layers_.back() ? layer.values() : layer.slope.view().data();
    }

    void gather(std::int32_t const* samples, index count) {
        for (index m = 0; m < count; ++m) {
            samples_[at(m)] = all_features_ + samples[m] * architecture_.inputs;
            labels_[at(m)] = all_labels_ + samples[m];
        }
        if (!narrow_)
            kernels::transpose_rows(count, layers_.front().shape.inputs, samples_.data(),
                                    input_.view().data(), stride_);
    }

    /// Memory will be asked for the next samples during the two products with the features, which
    /// take most of the time.
    void look_ahead(std::span<std::int32_t const> samples, index count) {
        auto const& first = layers_.front().shape;
        ahead_ = {all_features_,
                  first.inputs,
                  all_labels_,
                  samples.data(),
                  std::min(std::ssize(samples), most_),
                  2 * count * first.inputs * first.outputs};
    }

    void forward(float const* packed, index count) {
        for (auto& layer : layers_) {
            bool const hidden = &layer != &layers_.back(), first = &layer == &layers_.front();
            float const* const below = first ? input_.view().data() : (&layer - 1)->values();
            auto const finish = hidden && relu_ ? Finish::rectified : Finish::as_is;
            auto const* const W = packed + layer.weights;
            auto const* const bias = packed + layer.bias;
            if (first && narrow_)
                kernels::inner_products(layer.shape.outputs, layer.shape.inputs, count, W,
                                        layer.row, bias, samples_.data(), finish, layer.values(),
                                        stride_, &ahead_);
            else
                kernels::multiply_lanes(layer.shape.outputs, layer.shape.inputs, count,
                                        {W, layer.row, 1}, bias, below, finish, layer.values(),
                                        stride_, first ? &ahead_ : nullptr);
            if (!hidden) return;
            kernels::activate(relu_ ? Activation::linear : architecture_.activation,
                              architecture_.leak, layer.values(), layer.shape.outputs * stride_);
            to_samples(layer, count);
        }
    }

    void to_samples(Layer& layer, index count) const {
        kernels::transpose_rows(layer.shape.outputs, count, layer.unit_rows.data(),
                                layer.by_sample.view().data(), padded<float>(layer.shape.outputs));
    }

    double loss_and_slope(index count, float scale) {
        auto& last = layers_.back();
        auto const classes = architecture_.outputs;
        if (architecture_.loss == Loss::cross_entropy)
            return kernels::cross_entropy_lanes(count, classes, labels_.data(), scale,
                                                last.values(), stride_);
        to_samples(last, count);
        double const sum =
            kernels::loss_and_slope(architecture_.loss, count, classes, padded<float>(classes),
                                    labels_.data(), scale, last.by_sample.view().data());
        kernels::transpose_rows(count, classes, last.sample_rows.data(), last.values(), stride_);
        return sum;
    }

    void backward(float const* packed, index count, Into into, float* g) {
        for (auto l = layers_.size(); l-- > 0;) {
            auto& layer = layers_[l];
            float const* const slope = slope_of(layer);
            if (l == 0) {
                kernels::outer_lanes(layer.shape.outputs, count, layer.shape.inputs, slope, stride_,
                                     samples_.data(), into, g + layer.weights, layer.row, &ahead_);
            } else {
                auto& below = layers_[l - 1];
                kernels::outer_lanes(layer.shape.outputs, count, layer.row, slope, stride_,
                                     below.sample_rows.data(), into, g + layer.weights, layer.row);
                kernels::Strided<float> const transposed{packed + layer.weights, 1, layer.row};
                kernels::multiply_lanes(
                    layer.shape.inputs, layer.shape.outputs, count, transposed, nullptr, slope,
                    relu_ ? Finish::where_positive : Finish::as_is, slope_of(below), stride_);
                if (!relu_)
                    kernels::multiply_slope(architecture_.activation, architecture_.leak,
                                            below.values(), slope_of(below),
                                            below.shape.outputs * stride_);
            }
            kernels::sum_lanes(layer.shape.outputs, count, slope, stride_, into, g + layer.bias);
        }
    }

    /// Up to this width of the first layer, features are not transposed.
    static constexpr index widest_narrow = 16;

    Architecture const& architecture_;
    float const* all_features_;
    std::int32_t const* all_labels_;
    bool narrow_;
    index most_, stride_;
    bool relu_;
    Batch<float> input_;  ///< features, a row per feature, unless the first layer is narrow
    std::vector<float const*> samples_;
    std::vector<std::int32_t const*> labels_;
    std::vector<Layer> layers_;
    index dimension_ = 0;
    kernels::Ahead ahead_;
};

/// Networks train in single precision.
template <class T>
constexpr bool in_lanes = std::is_same_v<T, float>;

template <class T>
MinibatchGradient<T>::MinibatchGradient(Network<T> const& network, index batch)
    : network_(network), work_(network.workspace(1)) {
    SPINSCAPE_EXPECT(batch > 0);
    if constexpr (in_lanes<T>) {
        if (batch >= 32)
            lanes_ = std::make_unique<SamplesInLanes>(network.architecture(), network.features_,
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
