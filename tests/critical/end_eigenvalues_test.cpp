// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/end_eigenvalues.hpp"

#include "planted.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace spinscape {
namespace {

using planted::at;

double true_residual(SymmetricOperator const& H, RitzPair const& pair) {
    std::vector<double> image(pair.vector.size());
    H.times(pair.vector, image);
    double squares = 0;
    for (std::size_t i = 0; i < image.size(); ++i) {
        double const off = image[i] - pair.value * pair.vector[i];
        squares += off * off;
    }
    return std::sqrt(squares);
}

/// Values are those of the ascending spectrum, bounds hold for residual and error, vectors are
/// orthonormal.
void expect_ends(SymmetricOperator const& H, EndEigenvalues const& ends,
                 std::vector<double> const& spectrum) {
    std::vector<RitzPair> all = ends.lowest;
    all.insert(all.end(), ends.highest.begin(), ends.highest.end());
    for (std::size_t k = 0; k < all.size(); ++k) {
        bool const top = k >= ends.lowest.size();
        auto const expected =
            top ? spectrum[spectrum.size() - 1 - (k - ends.lowest.size())] : spectrum[k];
        EXPECT_LE(true_residual(H, all[k]), all[k].bound) << k;
        EXPECT_NEAR(all[k].value, expected, all[k].bound + 1e-13 * ends.scale) << k;
        // In the smallest spaces the two ends overlap.
        if (all.size() > spectrum.size()) continue;
        for (std::size_t j = 0; j <= k; ++j) {
            double product = 0;
            for (std::size_t i = 0; i < all[k].vector.size(); ++i)
                product += all[k].vector[i] * all[j].vector[i];
            EXPECT_NEAR(product, j == k ? 1 : 0, 1e-12);
        }
    }
}

std::vector<double> random_spectrum(index n) {
    std::vector<double> spectrum(at(n));
    Stream(3, Purpose::disorder, 0).fill_normal(std::span<double>(spectrum));
    return spectrum;
}

TEST(EndEigenvalues, PlantedMultiplicitiesAndRankDeficiency) {
    index const n = 90;
    auto spectrum = random_spectrum(n);
    for (auto& value : spectrum) value *= 0.1;          // a bulk,
    for (index k = 0; k < 3; ++k) spectrum[at(k)] = 5;  // a triple outlier,
    spectrum[3] = 4;
    for (index k = 4; k < 6; ++k) spectrum[at(k)] = -2;
    for (index k = 6; k < 40; ++k) spectrum[at(k)] = 0;  // and a null space
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    std::sort(spectrum.begin(), spectrum.end());
    auto const ends = end_eigenvalues(H, {.lowest = 4, .highest = 6}, Stream(1, Purpose::probe, 0));
    EXPECT_TRUE(ends.converged);
    ASSERT_EQ(ends.lowest.size(), 4U);
    ASSERT_EQ(ends.highest.size(), 6U);
    expect_ends(H, ends, spectrum);
    for (auto const& pair : ends.highest) EXPECT_LE(pair.bound, 1e-8 * 5);
    // Without the search for further copies the outlier comes once: one start sees one vector.
    auto const once =
        end_eigenvalues(H, {.lowest = 0, .highest = 2, .tolerance = 1e-4, .multiplicities = false},
                        Stream(1, Purpose::probe, 0));
    EXPECT_NEAR(once.highest[0].value, 5, 1e-7);
    EXPECT_NEAR(once.highest[1].value, 4, 1e-6);
    EXPECT_LE(true_residual(H, once.highest[1]), once.highest[1].bound);
}

TEST(EndEigenvalues, SmallBasisRestartsAndBoundsHold) {
    index const n = 200;
    auto spectrum = random_spectrum(n);
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    std::sort(spectrum.begin(), spectrum.end());
    for (double const tolerance : {1e-2, 1e-5, 1e-10}) {
        auto const ends = end_eigenvalues(
            H, {.lowest = 2, .highest = 3, .tolerance = tolerance, .largest_basis = 16},
            Stream(1, Purpose::probe, 0));
        EXPECT_TRUE(ends.converged);
        EXPECT_GT(ends.restarts, 0);
        EXPECT_EQ(ends.lowest.size(), 2U);
        if (tolerance < 1e-3) expect_ends(H, ends, spectrum);
        for (auto const& pair : ends.lowest) {
            EXPECT_LE(true_residual(H, pair), pair.bound);
            EXPECT_LE(pair.bound, tolerance * ends.scale);
        }
    }
}

TEST(EndEigenvalues, RunsOutOfProductsWithHonestBounds) {
    index const n = 200;
    auto const A = planted::matrix(random_spectrum(n), planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    for (index const most : {1, 7, 23}) {
        auto const ends = end_eigenvalues(
            H, {.lowest = 1, .highest = 2, .most_products = most, .largest_basis = 12},
            Stream(1, Purpose::probe, 0));
        EXPECT_FALSE(ends.converged);
        EXPECT_EQ(ends.products, most);
        for (auto const& pair : ends.highest) EXPECT_LE(true_residual(H, pair), pair.bound);
    }
}

TEST(EndEigenvalues, BreakdownsAreContinued) {
    for (index const n : {1, 2, 5, 30}) {
        for (double const level : {0.0, 2.5}) {  // the Krylov space of every vector has dimension 1
            std::vector<double> A(at(n * n));
            for (index i = 0; i < n; ++i) A[at(i * n + i)] = level;
            auto const H = planted::operator_of(A, n);
            auto const ends =
                end_eigenvalues(H, {.lowest = 2, .highest = 3}, Stream(1, Purpose::probe, 0));
            EXPECT_TRUE(ends.converged);
            EXPECT_EQ(std::ssize(ends.highest), std::min<index>(n, 3));
            expect_ends(H, ends, std::vector<double>(at(n), level));
        }
        // Two different values only.
        auto spectrum = std::vector<double>(at(n), 1.0);
        spectrum[0] = -1;
        auto const A = planted::matrix(spectrum, planted::orthogonal(n));
        auto const H = planted::operator_of(A, n);
        auto const ends =
            end_eigenvalues(H, {.lowest = 2, .highest = 2}, Stream(1, Purpose::probe, 0));
        EXPECT_TRUE(ends.converged);
        expect_ends(H, ends, spectrum);
    }
}

// Couplings that fall by orders of magnitude: directions short before they are scaled to unit
// length must be made orthogonal again, or copies of values appear that are not there.
TEST(EndEigenvalues, GradedSpectraHaveNoGhosts) {
    index const n = 60;
    std::vector<double> spectrum;
    for (index k = 0; k < n; ++k) spectrum.push_back(std::pow(10.0, -0.4 * static_cast<double>(k)));
    auto const A = planted::matrix(spectrum, planted::orthogonal(n));
    auto const H = planted::operator_of(A, n);
    std::sort(spectrum.begin(), spectrum.end());
    auto const ends =
        end_eigenvalues(H, {.lowest = 0, .highest = 30}, Stream(1, Purpose::probe, 0));
    EXPECT_TRUE(ends.converged);
    expect_ends(H, ends, spectrum);
}

TEST(EndEigenvalues, NumbersThatAreNotFiniteEndTheSearch) {
    SymmetricOperator const H{
        .dimension = 5,
        .subspace_dimension = 5,
        .times = [](std::span<double const>, std::span<double> out) { out[2] = missing; }};
    auto const ends = end_eigenvalues(H, {}, Stream(1, Purpose::probe, 0));
    EXPECT_FALSE(ends.converged);
    EXPECT_TRUE(ends.lowest.empty());
}

TEST(EndEigenvalues, TangentSpaceOfAGlass) {
    SphericalPSpin<double> const f(60, {{.p = 3}}, 7, 0);
    auto const surface = surface_of(f);
    std::vector<double> x(60);
    Stream(7, Purpose::start, 0).fill_normal(std::span<double>(x));
    surface->retract(x);
    surface->move_to(x);
    auto const spectrum = hessian_spectrum(*surface);
    ASSERT_EQ(spectrum.size(), 59U);
    auto const H = hessian_operator(*surface);
    auto const ends = end_eigenvalues(H, {.lowest = 5, .highest = 5}, Stream(1, Purpose::probe, 0));
    EXPECT_TRUE(ends.converged);
    expect_ends(H, ends, spectrum);
    // The normal direction would be an eigenvector with value 0: it is in none of them.
    auto const all = end_eigenvalues(H, {.lowest = 59, .highest = 0}, Stream(1, Purpose::probe, 0));
    EXPECT_EQ(all.products, 59);
    expect_ends(H, all, spectrum);
}

TEST(EndEigenvalues, NetworkAgainstItsDenseSpectrum) {
    Samples data;
    Stream stream(2, Purpose::disorder, 0);
    data.features.resize(60 * 5);
    stream.fill_normal(std::span<float>(data.features));
    for (int i = 0; i < 60; ++i) data.labels.push_back(i % 3);
    for (auto const activation : {Activation::relu, Activation::tanh}) {
        Network<double> const f(
            {.inputs = 5, .hidden = {8, 6}, .outputs = 3, .activation = activation},
            std::make_shared<Samples const>(data));
        auto const surface = surface_of(f);
        std::vector<double> x(at(f.dimension()));
        stream.fill_normal(std::span<double>(x));
        surface->move_to(x);
        auto const H = hessian_operator(*surface);
        auto const ends =
            end_eigenvalues(H, {.lowest = 4, .highest = 8}, Stream(1, Purpose::probe, 0));
        EXPECT_TRUE(ends.converged);
        EXPECT_LT(ends.lowest[0].value, 0);
        expect_ends(H, ends, hessian_spectrum(*surface));
    }
}

TEST(EndEigenvalues, TheSameStreamGivesTheSameBits) {
    auto const A = planted::matrix(random_spectrum(40), planted::orthogonal(40));
    auto const H = planted::operator_of(A, 40);
    auto const a = end_eigenvalues(H, {}, Stream(1, Purpose::probe, 0)),
               b = end_eigenvalues(H, {}, Stream(1, Purpose::probe, 0)),
               other = end_eigenvalues(H, {}, Stream(1, Purpose::probe, 1));
    EXPECT_EQ(a.lowest[0].vector, b.lowest[0].vector);
    EXPECT_NE(a.lowest[0].vector, other.lowest[0].vector);
    EXPECT_NEAR(a.lowest[0].value, other.lowest[0].value, 1e-8);
}

}  // namespace
}  // namespace spinscape
