// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/local_entropy.hpp"

#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/stats/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

namespace spinscape {
namespace {

Quadratic<Flat> diagonal(std::vector<double> const& eigenvalues) {
    auto const n = eigenvalues.size();
    std::vector<double> A(n * n);
    for (std::size_t i = 0; i < n; ++i) A[i * n + i] = eigenvalues[i];
    return {A, static_cast<index>(n), {}};
}

template <class L>
Estimate sampled(L const& f, std::vector<double> const& x, LocalEntropyOptions const& options,
                 index chains) {
    auto const surface = surface_of(f);
    std::vector<double> values;
    for (index r = 0; r < chains; ++r) {
        Stream noise(11, Purpose::noise, r);
        auto const measured = local_entropy(*surface, x, options, noise);
        EXPECT_GT(measured.acceptance, 0.3);
        values.push_back(measured.value);
    }
    return mean_estimate(values);
}

// The exact Gaussian integral, at a minimum and off it; a saddle that the prior still confines.
TEST(LocalEntropy, QuadraticAgreesWithTheGaussianIntegral) {
    std::vector<double> const l = {-0.3, 0, 0.1, 1, 3, 10, 30};
    auto const f = diagonal(l);
    for (double const distance : {0.0, 0.02}) {
        std::vector<double> const x(l.size(), distance);
        std::vector<double> g;
        for (double const eigenvalue : l) g.push_back(eigenvalue * distance);
        double const exact = gaussian_local_entropy(l, g, 1, 1e-2);
        auto const measured =
            sampled(f, x, {.gamma = 1, .temperature = 1e-2, .rungs = 8, .steps = 600}, 24);
        EXPECT_NEAR(measured.value, exact, 4 * measured.standard_error + 1e-3);
        EXPECT_LT(measured.standard_error, 0.05);
        // The test can fail: another gamma is told apart.
        double const wrong = gaussian_local_entropy(l, g, 1.3, 1e-2);
        EXPECT_GT(std::abs(measured.value - wrong), 6 * measured.standard_error);
    }
}

// Where f is not quadratic: ln < exp(-Phi) > by plain averaging over displacements.
TEST(LocalEntropy, LogisticRegressionAgreesWithPlainAveraging) {
    auto data = std::make_shared<Samples>();
    data->features.resize(24);
    Stream(5, Purpose::disorder, 0).fill_normal(std::span<float>(data->features));
    for (int i = 0; i < 12; ++i) data->labels.push_back(i % 2);
    Network<double> const f({.inputs = 2, .outputs = 2}, data);
    std::vector<double> const x = {0.5, -0.2, 1, 0.3, -1, 0};
    double const gamma = 0.1, T = 0.2, deviation = std::sqrt(T / gamma);
    auto const surface = surface_of(f);
    double const at_x = surface->value_at(x);
    Stream draws(12, Purpose::noise, 0);
    double sum = 0;
    constexpr int n = 100000;
    std::vector<double> y(x.size());
    for (int i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < x.size(); ++k) y[k] = x[k] + deviation * draws.normal();
        sum += std::exp(-(surface->value_at(y) - at_x) / T);
    }
    auto const measured =
        sampled(f, x, {.gamma = gamma, .temperature = T, .rungs = 6, .steps = 600}, 24);
    EXPECT_NEAR(measured.value, std::log(sum / n), 4 * measured.standard_error + 0.02);
    EXPECT_LT(measured.standard_error, 0.05);
}

TEST(LocalEntropy, FlatGroundHasNone) {
    auto const f = diagonal({0, 0, 0});
    auto const surface = surface_of(f);
    Stream noise(1, Purpose::noise, 0);
    auto const measured = local_entropy(*surface, std::vector<double>{1, 2, 3}, {}, noise);
    EXPECT_EQ(measured.value, 0);
    EXPECT_EQ(measured.acceptance, 1);
    EXPECT_EQ(measured.gradients, surface->cost().gradients);
}

}  // namespace
}  // namespace spinscape
