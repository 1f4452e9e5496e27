// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/filter_normalised.hpp"

#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

Architecture const architecture{.inputs = 5, .hidden = {7, 4}, .outputs = 3};

std::shared_ptr<Samples const> random_samples() {
    Samples data;
    Stream stream(5, Purpose::disorder, 0);
    data.features.resize(80 * 5);
    stream.fill_normal(std::span<float>(data.features));
    for (index i = 0; i < 80; ++i)
        data.labels.push_back(static_cast<std::int32_t>(stream.below(3)));
    return std::make_shared<Samples const>(std::move(data));
}

std::vector<double> random_point() {
    std::vector<double> x(static_cast<std::size_t>(architecture.parameter_count()));
    Stream(5, Purpose::start, 0).fill_normal(std::span<double>(x));
    return x;
}

/// Incoming weights and bias of hidden unit `unit` of layer l times `factor`, outgoing weights
/// divided by it.
void rescale(std::vector<double>& x, std::size_t l, index unit, double factor) {
    auto const layers = architecture.layers();
    auto const &in = layers[l], &out = layers[l + 1];
    for (index i = 0; i < in.inputs; ++i)
        x[static_cast<std::size_t>(in.weights + i * in.outputs + unit)] *= factor;
    x[static_cast<std::size_t>(in.bias + unit)] *= factor;
    for (index k = 0; k < out.outputs; ++k)
        x[static_cast<std::size_t>(out.weights + unit * out.outputs + k)] /= factor;
}

TEST(FilterNormalised, EveryFilterHasTheNormOfTheNetworkAndBiasesStay) {
    auto const x = random_point();
    Stream stream(1, Purpose::probe, 0);
    auto const d = filter_normalised_direction(architecture, x, stream);
    for (auto const& layer : architecture.layers())
        for (index unit = 0; unit < layer.outputs; ++unit) {
            double in_x = 0, in_d = 0;
            for (index i = 0; i < layer.inputs; ++i) {
                auto const at = static_cast<std::size_t>(layer.weights + i * layer.outputs + unit);
                in_x += x[at] * x[at];
                in_d += d[at] * d[at];
            }
            EXPECT_NEAR(in_d, in_x, 1e-12 * in_x);
            EXPECT_EQ(d[static_cast<std::size_t>(layer.bias + unit)], 0);
        }
}

// [Li2018]'s reason for it: with whole layers rescaled (biases along), the network is the same
// function, and so is its picture; along a plain random direction the picture changes.
TEST(FilterNormalised, PicturesDoNotSeeTheRescalingOfLayers) {
    Network<double> const f(architecture, random_samples());
    auto const surface = surface_of(f);
    auto const x = random_point();
    auto other = x;
    for (index unit = 0; unit < 7; ++unit) rescale(other, 0, unit, 10);
    EXPECT_NEAR(surface->value_at(other), surface->value_at(x), 1e-12);
    std::vector<double> const alpha = {-1, -0.4, 0, 0.3, 1};
    auto const line = [&](std::vector<double> const& from, bool normalised) {
        Stream stream(1, Purpose::probe, 0);
        std::vector<double> d(x.size());
        if (normalised)
            d = filter_normalised_direction(architecture, from, stream);
        else
            stream.fill_normal(std::span<double>(d));
        return values_on_line(*surface, from, d, alpha);
    };
    auto const a = line(x, true), b = line(other, true), c = line(x, false), e = line(other, false);
    double change = 0;
    for (std::size_t i = 0; i < alpha.size(); ++i) {
        EXPECT_NEAR(a[i], b[i], 1e-10);
        change = std::max(change, std::abs(c[i] - e[i]));
    }
    EXPECT_GT(change, 0.1);
}

TEST(FilterNormalised, PlaneAndContoursOfAParaboloid) {
    std::vector<double> A(9);
    A[0] = A[4] = 2;  // f = x_0^2 + x_1^2
    Quadratic<Flat> const f(A, 3, {});
    auto const surface = surface_of(f);
    std::vector<double> const x(3), d = {1, 0, 0}, e = {0, 1, 0};
    std::vector<double> grid;
    for (int i = -20; i <= 20; ++i) grid.push_back(0.1 * i);
    auto const values = values_on_plane(*surface, x, d, e, grid, grid);
    ASSERT_EQ(values.size(), 41U * 41U);
    EXPECT_NEAR(values[3 * 41 + 7], grid[3] * grid[3] + grid[7] * grid[7], 1e-14);
    auto const circle = contour_crossings(grid, grid, values, 1.5);
    EXPECT_GT(circle.size(), 60U);
    for (auto const& [alpha, beta] : circle)
        EXPECT_NEAR(std::hypot(alpha, beta), std::sqrt(1.5), 0.003);
    EXPECT_TRUE(contour_crossings(grid, grid, values, -1).empty());
}

}  // namespace
}  // namespace spinscape
