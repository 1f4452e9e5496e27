// SPDX-License-Identifier: BSD-3-Clause
// What single precision costs: couplings are stored as floats, descents compute in floats.
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

/// The 3-spin glass of the same disorder, with couplings that were never rounded to float.
struct Unrounded {
    double energy = 0;
    std::vector<double> gradient;

    Unrounded(std::span<double const> s, std::uint64_t seed, index disorder) : gradient(s.size()) {
        auto const N = s.size();
        Stream stream(seed, Purpose::disorder, disorder, 3, static_cast<std::uint64_t>(N));
        std::vector<double> normals;
        for (std::size_t i = 0; i < N; ++i) {
            normals.resize((N - i) * (N - i + 1) / 2);
            stream.fill_normal(std::span<double>(normals));
            auto const* g = normals.data();
            for (std::size_t j = i; j < N; ++j)
                for (std::size_t k = j; k < N; ++k) {
                    double const orderings = i == j && j == k ? 1 : i == j || j == k ? 3 : 6;
                    double const a = std::sqrt(orderings) * *g++ / static_cast<double>(N);
                    energy += a * s[i] * s[j] * s[k];
                    gradient[i] += a * s[j] * s[k];
                    gradient[j] += a * s[i] * s[k];
                    gradient[k] += a * s[i] * s[j];
                }
        }
    }
};

/// Root mean square over disorder of the error of H/N, and of |g - g'| / |g'|.
struct Errors {
    double energy = 0, gradient = 0;
};

template <class Real>
Errors errors(index N, index disorders) {
    Errors all;
    for (index d = 0; d < disorders; ++d) {
        SphericalPSpin<Real> const f(N, {{.p = 3}}, 7, d);
        Batch<float> start(N, 1);
        Stream(7, Purpose::start, d).fill_normal(start[0]);
        Sphere{static_cast<double>(N)}.retract(start[0]);
        Batch<Real> x(N, 1), g(N, 1);
        std::copy(start[0].begin(), start[0].end(), x[0].begin());
        double energy = 0, difference = 0, squares = 0;
        auto work = f.workspace(1);
        f.value_and_gradient(x, {&energy, 1}, g, work);
        std::vector<double> const point(start[0].begin(), start[0].end());
        Unrounded const exact(point, 7, d);
        for (std::size_t i = 0; i < point.size(); ++i) {
            difference += std::pow(static_cast<double>(g[0][i]) - exact.gradient[i], 2);
            squares += exact.gradient[i] * exact.gradient[i];
        }
        all.energy += std::pow((energy - exact.energy) / static_cast<double>(N), 2);
        all.gradient += difference / squares;
    }
    auto const n = static_cast<double>(disorders);
    return {std::sqrt(all.energy / n), std::sqrt(all.gradient / n)};
}

// Two roundings per coupling, of the normal number and of the product, each at most 2^-24 of the
// power of two below: together 0.6 x 2^-24 of the coupling in root mean square. They are
// independent, so that the error of H is that part of its standard deviation sqrt(N), and that of g
// of its length.
TEST(SinglePrecision, OfCouplingsIsAnErrorOfTheirLastDigits) {
    constexpr double each = 3.6e-8;
    for (index const N : {25, 50}) {
        auto const measured = errors<double>(N, 300);  // standard error 4 %
        double const energy = each / std::sqrt(static_cast<double>(N));
        EXPECT_NEAR(measured.energy, energy, 0.25 * energy) << N;
        EXPECT_NEAR(measured.gradient, each, 0.15 * each) << N;
    }
}

// Arithmetic in float adds the rounding of sums. Far below what a descent is asked for (a projected
// gradient of 1e-2 sqrt(p) N) and what distinguishes samples (sd of H/N: 1/sqrt(N)).
TEST(SinglePrecision, OfArithmeticStaysSmall) {
    for (index const N : {25, 100}) {
        auto const measured = errors<float>(N, 20);
        EXPECT_LT(measured.energy, 1e-6 / std::sqrt(static_cast<double>(N))) << N;
        EXPECT_LT(measured.gradient, 1e-6) << N;
        EXPECT_GT(measured.gradient, 3.4e-8) << "the test can tell";
    }
}

}  // namespace
}  // namespace spinscape
