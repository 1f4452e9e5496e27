// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/network.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

std::shared_ptr<Samples const> samples(std::vector<float> features,
                                       std::vector<std::int32_t> labels) {
    return std::make_shared<Samples const>(Samples{std::move(features), std::move(labels)});
}

template <class Real>
struct Point {
    double loss = missing;
    std::vector<Real> gradient;
};

template <class Real>
Point<Real> at(Network<Real> const& f, std::vector<Real> const& x) {
    Point<Real> result{.gradient = std::vector<Real>(x.size())};
    auto work = f.workspace(1);
    f.value_and_gradient(std::span<Real const>(x), {&result.loss, 1},
                         std::span<Real>(result.gradient), work);
    return result;
}

template <class Real>
class NetworkOf : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(NetworkOf, Precisions);

// All numbers are short binary fractions, so both precisions are exact.
TYPED_TEST(NetworkOf, TwoTwoTwoByHand) {
    Network<TypeParam> const f({.inputs = 2,
                                .hidden = {2},
                                .outputs = 2,
                                .activation = Activation::relu,
                                .loss = Loss::squared},
                               samples({1, 0, 0, 1}, {0, 1}));
    std::vector<TypeParam> const x = {1,    -1,    2,  1,  // W_1, a row per input
                                      0.5F, 0.25F,         // b_1
                                      1,    0.5F,  -1, 3,  // W_2, a row per hidden unit
                                      0.5F, -0.25F};       // b_2
    // Sample (1, 0), class 0:  z_1 = (1.5, -0.75)  a_1 = (1.5, 0)     z_2 = (2, 0.5)
    //                          residual (1, 0.5), loss 0.625
    // Sample (0, 1), class 1:  z_1 = (2.5, 1.25)   a_1 = (2.5, 1.25)  z_2 = (1.75, 4.75)
    //                          residual (1.75, 3.75), loss 8.5625
    auto const point = at(f, x);
    EXPECT_EQ(point.loss, (0.625 + 8.5625) / 2);
    // Slopes at z_1: W_2 residual = (1.25, 0.5), the second unit is off: (1.25, 0); (3.625, 9.5).
    std::vector<TypeParam> const gradient = {0.625F,   0,      // (1.25, 0) 1/2 from the first input
                                             1.8125F,  4.75F,  // (3.625, 9.5)/2 from the second
                                             2.4375F,  4.75F,  // half their sum
                                             2.9375F,  5.0625F, 1.09375F,
                                             2.34375F,  // (1.5 (1, 0.5) + 2.5 (1.75, 3.75))/2, ...
                                             1.375F,   2.125F};  // half the sum of the residuals
    EXPECT_EQ(point.gradient, gradient);
}

TYPED_TEST(NetworkOf, CrossEntropyOfHugeOutputs) {
    Network<TypeParam> const f({.inputs = 1, .hidden = {}, .outputs = 2}, samples({1, 1}, {0, 1}));
    // z = (1000, -1000): the first sample is certain and right, the second loses 2000 nats.
    auto const certain = at(f, {0, 0, 1000, -1000});
    EXPECT_EQ(certain.loss, 1000);
    EXPECT_EQ(certain.gradient, (std::vector<TypeParam>{0.5F, -0.5F, 0.5F, -0.5F}));
    for (TypeParam const both : {TypeParam(1000), TypeParam(-1000)}) {
        auto const undecided = at(f, {0, 0, both, both});
        EXPECT_NEAR(undecided.loss, std::log(2.0), 1e-15);
        EXPECT_EQ(undecided.gradient, std::vector<TypeParam>(4, 0));
    }
}

TYPED_TEST(NetworkOf, HiddenUnitsAreInterchangeable) {
    Architecture const architecture{
        .inputs = 3, .hidden = {7, 5}, .outputs = 4, .activation = Activation::tanh};
    std::vector<float> features(3 * 150);
    Stream(1, Purpose::disorder, 0).fill_normal(std::span<float>(features));
    std::vector<std::int32_t> labels(150);
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int32_t>(i % 4);
    Network<TypeParam> const f(architecture, samples(features, labels));
    std::vector<TypeParam> x(static_cast<std::size_t>(f.dimension()));
    Stream(1, Purpose::start, 0).fill_normal(std::span<TypeParam>(x));
    auto const before = at(f, x);
    swap_hidden_units(architecture, 0, 1, 6, x.data());
    swap_hidden_units(architecture, 1, 0, 3, x.data());
    auto after = at(f, x);
    // The order of sums changes, hence the last bits.
    double const tolerance = std::is_same_v<TypeParam, float> ? 1e-5 : 1e-14;
    EXPECT_NEAR(after.loss, before.loss, tolerance);
    EXPECT_GT(std::abs(after.gradient[1] - before.gradient[1]), 100 * tolerance);
    swap_hidden_units(architecture, 0, 1, 6, after.gradient.data());
    swap_hidden_units(architecture, 1, 0, 3, after.gradient.data());
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(after.gradient[i], before.gradient[i], tolerance);
}

TYPED_TEST(NetworkOf, ErrorsAreCounted) {
    // Outputs are the features. Of each six samples: right, wrong, a tie, a tie of the others,
    // wrong, not a number.
    auto const nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> const features = {3, 1, 2, 3, 1, 2, 2, 2, 1, 1, 1, 2, -3, -1, -2, 0, nan, 0};
    std::vector<std::int32_t> const labels = {0, 2, 1, 2, 2, 1};
    std::vector<float> all_features;
    std::vector<std::int32_t> all_labels;
    int const copies = 50;  // more than the network evaluates at once
    for (int i = 0; i < copies; ++i) {
        all_features.insert(all_features.end(), features.begin(), features.end());
        all_labels.insert(all_labels.end(), labels.begin(), labels.end());
    }
    Network<TypeParam> const f({.inputs = 3, .hidden = {}, .outputs = 3, .loss = Loss::hinge},
                               samples(all_features, all_labels));
    std::vector<TypeParam> const identity = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
    auto work = f.workspace(1);
    EXPECT_EQ(f.evaluate(std::span<TypeParam const>(identity), work).error, 4.0 / 6);
}

TYPED_TEST(NetworkOf, EvaluationHasTheLossOfTheLandscape) {
    for (auto const loss : {Loss::cross_entropy, Loss::squared, Loss::hinge}) {
        Network<TypeParam> const f({.inputs = 1, .hidden = {3}, .outputs = 2, .loss = loss},
                                   samples({0.5F, -2, 1}, {0, 1, 1}));
        std::vector<TypeParam> x(static_cast<std::size_t>(f.dimension()));
        Stream(6, Purpose::start, 0).fill_normal(std::span<TypeParam>(x));
        auto work = f.workspace(1);
        EXPECT_NEAR(f.evaluate(std::span<TypeParam const>(x), work).loss, at(f, x).loss, 1e-6);
    }
}

std::string complaint(Architecture const& architecture, std::vector<float> features,
                      std::vector<std::int32_t> labels) {
    try {
        Network<float> const f(architecture, samples(std::move(features), std::move(labels)));
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_input);
        return error.what();
    }
    return "";
}

TEST(Network, RejectsDataThatDoNotFit) {
    using testing::HasSubstr;
    Architecture const fits{.inputs = 2, .hidden = {3}, .outputs = 2};
    EXPECT_EQ(complaint(fits, {1, 2, 3, 4}, {0, 1}), "");
    EXPECT_THAT(complaint(fits, {1, 2, 3}, {0, 1}), HasSubstr("3 features where 2 samples"));
    EXPECT_THAT(complaint(fits, {1, 2, 3, 4}, {0, 2}), HasSubstr("label 2"));
    EXPECT_THAT(complaint(fits, {1, 2, 3, 4}, {-1, 0}), HasSubstr("label -1"));
}

TEST(Network, RejectsLayersWithoutUnits) {
    using testing::HasSubstr;
    EXPECT_THAT(complaint({.inputs = 0, .hidden = {3}, .outputs = 2}, {}, {0}),
                HasSubstr("0 inputs"));
    EXPECT_THAT(complaint({.inputs = 1, .hidden = {3, 0}, .outputs = 2}, {1}, {0}),
                HasSubstr("hidden layer 2 has 0 units"));
    EXPECT_THAT(complaint({.inputs = 1, .hidden = {}, .outputs = 0}, {}, {}),
                HasSubstr("0 outputs"));
}

}  // namespace
}  // namespace spinscape
