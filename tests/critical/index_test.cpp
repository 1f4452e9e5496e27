// SPDX-License-Identifier: BSD-3-Clause
// Index and nullity by two methods, and nullity against what symmetries force.
#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/blas.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace spinscape {
namespace {

std::shared_ptr<Samples const> random_samples(index count, index inputs, index classes) {
    Samples data;
    Stream stream(5, Purpose::disorder, 0);
    data.features.resize(static_cast<std::size_t>(count * inputs));
    stream.fill_normal(std::span<float>(data.features));
    for (index i = 0; i < count; ++i)
        data.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
    return std::make_shared<Samples const>(std::move(data));
}

/// Index and nullity of `points` random points by spectrum and by inertia; returns the indices met.
std::set<index> compare(Surface& surface, index points, double threshold) {
    std::set<index> met;
    std::vector<double> x(static_cast<std::size_t>(surface.dimension()));
    for (index r = 0; r < points; ++r) {
        Stream(7, Purpose::start, r).fill_normal(std::span<double>(x));
        surface.retract(x);
        surface.move_to(x);
        auto const by_spectrum = certify(surface, {.threshold = threshold});
        auto const by_inertia = certify(surface, {.threshold = threshold, .by_inertia = true});
        EXPECT_EQ(by_inertia.index, by_spectrum.index) << r;
        EXPECT_EQ(by_inertia.nullity, by_spectrum.nullity) << r;
        met.insert(by_spectrum.index);
    }
    return met;
}

TEST(Index, TwoMethodsAgreeOnAThousandPointsOfGlasses) {
    for (int const p : {3, 4}) {
        SphericalPSpin<double> const f(12, {{.p = p}}, 7, 0);
        auto const surface = surface_of(f);
        EXPECT_GT(compare(*surface, 500, 0).size(), 4U);
    }
}

TEST(Index, TwoMethodsAgreeOnAThousandPointsOfNetworks) {
    for (auto const activation : {Activation::relu, Activation::tanh}) {
        Network<double> const f(
            {.inputs = 4, .hidden = {5}, .outputs = 3, .activation = activation},
            random_samples(30, 4, 3));
        auto const surface = surface_of(f);
        // Some eigenvalues are zero up to rounding: the threshold must be well above that.
        EXPECT_GT(compare(*surface, 500, 1e-9).size(), 2U);
    }
}

/// Inputs normal, labels 0 or 1 with odds exp(3 tanh(2 u) - 2 tanh(v)), u and v the two inputs: a
/// teacher network, so that the best student is at finite weights.
std::shared_ptr<Samples const> noisy_teacher(index count) {
    Samples data;
    Stream stream(5, Purpose::disorder, 0);
    data.features.resize(static_cast<std::size_t>(2 * count));
    stream.fill_normal(std::span<float>(data.features));
    for (std::size_t i = 0; i < data.features.size(); i += 2) {
        double const u = data.features[i], v = data.features[i + 1];
        double const odds = std::exp(3 * std::tanh(2 * u) - 2 * std::tanh(v));
        data.labels.push_back(stream.uniform() < odds / (1 + odds) ? 1 : 0);
    }
    return std::make_shared<Samples const>(std::move(data));
}

/// Newton steps along eigenvectors of not too small eigenvalues, until the gradient vanishes.
double newton(Surface& surface, std::vector<double> x) {
    auto const n = surface.dimension();
    surface.move_to(x);
    for (int step = 0; step < 200 && surface.gradient_norm() > 1e-11; ++step) {
        auto H = surface.hessian();
        auto const values = linalg::symmetric_eigen(H.matrix, n);
        auto const g = surface.gradient();
        std::vector<double> direction(x.size());
        for (index k = 0; k < n; ++k) {
            double const* vector = H.matrix.data() + k * n;
            double along = 0;
            for (index i = 0; i < n; ++i) along += vector[i] * g[static_cast<std::size_t>(i)];
            double const curvature = std::abs(values[static_cast<std::size_t>(k)]) + 1e-10;
            for (index i = 0; i < n; ++i)
                direction[static_cast<std::size_t>(i)] -= along / curvature * vector[i];
        }
        double const before = surface.value();
        double length = 1;
        auto const there = [&] {
            auto y = x;
            for (std::size_t i = 0; i < y.size(); ++i) y[i] += length * direction[i];
            return y;
        };
        while (length > 1e-6 && surface.value_at(there()) > before + 1e-14) length /= 2;
        x = there();
        surface.move_to(x);
    }
    return surface.gradient_norm();
}

// At a minimum the symmetries force zero eigenvalues (here a common shift of the outputs, for the
// bias and for each hidden unit); a generic minimum has no others.
TEST(Index, NullityAtAMinimumIsThatOfTheSymmetries) {
    Network<double> const f(
        {.inputs = 2, .hidden = {2}, .outputs = 2, .activation = Activation::tanh},
        noisy_teacher(1000));
    auto const surface = surface_of(f);
    std::vector<double> const teacher = {2, 0, 0, 1, 0, 0, 0, 3, 0, -2, 0, 0};
    ASSERT_LT(newton(*surface, teacher), 1e-9);
    for (bool const by_inertia : {false, true}) {
        auto const c = certify(*surface, {.threshold = 1e-9, .by_inertia = by_inertia});
        EXPECT_EQ(c.index, 0);
        EXPECT_EQ(c.expected_nullity, 3);
        EXPECT_EQ(c.nullity, 3);
    }
}

TEST(Index, ADenseHessianLargerThanTheMachineIsRefused) {
    Network<double> const f({.inputs = 2, .hidden = {600, 2000}, .outputs = 2},
                            random_samples(2, 2, 2));
    auto const surface = surface_of(f);
    std::vector<double> const x(static_cast<std::size_t>(f.dimension()));
    surface->move_to(x);
    EXPECT_THROW(hessian_spectrum(*surface), Error);
    EXPECT_THROW(certify(*surface), Error);
    EXPECT_EQ(surface->cost().hessians, 0);
}

}  // namespace
}  // namespace spinscape
