// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/training.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/initialisation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
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

// --- leaving and going on ---

/// A way to train, of which every part must survive being saved.
struct Way {
    std::string name;
    TrainingOptions options;
};

std::vector<Way> ways() {
    using Rule = OptimiserOptions::Rule;
    TrainingOptions const plain{.epochs = 6, .batch = 10};
    std::vector<Way> all;
    for (auto const& [name, optimiser] : std::vector<std::pair<std::string, OptimiserOptions>>{
             {"sgd", {}},
             {"momentum", {.momentum = 0.9}},
             {"nesterov", {.momentum = 0.9, .nesterov = true, .weight_decay = 0.01}},
             {"adam", {.rule = Rule::adam}},
             {"clipped adam", {.rule = Rule::adam, .weight_decay = 0.01, .clip_norm = 0.1}}})
        for (auto const decay : {Decay::constant, Decay::step, Decay::exponential, Decay::cosine})
            for (index const patience : {0, 2}) {
                auto options = plain;
                options.optimiser = optimiser;
                options.learning_rate = {.initial = 0.05, .decay = decay, .step_epochs = 2};
                if (decay == Decay::cosine) options.learning_rate.warmup_epochs = 1.5;
                options.patience = patience;
                all.push_back({name + " " + decay_names()[static_cast<std::size_t>(decay)] +
                                   " patience " + std::to_string(patience),
                               options});
            }
    return all;
}

/// Replica 0 and 1 train, 2 diverges in its first epoch; early stopping ends 1 before 0.
template <class Real>
struct Trainer {
    static constexpr index replicas = 3;

    explicit Trainer(TrainingOptions const& options, index width = 6, index count = replicas)
        : network({.inputs = 4, .hidden = {width}, .outputs = 2}, two_classes(37)),
          x(network.dimension(), count),
          work(network.workspace(1)),
          training(network, x.view(), 2, 4, 9, options, [this](std::span<Real const> point) {
              return point.data() == x[1].data() ? 1.0 : network.evaluate(point, work).loss;
          }) {
        for (index r = 0; r < count; ++r) {
            Stream stream(2, Purpose::start, 4 + r);
            initialise(Architecture{.inputs = 4, .hidden = {width}, .outputs = 2},
                       Start::glorot_uniform, 1, stream, x[r]);
        }
        if (count > 2) x[2][0] = std::numeric_limits<Real>::quiet_NaN();
    }

    Network<Real> network;
    Batch<Real> x;
    typename Network<Real>::Workspace work;
    Training<Real> training;
};

template <class Real>
std::string saved(Trainer<Real>& trainer) {
    ByteWriter out;
    trainer.training.save(out);
    return out.bytes();
}

template <class Real>
void expect_same(Trainer<Real>& a, Trainer<Real>& b, std::string const& where) {
    for (index r = 0; r < a.replicas; ++r) {
        EXPECT_EQ(std::memcmp(a.x[r].data(), b.x[r].data(), a.x[r].size_bytes()), 0) << where;
        auto const& one = a.training.results()[static_cast<std::size_t>(r)];
        auto const& other = b.training.results()[static_cast<std::size_t>(r)];
        EXPECT_EQ(one.outcome, other.outcome) << where;
        EXPECT_EQ(one.epochs, other.epochs) << where;
        EXPECT_EQ(one.gradient_evaluations, other.gradient_evaluations) << where;
        EXPECT_EQ(std::memcmp(&one.last_epoch_loss, &other.last_epoch_loss, sizeof(double)), 0)
            << where;
    }
}

template <class Real>
class LeftTraining : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(LeftTraining, Precisions);

TYPED_TEST(LeftTraining, GoesOnWithTheSameBitsFromEveryEpoch) {
    for (auto const& [name, options] : ways()) {
        Trainer<TypeParam> undisturbed(options);
        std::vector<std::string> states = {saved(undisturbed)};
        while (undisturbed.training.advance()) states.push_back(saved(undisturbed));
        ASSERT_GE(states.size(), 4U) << name;
        EXPECT_EQ(undisturbed.training.results()[2].outcome, Outcome::diverged);
        for (std::size_t epoch = 0; epoch < states.size(); ++epoch) {
            Trainer<TypeParam> fresh(options);
            for (index r = 0; r < fresh.replicas; ++r) std::ranges::fill(fresh.x[r], TypeParam{7});
            ByteReader in(states[epoch]);
            fresh.training.load(in);
            EXPECT_TRUE(in.at_end());
            std::size_t further = epoch;
            for (; fresh.training.advance(); ++further) {
            }
            EXPECT_EQ(further + 1, states.size()) << name;
            expect_same(undisturbed, fresh, name + " left after " + std::to_string(epoch));
        }
    }
}

TYPED_TEST(LeftTraining, LeftAfterEveryEpoch) {
    for (auto const& [name, options] : ways()) {
        Trainer<TypeParam> undisturbed(options);
        while (undisturbed.training.advance()) {
        }
        auto state = [&] {
            Trainer<TypeParam> first(options);
            return saved(first);
        }();
        for (;;) {
            Trainer<TypeParam> fresh(options);
            ByteReader in(state);
            fresh.training.load(in);
            if (!fresh.training.advance()) {
                expect_same(undisturbed, fresh, name);
                break;
            }
            state = saved(fresh);
        }
    }
}

TYPED_TEST(LeftTraining, EarlyStoppingEndsReplicasApart) {
    for (auto const& [name, options] : ways()) {
        Trainer<TypeParam> trainer(options);
        while (trainer.training.advance()) {
        }
        auto const& results = trainer.training.results();
        EXPECT_EQ(results[0].epochs, 6) << name;
        EXPECT_EQ(results[1].epochs, options.patience > 0 ? 3 : 6) << name;
        EXPECT_EQ(results[2].epochs, 1) << name;
    }
}

TYPED_TEST(LeftTraining, BytesOfAnotherTrainingAreRefused) {
    using Other = std::conditional_t<std::is_same_v<TypeParam, float>, double, float>;
    TrainingOptions const plain{.epochs = 3, .batch = 10};
    auto with_momentum = plain, with_adam = plain;
    with_momentum.optimiser.momentum = 0.9;
    with_adam.optimiser.rule = OptimiserOptions::Rule::adam;
    auto const all = std::vector{plain, with_momentum, with_adam};
    auto const state_of = [](auto&& trainer) {
        trainer.training.advance();
        return saved(trainer);
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::vector<std::string> others = {state_of(Trainer<TypeParam>(all[i], 7)),
                                           state_of(Trainer<TypeParam>(all[i], 6, 2)),
                                           state_of(Trainer<TypeParam>(all[i], 6, 5)),
                                           state_of(Trainer<Other>(all[i])),
                                           "",
                                           "nonsense that is no state",
                                           std::string(10000, '\xff')};
        for (std::size_t k = 0; k < all.size(); ++k)
            if (k != i) others.push_back(state_of(Trainer<TypeParam>(all[k])));
        auto const whole = state_of(Trainer<TypeParam>(all[i]));
        for (std::size_t size = 0; size < whole.size(); ++size)
            others.push_back(whole.substr(0, size));
        for (auto const& bytes : others) {
            Trainer<TypeParam> fresh(all[i]);
            ByteReader in(bytes);
            EXPECT_THROW(fresh.training.load(in), Error) << i << ": " << bytes.size();
        }
        Trainer<TypeParam> fresh(all[i]);
        ByteReader in(whole);
        fresh.training.load(in);
    }
}

}  // namespace
}  // namespace spinscape
