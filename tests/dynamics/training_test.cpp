// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/training.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/initialisation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

namespace spinscape {
namespace {

/// Two classes, separated along the first feature.
std::shared_ptr<Samples const> two_classes(index count) {
    Samples data;
    Stream stream(1, Purpose::disorder, 0);
    for (index i = 0; i < count; ++i) {
        data.labels.push_back(static_cast<std::int32_t>(i % 2));
        for (int k = 0; k < 4; ++k)
            data.features.push_back(static_cast<float>(stream.normal() * 0.5 +
                                                       (k == 0 ? (i % 2 == 0 ? -1.5 : 1.5) : 0)));
    }
    return std::make_shared<Samples const>(std::move(data));
}

Architecture const small{.inputs = 4, .hidden = {6}, .outputs = 2};

template <class Real>
Batch<Real> starts(index first, index count) {
    Batch<Real> x(small.parameter_count(), count);
    for (index i = 0; i < count; ++i) {
        Stream stream(2, Purpose::start, first + i);
        initialise(small, Start::glorot_uniform, 1, stream, x[i]);
    }
    return x;
}

TEST(Training, AReplicaDoesNotDependOnItsBlock) {
    Network<float> const network(small, two_classes(230));
    TrainingOptions options{.epochs = 3, .batch = 32, .optimiser = {.momentum = 0.9}};
    auto together = starts<float>(0, 7);
    auto const results = train<float>(network, together.view(), 2, 0, 5, options);
    for (index const r : {0, 3, 6}) {
        auto alone = starts<float>(r, 1);
        auto const result = train<float>(network, alone.view(), 2, r, 5, options);
        EXPECT_TRUE(std::equal(alone[0].begin(), alone[0].end(), together[r].begin())) << r;
        EXPECT_EQ(result[0].last_epoch_loss, results[static_cast<std::size_t>(r)].last_epoch_loss);
    }
    auto shifted = starts<float>(2, 3);
    train<float>(network, shifted.view(), 2, 2, 5, options);
    EXPECT_TRUE(std::equal(shifted[1].begin(), shifted[1].end(), together[3].begin()));
    EXPECT_FALSE(std::equal(together[0].begin(), together[0].end(), together[1].begin()));
}

TEST(Training, LearnsASeparableProblem) {
    Network<float> const network(small, two_classes(400));
    auto x = starts<float>(0, 4);
    TrainingOptions options{.epochs = 30, .batch = 20};
    options.learning_rate = {.initial = 0.3, .decay = Decay::cosine};
    auto const results = train<float>(network, x.view(), 2, 0, 0, options);
    auto work = network.workspace(1);
    for (index r = 0; r < 4; ++r) {
        EXPECT_EQ(results[static_cast<std::size_t>(r)].outcome, Outcome::completed);
        EXPECT_EQ(results[static_cast<std::size_t>(r)].gradient_evaluations, 600);
        EXPECT_LT(network.evaluate(x[r], work).error, 0.02);
    }
}

TEST(Training, DivergenceIsAnOutcome) {
    Architecture const squared{.inputs = 4, .hidden = {6}, .outputs = 2, .loss = Loss::squared};
    Network<float> const network(squared, two_classes(100));
    auto x = starts<float>(0, 2);
    TrainingOptions options{.epochs = 5, .batch = 10};
    options.learning_rate = {.initial = 1e6};
    for (auto const& result : train<float>(network, x.view(), 2, 0, 0, options)) {
        EXPECT_EQ(result.outcome, Outcome::diverged);
        EXPECT_EQ(result.epochs, 1);
    }
}

TEST(Training, StopsEarlyPerReplica) {
    Network<float> const network(small, two_classes(100));
    auto x = starts<float>(0, 3);
    index calls = 0;
    auto const results = train<float>(network, x.view(), 2, 0, 0, {.epochs = 50, .patience = 4},
                                      [&](std::span<float const>) {
                                          ++calls;
                                          return 1.0;  // never better than the first time
                                      });
    for (auto const& result : results) {
        EXPECT_EQ(result.outcome, Outcome::converged);
        EXPECT_EQ(result.epochs, 5);
    }
    EXPECT_EQ(calls, 15);
}

// A linear network under squared loss has a convex problem with a known solution: its gradient
// there vanishes, and training from anywhere reaches its loss.
TEST(Training, LinearRegressionReachesItsMinimum) {
    Architecture const linear{.inputs = 4,
                              .hidden = {},
                              .outputs = 2,
                              .activation = Activation::linear,
                              .loss = Loss::squared};
    Network<double> const network(linear, two_classes(60));
    auto const P = network.dimension();
    auto work = network.workspace(1);
    Batch<double> from_a(P, 1), from_b(P, 1), g(P, 1);
    Stream(3, Purpose::start, 0).fill_normal(from_b[0]);
    TrainingOptions options{.epochs = 4000, .batch = 60};
    options.learning_rate = {.initial = 0.2};
    train<double>(network, from_a.view(), 2, 0, 0, options);
    train<double>(network, from_b.view(), 2, 1, 0, options);
    double loss = 0, squares = 0;
    network.value_and_gradient(from_a.view(), {&loss, 1}, g.view(), work);
    for (double const component : g[0]) squares += component * component;
    EXPECT_LT(std::sqrt(squares), 1e-10);
    for (index i = 0; i < P; ++i)
        EXPECT_NEAR(from_a[0][static_cast<std::size_t>(i)], from_b[0][static_cast<std::size_t>(i)],
                    1e-8);
}

TEST(Training, SingleAndDoublePrecisionAgree) {
    auto const data = two_classes(128);
    Network<float> const narrow(small, data);
    Network<double> const wide(small, data);
    auto x = starts<float>(0, 1);
    Batch<double> y(small.parameter_count(), 1);
    std::copy(x[0].begin(), x[0].end(), y[0].begin());
    TrainingOptions const options{.epochs = 2, .batch = 16};
    train<float>(narrow, x.view(), 2, 0, 0, options);
    train<double>(wide, y.view(), 2, 0, 0, options);
    for (std::size_t i = 0; i < x[0].size(); ++i) EXPECT_NEAR(x[0][i], y[0][i], 2e-5);
}

}  // namespace
}  // namespace spinscape
