// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/dataset.hpp"
#include "spinscape/base/types.hpp"

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace spinscape::kernels {

/// Features of samples as a first layer wants them. Those that are zero in nearly all samples, as
/// the pixels at the edge of an image are, are rare: they are set apart, and only what is not zero
/// of them is kept. The others are common, a dense row per sample. Without rare features the rows
/// are where they were; else copies.
class FeatureRows {
public:
    /// Of `samples` rows of `inputs` features, which must outlive this.
    FeatureRows(float const* features, index samples, index inputs);
    FeatureRows(FeatureRows const&) = delete;
    FeatureRows& operator=(FeatureRows const&) = delete;

    /// Original feature k' of weights in place k: the common ones, then the rare.
    [[nodiscard]] index feature(index k) const { return order_[static_cast<std::size_t>(k)]; }
    [[nodiscard]] index common() const { return common_; }
    [[nodiscard]] index rare() const { return std::ssize(order_) - common_; }

    /// Rows of a sample's common features, row() numbers apart.
    [[nodiscard]] float const* data() const { return data_; }
    [[nodiscard]] index row() const { return row_; }
    [[nodiscard]] float const* of(index sample) const { return data_ + sample * row_; }

    struct Rare {
        std::int32_t feature;  ///< 0 ... rare()-1
        float value;
    };
    /// Those of a sample that are not zero. Only if there are rare features.
    [[nodiscard]] std::span<Rare const> rare_of(index sample) const {
        Place place;
        std::memcpy(&place, of(sample) + common_, sizeof place);
        return {rare_.data() + place.first, place.count};
    }

private:
    /// Which rare features a sample has stands behind its row: memory is asked for both at once.
    struct Place {
        std::uint32_t first, count;
    };
    static constexpr index place_size = sizeof(Place) / sizeof(float);

    void copy(float const* features, index samples);

    std::vector<index> order_;
    index common_;
    float const* data_;
    index row_;
    Batch<float> copy_;
    std::vector<Rare> rare_;
};

/// Those of all samples, made when first asked for, since blocks of a job train on the same ones,
/// and forgotten after the samples.
std::shared_ptr<FeatureRows const> feature_rows_of(std::shared_ptr<Samples const> const& samples);

}  // namespace spinscape::kernels
