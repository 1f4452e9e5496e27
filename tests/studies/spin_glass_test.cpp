// SPDX-License-Identifier: BSD-3-Clause
#include "spin_glass/planted_glass.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/stats/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape::glass {
namespace {

using Glass = SphericalPSpin<double>;
static_assert(DenseHessian<PlantedGlass<Glass>> && OnManifold<PlantedGlass<Glass>>);

constexpr index N = 12;
constexpr double b = 1.1;
std::vector<PSpinTerm> const mixed = {{.p = 3, .coefficient = std::sqrt(0.5)},
                                      {.p = 4, .coefficient = std::sqrt(0.5)}};

Batch<double> random_points(index replicas, index seed) {
    Batch<double> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(5, Purpose::start, seed, r);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

double energy(PlantedGlass<Glass> const& f, std::span<double const> x) {
    auto work = f.workspace(1);
    double value = 0;
    f.value(BatchView<double const>(x), {&value, 1}, work);
    return value;
}

TEST(PlantedGlass, DerivativesAreThoseOfTheValue) {
    Glass const glass(N, mixed, 3, 0);
    auto const planted = random_points(1, 0);
    PlantedGlass<Glass> const f(glass, mixed, b, planted);
    auto const x = random_points(1, 1), v = random_points(1, 2);
    auto work = f.workspace(1);
    auto const gradient = [&](std::span<double const> at) {
        Batch<double> g(N, 1);
        double value = 0;
        f.value_and_gradient(BatchView<double const>(at), {&value, 1}, g.view(), work);
        EXPECT_DOUBLE_EQ(value, energy(f, at));
        return g;
    };
    std::vector<double> ahead(N), back(N), H(N * N);
    constexpr double h = 1e-5;
    for (std::size_t i = 0; i < N; ++i) {
        ahead[i] = x[0][i] + h * v[0][i];
        back[i] = x[0][i] - h * v[0][i];
    }
    auto const g = gradient(x[0]), up = gradient(ahead), down = gradient(back);
    double along = 0;
    for (std::size_t i = 0; i < N; ++i) along += g[0][i] * v[0][i];
    EXPECT_NEAR((energy(f, ahead) - energy(f, back)) / (2 * h), along,
                1e-6 * std::abs(along) + 1e-6);
    Batch<double> product(N, 1);
    f.hessian_times(x.view(), v.view(), product.view(), work);
    f.dense_hessian(x[0], H, work);
    for (std::size_t i = 0; i < N; ++i) {
        double row = 0;
        for (std::size_t j = 0; j < N; ++j) row += H[i * N + j] * v[0][j];
        EXPECT_NEAR(product[0][i], (up[0][i] - down[0][i]) / (2 * h), 1e-5);
        EXPECT_NEAR(product[0][i], row, 1e-10);
    }
}

// At equilibrium E H(s0) = -b N f(1); rows follow their replicas.
TEST(PlantedGlass, PlantedPointsHaveTheEnergyOfEquilibrium) {
    constexpr index replicas = 8;
    Moments planted_energy, uniform_energy;
    for (index disorder = 0; disorder < 60; ++disorder) {
        Glass const glass(N, mixed, 3, disorder);
        auto const s0 = random_points(replicas, 10 + disorder);
        PlantedGlass<Glass> f(glass, mixed, b, s0);
        auto work = f.workspace(replicas);
        std::vector<double> values(replicas), reversed(replicas);
        f.value(s0.view(), values, work);
        Batch<double> backwards(N, replicas);
        std::vector<index> rows;
        for (index r = 0; r < replicas; ++r) {
            rows.push_back(replicas - 1 - r);
            std::ranges::copy(s0[replicas - 1 - r], backwards[r].begin());
            planted_energy.add(values[static_cast<std::size_t>(r)] / N);
        }
        f.set_rows(rows);
        f.value(backwards.view(), reversed, work);
        for (std::size_t r = 0; r < replicas; ++r)
            EXPECT_NEAR(reversed[r], values[replicas - 1 - r], 1e-10);
        PlantedGlass<Glass> const none(glass, mixed, 0, s0);
        none.value(s0.view(), values, work);
        for (double const u : values) uniform_energy.add(u / N);
    }
    EXPECT_NEAR(planted_energy.mean, -b, 4 * planted_energy.standard_error());
    EXPECT_NEAR(uniform_energy.mean, 0, 4 * uniform_energy.standard_error());
}

}  // namespace
}  // namespace spinscape::glass
