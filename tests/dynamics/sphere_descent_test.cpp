// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/sphere_descent.hpp"

#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/blas.hpp"

#include <gtest/gtest.h>

namespace spinscape {
namespace {

Batch<float> starts(index N, index replicas, index disorder = 0) {
    Batch<float> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(5, Purpose::start, r, disorder);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

TEST(StepSchedule, Phases) {
    auto const source = StepSchedule::source(500);
    EXPECT_DOUBLE_EQ(source(0), 0.3);
    EXPECT_DOUBLE_EQ(source(499), 0.3 / (1 + 0.0015 * 499));
    EXPECT_DOUBLE_EQ(source(500), 0.2);
    EXPECT_DOUBLE_EQ(source(1500), 0.2 / 2.5);
    EXPECT_NEAR(StepSchedule::safe(3)(7), 0.15, 1e-4);
}

TEST(SphereDescent, EndsAtMinimaWhateverTheNeighbours) {
    index const N = 40, replicas = 9;
    SphericalPSpin<float> const f(N, {{.p = 3}}, 2, 0);
    auto together = starts(N, replicas);
    auto const result = descend(f, together.view());
    auto const alone = starts(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        auto const& end = result.ends[static_cast<std::size_t>(r)];
        EXPECT_EQ(end.outcome, Outcome::converged);
        EXPECT_LT(end.gradient_norm, 0.01);
        EXPECT_LT(end.energy, -1.1);
        EXPECT_GT(end.energy, -1.8);
        auto x = starts(N, replicas);
        auto const single = descend(f, x.view().slice(r, 1));
        EXPECT_EQ(single.ends[0].steps, end.steps);
        EXPECT_EQ(single.ends[0].energy, end.energy);
        EXPECT_TRUE(std::ranges::equal(x[r], together[r]));
    }
}

TEST(SphereDescent, TwoSpinReachesTheLowestEigenvalue) {
    // p = 2: one minimum up to sign, the eigenvector of the smallest eigenvalue: all starts agree.
    index const N = 20;
    SphericalPSpin<double> const f(N, {{.p = 2}}, 2, 0);
    Batch<double> x(N, 3);
    for (index r = 0; r < 3; ++r) {
        Stream stream(5, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    auto const result = descend(
        f, x.view(), {.schedule = StepSchedule::safe(2), .tolerance = 1e-6, .max_steps = 100000});
    std::vector<double> H(static_cast<std::size_t>(N * N));
    auto work = f.workspace(1);
    f.dense_hessian(x[0], H, work);
    auto const lowest = linalg::symmetric_eigenvalues(H, N).front();
    for (auto const& end : result.ends) {
        EXPECT_EQ(end.outcome, Outcome::converged);
        EXPECT_NEAR(end.energy, lowest / 2, 1e-10);
    }
}

TEST(SphereDescent, OutcomesAndRecords) {
    SphericalPSpin<float> const f(30, {{.p = 3}}, 2, 0);
    std::vector<double> const times = {0, 0.15, 0.225, 1e9};
    auto x = starts(30, 1);
    auto result = descend(f, x.view(), {.max_steps = 3}, times);
    EXPECT_EQ(result.ends[0].outcome, Outcome::out_of_budget);
    EXPECT_EQ(result.ends[0].steps, 3);
    EXPECT_NEAR(result.ends[0].time, 0.45, 1e-12);
    auto const e = std::vector<double>(result.energies[0].begin(), result.energies[0].end());
    EXPECT_GT(e[0], e[1]);
    EXPECT_GT(e[1], e[2]);
    EXPECT_TRUE(std::isnan(e[3]));

    x = starts(30, 1);
    result = descend(f, x.view(), {.tolerance = 0, .max_steps = 100000, .patience = 50});
    EXPECT_EQ(result.ends[0].outcome, Outcome::stalled);

    x = starts(30, 1);
    x[0][0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(descend(f, x.view()).ends[0].outcome, Outcome::diverged);

    x = starts(30, 1);
    result = descend(f, x.view(), {}, times);
    EXPECT_EQ(result.energies[0][3], result.ends[0].energy);
}

TEST(SphereDescent, FollowsTheInfiniteSizeCurve) {
    // N = infinity values of the 3-spin flow; band 3/N from finite size and as much as rate/10
    // while the energy still falls fast from the step.
    index const N = 120, samples = 6, replicas = 16;
    std::vector<double> const times = {0.8, 1.6, 3.2};
    double const expected[] = {-1.14980, -1.33706, -1.45231};
    double sum[3] = {};
    for (index d = 0; d < samples; ++d) {
        SphericalPSpin<float> const f(N, {{.p = 3}}, 6, d);
        auto x = starts(N, replicas, d);
        auto const result = descend(
            f, x.view(), {.schedule = StepSchedule::constant(0.02), .max_steps = 170}, times);
        for (index r = 0; r < replicas; ++r)
            for (std::size_t i = 0; i < 3; ++i) sum[i] += result.energies[r][i];
    }
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(sum[i] / (samples * replicas), expected[i], 3.0 / N + 0.002);
}

}  // namespace
}  // namespace spinscape
