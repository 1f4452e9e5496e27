// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/landscape/feature_rows.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

namespace spinscape {
namespace {

using kernels::FeatureRows;

constexpr index samples = 500, inputs = 50;

/// Feature k is not zero with probability `share` of k.
template <class Share>
std::vector<float> features(Share const& share) {
    std::vector<float> x;
    Stream stream(1, Purpose::disorder, 0);
    for (index m = 0; m < samples; ++m)
        for (index k = 0; k < inputs; ++k) {
            double const u = stream.uniform();
            x.push_back(u < share(k) ? static_cast<float>(1 + u) : 0.0F);
        }
    return x;
}

/// As an image's, more at its middle; less than one per cent in 20 places at its edge.
double of_image(index k) {
    auto const from_edge = std::min(k, inputs - 1 - k);
    return from_edge < 10 ? 0.005 : 0.04 * static_cast<double>(from_edge);
}

TEST(FeatureRows, WithoutRareFeaturesNothingIsCopied) {
    for (double const share : {1.0, 0.3}) {
        auto const x = features([&](index) { return share; });
        FeatureRows const rows(x.data(), samples, inputs);
        EXPECT_EQ(rows.common(), inputs);
        EXPECT_EQ(rows.rare(), 0);
        EXPECT_EQ(rows.data(), x.data());
        EXPECT_EQ(rows.of(7), x.data() + 7 * inputs);
        for (index k = 0; k < inputs; ++k) EXPECT_EQ(rows.feature(k), k);
    }
}

TEST(FeatureRows, NothingIsLost) {
    auto const x = features(of_image);
    FeatureRows const rows(x.data(), samples, inputs);
    ASSERT_EQ(rows.common(), 32);
    ASSERT_EQ(rows.rare(), inputs - 32);
    for (index m = 0; m < samples; ++m) {
        std::vector<float> sample(inputs);
        for (index k = 0; k < rows.common(); ++k)
            sample[static_cast<std::size_t>(rows.feature(k))] = rows.of(m)[k];
        for (auto const& [k, value] : rows.rare_of(m)) {
            EXPECT_NE(value, 0);
            sample[static_cast<std::size_t>(rows.feature(rows.common() + k))] = value;
        }
        ASSERT_TRUE(std::equal(sample.begin(), sample.end(), x.begin() + m * inputs)) << m;
    }
}

TEST(FeatureRows, WeightsAreInOrderOfUse) {
    auto const x = features(of_image);
    FeatureRows const rows(x.data(), samples, inputs);
    std::vector<index> places;
    index before = samples;
    for (index k = 0; k < inputs; ++k) {
        places.push_back(rows.feature(k));
        index uses = 0;
        for (index m = 0; m < samples; ++m)
            uses += x[static_cast<std::size_t>(m * inputs + rows.feature(k))] != 0 ? 1 : 0;
        EXPECT_LE(uses, before);
        before = uses;
    }
    std::sort(places.begin(), places.end());
    std::vector<index> all(inputs);
    std::iota(all.begin(), all.end(), index{0});
    EXPECT_EQ(places, all);
}

// Rows begin on cache lines, so that no vector of the kernels lies across two.
TEST(FeatureRows, CopiedRowsAreWholeCacheLines) {
    auto const x = features(of_image);
    FeatureRows const rows(x.data(), samples, inputs);
    EXPECT_EQ(rows.row() % 16, 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(rows.data()) % 64, 0U);
}

TEST(FeatureRows, AreMadeOncePerSetOfSamples) {
    auto const set = [&] {
        return std::make_shared<Samples const>(
            Samples{.features = features(of_image), .labels = std::vector<std::int32_t>(samples)});
    };
    auto first = set();
    auto const second = set();
    auto const rows = kernels::feature_rows_of(first);
    EXPECT_EQ(kernels::feature_rows_of(first), rows);
    EXPECT_NE(kernels::feature_rows_of(second), rows);
    std::weak_ptr const kept = kernels::feature_rows_of(set());
    EXPECT_FALSE(kept.expired());
    kernels::feature_rows_of(first);  // forgets those whose samples are gone
    EXPECT_TRUE(kept.expired());
}

}  // namespace
}  // namespace spinscape
