// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ahead.hpp"
#include "dense_kernels.hpp"
#include "feature_rows.hpp"
#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/architecture.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

/// Minibatch gradients with samples in vector lanes (lane_kernels.hpp): a MinibatchGradient.
/// Activations and slopes have a row per unit; where a product wants rows of samples they are
/// transposed.
///
/// Packed parameters: W_l^T, a row per unit (its weights lie together for the product with the
/// samples, and its gradient is summed along them), then b_l. The first layer's W_0^T is that of
/// common features; between it and b_0 is a row of W_0 for each rare feature.
class SamplesInLanes {
public:
    /// `architecture` and `labels` must outlive this; minibatches of at most `batch`.
    SamplesInLanes(Architecture const& architecture,
                   std::shared_ptr<kernels::FeatureRows const> features, std::int32_t const* labels,
                   index batch);

    [[nodiscard]] index dimension() const { return dimension_; }
    void pack(std::span<float const> x, std::span<float> packed) const;
    void unpack(std::span<float const> packed, std::span<float> x) const;
    double operator()(std::span<float const> packed, std::span<std::int32_t const> samples,
                      std::span<std::int32_t const> next, std::span<float> g);

private:
    struct Layer {
        Architecture::Layer shape;
        index inputs;                             ///< multiplied as a dense matrix: none is rare
        index units;                              ///< padded: length of rows of W, of `by_sample`
        index row;                                ///< length of rows of W^T
        index weights, rare_weights, bias;        ///< offsets in packed vectors
        Batch<float> activation{};                ///< a_l, a row per unit
        Batch<float> by_sample{};                 ///< a_l, a row per sample
        Batch<float> slope{};                     ///< d loss / d z_l, unless it replaces a_l
        std::vector<float const*> unit_rows{};    ///< of `activation`
        std::vector<float const*> sample_rows{};  ///< of `by_sample`
        float* values() { return activation.view().data(); }
    };
    /// A rare feature that a sample of the minibatch has.
    struct RareTerm {
        index sample, feature;
        float value;
    };

    template <class Copy>
    void each_row(Copy const& copy) const;
    [[nodiscard]] index chunk_of(index batch) const;
    void add_layer(Architecture::Layer const& shape);
    float* slope_of(Layer& layer) const;
    void gather(std::span<std::int32_t const> samples);
    void look_ahead(std::span<std::int32_t const> samples, index count);
    void forward(float const* packed, index count);
    void first_layer(float const* packed, index count);
    void add_rare(float const* W, Layer& layer) const;
    void to_samples(Layer& layer, index count) const;
    double loss_and_slope(index count, float scale);
    void backward(float const* packed, index count, kernels::Into into, float* g);
    void rare_gradient(float const* slope, Layer const& layer, kernels::Into into, float* G) const;
    void slope_below(std::size_t l, float const* packed, index count);

    Architecture const& architecture_;
    std::shared_ptr<kernels::FeatureRows const> shared_;
    kernels::FeatureRows const& features_ = *shared_;
    std::int32_t const* all_labels_;
    bool narrow_;  ///< the first layer is: features are not transposed
    index most_, stride_;
    bool relu_;
    std::vector<Layer> layers_;
    index dimension_ = 0;
    // The minibatch.
    Batch<float> input_;  ///< common features, a row per feature, unless narrow
    std::vector<float const*> samples_;
    std::vector<RareTerm> rare_;
    std::vector<std::int32_t const*> labels_;
    kernels::Ahead ahead_;
};

}  // namespace spinscape
