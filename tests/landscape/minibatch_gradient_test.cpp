// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/minibatch_gradient.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace spinscape {
namespace {

enum class Features { dense, with_rare };  // as noise; or every other one nearly always zero

Samples samples(index count, index inputs, index classes, Features kind) {
    Samples data;
    Stream stream(1, Purpose::disorder, 0);
    data.features.resize(static_cast<std::size_t>(count * inputs));
    stream.fill_normal(std::span<float>(data.features));
    if (kind == Features::with_rare)
        for (std::size_t i = 0; i < data.features.size(); i += 2)
            if (std::abs(data.features[i]) < 2.6F) data.features[i] = 0;
    for (index i = 0; i < count; ++i)
        data.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
    return data;
}

template <class Real>
struct Case {
    Case(Architecture const& architecture, index batch, Features kind)
        : Case(architecture, batch, samples(700, architecture.inputs, architecture.outputs, kind)) {
    }
    Case(Architecture const& architecture, index batch, Samples data)
        : f(architecture, std::make_shared<Samples const>(std::move(data))),
          x(f.dimension(), 1),
          gradient_of(f, batch),
          packed(gradient_of.packed_dimension(), 1),
          packed_g(gradient_of.packed_dimension(), 1),
          g(f.dimension(), 1) {
        Stream(2, Purpose::start, 0).fill_normal(x[0]);
        for (auto& number : x[0]) number *= Real(0.3);
        gradient_of.pack(x[0], packed[0]);
    }

    double minibatch(std::span<std::int32_t const> chosen,
                     std::span<std::int32_t const> next = {}) {
        double const loss = gradient_of(packed[0], chosen, next, packed_g[0]);
        gradient_of.unpack(packed_g[0], g[0]);
        return loss;
    }

    Network<Real> f;
    Batch<Real> x;
    MinibatchGradient<Real> gradient_of;
    Batch<Real> packed, packed_g, g;
};

std::vector<std::int32_t> every_seventh(index count, std::int32_t first = 3) {
    std::vector<std::int32_t> chosen;
    for (index i = 0; i < count; ++i)
        chosen.push_back(static_cast<std::int32_t>((first + 7 * i) % 700));
    return chosen;
}

/// Largest difference in units of the largest component.
template <class Real>
double difference(std::span<Real const> a, std::span<Real const> b) {
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        worst = std::max(worst, std::abs(double{a[i]} - double{b[i]}));
        largest = std::max(largest, std::abs(double{b[i]}));
    }
    return worst / largest;
}

/// Against the gradient that the contract of landscapes tests.
template <class Real>
void expect_reference(Architecture const& architecture, index batch, Features kind) {
    Case<Real> test(architecture, batch, kind);
    auto work = test.f.workspace(1);
    Batch<Real> expected(test.f.dimension(), 1);
    double const tolerance = 200 * std::numeric_limits<Real>::epsilon();
    for (index const count : {batch, index{1}, batch / 3 + 1}) {
        auto const chosen = every_seventh(count);
        double loss = 0;
        test.f.minibatch_value_and_gradient(
            test.x.view(), BatchView<std::int32_t const>(std::span<std::int32_t const>(chosen)),
            {&loss, 1}, expected.view(), work);
        auto const what = std::to_string(architecture.hidden.size()) + " layers, " +
                          activation_names()[static_cast<std::size_t>(architecture.activation)] +
                          ", " + loss_names()[static_cast<std::size_t>(architecture.loss)] + ", " +
                          std::to_string(count) + " of " + std::to_string(batch) +
                          (kind == Features::with_rare ? ", with rare features" : "");
        EXPECT_NEAR(test.minibatch(chosen), loss, tolerance * (1 + loss)) << what;
        EXPECT_LE(difference<Real>(test.g[0], expected[0]), tolerance) << what;
        // And it can fail: other samples have another gradient.
        test.minibatch(every_seventh(count, 4));
        EXPECT_GT(difference<Real>(test.g[0], expected[0]), tolerance) << what;
    }
}

template <class Real>
class MinibatchGradientOf : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(MinibatchGradientOf, Precisions);

TYPED_TEST(MinibatchGradientOf, AllShapes) {
    std::vector<std::vector<index>> const shapes = {{},     {1},        {10}, {25},
                                                    {6, 5}, {17, 8, 3}, {64}, {150}};
    for (auto const& hidden : shapes)
        for (index const inputs : {1, 3, 20, 100})
            for (index const batch : {10, 32, 100, 128, 300})
                for (auto const kind : {Features::dense, Features::with_rare})
                    expect_reference<TypeParam>({.inputs = inputs, .hidden = hidden, .outputs = 10},
                                                batch, kind);
}

TYPED_TEST(MinibatchGradientOf, AllActivationsAndLosses) {
    for (std::size_t phi = 0; phi < activation_names().size(); ++phi)
        for (std::size_t loss = 0; loss < loss_names().size(); ++loss)
            for (index const batch : {10, 50, 200})
                for (auto const kind : {Features::dense, Features::with_rare})
                    expect_reference<TypeParam>({.inputs = 20,
                                                 .hidden = {11, 7},
                                                 .outputs = 3,
                                                 .activation = static_cast<Activation>(phi),
                                                 .loss = static_cast<Loss>(loss)},
                                                batch, kind);
}

std::vector<std::pair<Features, index>> const kinds_and_batches = {
    {Features::dense, 10},     {Features::dense, 100},     {Features::dense, 300},
    {Features::with_rare, 10}, {Features::with_rare, 100}, {Features::with_rare, 300}};

TYPED_TEST(MinibatchGradientOf, PackingIsUndone) {
    for (auto const& [kind, batch] : kinds_and_batches) {
        Case<TypeParam> test({.inputs = 20, .hidden = {11, 7}, .outputs = 3}, batch, kind);
        Batch<TypeParam> back(test.f.dimension(), 1);
        test.gradient_of.unpack(test.packed[0], back[0]);
        EXPECT_TRUE(std::equal(back[0].begin(), back[0].end(), test.x[0].begin()));
    }
}

// An optimiser works on whole packed vectors: their padding must stay zero.
TYPED_TEST(MinibatchGradientOf, PaddingStaysZero) {
    for (auto const& [kind, batch] : kinds_and_batches) {
        Case<TypeParam> test({.inputs = 20, .hidden = {11, 7}, .outputs = 3}, batch, kind);
        test.minibatch(every_seventh(batch));
        double all = 0, real = 0;
        for (auto const number : test.packed_g[0]) all += double{number} * double{number};
        for (auto const number : test.g[0]) real += double{number} * double{number};
        EXPECT_NEAR(all, real, 1e-12 * real);
    }
}

// Neither what came before nor what comes next is seen in a result.
TYPED_TEST(MinibatchGradientOf, DoesNotDependOnItsNeighbours) {
    for (auto const& [kind, batch] : kinds_and_batches) {
        Architecture const architecture{.inputs = 20, .hidden = {11, 7}, .outputs = 3};
        Case<TypeParam> fresh(architecture, batch, kind), used(architecture, batch, kind);
        auto const chosen = every_seventh(batch - 3);
        double const loss = fresh.minibatch(chosen);
        used.minibatch(every_seventh(batch, 1));
        EXPECT_EQ(used.minibatch(chosen, every_seventh(batch, 2)), loss);
        EXPECT_TRUE(std::equal(fresh.g[0].begin(), fresh.g[0].end(), used.g[0].begin()));
    }
}

// The length of packed parameters tells how it computes: the tests above do see rare features.
TEST(MinibatchGradient, RareFeaturesArePackedByThemselves) {
    Architecture const architecture{.inputs = 100, .hidden = {11}, .outputs = 3};
    for (auto const& [kind, batch] : kinds_and_batches) {
        Case<float> test(architecture, batch, kind);
        Case<double> in_double(architecture, batch, kind);
        // Rows of 100, 100, 64 weights; 36 rows of 11; all padded to multiples of eight.
        auto const by_unit = batch >= 32 ? 11 * 104 : 100 * 16,
                   expected = kind == Features::with_rare ? 11 * 64 + 36 * 16 : by_unit,
                   rest = batch >= 32 || kind == Features::with_rare ? 16 + 3 * 16 + 8
                                                                     : 16 + 11 * 8 + 8;
        EXPECT_EQ(test.gradient_of.packed_dimension(), expected + rest) << batch;
        EXPECT_EQ(in_double.gradient_of.packed_dimension(), 100 * 12 + 12 + 11 * 4 + 4);
    }
}

}  // namespace
}  // namespace spinscape
