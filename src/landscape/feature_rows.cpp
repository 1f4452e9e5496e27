// SPDX-License-Identifier: BSD-3-Clause
#include "feature_rows.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/memory.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <mutex>
#include <numeric>
#include <utility>

namespace spinscape::kernels {

namespace {

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// In how many samples each feature is not zero.
std::vector<std::int32_t> numbers_of_features(float const* features, index samples, index inputs) {
    std::vector<std::int32_t> uses(at(inputs));
    for (auto* const count = uses.data(); samples > 0; --samples, features += inputs)
        for (index k = 0; k < inputs; ++k) count[k] += features[k] != 0 ? 1 : 0;
    return uses;
}

}  // namespace

FeatureRows::FeatureRows(float const* features, index samples, index inputs)
    : order_(at(inputs)), common_(inputs), data_(features), row_(inputs) {
    auto const uses = numbers_of_features(features, samples, inputs);
    std::iota(order_.begin(), order_.end(), index{0});
    auto sorted = order_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](index a, index b) { return uses[at(a)] > uses[at(b)]; });
    // Where to divide them: a number of a rare feature takes as long as a fourth of a common
    // feature in a minibatch of a hundred. Kernels like whole vectors, and a copy must be worth it.
    constexpr double cost_of_rare = 25;
    constexpr index vector = 16;
    double cheapest = 0.9 * static_cast<double>(inputs), rare = 0;
    for (index k = inputs; k-- > vector;) {
        rare += static_cast<double>(uses[at(sorted[at(k)])]) / static_cast<double>(samples);
        double const cost = static_cast<double>(k) + cost_of_rare * rare;
        if (k % vector != 0 || cost >= cheapest) continue;
        cheapest = cost;
        common_ = k;
    }
    if (common_ == inputs) return;
    order_ = std::move(sorted);
    copy(features, samples);
}

void FeatureRows::copy(float const* features, index samples) {
    auto const inputs = std::ssize(order_);
    row_ = (common_ + place_size + 15) / 16 * 16;
    copy_ = Batch<float>(samples * row_, 1);
    float* const to_data = copy_.view().data();
    for (index m = 0; m < samples; ++m) {
        float const* const from = features + m * inputs;
        float* const to = to_data + m * row_;
        for (index k = 0; k < common_; ++k) to[k] = from[feature(k)];
        Place place{static_cast<std::uint32_t>(rare_.size()), 0};
        for (index k = common_; k < inputs; ++k)
            if (float const number = from[feature(k)]; number != 0) {
                rare_.push_back({static_cast<std::int32_t>(k - common_), number});
                ++place.count;
            }
        std::memcpy(to + common_, &place, sizeof place);
    }
    SPINSCAPE_EXPECT(std::ssize(rare_) <= std::numeric_limits<std::uint32_t>::max());
    data_ = to_data;
    // Minibatches visit samples in random order.
    move_to_large_pages(data_, at(samples * row_) * sizeof(float));
}

std::shared_ptr<FeatureRows const> feature_rows_of(std::shared_ptr<Samples const> const& samples) {
    struct Kept {
        std::weak_ptr<Samples const> samples;
        std::shared_ptr<FeatureRows const> rows;
    };
    static std::mutex mutex;
    static std::vector<Kept> all;
    std::lock_guard const lock(mutex);
    std::erase_if(all, [](Kept const& kept) { return kept.samples.expired(); });
    for (auto const& kept : all)
        if (kept.samples.lock() == samples) return kept.rows;
    auto const inputs = std::ssize(samples->features) / samples->count();
    all.push_back({samples, std::make_shared<FeatureRows const>(samples->features.data(),
                                                                samples->count(), inputs)});
    return all.back().rows;
}

}  // namespace spinscape::kernels
