// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/certificate.hpp"

#include "planted.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <string>

namespace spinscape {
namespace {

using planted::at;
using planted::orthogonal;

TEST(Certificate, PlantedSpectrumInFlatSpace) {
    std::vector<double> spectrum = {-3, -1, -1, 0, 0, 0.5, 2, 7, 7, 11};
    auto const n = std::ssize(spectrum);
    Quadratic<Flat> const f(planted::matrix(spectrum, orthogonal(n)), n, {});
    std::vector<double> const origin(at(n));
    auto const c = certify(f, std::span<double const>(origin), {.threshold = 1e-10});
    EXPECT_EQ(c.index, 3);
    EXPECT_EQ(c.nullity, 2);
    EXPECT_EQ(c.gradient_norm, 0);
    EXPECT_NEAR(c.lowest, -3, 1e-12);
    EXPECT_NEAR(c.highest, 11, 1e-12);
}

// On the sphere the eigenvectors of A are critical; the k-th has curvatures a_j - a_k, j != k.
TEST(Certificate, EigenvectorsOnTheSphere) {
    std::vector<double> const spectrum = {-3, -1, 0.25, 2, 7, 11};
    auto const n = std::ssize(spectrum);
    auto const Q = orthogonal(n);
    Quadratic<Sphere> const f(planted::matrix(spectrum, Q), n, {4.0});
    for (index k = 0; k < n; ++k) {
        std::vector<double> x(Q.begin() + k * n, Q.begin() + (k + 1) * n);
        for (auto& component : x) component *= 2;
        auto const c = certify(f, std::span<double const>(x));
        EXPECT_EQ(c.index, k);
        EXPECT_EQ(c.nullity, 0);
        EXPECT_LT(c.gradient_norm, 1e-12);
        EXPECT_NEAR(c.lowest, spectrum[at(k == 0 ? 1 : 0)] - spectrum[at(k)], 1e-12);
        EXPECT_NEAR(c.value, 2 * spectrum[at(k)], 1e-12);
    }
}

TEST(Certificate, IndexBySpectrumInertiaAndLanczosAgree) {
    SphericalPSpin<double> const f(24, {{.p = 3}}, 7, 0);
    for (index r = 0; r < 20; ++r) {
        std::vector<double> x(at(f.dimension()));
        Stream(7, Purpose::start, r).fill_normal(std::span<double>(x));
        f.manifold().retract(std::span<double>(x));
        for (double const threshold : {0.0, 0.5}) {  // 0.5: some eigenvalues count as zero
            auto const by_spectrum =
                certify(f, std::span<double const>(x), {.threshold = threshold});
            auto const by_inertia = certify(f, std::span<double const>(x),
                                            {.threshold = threshold, .by_inertia = true});
            EXPECT_EQ(by_inertia.index, by_spectrum.index);
            EXPECT_EQ(by_inertia.nullity, by_spectrum.nullity);
            EXPECT_EQ(by_inertia.nullity > 0, threshold > 0);
            EXPECT_EQ(by_inertia.threshold, by_spectrum.threshold);
            EXPECT_EQ(by_inertia.gradient_norm, by_spectrum.gradient_norm);
            EXPECT_TRUE(std::isnan(by_inertia.lowest));
            EXPECT_NE(by_inertia.method, by_spectrum.method);
            EXPECT_GT(by_inertia.index, 0);
            EXPECT_LT(by_inertia.index, f.dimension() - 1);
            auto const by_lanczos = certify(f, std::span<double const>(x),
                                            {.threshold = threshold, .by_lanczos = true});
            EXPECT_EQ(by_lanczos.index, by_spectrum.index);
            EXPECT_EQ(by_lanczos.nullity, by_spectrum.nullity);
            EXPECT_NEAR(by_lanczos.lowest, by_spectrum.lowest, by_lanczos.eigenvalue_error + 1e-12);
            EXPECT_EQ(by_lanczos.hessians, 0);
            EXPECT_GT(by_lanczos.products, 0);
        }
    }
}

TEST(Certificate, InertiaOfPlantedSpectra) {
    std::vector<double> const spectrum = {-3, -1, -1, 0, 0, 0.5, 2, 7, 7, 11};
    auto const n = std::ssize(spectrum);
    Quadratic<Flat> const f(planted::matrix(spectrum, orthogonal(n)), n, {});
    std::vector<double> const origin(at(n));
    auto const c = certify(f, std::span<double const>(origin), {.by_inertia = true});
    EXPECT_EQ(c.index, 3);
    EXPECT_EQ(c.nullity, 2);
    EXPECT_THAT(std::string(c.method), testing::HasSubstr("inertia"));
    auto const lanczos = certify(f, std::span<double const>(origin), {.by_lanczos = true});
    EXPECT_EQ(lanczos.index, 3);  // a double one among them
    EXPECT_EQ(lanczos.nullity, 2);
    // Nothing but zeros: threshold 0, all of them null.
    Quadratic<Flat> const plane(std::vector<double>(9), 3, {});
    auto const flat =
        certify(plane, std::span<double const>(origin).first(3), {.by_inertia = true});
    EXPECT_EQ(flat.index, 0);
    EXPECT_EQ(flat.nullity, 3);
}

// f = 1/2 x^T A x, A = a u u^T + b (1 - u u^T), at x along u with |x| = 1: the full Hessian has
// norm a, on the tangent space everything is b - a exactly. With b = a the rounding errors that are
// left are of size eps a, though the tangent Hessian itself is zero.
TEST(Certificate, ThresholdKnowsTheNormOfTheFullHessian) {
    index const n = 40;
    auto const Q = orthogonal(n);
    Quadratic<Sphere> const f(planted::matrix(std::vector<double>(at(n), 1e6), Q), n, {1.0});
    std::vector<double> const x(Q.begin(), Q.begin() + n);
    for (bool const by_inertia : {false, true}) {
        auto const c = certify(f, std::span<double const>(x), {.by_inertia = by_inertia});
        EXPECT_EQ(c.index, 0);
        EXPECT_EQ(c.nullity, n - 1);
        EXPECT_GE(c.eigenvalue_error, static_cast<double>(n) * 1e6 * 0x1p-52);
        EXPECT_LE(c.eigenvalue_error, 10 * static_cast<double>(n) * 1e6 * 0x1p-52);
    }
}

// The eigenvectors of A that are left at x = sqrt(n) q_k are eigenvectors of the tangent matrix.
TEST(TangentHessian, CoordinatesAreOrthonormalAndComplete) {
    std::vector<double> const spectrum = {-3, -1, 0.25, 2, 7, 11};
    auto const n = std::ssize(spectrum);
    auto const Q = orthogonal(n);
    Quadratic<Sphere> const f(planted::matrix(spectrum, Q), n, {1.0});
    auto const surface = surface_of(f);
    surface->move_to(std::span(Q).first(at(n)));
    auto const H = surface->hessian();
    ASSERT_EQ(H.dimension, n - 1);
    std::vector<double> c(at(n - 1)), back(at(n)), product(at(n));
    for (index k = 1; k < n; ++k) {
        auto const q = std::span(Q).subspan(at(k * n), at(n));
        H.coordinates_of(q, c);
        H.embed(c, back);
        for (index i = 0; i < n; ++i) EXPECT_NEAR(back[at(i)], q[at(i)], 1e-14);
        auto const expected = spectrum[at(k)] - spectrum[0];
        for (index i = 0; i < n - 1; ++i) {
            double sum = 0;
            for (index j = 0; j < n - 1; ++j) sum += H.matrix[at(i * (n - 1) + j)] * c[at(j)];
            EXPECT_NEAR(sum, expected * c[at(i)], 1e-12);
        }
        surface->hessian_times(q, product);
        for (index i = 0; i < n; ++i) EXPECT_NEAR(product[at(i)], expected * q[at(i)], 1e-12);
    }
}

TEST(Certificate, NormBoundHolds) {
    for (index const n : {1, 2, 7, 30}) {
        std::vector<double> spectrum(at(n));
        Stream(3, Purpose::disorder, n).fill_normal(std::span<double>(spectrum));
        double norm = 0;
        for (double const eigenvalue : spectrum) norm = std::max(norm, std::abs(eigenvalue));
        auto const bound = norm_bound(planted::matrix(spectrum, orthogonal(n)), n);
        EXPECT_GE(bound, norm * (1 - 1e-14));
        EXPECT_LE(bound, norm * (1 + 1e-14) * std::sqrt(static_cast<double>(n)));
    }
}

// A sphere in one dimension is two points; there is no direction to go, hence nothing to count.
TEST(Certificate, SphereOfTwoPoints) {
    Quadratic<Sphere> const f({-2.0}, 1, {9.0});
    for (double const x : {3.0, -3.0})
        for (bool const by_inertia : {false, true}) {
            auto const c = certify(f, std::span<double const>(&x, 1), {.by_inertia = by_inertia});
            EXPECT_EQ(c.value, -9);
            EXPECT_EQ(c.gradient_norm, 0);
            EXPECT_EQ(c.index, 0);
            EXPECT_EQ(c.nullity, 0);
            EXPECT_TRUE(std::isnan(c.lowest) && std::isnan(c.highest));
        }
    double const x = 3;
    auto const surface = surface_of(f);
    surface->move_to({&x, 1});
    EXPECT_TRUE(hessian_spectrum(*surface).empty());
}

// At a global minimum of a linear regression problem, the zero eigenvalues are the symmetries.
TEST(Certificate, NullityOfARectifiedNetworkCoversItsSymmetries) {
    Samples data;
    Stream stream(2, Purpose::disorder, 0);
    data.features.resize(40 * 3);
    stream.fill_normal(std::span<float>(data.features));
    for (int i = 0; i < 40; ++i) data.labels.push_back(i % 2);
    Network<double> const f(
        {.inputs = 3, .hidden = {4}, .outputs = 2, .activation = Activation::relu},
        std::make_shared<Samples const>(data));
    // All hidden units switched off on all samples: the loss depends on the output biases alone.
    std::vector<double> x(at(f.dimension()));
    auto const layers = f.architecture().layers();
    for (index j = 0; j < 4; ++j) x[at(layers[0].bias + j)] = -100;
    auto const c = certify(f, std::span<double const>(x), {.threshold = 1e-12});
    EXPECT_LT(c.gradient_norm, 1e-12);
    EXPECT_EQ(c.index, 0);
    EXPECT_EQ(c.nullity, f.dimension() - 1);  // one direction: the difference of the two biases
    EXPECT_EQ(c.expected_nullity, 4 + 5);
}

TEST(Certificate, ProductOfSpheres) {
    // Two quadratic forms, each on a sphere of its own: at eigenvectors k and l the curvatures are
    // the differences to the other eigenvalues of each.
    index const n = 4;
    auto const Q = orthogonal(n);
    std::vector<double> const first = {-2, 0.5, 1, 4}, second = {-3, -1, 2, 2.5};
    auto const A = planted::matrix(first, Q), B = planted::matrix(second, Q);
    std::vector<double> both(at(4 * n * n));
    for (index i = 0; i < n; ++i)
        for (index j = 0; j < n; ++j) {
            both[at(i * 2 * n + j)] = A[at(i * n + j)];
            both[at((n + i) * 2 * n + n + j)] = B[at(i * n + j)];
        }
    double const radius_squared = 2.25;
    Quadratic<Spheres> const f(both, 2 * n, {2, radius_squared});
    index const k = 1, l = 2;
    std::vector<double> x(at(2 * n)), expected;
    for (index i = 0; i < n; ++i) {
        x[at(i)] = 1.5 * Q[at(k * n + i)];
        x[at(n + i)] = 1.5 * Q[at(l * n + i)];
        if (i != k) expected.push_back(first[at(i)] - first[at(k)]);
        if (i != l) expected.push_back(second[at(i)] - second[at(l)]);
    }
    std::ranges::sort(expected);
    auto const surface = surface_of(f);
    surface->move_to(x);
    EXPECT_LT(surface->gradient_norm(), 1e-13);
    EXPECT_EQ(surface->tangent_dimension(), 6);
    auto const spectrum = hessian_spectrum(*surface);
    ASSERT_EQ(spectrum.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(spectrum[i], expected[i], 1e-12);
    EXPECT_EQ(certify(*surface).index, 3);
    // The dense Hessian in its basis and the product agree away from critical points too.
    for (index i = 0; i < 2 * n; ++i) x[at(i)] = std::sin(1.0 + static_cast<double>(i));
    f.manifold().retract(std::span<double>(x));
    surface->move_to(x);
    auto const H = surface->hessian();
    std::vector<double> v(at(2 * n)), Hv(v.size()), coordinates(6), product(6), embedded(v.size());
    for (std::size_t i = 0; i < 6; ++i) coordinates[i] = std::cos(static_cast<double>(i));
    H.embed(coordinates, v);
    surface->hessian_times(v, Hv);
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j) product[i] += H.matrix[i * 6 + j] * coordinates[j];
    H.embed(product, embedded);
    for (std::size_t i = 0; i < v.size(); ++i) EXPECT_NEAR(embedded[i], Hv[i], 1e-13);
    std::vector<double> back(6);
    H.coordinates_of(v, back);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(back[i], coordinates[i], 1e-14);
}

}  // namespace
}  // namespace spinscape
