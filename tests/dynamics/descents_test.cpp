// SPDX-License-Identifier: BSD-3-Clause
// Momentum and conjugate gradients.
#include "spinscape/dynamics/conjugate_gradient.hpp"
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

}  // namespace
}  // namespace spinscape
