// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/saddle_free_newton.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/monkey_saddle.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <vector>

namespace spinscape {
namespace {

constexpr auto damped = NewtonRule::damped, saddle_free = NewtonRule::saddle_free;

Quadratic<Flat> diagonal(std::vector<double> const& eigenvalues) {
    auto const n = eigenvalues.size();
    std::vector<double> A(n * n);
    for (std::size_t i = 0; i < n; ++i) A[i * n + i] = eigenvalues[i];
    return {A, static_cast<index>(n), {}};
}

double norm(std::span<double const> x) {
    double sum = 0;
    for (double const component : x) sum += component * component;
    return std::sqrt(sum);
}

// x_i <- x_i (1 - l / (l + d)) and x_i (1 - l / (|l| + d)): Newton draws to the saddle, saddle-free
// Newton doubles the distance along negative eigenvalues.
TEST(NewtonStep, QuadraticSaddleInClosedForm) {
    std::vector<double> const l = {-2, -0.5, 0, 1, 4}, x = {0.1, -0.2, 0.3, -0.4, 0.5};
    double const d = 0.25;
    auto const f = diagonal(l);
    for (index const krylov : {0, 5})
        for (auto const rule : {damped, saddle_free}) {
            auto const surface = surface_of(f);
            surface->move_to(x);
            auto const step =
                newton_step(*surface, {.rule = rule, .dampings = {d}, .krylov = krylov});
            EXPECT_TRUE(step.moved);
            EXPECT_EQ(step.damping, d);
            // The Krylov space of g lacks the eigenvector with l = 0, along which g has nothing.
            EXPECT_NEAR(step.lowest, -2, 1e-12);
            EXPECT_NEAR(step.highest, 4, 1e-12);
            for (std::size_t i = 0; i < l.size(); ++i) {
                double const curvature = rule == damped ? l[i] : std::abs(l[i]);
                EXPECT_NEAR(surface->point()[i], x[i] * (1 - l[i] / (curvature + d)), 1e-12);
            }
        }
}

TEST(NewtonStep, QuadraticWellIsSolvedInOneStepByBothRules) {
    auto const f = diagonal({0.5, 1, 3});
    for (auto const rule : {damped, saddle_free}) {
        auto const surface = surface_of(f);
        surface->move_to(std::vector<double>{1, -2, 3});
        newton_step(*surface, {.rule = rule, .dampings = {1, 1e-14}});
        EXPECT_LT(norm(surface->point()), 1e-12);
    }
}

// In the complex plane, z = x + i y: Newton's step is z -> z / 2 from everywhere; |H| = 6 |z|,
// hence saddle-free Newton goes z -> z - conj(z)^2 / (2 |z|).
TEST(NewtonStep, MonkeySaddleInClosedForm) {
    MonkeySaddle const f;
    for (double const angle : {0.3, 1.0, 2.5, 4.0}) {
        auto const z = std::polar(1e-3, angle);
        auto const surface = surface_of(f);
        for (auto const rule : {damped, saddle_free}) {
            surface->move_to(std::vector<double>{z.real(), z.imag()});
            newton_step(*surface, {.rule = rule, .dampings = {1e-15}});
            auto const expected =
                rule == damped ? z / 2.0 : z - std::conj(z) * std::conj(z) / (2 * std::abs(z));
            EXPECT_NEAR(surface->point()[0], expected.real(), 1e-12);
            EXPECT_NEAR(surface->point()[1], expected.imag(), 1e-12);
        }
    }
}

TEST(NewtonStep, TakesTheDampingThatEndsLowest) {
    auto const f = diagonal({-1, 2});
    auto const surface = surface_of(f);
    surface->move_to(std::vector<double>{0.1, 0.1});
    // d = 0.5: Newton's step along -1 is uphill; d = 3: downhill.
    auto const step = newton_step(*surface, {.rule = damped, .dampings = {0.5, 3, 100}});
    EXPECT_EQ(step.damping, 3);
    EXPECT_LT(surface->value(), step.value);
}

TEST(NewtonStep, NoStepFromACriticalPointOrToWhereTheValueIsNotFinite) {
    auto const f = diagonal({-1, 2});
    auto const surface = surface_of(f);
    surface->move_to(std::vector<double>{0, 0});
    EXPECT_FALSE(newton_step(*surface).moved);
    surface->move_to(std::vector<double>{1e200, 0});
    EXPECT_FALSE(newton_step(*surface, {.dampings = {1}}).moved);
    EXPECT_EQ(surface->point()[0], 1e200);
}

template <class L>
void expect_whole_krylov_space_to_be_exact(L const& f, std::vector<double> const& x,
                                           double tolerance) {
    for (auto const rule : {damped, saddle_free}) {
        auto const whole = surface_of(f), space = surface_of(f), part = surface_of(f);
        for (auto const& surface : {whole.get(), space.get(), part.get()}) surface->move_to(x);
        NewtonOptions options{.rule = rule, .dampings = {0.5}};
        auto const a = newton_step(*whole, options);
        options.krylov = f.dimension();
        auto const b = newton_step(*space, options);
        options.krylov = 4;
        auto const c = newton_step(*part, options);
        EXPECT_LE(a.lowest, b.lowest + tolerance);
        EXPECT_LE(b.lowest, c.lowest + tolerance);
        EXPECT_GE(a.highest, c.highest - tolerance);
        double moved = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            EXPECT_NEAR(whole->point()[i], space->point()[i], tolerance);
            moved += std::abs(part->point()[i] - whole->point()[i]);
        }
        EXPECT_GT(moved, 100 * tolerance);  // four dimensions are too few
        EXPECT_EQ(part->cost().products, 4);
    }
}

TEST(NewtonStep, KrylovSpaceOfFullDimensionIsExact) {
    auto data = std::make_shared<Samples>();
    data->features.resize(80);
    Stream(5, Purpose::disorder, 0).fill_uniform(std::span<float>(data->features));
    for (int i = 0; i < 20; ++i) data->labels.push_back(i % 3);
    Network<double> const network(
        {.inputs = 4, .hidden = {3}, .outputs = 3, .activation = Activation::tanh}, data);
    std::vector<double> x(static_cast<std::size_t>(network.dimension()));
    Stream(5, Purpose::start, 0).fill_normal(std::span<double>(x));
    expect_whole_krylov_space_to_be_exact(network, x, 1e-9);

    SphericalPSpin<double> const glass(12, {{.p = 3}}, 7, 0);
    std::vector<double> s(12);
    Stream(7, Purpose::start, 0).fill_normal(std::span<double>(s));
    glass.manifold().retract(std::span<double>(s));
    expect_whole_krylov_space_to_be_exact(glass, s, 1e-9);
}

// On the sphere a quadratic form's saddles are its inner eigenvectors; its minimum the lowest one.
TEST(NewtonStep, LeavesASaddleOnTheSphereOnlyWhenSaddleFree) {
    std::vector<double> matrix(16);
    for (std::size_t i = 0; i < 4; ++i) matrix[5 * i] = static_cast<double>(i) - 1;
    Quadratic<Sphere> const f(matrix, 4, {1.0});
    std::vector<double> x = {1e-3, 2e-3, 1, -1e-3};
    f.manifold().retract(std::span<double>(x));
    for (auto const rule : {damped, saddle_free}) {
        auto const surface = surface_of(f);
        surface->move_to(x);
        for (int step = 0; step < 40; ++step)
            newton_step(*surface, {.rule = rule, .dampings = {1e-3}});
        EXPECT_NEAR(surface->value(), rule == damped ? 0.5 : -0.5, 1e-6);
    }
}

}  // namespace
}  // namespace spinscape
