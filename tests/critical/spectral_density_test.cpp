// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/spectral_density.hpp"

#include "planted.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/critical/trace.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace spinscape {
namespace {

using planted::at;

std::vector<double> random_spectrum(index n) {
    std::vector<double> spectrum(at(n));
    Stream(3, Purpose::disorder, 0).fill_normal(std::span<double>(spectrum));
    return spectrum;
}

std::vector<double> random_unit(index n) {
    std::vector<double> v(at(n));
    Stream(4, Purpose::probe, 0).fill_normal(std::span<double>(v));
    double squares = 0;
    for (double const component : v) squares += component * component;
    for (auto& component : v) component /= std::sqrt(squares);
    return v;
}

// A Gauss rule of m nodes is exact up to degree 2m - 1, and not beyond.
TEST(LanczosQuadrature, MomentsAreExactAsFarAsTheDegreeAllows) {
    index const n = 50;
    auto const A = planted::matrix(random_spectrum(n), planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    auto const v = random_unit(n);
    for (index const steps : {1, 2, 3, 6}) {
        auto const rule = lanczos_quadrature(H, v, steps);
        ASSERT_EQ(std::ssize(rule.nodes), steps);
        std::vector<double> power = v, image(v.size());
        for (index degree = 0; degree <= 2 * steps; ++degree) {
            double moment = 0, scale = 0, exact = 0;
            for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
                moment += rule.weights[i] * std::pow(rule.nodes[i], degree);
                scale += rule.weights[i] * std::pow(std::abs(rule.nodes[i]), degree);
            }
            for (std::size_t i = 0; i < v.size(); ++i) exact += v[i] * power[i];
            if (degree < 2 * steps)
                EXPECT_NEAR(moment, exact, 1e-12 * (scale + 1)) << steps << ' ' << degree;
            else
                EXPECT_GT(std::abs(moment - exact), 1e-4 * scale) << steps;
            H.times(power, image);
            power = image;
        }
    }
}

TEST(LanczosQuadrature, AllStepsGiveEveryEigenvalue) {
    index const n = 40;
    auto spectrum = random_spectrum(n);
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const rule = lanczos_quadrature(planted::operator_of(A, n), random_unit(n), n);
    std::sort(spectrum.begin(), spectrum.end());
    ASSERT_EQ(std::ssize(rule.nodes), n);
    for (index i = 0; i < n; ++i) EXPECT_NEAR(rule.nodes[at(i)], spectrum[at(i)], 1e-10);
    EXPECT_NEAR(std::accumulate(rule.weights.begin(), rule.weights.end(), 0.0), 1, 1e-13);
}

// Few different eigenvalues: the Krylov space ends, and the rule is exact for everything.
TEST(LanczosQuadrature, EndsWithTheKrylovSpace) {
    std::vector<double> spectrum(30, 0.0);
    spectrum[0] = 3;
    spectrum[1] = spectrum[2] = -1;
    auto const A = planted::matrix(spectrum, planted::orthogonal(30));
    auto const rule = lanczos_quadrature(planted::operator_of(A, 30), random_unit(30), 20);
    ASSERT_EQ(rule.nodes.size(), 3U);
    EXPECT_NEAR(rule.nodes[0], -1, 1e-12);
    EXPECT_NEAR(rule.nodes[1], 0, 1e-12);
    EXPECT_NEAR(rule.nodes[2], 3, 1e-12);
}

// Each node has an eigenvalue within its bound, and bounds shrink as steps are added.
TEST(LanczosQuadrature, BoundsAreHonoured) {
    index const n = 60;
    auto const spectrum = random_spectrum(n);
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    double previous = 1e300;
    for (index const steps : {5, 15, 30, 60}) {
        auto const rule = lanczos_quadrature(planted::operator_of(A, n), random_unit(n), steps);
        for (std::size_t i = 0; i < rule.nodes.size(); ++i) {
            double nearest = 1e300;
            for (double const eigenvalue : spectrum)
                nearest = std::min(nearest, std::abs(eigenvalue - rule.nodes[i]));
            EXPECT_LE(nearest, rule.bounds[i]) << steps;
        }
        EXPECT_LT(rule.bounds.back(), previous);
        previous = rule.bounds.back();
    }
    EXPECT_LT(previous, 1e-12);
}

// Steps end where the density of that width stands: what the missing ones would have changed is
// less than a tenth of the spread between probes. Detail that is asked for takes all steps.
TEST(SpectralDensity, StepsEndWhereTheDensityStands) {
    index const n = 300;
    auto const spectrum = random_spectrum(n);
    std::vector<double> D(at(n * n));
    for (index i = 0; i < n; ++i) D[at(i * (n + 1))] = spectrum[at(i)];
    auto const H = planted::operator_of(D, n);
    Stream const stream(1, Purpose::probe, 0);
    double const width = 0.3;
    auto const all = spectral_density(H, {.probes = 1, .steps = 150}, stream),
               enough = spectral_density(H, {.probes = 1, .steps = 150, .width = width}, stream),
               fine = spectral_density(H, {.probes = 1, .steps = 60, .width = 1e-3}, stream),
               other =
                   spectral_density(H, {.probes = 1, .steps = 150}, Stream(2, Purpose::probe, 0));
    EXPECT_LT(enough.products, 70);
    EXPECT_EQ(fine.products, 60);
    std::vector<double> grid;
    for (double t = -5; t < 5; t += 0.02) grid.push_back(t);
    auto const of_all = all.smoothed(grid, width), of_enough = enough.smoothed(grid, width),
               of_other = other.smoothed(grid, width);
    double change = 0, spread = 0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        change += 0.02 * std::abs(of_all[i].value - of_enough[i].value);
        spread += 0.02 * std::abs(of_all[i].value - of_other[i].value);
    }
    EXPECT_LT(change, 2e-3);
    EXPECT_GT(spread, 10 * change);
}

// What the first probe's space says about the ends: residuals are what bounds say.
TEST(SpectralDensity, EndsComeWithoutFurtherProducts) {
    index const n = 80;
    auto spectrum = random_spectrum(n);
    for (index k = 0; k < 5; ++k) spectrum[at(k)] = 10.0 + static_cast<double>(k);
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    auto const density = spectral_density(H, {.probes = 2, .steps = 30, .lowest = 1, .highest = 5},
                                          Stream(1, Purpose::probe, 0));
    EXPECT_EQ(density.products, 60);
    ASSERT_EQ(density.highest.size(), 5U);
    ASSERT_EQ(density.lowest.size(), 1U);
    std::vector<double> image(at(n));
    for (index k = 0; k < 5; ++k) {
        auto const& [value, bound, vector] = density.highest[at(k)];
        EXPECT_NEAR(value, 14.0 - static_cast<double>(k), 1e-8);
        EXPECT_LT(bound, 1e-4);
        H.times(vector, image);
        double squares = 0, norm = 0;
        for (index i = 0; i < n; ++i) {
            squares += std::pow(image[at(i)] - value * vector[at(i)], 2);
            norm += vector[at(i)] * vector[at(i)];
        }
        EXPECT_NEAR(norm, 1, 1e-12);
        EXPECT_LE(std::sqrt(squares), bound);
        EXPECT_GT(std::sqrt(squares), 0.5 * bound - 1e-12);
    }
}

// Means are those of the spectrum, errors are those of repetitions: chi^2 over 200 of them.
TEST(SpectralDensity, MeansAreThoseOfTheSpectrumWithinTheirErrors) {
    index const n = 30, repetitions = 200, probes = 20;
    auto const spectrum = random_spectrum(n);
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    std::vector<std::function<double(double)>> const functions = {
        [](double t) { return t; }, [](double t) { return t * t * t; },
        [](double t) { return std::exp(-t * t); }};
    std::vector<double> exact(functions.size()), chi_squared(functions.size());
    for (std::size_t k = 0; k < functions.size(); ++k)
        for (double const eigenvalue : spectrum)
            exact[k] += functions[k](eigenvalue) / static_cast<double>(n);
    for (index r = 0; r < repetitions; ++r) {
        auto const density =
            spectral_density(H, {.probes = probes, .steps = 8}, Stream(1, Purpose::probe, r));
        EXPECT_EQ(density.products, probes * 8);
        for (std::size_t k = 0; k < functions.size(); ++k) {
            auto const mean = density.mean(functions[k]);
            chi_squared[k] +=
                std::pow((mean.value - exact[k]) / mean.standard_error, 2) / repetitions;
        }
    }
    // Student t of 19 degrees of freedom: variance 19/17; the sd of its mean is 0.12.
    for (double const value : chi_squared) EXPECT_NEAR(value, 19.0 / 17, 0.5);
}

TEST(SpectralDensity, OnTheTangentSpaceOfAGlass) {
    SphericalPSpin<double> const f(30, {{.p = 3}}, 7, 0);
    auto const surface = surface_of(f);
    std::vector<double> x(30);
    Stream(7, Purpose::start, 0).fill_normal(std::span<double>(x));
    surface->retract(x);
    surface->move_to(x);
    auto const spectrum = hessian_spectrum(*surface);
    auto const density = spectral_density(hessian_operator(*surface), {.probes = 30, .steps = 29},
                                          Stream(2, Purpose::probe, 0));
    double negative = 0;
    for (double const eigenvalue : spectrum) negative += eigenvalue < 0 ? 1.0 / 29 : 0;
    auto const share = density.share(-100, 0);
    EXPECT_GT(share.standard_error, 0);
    EXPECT_NEAR(share.value, negative, 3.3 * share.standard_error);
    EXPECT_NEAR(density.share(-100, 100).value, 1, 1e-12);
    std::vector<double> grid;
    for (double t = -20; t < 20; t += 0.1) grid.push_back(t);
    double integral = 0;
    for (auto const& point : density.smoothed(grid, 0.3)) integral += 0.1 * point.value;
    EXPECT_NEAR(integral, 1, 1e-10);
}

// The error bar is the spread of repetitions: chi^2 over 200 independent estimates.
TEST(Trace, ErrorsAreThoseOfRepetitions) {
    index const n = 30;
    auto const spectrum = random_spectrum(n);
    double const trace = std::accumulate(spectrum.begin(), spectrum.end(), 0.0);
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    double hutchinson = 0, plus_plus = 0;
    index const repetitions = 200;
    for (index k = 0; k < repetitions; ++k) {
        auto const a = hutchinson_trace(H, 30, Stream(1, Purpose::probe, k));
        auto const b = hutch_plus_plus_trace(H, 45, Stream(2, Purpose::probe, k));
        EXPECT_EQ(a.n, 30);
        hutchinson += std::pow((a.value - trace) / a.standard_error, 2) / repetitions;
        plus_plus += std::pow((b.value - trace) / b.standard_error, 2) / repetitions;
        EXPECT_LT(b.standard_error, a.standard_error);  // the sketch takes out half of the space
    }
    // Student t of 29 and 14 degrees of freedom: variances 29/27 and 14/12; sd of their mean 0.11.
    EXPECT_NEAR(hutchinson, 29.0 / 27, 0.45);
    EXPECT_NEAR(plus_plus, 14.0 / 12, 0.5);
}

TEST(Trace, HutchPlusPlusIsExactForLowRank) {
    std::vector<double> spectrum(60, 0.0);
    for (std::size_t k = 0; k < 8; ++k) spectrum[k] = std::pow(-3.0, static_cast<double>(k));
    double const trace = std::accumulate(spectrum.begin(), spectrum.end(), 0.0);
    auto const A = planted::matrix(spectrum, planted::orthogonal(60));
    auto const estimate =
        hutch_plus_plus_trace(planted::operator_of(A, 60), 36, Stream(1, Purpose::probe, 0));
    EXPECT_NEAR(estimate.value, trace, 1e-9 * std::abs(trace));
    EXPECT_LT(estimate.standard_error, 1e-9 * std::abs(trace));
    // Sign vectors see the diagonal exactly.
    std::vector<double> D(25);
    for (std::size_t i = 0; i < 5; ++i) D[6 * i] = static_cast<double>(i);
    auto const diagonal =
        hutchinson_trace(planted::operator_of(D, 5), 4, Stream(1, Purpose::probe, 0));
    EXPECT_DOUBLE_EQ(diagonal.value, 10);
    EXPECT_EQ(diagonal.standard_error, 0);
}

TEST(Trace, OnTheTangentSpaceOfAGlass) {
    SphericalPSpin<double> const f(40, {{.p = 3}}, 7, 0);
    auto const surface = surface_of(f);
    std::vector<double> x(40);
    Stream(7, Purpose::start, 0).fill_normal(std::span<double>(x));
    surface->retract(x);
    surface->move_to(x);
    auto const spectrum = hessian_spectrum(*surface);
    double const trace = std::accumulate(spectrum.begin(), spectrum.end(), 0.0);
    auto const H = hessian_operator(*surface);
    for (auto const& estimate : {hutchinson_trace(H, 400, Stream(1, Purpose::probe, 0)),
                                 hutch_plus_plus_trace(H, 60, Stream(1, Purpose::probe, 0))})
        EXPECT_NEAR(estimate.value, trace, 3.3 * estimate.standard_error);
}

}  // namespace
}  // namespace spinscape
