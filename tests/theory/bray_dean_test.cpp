// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/bray_dean.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace spinscape::theory {
namespace {

/// Independent computation of the table; f = exp(-u).
TEST(BrayDean, TabulatedEnergies) {
    for (auto const& [alpha, energy] : {std::pair{0.0, -2.0},
                                        {0.01, -1.86867},
                                        {0.05, -1.61077},
                                        {0.1, -1.37410},
                                        {0.2, -0.98372},
                                        {0.3, -0.63938},
                                        {0.4, -0.31547},
                                        {0.5, 0.0},
                                        {0.7, 0.63938}}) {
        EXPECT_NEAR(energy_of_index_fraction(FieldCovariance::gaussian(), alpha), energy, 6e-6);
        EXPECT_NEAR(energy_of_index_fraction(FieldCovariance::rational(), alpha),
                    energy / std::numbers::sqrt2, 6e-6);
        EXPECT_NEAR(index_fraction_of_energy(FieldCovariance::gaussian(), energy), alpha, 5e-6);
    }
    EXPECT_EQ(index_fraction_of_energy(FieldCovariance::gaussian(), -2.5), 0);
    EXPECT_EQ(index_fraction_of_energy(FieldCovariance::gaussian(), 2.5), 1);
}

// The second way: the Hessian is sqrt(f''/N) G + s with G from the Gaussian orthogonal ensemble and
// an independent s, E[phi/N | s] = (f'/f'') s. In high dimension G's eigenvalues fill the
// semicircle density, whose integral below -s is the index fraction: by quadrature.
TEST(BrayDean, FromTheDensityOfEigenvalues) {
    for (auto const& f : {FieldCovariance::gaussian(), FieldCovariance::rational()})
        for (double const s : {1.9, 1.2, 0.4, 0.0, -0.7}) {
            double const R = 2 * std::sqrt(f.second);
            // x = R sin t in  2/(pi R^2) sqrt(R^2 - x^2) dx.
            double share = 0;
            int const steps = 20000;
            double const end = std::asin(std::clamp(-s / R, -1.0, 1.0));
            double const h = (end + std::numbers::pi / 2) / steps;
            for (int i = 0; i < steps; ++i) {
                double const t = -std::numbers::pi / 2 + (i + 0.5) * h;
                share += 2 / std::numbers::pi * std::cos(t) * std::cos(t) * h;
            }
            EXPECT_NEAR(energy_of_index_fraction(f, share), f.first / f.second * s, 1e-6);
            EXPECT_NEAR(index_fraction_of_energy(f, f.first / f.second * s), share, 1e-8);
        }
}

/// Eigenvalue number k of a GOE matrix n x n with off-diagonal variance v, from its tridiagonal
/// form (normal diagonal of variance 2v, chi-distributed sides) by Sturm counts.
double goe_eigenvalue(index n, index k, double v, Stream& stream) {
    std::vector<double> diagonal, side_squared;
    for (index i = 0; i < n; ++i) {
        diagonal.push_back(std::sqrt(2 * v) * stream.normal());
        double chi = 0;
        for (index j = i + 1; j < n; ++j) chi += v * std::pow(stream.normal(), 2);
        side_squared.push_back(chi);
    }
    auto const below = [&](double x) {
        index count = 0;
        double pivot = 1;
        for (std::size_t i = 0; i < diagonal.size(); ++i) {
            pivot = diagonal[i] - x - (i > 0 ? side_squared[i - 1] / pivot : 0);
            if (pivot == 0) pivot = 1e-300;
            count += pivot < 0;
        }
        return count;
    };
    double low = -20, high = 20;
    for (int i = 0; i < 50; ++i) {
        double const middle = 0.5 * (low + high);
        (below(middle) > k ? high : low) = middle;
    }
    return 0.5 * (low + high);
}

// The third way, exact at finite N: critical points of index k have the weight
// E exp(-N l_k^2 / 4 f'') over matrices of size N + 1 with off-diagonal variance f''/N, and mean
// energy -(f'/f'') l_k. The law of large N is met with corrections of order
// ln N / N, the variance of l_k times N, by which the weight moves it.
TEST(BrayDean, LimitOfTheExactCountsAtFiniteSize) {
    auto const f = FieldCovariance::gaussian();
    double previous = 1;
    for (index const N : {8, 32}) {
        auto const k = N / 4;
        double weights = 0, sum = 0;
        for (index sample = 0; sample < 4000; ++sample) {
            Stream stream(3, Purpose::disorder, sample, N);
            double const l = goe_eigenvalue(N + 1, k, f.second / static_cast<double>(N), stream);
            double const weight = std::exp(-static_cast<double>(N) * l * l / (4 * f.second));
            weights += weight;
            sum += weight * -(f.first / f.second) * l;
        }
        double const alpha = (static_cast<double>(k) + 0.5) / static_cast<double>(N + 1);
        double const deviation = std::abs(sum / weights / energy_of_index_fraction(f, alpha) - 1);
        EXPECT_LT(deviation, 0.7 * std::log(static_cast<double>(N)) / static_cast<double>(N));
        EXPECT_LT(deviation, previous);
        previous = deviation;
    }
}

TEST(BrayDean, EnergyLineAndComplexity) {
    auto const f = FieldCovariance::rational();
    auto const line = energy_line(f, 10);
    EXPECT_NEAR(line.slope, -1 / 2.4, 1e-15);
    EXPECT_NEAR(line.variance, (1 - 1 / 2.4) / 10, 1e-15);
    EXPECT_NEAR(energy_line(FieldCovariance::gaussian(), 1e9).variance * 1e9, 0, 1e-8);
    EXPECT_NEAR(field_complexity(f, 0), 0.5 * std::log(2 / (2 * std::numbers::pi * std::exp(1))),
                1e-15);
    EXPECT_NEAR(field_complexity(f, 0.5), field_complexity(f, 0) - 0.25, 1e-15);
}

}  // namespace
}  // namespace spinscape::theory
