// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/perturbed_descent.hpp"

#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/noisy_descent.hpp"
#include "spinscape/landscape/potentials.hpp"
#include "spinscape/landscape/quadratic.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

TEST(PerturbedDescent, LeavesTheSaddleThatPlainDescentNeverLeaves) {
    Potential const f(QuarticSaddle{{-0.5, 1, 2}, 0.5});
    PerturbedDescentOptions const options{.step = 0.1,
                                          .radius = 1e-3,
                                          .gradient_threshold = 1e-2,
                                          .loss_threshold = 1e-3,
                                          .patience = 200,
                                          .max_steps = 10000};
    Batch<double> x(3, 20), plain(3, 1);
    PerturbedDescent descent(f, x.view(), options, {.master_seed = 3});
    while (descent.advance()) {
    }
    int up = 0;
    for (index r = 0; r < x.replicas(); ++r) {
        auto const i = static_cast<std::size_t>(r);
        EXPECT_EQ(descent.outcomes()[i], Outcome::converged);
        EXPECT_EQ(descent.kicks()[i], 2);         // off the saddle, and to make sure of the minimum
        EXPECT_NEAR(std::abs(x[r][0]), 1, 2e-2);  // gradient_threshold / curvature
        EXPECT_NEAR(descent.walkers().energy(r), -0.125, 1e-4);
        up += x[r][0] > 0 ? 1 : 0;
    }
    EXPECT_GT(up, 2);
    EXPECT_LT(up, 18);
    Langevin still(f, plain.view(), {.step = 0.1, .temperature = 0}, {});
    for (int k = 0; k < 10000; ++k) still.advance();
    EXPECT_EQ(still.walkers().position(0)[0], 0);
}

TEST(PerturbedDescent, StepsOfANewReplicaDoNotDependOnNeighboursOnTheSphere) {
    // Lowest eigenvector of diag(3, 2, 1) on the unit sphere, from the top one: exactly a saddle.
    Quadratic<Sphere> const f({3, 0, 0, 0, 2, 0, 0, 0, 1}, 3, {1.0});
    PerturbedDescentOptions const options{.step = 0.1,
                                          .radius = 1e-2,
                                          .gradient_threshold = 1e-2,
                                          .loss_threshold = 1e-3,
                                          .patience = 100,
                                          .max_steps = 10000};
    Batch<double> x(3, 5), single(3, 1);
    for (index r = 0; r < 5; ++r) x[r][0] = 1;
    single[0][0] = 1;
    PerturbedDescent together(f, x.view(), options, {.master_seed = 3}),
        alone(f, single.view(), options, {.master_seed = 3, .first_replica = 3});
    while (together.advance()) {
    }
    while (alone.advance()) {
    }
    EXPECT_TRUE(std::ranges::equal(x[3], single[0]));
    for (index r = 0; r < 5; ++r) {
        EXPECT_NEAR(std::abs(x[r][2]), 1, 1e-3);
        EXPECT_NEAR(x[r][0] * x[r][0] + x[r][1] * x[r][1] + x[r][2] * x[r][2], 1, 1e-12);
    }
}

TEST(PerturbedDescent, ConstantsOfTheTheorem) {
    auto const options = PerturbedDescentOptions::theorem(2, 1, 0.01, 1, 10, 0.1, 0.5);
    double const chi = 3 * std::log(10 * 2 / (0.5 * 1e-4 * 0.1));
    EXPECT_DOUBLE_EQ(options.step, 0.25);
    EXPECT_NEAR(options.gradient_threshold, std::sqrt(0.5) * 0.01 / (chi * chi), 1e-15);
    EXPECT_NEAR(options.radius, options.gradient_threshold / 2, 1e-15);
    EXPECT_EQ(options.patience, static_cast<index>(std::ceil(chi / 0.25 * 2 / 0.1)));
}

TEST(NoisyDescent, NoiseIsUniformOnTheUnitSphere) {
    // Without curvature a step is -eta n.
    Potential const f(QuarticSaddle{std::vector<double>(5, 0.0), 0});
    Batch<double> x(5, 300);
    NoisyDescent descent(f, x.view(), {.schedule = StepSchedule::constant(0.1)},
                         {.master_seed = 6});
    descent.advance();
    double squares[5] = {};
    for (index r = 0; r < 300; ++r) {
        double length = 0;
        auto const y = descent.walkers().position(r);
        for (std::size_t i = 0; i < 5; ++i) {
            length += y[i] * y[i];
            squares[i] += y[i] * y[i] / 0.01 / 300;
        }
        EXPECT_NEAR(length, 0.01, 1e-15);
    }
    // <n_i^2> = 1/5, variance 2 (1 - 1/5) / (25 (1 + 2/5)).
    for (double const mean : squares) EXPECT_NEAR(mean, 0.2, 4 * std::sqrt(1.6 / 35 / 300));
}

}  // namespace
}  // namespace spinscape
