// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/optimiser.hpp"

#include "spinscape/dynamics/initialisation.hpp"
#include "spinscape/dynamics/learning_rate.hpp"
#include "spinscape/stats/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

/// Gradients of step t for two components.
std::vector<double> gradient(int t) {
    return {1.0 / (t + 1), -0.5 * t};
}

std::vector<double> after(OptimiserOptions const& options, int steps, double rate) {
    Optimiser<double> optimiser(options, 2, 3);
    std::vector<double> x = {1, -2};
    for (int t = 0; t < steps; ++t) {
        auto g = gradient(t);
        optimiser.step(1, std::span<double>(x), std::span<double>(g), rate);
    }
    return x;
}

TEST(Optimiser, PlainAndMomentum) {
    double x = 1, v = 0, plain = 1, nesterov = 1, w = 0;
    for (int t = 0; t < 6; ++t) {
        double const g = gradient(t)[0];
        plain -= 0.1 * g;
        v = 0.9 * v + g;
        x -= 0.1 * v;
        w = 0.9 * w + g;
        nesterov -= 0.1 * (g + 0.9 * w);
    }
    EXPECT_NEAR(after({}, 6, 0.1)[0], plain, 1e-15);
    EXPECT_NEAR(after({.momentum = 0.9}, 6, 0.1)[0], x, 1e-15);
    EXPECT_NEAR(after({.momentum = 0.9, .nesterov = true}, 6, 0.1)[0], nesterov, 1e-15);
}

TEST(Optimiser, AdamWithBiasCorrection) {
    double x = -2, m = 0, v = 0;
    for (int t = 0; t < 6; ++t) {
        double const g = gradient(t)[1];
        m = 0.9 * m + 0.1 * g;
        v = 0.99 * v + 0.01 * g * g;
        x -= 0.1 * (m / (1 - std::pow(0.9, t + 1))) /
             (std::sqrt(v / (1 - std::pow(0.99, t + 1))) + 1e-8);
    }
    EXPECT_NEAR(
        after({.rule = OptimiserOptions::Rule::adam, .beta1 = 0.9, .beta2 = 0.99}, 6, 0.1)[1], x,
        1e-13);
}

TEST(Optimiser, WeightDecayAndClipping) {
    EXPECT_NEAR(after({.weight_decay = 0.5}, 1, 0.1)[1], -2 - 0.1 * (0 - 0.5 * 2), 1e-15);
    Optimiser<double> optimiser({.clip_norm = 1}, 2, 1);
    std::vector<double> x = {0, 0}, g = {3, 4}, short_one = {0.3, 0.4};
    optimiser.step(0, std::span<double>(x), std::span<double>(g), 1);
    EXPECT_NEAR(x[0], -0.6, 1e-15);
    EXPECT_NEAR(x[1], -0.8, 1e-15);
    optimiser.step(0, std::span<double>(x), std::span<double>(short_one), 1);
    EXPECT_NEAR(x[0], -0.9, 1e-15);
}

TEST(LearningRate, Schedules) {
    LearningRate rate{.initial = 0.8, .final_fraction = 0.01, .step_epochs = 2, .step_factor = 0.5};
    EXPECT_EQ(rate.at(77, 10, 10), 0.8);
    rate.decay = Decay::exponential;
    EXPECT_NEAR(rate.at(0, 10, 10), 0.8, 1e-15);
    EXPECT_NEAR(rate.at(50, 10, 10), 0.08, 1e-15);
    EXPECT_NEAR(rate.at(100, 10, 10), 0.008, 1e-15);
    rate.decay = Decay::cosine;
    EXPECT_NEAR(rate.at(50, 10, 10), 0.8 * (0.01 + 0.99 / 2), 1e-15);
    rate.decay = Decay::step;
    EXPECT_EQ(rate.at(19, 10, 10), 0.8);
    EXPECT_EQ(rate.at(20, 10, 10), 0.4);
    EXPECT_EQ(rate.at(45, 10, 10), 0.2);
    rate = {.initial = 1, .warmup_epochs = 2};
    EXPECT_GT(rate.at(0, 10, 10), 0);
    EXPECT_LT(rate.at(9, 10, 10), rate.at(10, 10, 10));
    EXPECT_EQ(rate.at(20, 10, 10), 1);
}

TEST(Initialisation, LawsHaveTheirMoments) {
    Architecture const wide{.inputs = 300, .hidden = {200}, .outputs = 2};
    auto const weights = [&](Start start, double scale) {
        std::vector<double> x(static_cast<std::size_t>(wide.parameter_count()));
        Stream stream(4, Purpose::start, 0);
        initialise(wide, start, scale, stream, std::span<double>(x));
        Moments m;
        for (index i = 0; i < 300 * 200; ++i) m.add(x[static_cast<std::size_t>(i)]);
        EXPECT_NEAR(x[300 * 200] == 0, start <= Start::lecun_normal, 0) << "biases";
        return m;
    };
    double const relative = 4 * std::sqrt(2.0 / 60000);  // four standard errors of a variance
    auto const expect = [&](Start start, double scale, double mean, double variance) {
        auto const m = weights(start, scale);
        EXPECT_NEAR(m.mean, mean, 4 * std::sqrt(variance / 60000));
        EXPECT_NEAR(m.variance() / variance, 1, relative);
    };
    expect(Start::glorot_uniform, 1, 0, 2.0 / 500);
    expect(Start::glorot_normal, 1, 0, 2.0 / 500);
    expect(Start::he_uniform, 1, 0, 2.0 / 300);
    expect(Start::he_normal, 1, 0, 2.0 / 300);
    expect(Start::lecun_uniform, 1, 0, 1.0 / 300);
    expect(Start::lecun_normal, 1, 0, 1.0 / 300);
    expect(Start::fan_in_cube, 1, 0, 1.0 / 900);
    expect(Start::cube, 2, 0, 4.0 / 3);
    expect(Start::unit_cube, 3, 1.5, 9.0 / 12);
    expect(Start::normal, 0.2, 0, 0.04);
    EXPECT_LE(weights(Start::glorot_uniform, 1).maximum, std::sqrt(6.0 / 500));
}

}  // namespace
}  // namespace spinscape
