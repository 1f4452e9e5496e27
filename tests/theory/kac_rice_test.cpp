// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/kac_rice.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/theory/p_spin.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <numbers>

namespace spinscape::theory {
namespace {

std::vector<PSpinTerm> pure(int p) {
    return {{p, 1.0}};
}

// Independent computation; N = 2 is 2 sqrt(3p - 2).
TEST(KacRice, TotalNumbers) {
    struct Row {
        int p;
        index N;
        double number;
        int digits;
    };
    for (auto const& [p, N, number, digits] :
         {Row{3, 2, 5.2915026, 8}, Row{3, 3, 10.55236, 7}, Row{3, 5, 31.496914, 8},
          Row{3, 10, 286.91588, 8}, Row{3, 20, 13842.226, 8}, Row{3, 25, 88575.02, 7},
          Row{3, 50, 7.41792e8, 6}, Row{3, 100, 3.55707e16, 6}, Row{4, 2, 6.3245553, 8},
          Row{4, 3, 15.145341, 8}, Row{4, 5, 65.886359, 8}, Row{4, 10, 1595.7047, 8},
          Row{4, 20, 572929.23, 8}}) {
        auto const mean = mean_critical_points(pure(p), N);
        EXPECT_NEAR(mean.number() / number, 1, 0.6 * std::pow(10, 1 - digits)) << p << " " << N;
        EXPECT_LT(mean.error, 1e-12);
        EXPECT_NEAR(mean.energy, 0, 1e-14);
    }
    for (int const p : {2, 3, 7, 20})
        EXPECT_NEAR(mean_critical_points(pure(p), 2).number(), 2 * std::sqrt(3 * p - 2.0), 1e-11);
    EXPECT_NEAR(mean_critical_points(pure(5), 1).number(), 2, 1e-12);
}

TEST(KacRice, NumbersBelowALevel) {
    struct Row {
        index N;
        double number;
    };
    for (auto const& [N, number] :
         {Row{10, .538474}, Row{25, 2.05282}, Row{50, 13.2729}, Row{100, 400.913}})
        EXPECT_NEAR(mean_critical_points(pure(3), N, -1.5).number() / number, 1, 4e-6) << N;
    for (auto const& [N, number] : {Row{25, .176406}, Row{100, .406212}, Row{400, 16.7529}})
        EXPECT_NEAR(mean_critical_points(pure(3), N, -e_infinity(3)).number() / number, 1, 1e-5)
            << N;
    EXPECT_NEAR(mean_critical_points(pure(3), 10, 0).number(),
                0.5 * mean_critical_points(pure(3), 10).number(), 1e-9);
    EXPECT_EQ(mean_critical_points(pure(3), 10, -100).number(), 0);
}

// A quadratic form on the sphere has 2N critical points, two of each index.
TEST(KacRice, TwoSpins) {
    for (index const N : {1, 2, 3, 8, 13}) {
        auto const means = mean_critical_points_by_index(pure(2), N);
        ASSERT_EQ(std::ssize(means), N);
        for (auto const& mean : means) EXPECT_NEAR(mean.number(), 2, 1e-11) << N;
    }
}

// sum (-1)^k E[N_k] is the Euler characteristic of the sphere, 2 or 0.
TEST(KacRice, AlternatingSumIsTheEulerCharacteristic) {
    for (auto const& terms : {pure(3), pure(4), {{2, 0.5}, {3, 1.0}}})
        for (index const N : {2, 3, 6, 11}) {
            auto const total = mean_critical_points(terms, N).number();
            double sum = 0, alternating = 0;
            int sign = 1;
            for (auto const& mean : mean_critical_points_by_index(terms, N)) {
                sum += mean.number();
                alternating += sign * mean.number();
                sign = -sign;
                EXPECT_LT(mean.error, 1e-9);
            }
            EXPECT_NEAR(sum / total, 1, 1e-10);
            EXPECT_NEAR(alternating, N % 2 == 1 ? 2 : 0, 1e-10 * total);
        }
}

/// Eigenvalues of the tridiagonal form of the GOE [DumitriuEdelman2002] by bisection: diagonal
/// N(0,1), beside it chi_{N-1}, ..., chi_1 over sqrt 2.
std::vector<double> goe_eigenvalues(index N, Stream& stream) {
    std::vector<double> diagonal, squares;
    for (index i = 0; i < N; ++i) diagonal.push_back(stream.normal());
    for (index i = 1; i < N; ++i) {
        double chi2 = 0;
        for (index j = 0; j < N - i; ++j) chi2 += std::pow(stream.normal(), 2);
        squares.push_back(0.5 * chi2);
    }
    auto const below = [&](double x) {
        index count = 0;
        double pivot = 1;
        for (std::size_t i = 0; i < diagonal.size(); ++i) {
            pivot = diagonal[i] - x - (i > 0 ? squares[i - 1] / pivot : 0);
            count += pivot < 0;
        }
        return count;
    };
    std::vector<double> result;
    for (index k = 0; k < N; ++k) {
        double low = -30, high = 30;
        for (int i = 0; i < 45; ++i) {
            auto const middle = 0.5 * (low + high);
            (below(middle) <= k ? low : high) = middle;
        }
        result.push_back(low);
    }
    return result;
}

TEST(KacRice, OrderStatisticsByMonteCarlo) {
    index const N = 6, samples = 5000;
    for (int const p : {3, 5}) {
        std::vector<double> sum(6), squares(6);
        for (index i = 0; i < samples; ++i) {
            Stream stream(1, Purpose::disorder, i);
            auto const x = goe_eigenvalues(N, stream);
            for (std::size_t k = 0; k < 6; ++k) {
                auto const term = 2 * std::sqrt(2.0 / p) * std::pow(p - 1, 0.5 * N) *
                                  std::exp(-(p - 2) * x[k] * x[k] / (2.0 * p));
                sum[k] += term / samples;
                squares[k] += term * term / samples;
            }
        }
        auto const means = mean_critical_points_by_index(pure(p), N);
        for (std::size_t k = 0; k < 6; ++k) {
            auto const error = std::sqrt((squares[k] - sum[k] * sum[k]) / samples);
            EXPECT_NEAR(means[k].number(), sum[k], 4 * error) << p << " " << k;
            EXPECT_LT(error, 0.03 * sum[k]);
            // One index too high is far off: the test tells indices apart.
            if (k < 2) {
                EXPECT_GT(std::abs(means[k + 1].number() - sum[k]), 10 * error);
            }
        }
    }
}

// N = 2: minima of a random trigonometric polynomial, found on a grid, with their energies.
TEST(KacRice, MixedModelOnTheCircle) {
    std::vector<PSpinTerm> const terms = {{2, 0.7}, {3, 1.0}};
    double const slope = 2 * 0.49 + 3, curvature = 2 * 0.49 + 6, u = -0.8;
    EXPECT_NEAR(mean_critical_points(terms, 2).number(),
                2 * std::sqrt((slope + 3 * curvature) / slope), 1e-11);  // Rice's formula
    index const samples = 4000, grid = 400;
    std::vector<double> minima, below, energies;
    for (index sample = 0; sample < samples; ++sample) {
        Stream stream(2, Purpose::disorder, sample);
        double J[4], K[8];
        for (auto& g : J) g = stream.normal();
        for (auto& g : K) g = stream.normal();
        std::vector<double> H;
        for (index i = 0; i < grid; ++i) {
            auto const angle = 2 * std::numbers::pi * static_cast<double>(i) / grid;
            double const s[2] = {std::sqrt(2) * std::cos(angle), std::sqrt(2) * std::sin(angle)};
            double h = 0;
            for (int a = 0; a < 8; ++a) {
                h += K[a] / 2 * s[a & 1] * s[a >> 1 & 1] * s[a >> 2];
                if (a < 4) h += 0.7 * J[a] / std::sqrt(2) * s[a & 1] * s[a >> 1];
            }
            H.push_back(h / 2);
        }
        double all = 0, low = 0, energy = 0;
        for (std::size_t i = 0; i < H.size(); ++i) {
            auto const left = H[(i + H.size() - 1) % H.size()], right = H[(i + 1) % H.size()];
            if (H[i] > left || H[i] > right) continue;
            ++all;
            low += H[i] < u;
            if (H[i] < u) energy += H[i];
        }
        minima.push_back(all);
        below.push_back(low);
        energies.push_back(energy);
    }
    auto const compare = [&](std::vector<double> const& values, double expected) {
        double mean = 0, square = 0;
        for (double const value : values) {
            mean += value / samples;
            square += value * value / samples;
        }
        EXPECT_NEAR(mean, expected, 4 * std::sqrt((square - mean * mean) / samples));
    };
    compare(minima, mean_critical_points_by_index(terms, 2)[0].number());
    auto const low = mean_critical_points_by_index(terms, 2, u)[0];
    compare(below, low.number());
    compare(energies, low.number() * low.energy);
}

TEST(KacRice, MinimaOfLargerGlasses) {
    auto const twenty = mean_critical_points_by_index(pure(3), 20);
    EXPECT_NEAR(twenty[0].number(), 11.05, 0.1);
    EXPECT_NEAR(twenty[1].number(), 44.1, 0.2);
    EXPECT_NEAR(twenty[2].number(), 116.4, 0.3);
    EXPECT_LT(twenty[0].error, 1e-8);
    EXPECT_NEAR(twenty[0].number(), twenty[19].number(), 1e-7);  // H and -H are equal in law
    EXPECT_NEAR(twenty[0].energy, -twenty[19].energy, 1e-9);
    // Frozen.
    auto const ten = mean_critical_points_by_index(pure(3), 10);
    double const frozen[] = {6.0803872, 16.365674, 29.509538, 41.950975, 49.551365};
    for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(ten[k].number() / frozen[k], 1, 1e-7);
    EXPECT_NEAR(ten[0].energy, -1.2251, 1e-4);
}

// The lowest of a Poisson process of minima with the exact mean numbers. For even p these are pairs
// +-s: counting both would be off by ln 2 / (c N) = 0.0152 at p = 4.
TEST(KacRice, GroundStateOfFiniteSize) {
    constexpr index N = 50;
    for (int const p : {3, 4}) {
        constexpr double width = 0.01, deepest = -2.1;
        double mean = deepest;
        for (double u = deepest; u < -1.5; u += width)
            mean += width * std::exp(-mean_critical_points(pure(p), N, u + width / 2).number() /
                                     (p == 4 ? 2 : 1));
        EXPECT_NEAR(ground_state(p, N).mean, mean, 0.008) << p;
    }
}

// ln(number)/N -> complexity; below -E_inf with the sharp prefactor, C N^(-1/2) at the ground
// state.
TEST(KacRice, LargeSystems) {
    for (int const p : {3, 4, 10}) {
        auto const u = -e_k(p, 0);
        auto const C = ground_state(p, 100).C;
        std::array<double, 2> off{};
        for (std::size_t i = 0; i < 2; ++i) {
            auto const N = i == 0 ? 500.0 : 1000.0;
            off[i] = mean_critical_points(pure(p), static_cast<index>(N), u).log_number -
                     std::log(C / std::sqrt(N));
        }
        EXPECT_NEAR(off[1], 0, 0.2) << p;
        EXPECT_NEAR(2 * off[1] - off[0], 0, 0.05) << p;  // corrections of order 1/N removed
        // Above zero: 4 sqrt(2 / (pi (p - 2))) sqrt(N) (p - 1)^(N/2).
        EXPECT_NEAR(
            mean_critical_points(pure(p), 1000).log_number,
            std::log(4 * std::sqrt(2000 / (std::numbers::pi * (p - 2)))) + 500 * std::log(p - 1.0),
            0.01);
        for (double const level : {-1.2, -0.6})
            EXPECT_NEAR(mean_critical_points(pure(p), 1000, level).log_number / 1000,
                        complexity(p, level), 0.005);
    }
}

// Below -E_inf each index costs another factor exp(-N I(u)) / N; between -E_inf and 0 the index
// follows the energy.
TEST(KacRice, IndicesOfLargeSystems) {
    double const u = -1.8;
    auto const cost = [&](index N) {
        auto const below = mean_critical_points_by_index(pure(3), N, u);
        return below[0].log_number - below[1].log_number - std::log(static_cast<double>(N));
    };
    EXPECT_NEAR((cost(30) - cost(20)) / 10,
                complexity_of_index(3, 0, u) - complexity_of_index(3, 1, u), 0.02);
    auto const from = mean_critical_points_by_index(pure(3), 30, -1.05),
               to = mean_critical_points_by_index(pure(3), 30, -0.95);
    double points = 0, indices = 0;
    for (std::size_t k = 0; k < from.size(); ++k) {
        auto const between = to[k].number() - from[k].number();
        points += between;
        indices += between * static_cast<double>(k);
    }
    EXPECT_NEAR(indices / points / 29, index_fraction(3, -1), 0.015);
}

TEST(KacRice, BadInput) {
    auto const refused = [](std::function<void()> const& call) {
        try {
            call();
        } catch (Error const& error) {
            return error.code() == ExitCode::bad_input;
        }
        return false;
    };
    EXPECT_TRUE(refused([] { mean_critical_points(pure(1), 5); }));
    EXPECT_TRUE(refused([] { mean_critical_points({}, 5); }));
    EXPECT_TRUE(refused([] { mean_critical_points(pure(3), 0); }));
    EXPECT_TRUE(refused([] { mean_critical_points_by_index(pure(3), largest_N_by_index + 1); }));
}

}  // namespace
}  // namespace spinscape::theory
