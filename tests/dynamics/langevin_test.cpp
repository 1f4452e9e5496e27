// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/langevin.hpp"

#include "spinscape/dynamics/first_passage.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/potentials.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/stats/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace spinscape {
namespace {

using Scheme = LangevinOptions::Scheme;

struct Mean {
    double value, error;
};

/// Average of a quantity over time and replicas, its error from the spread between replicas.
template <class L, class Quantity>
Mean stationary(L const& f, LangevinOptions const& options, Batch<double>& x, index warm_up,
                index steps, Quantity const& quantity) {
    Langevin<L> dynamics(f, x.view(), options, {.master_seed = 9});
    std::vector<double> sums(static_cast<std::size_t>(x.replicas()));
    for (index k = 0; k < warm_up; ++k) dynamics.advance();
    for (index k = 0; k < steps; ++k) {
        dynamics.advance();
        for (index r = 0; r < x.replicas(); ++r)
            sums[static_cast<std::size_t>(r)] +=
                quantity(dynamics.walkers().position(r)) / static_cast<double>(steps);
    }
    double mean = 0, squares = 0;
    auto const n = static_cast<double>(sums.size());
    for (double const s : sums) mean += s / n;
    for (double const s : sums) squares += (s - mean) * (s - mean);
    return {mean, std::sqrt(squares / (n * (n - 1)))};
}

/// <q> under exp(-f/T) on a line.
double boltzmann(std::function<double(double)> const& V, double T,
                 std::function<double(double)> const& q) {
    double above = 0, below = 0;
    for (double x = -6; x < 6; x += 1e-3) {
        above += q(x) * std::exp(-V(x) / T);
        below += std::exp(-V(x) / T);
    }
    return above / below;
}

TEST(Langevin, QuadraticCovariances) {
    // The stationary variance in a parabola of curvature c at step h is known for each scheme:
    // T / (c (1 - h c / 2)), T / c, T / c.
    double const T = 0.5, h = 0.3;
    std::vector<double> const curvature = {1, 4};
    Potential const f(QuarticSaddle{curvature, 0});
    for (auto const scheme : {Scheme::euler_maruyama, Scheme::leimkuhler_matthews, Scheme::mala})
        for (std::size_t i = 0; i < 2; ++i) {
            Batch<double> x(2, 100);
            auto const measured =
                stationary(f, {scheme, h, T}, x, 100, 1500, [i](auto y) { return y[i] * y[i]; });
            double const exact = T / curvature[i] /
                                 (scheme == Scheme::euler_maruyama ? 1 - h * curvature[i] / 2 : 1);
            EXPECT_NEAR(measured.value, exact, 4 * measured.error) << static_cast<int>(scheme);
            EXPECT_LT(measured.error, 0.02 * exact);
        }
}

TEST(Langevin, DoubleWellMarginalAndOrders) {
    double const T = 0.25;
    auto const V = [](double x) { return x * x * x * x / 4 - x * x / 2; };
    double const exact = boltzmann(V, T, [](double x) { return x * x; });
    Potential const f(DoubleWell{});
    auto const bias = [&](Scheme scheme, double h) {
        Batch<double> x(1, 400);
        auto const m =
            stationary(f, {scheme, h, T}, x, 200, 4000, [](auto y) { return y[0] * y[0]; });
        return Mean{m.value - exact, m.error};
    };
    auto const exactly = bias(Scheme::mala, 0.4);
    EXPECT_NEAR(exactly.value, 0, 4 * exactly.error);
    // Euler-Maruyama errs by O(h), Leimkuhler-Matthews by O(h^2).
    auto const e1 = bias(Scheme::euler_maruyama, 0.16), e2 = bias(Scheme::euler_maruyama, 0.08);
    EXPECT_GT(std::abs(e1.value), 10 * e1.error);
    EXPECT_NEAR(e1.value / e2.value, 2, 0.5);
    auto const l1 = bias(Scheme::leimkuhler_matthews, 0.32),
               l2 = bias(Scheme::leimkuhler_matthews, 0.16);
    EXPECT_GT(std::abs(l1.value), 5 * l1.error);
    EXPECT_LT(std::abs(l2.value), std::abs(l1.value) / 3 + 3 * l2.error);
    EXPECT_LT(std::abs(l2.value), std::abs(e1.value) / 3);
}

/// <x_2^2> on the sphere |x|^2 = 3 in R^3 under exp(-x^T diag(a, a, c) x / 2T).
double on_sphere(double a, double c, double T) {
    double above = 0, below = 0;
    for (double u = -1; u < 1; u += 1e-4) {  // x_2 = sqrt 3 u is uniform at T = infinity
        double const weight = std::exp(-3 * (c - a) * u * u / (2 * T));
        above += 3 * u * u * weight;
        below += weight;
    }
    return above / below;
}

TEST(Langevin, EquilibriumOnTheSphere) {
    double const a = 1, c = 4, T = 1;
    Quadratic<Sphere> const f({a, 0, 0, 0, a, 0, 0, 0, c}, 3, {3.0});
    double const exact = on_sphere(a, c, T);
    auto const run = [&](Scheme scheme, double h) {
        Batch<double> x(3, 200);
        for (index r = 0; r < x.replicas(); ++r) {
            Stream stream(2, Purpose::start, r);
            random_on_sphere(stream, x[r]);
        }
        auto const m =
            stationary(f, {scheme, h, T}, x, 200, 3000, [](auto y) { return y[2] * y[2]; });
        for (index r = 0; r < x.replicas(); ++r)
            EXPECT_NEAR(x[r][0] * x[r][0] + x[r][1] * x[r][1] + x[r][2] * x[r][2], 3, 1e-12);
        return m;
    };
    auto const mala = run(Scheme::mala, 0.2);
    EXPECT_LT(mala.error, 0.01 * exact);
    EXPECT_NEAR(mala.value, exact, 4 * mala.error);
    auto const coarse = run(Scheme::euler_maruyama, 0.1), fine = run(Scheme::euler_maruyama, 0.05);
    EXPECT_GT(std::abs(coarse.value - exact), 5 * coarse.error);  // biased, as mala is not
    EXPECT_NEAR(2 * fine.value - coarse.value, exact, 0.01);
    Batch<double> x(3, 1);
    EXPECT_THROW(
        Langevin<Quadratic<Sphere>>(f, x.view(), {.scheme = Scheme::leimkuhler_matthews}, {}),
        Error);
}

// h (p/2 - 1) without correction: none for p = 2, upwards for p = 3. Both in the same samples, so
// that their energies cancel; what finite N and h^2 leave is below half of the effect.
TEST(Langevin, BiasOfGlassesIsLinearInTheStep) {
    index const N = 40, replicas = 16;
    double const T = 3, h = 0.04;
    for (int const p : {2, 3}) {
        Moments difference;
        for (index disorder = 0; disorder < 4; ++disorder) {
            SphericalPSpin<float> const f(N, {{.p = p}}, 6, disorder);
            auto const energy = [&](Scheme scheme) {
                Batch<float> x(N, replicas);
                for (index r = 0; r < replicas; ++r) {
                    Stream stream(2, Purpose::start, r);
                    random_on_sphere(stream, x[r]);
                }
                Langevin<SphericalPSpin<float>> langevin(f, x.view(), {scheme, h, T},
                                                         {.master_seed = 3});
                Moments moments;
                for (int k = 0; k < 1200; ++k) {
                    langevin.advance();
                    for (index r = 0; r < replicas && k >= 100; ++r)
                        moments.add(langevin.walkers().energy(r) / static_cast<double>(N));
                }
                return moments.mean;
            };
            difference.add(energy(Scheme::euler_maruyama) - energy(Scheme::mala));
        }
        double const expected = h * (0.5 * p - 1);
        EXPECT_NEAR(difference.mean, expected, 0.01) << p;
        EXPECT_LT(difference.standard_error(), 0.004);
    }
}

TEST(Langevin, TemperaturesOfReplicas) {
    // Variances T / c of each, and the same bits as a replica of that temperature alone.
    Potential const f(QuarticSaddle{{2}, 0});
    std::vector<double> const T = {0.2, 1, 3};
    Batch<double> x(1, 3), y(1, 1);
    Langevin all(f, x.view(), {.scheme = Scheme::mala, .step = 0.3}, {.master_seed = 3});
    all.set_temperatures(T);
    Langevin one(f, y.view(), {.scheme = Scheme::mala, .step = 0.3, .temperature = T[1]},
                 {.master_seed = 3, .first_replica = 1});
    std::vector<double> squares(3);
    int const steps = 40000;
    for (int k = 0; k < steps; ++k) {
        all.advance();
        one.advance();
        for (index r = 0; r < 3; ++r) {
            double const here = all.walkers().position(r)[0];
            squares[static_cast<std::size_t>(r)] += here * here / steps;
        }
        ASSERT_EQ(all.walkers().position(1)[0], one.walkers().position(0)[0]);
    }
    for (std::size_t r = 0; r < 3; ++r) EXPECT_NEAR(squares[r] / (T[r] / 2), 1, 0.06);
    all.set_temperature(T[1]);
    EXPECT_TRUE(all.advance());
}

TEST(Langevin, ReplicasAreIndependentAndStatesContinue) {
    SphericalPSpin<float> const f(24, {{.p = 3}}, 2, 0);
    for (auto const scheme : {Scheme::euler_maruyama, Scheme::mala}) {
        LangevinOptions const options{.scheme = scheme, .step = 0.02, .temperature = 0.3};
        auto const starts = [&] {
            Batch<float> x(24, 7);
            for (index r = 0; r < 7; ++r) {
                Stream stream(5, Purpose::start, r);
                random_on_sphere(stream, x[r]);
            }
            return x;
        };
        auto together = starts(), interrupted = starts(), alone = starts();
        NoiseKey const key{.master_seed = 1, .first_replica = 10};
        Langevin whole(f, together.view(), options, key);
        for (int k = 0; k < 50; ++k) {
            whole.advance();
            if (k == 20) whole.walkers().end(2);
        }
        ByteWriter saved;
        {
            Langevin part(f, interrupted.view(), options, key);
            for (int k = 0; k < 30; ++k) {
                part.advance();
                if (k == 20) part.walkers().end(2);
            }
            part.save(saved);
        }
        interrupted = starts();
        Langevin rest(f, interrupted.view(), options, key);
        ByteReader in(saved.bytes());
        rest.load(in);
        for (int k = 30; k < 50; ++k) rest.advance();
        Langevin single(f, alone.view().slice(4, 1), options,
                        {.master_seed = 1, .first_replica = 14});
        for (int k = 0; k < 50; ++k) single.advance();
        for (index r = 0; r < 7; ++r) {
            EXPECT_TRUE(
                std::ranges::equal(whole.walkers().position(r), rest.walkers().position(r)));
            EXPECT_EQ(whole.walkers().energy(r), rest.walkers().energy(r));
            EXPECT_EQ(whole.accepted(r), rest.accepted(r));
        }
        EXPECT_TRUE(std::ranges::equal(single.walkers().position(0), whole.walkers().position(4)));
        EXPECT_EQ(single.walkers().energy(0), whole.walkers().energy(4));
    }
}

TEST(Langevin, WithoutNoiseIsGradientDescent) {
    Potential const f(QuarticSaddle{{-1, 2}, 1});
    Batch<double> x(2, 1);
    x[0][0] = 0.3;
    x[0][1] = -0.5;
    Langevin dynamics(f, x.view(), {.step = 0.1, .temperature = 0}, {});
    dynamics.advance();
    EXPECT_DOUBLE_EQ(dynamics.walkers().position(0)[0], 0.3 - 0.1 * (-0.3 + 0.027));
    EXPECT_DOUBLE_EQ(dynamics.walkers().position(0)[1], -0.5 + 0.1);
    for (int k = 0; k < 500; ++k) dynamics.advance();
    EXPECT_NEAR(dynamics.walkers().position(0)[0], 1, 1e-12);
    EXPECT_NEAR(dynamics.walkers().energy(0), -0.25, 1e-12);
}

TEST(FirstPassage, SaddleWithAndWithoutBridge) {
    // lambda = a = 1, epsilon = 0.1: exactly 1.724138.
    Potential const f(QuarticSaddle{{-1}, 0});
    auto const time = [&](double h, bool bridge) {
        Batch<double> x(1, 4000);
        NoiseKey const key{.master_seed = 4};
        Langevin dynamics(f, x.view(), {.step = h, .temperature = 0.1}, key);
        FirstPassage passage(
            dynamics, {.low = -1, .high = 1, .bridge_variance = bridge ? 2 * 0.1 * h : 0}, key);
        while (passage.advance()) {
        }
        double mean = 0, up = 0;
        for (auto const& p : passage.passages()) {
            EXPECT_EQ(p.outcome, Outcome::converged);
            mean += h * p.steps / 4000;
            up += p.upwards ? 1.0 / 4000 : 0;
        }
        EXPECT_NEAR(up, 0.5, 4 * 0.5 / std::sqrt(4000));
        return mean;
    };
    double const error = 0.9 / std::sqrt(4000);  // standard deviation of T: 0.9
    EXPECT_NEAR(time(0.02, true), 1.724138, 4 * error);
    EXPECT_GT(time(0.02, false), 1.724138 + 0.02);  // misses crossings: 0.58 sqrt(2 T h) late
}

TEST(FirstPassage, LimitsAndDivergence) {
    Potential const f(QuarticSaddle{{1}, 0});
    Batch<double> x(1, 2);
    Langevin calm(f, x.view(), {.step = 0.1, .temperature = 1e-4}, {});
    FirstPassage passage(calm, {.low = -1, .high = 1, .max_steps = 50}, {});
    while (passage.advance()) {
    }
    EXPECT_EQ(passage.passages()[1].outcome, Outcome::out_of_budget);
    EXPECT_EQ(passage.passages()[1].steps, 50);
    Potential const wild(QuarticSaddle{{-1}, 1});
    x[0][0] = x[1][0] = 10;
    Langevin diverging(wild, x.view(), {.step = 1, .temperature = 0}, {});
    FirstPassage end(diverging, {}, {});
    while (end.advance()) {
    }
    EXPECT_EQ(end.passages()[0].outcome, Outcome::diverged);
}

}  // namespace
}  // namespace spinscape
