// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/certificate.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace spinscape {
namespace {

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// A random orthogonal matrix, rows by Gram-Schmidt.
std::vector<double> orthogonal(index n) {
    std::vector<double> Q(at(n * n));
    Stream stream(1, Purpose::disorder, 0);
    stream.fill_normal(std::span<double>(Q));
    for (index i = 0; i < n; ++i)
        for (index pass = 0; pass < 2; ++pass) {
            for (index k = 0; k < i; ++k) {
                double sum = 0;
                for (index j = 0; j < n; ++j) sum += Q[at(i * n + j)] * Q[at(k * n + j)];
                for (index j = 0; j < n; ++j) Q[at(i * n + j)] -= sum * Q[at(k * n + j)];
            }
            double norm = 0;
            for (index j = 0; j < n; ++j) norm += Q[at(i * n + j)] * Q[at(i * n + j)];
            for (index j = 0; j < n; ++j) Q[at(i * n + j)] /= std::sqrt(norm);
        }
    return Q;
}

/// Q^T diag(spectrum) Q.
std::vector<double> planted(std::vector<double> const& spectrum, std::vector<double> const& Q) {
    auto const n = std::ssize(spectrum);
    std::vector<double> A(at(n * n));
    for (index k = 0; k < n; ++k)
        for (index i = 0; i < n; ++i)
            for (index j = 0; j < n; ++j)
                A[at(i * n + j)] += spectrum[at(k)] * Q[at(k * n + i)] * Q[at(k * n + j)];
    return A;
}

TEST(Certificate, PlantedSpectrumInFlatSpace) {
    std::vector<double> spectrum = {-3, -1, -1, 0, 0, 0.5, 2, 7, 7, 11};
    auto const n = std::ssize(spectrum);
    Quadratic<Flat> const f(planted(spectrum, orthogonal(n)), n, {});
    auto work = f.workspace(1);
    std::vector<double> const origin(at(n));
    auto const c = certify(f, std::span<double const>(origin), work, {.threshold = 1e-10});
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
    Quadratic<Sphere> const f(planted(spectrum, Q), n, {4.0});
    auto work = f.workspace(1);
    for (index k = 0; k < n; ++k) {
        std::vector<double> x(Q.begin() + k * n, Q.begin() + (k + 1) * n);
        for (auto& component : x) component *= 2;
        auto const c = certify(f, std::span<double const>(x), work);
        EXPECT_EQ(c.index, k);
        EXPECT_EQ(c.nullity, 0);
        EXPECT_LT(c.gradient_norm, 1e-12);
        EXPECT_NEAR(c.lowest, spectrum[at(k == 0 ? 1 : 0)] - spectrum[at(k)], 1e-12);
        EXPECT_NEAR(c.value, 2 * spectrum[at(k)], 1e-12);
    }
}

TEST(Certificate, IndexBySpectrumAndByInertiaAgree) {
    SphericalPSpin<double> const f(24, {{.p = 3}}, 7, 0);
    auto work = f.workspace(1);
    auto const n = f.dimension();
    for (index r = 0; r < 20; ++r) {
        std::vector<double> x(at(n)), g(at(n)), H(at(n * n));
        Stream stream(7, Purpose::start, r);
        stream.fill_normal(std::span<double>(x));
        f.manifold().retract(std::span<double>(x));
        auto const c = certify(f, std::span<double const>(x), work);
        f.dense_hessian(std::span<double const>(x), std::span<double>(H), work);
        double energy = 0;
        f.value_and_gradient(BatchView<double const>(std::span<double const>(x)), {&energy, 1},
                             BatchView<double>(std::span<double>(g)), work);
        double const shift =
            f.manifold().curvature_shift(std::span<double const>(x), std::span<double const>(g));
        for (index i = 0; i < n; ++i) H[at(i * n + i)] -= shift;
        std::vector<double> normal = x;
        for (auto& component : normal) component /= std::sqrt(static_cast<double>(n));
        auto tangent = critical_detail::without_direction(H, normal);
        EXPECT_EQ(c.index, linalg::negative_inertia(tangent, n - 1));
        EXPECT_GT(c.index, 0);
        EXPECT_LT(c.index, n - 1);
    }
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
    auto work = f.workspace(1);
    auto const c = certify(f, std::span<double const>(x), work, {.threshold = 1e-12});
    EXPECT_LT(c.gradient_norm, 1e-12);
    EXPECT_EQ(c.index, 0);
    EXPECT_EQ(c.nullity, f.dimension() - 1);  // one direction: the difference of the two biases
    EXPECT_EQ(c.expected_nullity, 4 + 5);
}

}  // namespace
}  // namespace spinscape
