// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/sharpness.hpp"

#include "spinscape/dynamics/initialisation.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

namespace spinscape {
namespace {

Quadratic<Flat> diagonal(std::vector<double> const& eigenvalues) {
    auto const n = eigenvalues.size();
    std::vector<double> A(n * n);
    for (std::size_t i = 0; i < n; ++i) A[i * n + i] = eigenvalues[i];
    return {A, static_cast<index>(n), {}};
}

Stream probe() {
    return {5, Purpose::probe, 0};
}

// At the minimum of 1/2 sum l x^2 every corner of the box is highest: phi = 100 eps^2/2 sum l.
TEST(Sharpness, QuadraticMinimumInClosedForm) {
    std::vector<double> const l = {0.5, 1, 2, 40};
    auto const f = diagonal(l);
    auto const surface = surface_of(f);
    double const exact = 100 * 1e-6 / 2 * std::accumulate(l.begin(), l.end(), 0.0);
    auto stream = probe();
    auto const measured = sharpness(*surface, std::vector<double>(4), {.epsilon = 1e-3}, stream);
    EXPECT_NEAR(measured.lbfgs_b, exact, 1e-9 * exact);
    EXPECT_NEAR(measured.signs, exact, 1e-9 * exact);
    // Twice the epsilon: four times the sharpness.
    EXPECT_NEAR(sharpness(*surface, std::vector<double>(4), {.epsilon = 2e-3}, stream).phi,
                4 * exact, 1e-8 * exact);
}

// Off the minimum: the corner away from it, each half-width with its |x_i| + 1 or |x_i|.
TEST(Sharpness, QuadraticSlopeInClosedForm) {
    std::vector<double> const l = {1, 3, 0.25}, x = {0.5, -2, 1};
    auto const f = diagonal(l);
    auto const surface = surface_of(f);
    for (auto const box : {SharpnessBox::absolute, SharpnessBox::relative}) {
        double value = 0, highest = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            double const half = 1e-2 * (std::abs(x[i]) + (box == SharpnessBox::absolute ? 1 : 0));
            value += l[i] * x[i] * x[i] / 2;
            highest += l[i] * (std::abs(x[i]) + half) * (std::abs(x[i]) + half) / 2;
        }
        auto stream = probe();
        auto const measured = sharpness(*surface, x, {.epsilon = 1e-2, .box = box}, stream);
        EXPECT_NEAR(measured.phi, 100 * (highest - value) / (1 + value), 1e-9);
        EXPECT_NEAR(measured.lbfgs_b, measured.signs, 1e-9);
        EXPECT_EQ(stream.position(), 0U);  // no random start needed
        EXPECT_GT(measured.gradients, 10);
    }
}

// In the span of axes the subspace sees their components alone; scaled axes scale A^+ x.
TEST(Sharpness, SubspaceOfScaledAxesInClosedForm) {
    std::vector<double> const l = {1, 3, 0.25, 9}, x = {0.5, -2, 1, 0.1};
    auto const f = diagonal(l);
    auto const surface = surface_of(f);
    std::vector<double> const A = {2, 0, 0, 0,   // axis 0, twice as long: (A^+ x)_0 = x_0 / 2
                                   0, 0, 1, 0};  // axis 2
    double const moved_0 = 2 * 1e-2 * (0.25 + 1), moved_2 = 1e-2 * (1 + 1);
    double value = 0;
    for (std::size_t i = 0; i < 4; ++i) value += l[i] * x[i] * x[i] / 2;
    double const rise = l[0] * ((0.5 + moved_0) * (0.5 + moved_0) - 0.25) / 2 +
                        l[2] * ((1 + moved_2) * (1 + moved_2) - 1) / 2;
    auto stream = probe();
    auto const measured = subspace_sharpness(*surface, x, A, {.epsilon = 1e-2}, stream);
    EXPECT_NEAR(measured.phi, 100 * rise / (1 + value), 1e-9);
    // All axes: the full space.
    std::vector<double> identity(16);
    for (std::size_t i = 0; i < 4; ++i) identity[5 * i] = 1;
    EXPECT_NEAR(subspace_sharpness(*surface, x, identity, {.epsilon = 1e-2}, stream).phi,
                sharpness(*surface, x, {.epsilon = 1e-2}, stream).phi, 1e-9);
}

TEST(Sharpness, RandomDirections) {
    Stream stream(5, Purpose::probe, 1);
    auto const rows = random_directions(stream, 3, 50, true);
    for (std::size_t k = 0; k < 3; ++k) {
        double squares = 0;
        for (std::size_t i = 0; i < 50; ++i) squares += rows[k * 50 + i] * rows[k * 50 + i];
        EXPECT_NEAR(squares, 1, 1e-14);
    }
    EXPECT_NE(rows[0], rows[50]);
}

// The trap of [Dinh2017]: a rescaled layer is the same function; the absolute measure changes with
// it by orders of magnitude, the relative one not at all.
TEST(Sharpness, RescalingALayerChangesOnlyTheAbsoluteMeasure) {
    auto data = std::make_shared<Samples>();
    data->features.resize(400);
    Stream(5, Purpose::disorder, 0).fill_uniform(std::span<float>(data->features));
    for (int i = 0; i < 40; ++i) data->labels.push_back(i % 3);
    Architecture const architecture{.inputs = 10, .hidden = {8, 6}, .outputs = 3};
    Network<double> const network(architecture, data);
    std::vector<double> x(static_cast<std::size_t>(network.dimension()));
    Stream start(5, Purpose::start, 0);
    initialise<double>(architecture, Start::fan_in_cube, 1, start, x);
    auto rescaled = x;
    rescale_hidden_layer(architecture, 0, 32.0, rescaled.data());

    auto const surface = surface_of(network);
    EXPECT_NEAR(surface->value_at(rescaled), surface->value_at(x), 1e-13);
    auto stream = probe();
    SharpnessOptions const absolute{.epsilon = 1e-2},
        relative{.epsilon = 1e-2, .box = SharpnessBox::relative};
    EXPECT_GT(sharpness(*surface, rescaled, absolute, stream).phi,
              5 * sharpness(*surface, x, absolute, stream).phi);
    double const before = sharpness(*surface, x, relative, stream).phi;
    EXPECT_GT(before, 0);
    EXPECT_NEAR(sharpness(*surface, rescaled, relative, stream).phi, before, 1e-6 * before);
}

}  // namespace
}  // namespace spinscape
