// SPDX-License-Identifier: BSD-3-Clause
// Momentum, conjugate gradients and greedy rotations.
#include "spinscape/dynamics/conjugate_gradient.hpp"
#include "spinscape/dynamics/greedy_rotation.hpp"
#include "spinscape/dynamics/momentum_descent.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/blas.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

using Kind = MomentumOptions::Kind;
using Formula = ConjugateGradientOptions::Formula;

/// diag(1, ..., kappa) in n dimensions.
Quadratic<Flat> valley(index n, double kappa) {
    std::vector<double> A(static_cast<std::size_t>(n * n));
    for (index i = 0; i < n; ++i)
        A[static_cast<std::size_t>(i * n + i)] =
            1 + (kappa - 1) * static_cast<double>(i) / static_cast<double>(n - 1);
    return {A, n, Flat{}};
}

template <class Real>
Batch<Real> starts(index N, index replicas) {
    Batch<Real> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(5, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

TEST(MomentumDescent, FollowsItsRecursionOnAParabola) {
    double const h = 0.1, m = 0.8, c = 4;
    Quadratic<Flat> const f({c, 0, 0, c}, 2, Flat{});
    for (auto const kind : {Kind::heavy_ball, Kind::nesterov}) {
        Batch<double> x(2, 1);
        x[0][0] = 1;
        x[0][1] = -2;
        MomentumDescent dynamics(f, x.view(), {kind, StepSchedule::constant(h), m, 0});
        // In terms of positions: x'' = x' + m (x' - x) - h c x', for nesterov with the gradient at
        // the point ahead, y = x' + m (x' - x).
        double before = 1, now = 1, ahead = 1;
        for (int k = 0; k < 20; ++k) {
            dynamics.advance();
            double const next = kind == Kind::heavy_ball ? now + m * (now - before) - h * c * now
                                                         : ahead - h * c * ahead;
            before = now;
            now = next;
            ahead = now + m * (now - before);
            double const expected = kind == Kind::heavy_ball ? now : ahead;
            EXPECT_NEAR(dynamics.walkers().position(0)[0], expected, 1e-12);
            EXPECT_NEAR(dynamics.walkers().position(0)[1], -2 * expected, 1e-12);
        }
    }
}

/// Evaluations until |g| < 1e-6 in a valley of condition number 100.
index steps_in_valley(double momentum, Kind kind, double rate) {
    auto const f = valley(10, 100);
    Batch<double> x(10, 1);
    std::ranges::fill(x[0], 1.0);
    MomentumDescent dynamics(f, x.view(), {kind, StepSchedule::constant(rate), momentum, 1e-6});
    while (dynamics.advance() && dynamics.steps() < 100000) {
    }
    return dynamics.steps();
}

TEST(MomentumDescent, RatesAreThoseOfTheory) {
    // Errors shrink per step by (kappa - 1)/(kappa + 1) without momentum and by
    // (sqrt kappa - 1)/(sqrt kappa + 1) at the best rate and momentum [Polyak1964].
    double const root = std::sqrt(100.0), best = (root - 1) / (root + 1);
    auto const plain = steps_in_valley(0, Kind::heavy_ball, 2.0 / 101);
    auto const heavy =
        steps_in_valley(best * best, Kind::heavy_ball, 4 / ((root + 1) * (root + 1)));
    auto const nesterov = steps_in_valley(best, Kind::nesterov, 0.01);
    EXPECT_NEAR(static_cast<double>(plain) * -std::log(99.0 / 101), std::log(1e8), 4);
    EXPECT_NEAR(static_cast<double>(heavy) * -std::log(best), std::log(1e8), 6);
    EXPECT_LT(nesterov, plain / 3);
}

TEST(MomentumDescent, OnTheSphereReachesTheLowestEigenvector) {
    index const N = 20;
    SphericalPSpin<double> const f(N, {{.p = 2}}, 2, 0);
    std::vector<double> H(static_cast<std::size_t>(N * N)), origin(static_cast<std::size_t>(N));
    auto work = f.workspace(1);
    f.dense_hessian(origin, H, work);
    auto const lowest = linalg::symmetric_eigenvalues(H, N)[0] * static_cast<double>(N) / 2;
    for (auto const kind : {Kind::heavy_ball, Kind::nesterov}) {
        auto x = starts<double>(N, 5);
        MomentumDescent dynamics(f, x.view(), {kind, StepSchedule::constant(0.1), 0.9, 1e-7});
        while (dynamics.advance() && dynamics.steps() < 5000) {
        }
        for (index r = 0; r < 5; ++r) {
            EXPECT_LT(dynamics.walkers().slot(r), 0);
            EXPECT_NEAR(dynamics.walkers().energy(r), lowest, 1e-9);
        }
    }
}

TEST(ConjugateGradient, EndsOnAParabolaInAsManyStepsAsDimensions) {
    index const n = 8;
    auto const f = valley(n, 50);
    auto const evaluations = [&](Formula formula) {
        Batch<double> x(n, 1);
        for (index i = 0; i < n; ++i)
            x[0][static_cast<std::size_t>(i)] = 1 + 0.1 * static_cast<double>(i);
        ConjugateGradient dynamics(
            f, x.view(), {.formula = formula, .search = {.curvature = 1e-8}, .tolerance = 1e-6});
        while (dynamics.advance() && dynamics.steps() < 10000) {
        }
        EXPECT_EQ(dynamics.outcome(0), Outcome::converged);
        EXPECT_LT(dynamics.walkers().energy(0), 1e-10);
        return dynamics.steps();
    };
    // Exact searches, two or three evaluations each.
    EXPECT_LE(evaluations(Formula::polak_ribiere_plus), 3 * n);
    EXPECT_LE(evaluations(Formula::hager_zhang), 3 * n);
    EXPECT_GT(evaluations(Formula::steepest), 12 * n);  // what is not conjugate takes much longer
}

TEST(ConjugateGradient, ReachesMinimaOfGlassesSoonerThanDescent) {
    index const N = 60, replicas = 7;
    SphericalPSpin<float> const f(N, {{.p = 3}}, 2, 0);
    auto x = starts<float>(N, replicas);
    auto const plain = descend(f, x.view(), {.schedule = StepSchedule::constant(0.15)});
    index longest = 0;
    for (auto const& end : plain.ends) longest = std::max(longest, end.steps);
    for (auto const formula : {Formula::polak_ribiere_plus, Formula::hager_zhang}) {
        auto y = starts<float>(N, replicas);
        ConjugateGradient dynamics(f, y.view(), {.formula = formula});
        while (dynamics.advance()) {
        }
        EXPECT_LT(2 * dynamics.steps(), longest);
        for (index r = 0; r < replicas; ++r) {
            EXPECT_EQ(dynamics.outcome(r), Outcome::converged);
            EXPECT_LT(dynamics.energy(r) / static_cast<double>(N), -1.4);
            EXPECT_EQ(dynamics.energy(r), dynamics.walkers().energy(r));
            double energy = 0, squares = 0;
            for (float const s : y[r]) squares += s * s;
            EXPECT_NEAR(squares, N, 1e-4 * N);
            auto work = f.workspace(1);
            f.value(y.view().slice(r, 1), {&energy, 1}, work);
            EXPECT_NEAR(energy, dynamics.energy(r), 1e-4);
        }
    }
}

TEST(ConjugateGradient, RoundingEndsIt) {
    SphericalPSpin<float> const f(20, {{.p = 3}}, 2, 0);
    auto x = starts<float>(20, 3);
    ConjugateGradient dynamics(f, x.view(), {.tolerance = 0});
    while (dynamics.advance() && dynamics.steps() < 5000) {
    }
    for (index r = 0; r < 3; ++r) EXPECT_EQ(dynamics.outcome(r), Outcome::stalled);
}

/// Runs `dynamics()` for 60 steps: in company, alone, and interrupted; all must agree to the bit.
template <class Make>
void continues(SphericalPSpin<float> const& f, Make const& make) {
    auto const N = f.dimension();
    auto x = starts<float>(N, 6), y = starts<float>(N, 6), z = starts<float>(N, 6);
    auto whole = make(x.view());
    for (int k = 0; k < 60; ++k) whole.advance();
    ByteWriter saved;
    {
        auto part = make(y.view());
        for (int k = 0; k < 25; ++k) part.advance();
        part.save(saved);
    }
    auto rest = make(y.view());
    ByteReader in(saved.bytes());
    rest.load(in);
    for (int k = 25; k < 60; ++k) rest.advance();
    auto alone = make(z.view().slice(4, 1));
    for (int k = 0; k < 60; ++k) alone.advance();
    for (index r = 0; r < 6; ++r) {
        EXPECT_TRUE(std::ranges::equal(whole.walkers().position(r), rest.walkers().position(r)));
        EXPECT_EQ(whole.walkers().energy(r), rest.walkers().energy(r));
    }
    EXPECT_TRUE(std::ranges::equal(whole.walkers().position(4), alone.walkers().position(0)));
}

TEST(Descents, ReplicasAreIndependentAndStatesContinue) {
    SphericalPSpin<float> const f(24, {{.p = 3}}, 2, 0);
    for (auto const kind : {Kind::heavy_ball, Kind::nesterov})
        continues(f, [&](BatchView<float> x) {
            return MomentumDescent(f, x, {.kind = kind, .schedule = StepSchedule::constant(0.05)});
        });
    for (auto const formula : {Formula::polak_ribiere_plus, Formula::hager_zhang})
        continues(
            f, [&](BatchView<float> x) { return ConjugateGradient(f, x, {.formula = formula}); });
}

// One step turns one plane, that in which the energy falls fastest, and no other coordinate.
TEST(GreedyRotation, TurnsTheSteepestPlane) {
    index const N = 8;
    SphericalPSpin<double> const f(N, {{.p = 3}}, 2, 0);
    auto x = starts<double>(N, 1);
    GreedyRotation dynamics(f, x.view(), {.rate = 1e-4, .tolerance = 0});
    std::vector<double> const before(x[0].begin(), x[0].end());
    auto const g = dynamics.walkers().gradient(0);
    double steepest = 0;
    std::pair<std::size_t, std::size_t> plane;
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (auto const d = std::abs(before[i] * g[j] - before[j] * g[i]); d > steepest) {
                steepest = d;
                plane = {j, i};
            }
    double const energy = dynamics.walkers().energy(0);
    dynamics.advance();
    auto const after = dynamics.walkers().position(0);
    auto const [i, j] = plane;
    double const radius = before[i] * before[i] + before[j] * before[j];
    EXPECT_NEAR(after[i] * after[i] + after[j] * after[j], radius, 1e-12);
    for (std::size_t k = 0; k < N; ++k)
        if (k != i && k != j) {
            EXPECT_NEAR(after[k], before[k], 1e-12);
        }
    // The energy falls by rate d^2 / (x_i^2 + x_j^2) to first order.
    EXPECT_NEAR((energy - dynamics.walkers().energy(0)) / (1e-4 * steepest * steepest / radius), 1,
                0.02);
}

TEST(GreedyRotation, EndsInMinimaAndNeverRises) {
    index const N = 20, replicas = 6;
    SphericalPSpin<double> const f(N, {{.p = 3}}, 2, 0);
    auto x = starts<double>(N, replicas);
    GreedyRotation dynamics(f, x.view(), {.tolerance = 1e-3});
    double last = 0;
    for (index r = 0; r < replicas; ++r) last += dynamics.walkers().energy(r);
    while (dynamics.advance() && dynamics.steps() < 20000) {
        double sum = 0;
        for (index r = 0; r < replicas; ++r) sum += dynamics.walkers().energy(r);
        EXPECT_LE(sum, last + 1e-3);
        last = sum;
    }
    EXPECT_EQ(dynamics.walkers().active(), 0);
    std::vector<double> ends;
    for (index r = 0; r < replicas; ++r) ends.push_back(dynamics.walkers().energy(r));
    // Descents from the ends go nowhere.
    MomentumDescent descent(f, x.view(), {.schedule = StepSchedule::constant(0.1), .momentum = 0});
    for (int k = 0; k < 200 && descent.advance(); ++k) {
    }
    for (index r = 0; r < replicas; ++r)
        EXPECT_NEAR(descent.walkers().energy(r), ends[static_cast<std::size_t>(r)], 1e-3);
}

TEST(GreedyRotation, ReplicasAreIndependentAndStatesContinue) {
    index const N = 16;
    SphericalPSpin<float> const f(N, {{.p = 3}}, 2, 0);
    auto const options = GreedyRotationOptions{.tolerance = 0.1};
    auto whole = starts<float>(N, 5), halves = starts<float>(N, 5), alone = starts<float>(N, 5);
    auto const end = [](auto& dynamics, index steps) {
        for (index k = 0; k < steps && dynamics.advance(); ++k) {
        }
    };
    GreedyRotation one(f, whole.view(), options);
    end(one, 400);
    one.walkers().end_all();
    ByteWriter saved;
    {
        GreedyRotation first(f, halves.view(), options);
        end(first, 150);
        first.save(saved);
    }
    GreedyRotation second(f, halves.view(), options);
    ByteReader in(saved.bytes());
    second.load(in);
    end(second, 250);
    second.walkers().end_all();
    GreedyRotation single(f, alone.view().slice(3, 1), options);
    end(single, 400);
    single.walkers().end_all();
    for (index r = 0; r < 5; ++r) EXPECT_TRUE(std::ranges::equal(whole[r], halves[r])) << r;
    EXPECT_TRUE(std::ranges::equal(whole[3], alone[3]));
}

}  // namespace
}  // namespace spinscape
