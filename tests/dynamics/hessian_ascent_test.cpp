// SPDX-License-Identifier: BSD-3-Clause
// Hessian ascent and incremental message passing: what reaches the algorithmic energy.
#include "spinscape/dynamics/hessian_ascent.hpp"

#include "spinscape/dynamics/incremental_amp.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace spinscape {
namespace {

double energy_per_spin(SphericalPSpin<float> const& f, BatchView<float const> x) {
    std::vector<double> energies(static_cast<std::size_t>(x.replicas()));
    auto work = f.workspace(x.replicas());
    f.value(x, energies, work);
    double sum = 0;
    for (double const e : energies) sum += e;
    return sum / static_cast<double>(x.replicas() * f.dimension());
}

double squared(std::span<float const> x) {
    double sum = 0;
    for (float const c : x) sum += static_cast<double>(c) * c;
    return sum;
}

/// int_0^1 sqrt(xi'') for xi = sum c^2 q^p by the middle of 1e5 intervals.
double algorithmic(std::vector<PSpinTerm> const& terms) {
    double sum = 0;
    for (int k = 0; k < 100000; ++k) {
        double const q = (k + 0.5) / 1e5;
        double xi = 0;
        for (auto const& t : terms)
            xi += t.coefficient * t.coefficient * t.p * (t.p - 1) * std::pow(q, t.p - 2);
        sum += std::sqrt(xi) / 1e5;
    }
    return sum;
}

TEST(HessianAscent, OneStepInATwoSpinGlassFindsTheBottom) {
    // p = 2: the Hessian is the same everywhere; full Krylov space, lowest eigenvector at once.
    index const N = 16;
    SphericalPSpin<float> const f(N, {{.p = 2}}, 2, 0);
    SphericalPSpin<double> const wide(f.couplings());
    std::vector<double> H(static_cast<std::size_t>(N * N)), origin(static_cast<std::size_t>(N));
    auto work = wide.workspace(1);
    wide.dense_hessian(origin, H, work);
    double const lowest = linalg::symmetric_eigenvalues(H, N)[0] / 2;
    Batch<float> x(N, 3);
    HessianAscent ascent(f, x.view(), static_cast<double>(N), {.steps = 1, .products = N - 1}, {});
    EXPECT_FALSE(ascent.advance());
    EXPECT_NEAR(energy_per_spin(f, x), lowest, 1e-3);
}

TEST(HessianAscent, ReachesTheAlgorithmicEnergy) {
    // Sizes differ from the limit by some N^{-2/3}, steps by 1/steps, Lanczos by a cosine.
    index const N = 150, products = 12;
    for (auto const& terms : {std::vector<PSpinTerm>{{.p = 3}},
                              std::vector<PSpinTerm>{{.p = 2}, {.p = 3, .coefficient = 0.7}}}) {
        SphericalPSpin<float> const f(N, terms, 2, 0);
        Batch<float> x(N, 8);
        HessianAscent ascent(f, x.view(), static_cast<double>(N),
                             {.steps = 30, .products = products}, {.master_seed = 4});
        while (ascent.advance()) {
        }
        EXPECT_NEAR(squared(x[3]), N, 1e-3 * N);
        double const limit = algorithmic(terms);
        EXPECT_NEAR(energy_per_spin(f, x), -limit, 0.08 * limit);
        // Random directions, taken downhill, do not get there.
        HessianAscent blind(f, x.view(), static_cast<double>(N), {.steps = 30, .products = 1},
                            {.master_seed = 4});
        while (blind.advance()) {
        }
        EXPECT_GT(energy_per_spin(f, x), -0.6 * limit);
    }
}

TEST(IncrementalAmp, ReachesTheAlgorithmicEnergy) {
    index const N = 250;
    for (auto const& terms : {std::vector<PSpinTerm>{{.p = 3}},
                              std::vector<PSpinTerm>{{.p = 2}, {.p = 3, .coefficient = 0.7}}}) {
        SphericalPSpin<float> const f(N, terms, 2, 0);
        Batch<float> x(N, 8);
        IncrementalAmp passing(f, x.view(), {.steps = 40}, {.master_seed = 4});
        while (passing.advance()) {
        }
        EXPECT_NEAR(squared(x[3]), N, 1e-3 * N);
        double const limit = algorithmic(terms);
        EXPECT_NEAR(energy_per_spin(f, x), -limit, 0.08 * limit);
    }
}

/// The same by hand, one replica, with Onsager's terms multiplied by `share`.
double message_passing_by_hand(SphericalPSpin<float> const& f, index steps, double share) {
    auto const N = f.dimension();
    double const n = static_cast<double>(N), K = static_cast<double>(steps);
    Batch<float> m(N, 1), gradient(N, 1);
    Stream stream(4, Purpose::probe, 0, 0, 0);
    stream.fill_normal(m[0]);
    Sphere{n / K}.retract(m[0]);
    auto work = f.workspace(1);
    std::vector<std::vector<double>> earlier;
    std::vector<double> length, z(static_cast<std::size_t>(N), 0.0), next(z), energy(1);
    for (index k = 1; k < steps; ++k) {
        f.value_and_gradient(m.view(), energy, gradient.view(), work);
        for (std::size_t i = 0; i < z.size(); ++i) next[i] = -gradient[0][i];
        for (std::size_t j = 0; j < length.size(); ++j) {
            double const q = static_cast<double>(j + 1) / K;
            double const later = j + 1 < length.size() ? length[j + 1] : 0;
            for (std::size_t i = 0; i < z.size(); ++i)
                next[i] -= share * 6 * q * (length[j] - later) * earlier[j][i];  // xi'' = 6 q
        }
        std::vector<double> step(z.size());
        double along = 0, radius = 0;
        for (std::size_t i = 0; i < z.size(); ++i) {
            step[i] = next[i] - z[i];
            along += step[i] * m[0][i];
            radius += static_cast<double>(m[0][i]) * m[0][i];
        }
        double norm = 0;
        for (std::size_t i = 0; i < z.size(); ++i) {
            step[i] -= along / radius * m[0][i];
            norm += step[i] * step[i];
        }
        length.push_back(std::sqrt(n / K / norm));
        earlier.emplace_back(m[0].begin(), m[0].end());
        for (std::size_t i = 0; i < z.size(); ++i)
            m[0][i] = static_cast<float>(m[0][i] + length.back() * step[i]);
        std::swap(z, next);
    }
    return energy_per_spin(f, m);
}

// Onsager's terms are what takes the memory out of the messages: without them, or with the wrong
// sign, energies are far from those of state evolution.
TEST(IncrementalAmp, NeedsOnsagersTerms) {
    index const N = 250, steps = 40, samples = 4;
    PSpinTerm const term{.p = 3};
    double const expected = theory::message_passing_energy({&term, 1}, steps);
    double right = 0, without = 0, reversed = 0;
    for (index disorder = 0; disorder < samples; ++disorder) {
        SphericalPSpin<float> const f(N, {term}, 2, disorder);
        Batch<float> x(N, 1);
        IncrementalAmp passing(f, x.view(), {.steps = steps}, {.master_seed = 4});
        while (passing.advance()) {
        }
        auto const by_hand = message_passing_by_hand(f, steps, 1);
        EXPECT_NEAR(energy_per_spin(f, x), by_hand, 1e-3);
        right += by_hand / samples;
        without += message_passing_by_hand(f, steps, 0) / samples;
        reversed += message_passing_by_hand(f, steps, -1) / samples;
    }
    double const accuracy = 2 * std::pow(static_cast<double>(N), -2.0 / 3);
    EXPECT_NEAR(right, expected, accuracy);
    EXPECT_GT(without, expected + 2 * accuracy);
    EXPECT_GT(reversed, expected + 2 * accuracy);
}

/// In company, alone and interrupted: the same bits.
template <class Make>
void continues(Make const& make) {
    Batch<float> x(30, 6), y(30, 6), z(30, 6);
    auto whole = make(x.view(), 10);
    while (whole.advance()) {
    }
    ByteWriter saved;
    {
        auto part = make(y.view(), 10);
        for (int k = 0; k < 4; ++k) part.advance();
        part.save(saved);
    }
    auto rest = make(y.view(), 10);
    ByteReader in(saved.bytes());
    rest.load(in);
    while (rest.advance()) {
    }
    auto alone = make(z.view().slice(4, 1), 14);
    while (alone.advance()) {
    }
    for (index r = 0; r < 6; ++r) EXPECT_TRUE(std::ranges::equal(x[r], y[r]));
    EXPECT_TRUE(std::ranges::equal(x[4], z[4]));
}

TEST(HessianAscent, ReplicasAreIndependentAndStatesContinue) {
    SphericalPSpin<float> const f(30, {{.p = 3}}, 2, 0);
    continues([&](BatchView<float> x, index first) {
        return HessianAscent(f, x, 30.0, {.steps = 8, .products = 5},
                             {.master_seed = 1, .first_replica = first});
    });
    continues([&](BatchView<float> x, index first) {
        return IncrementalAmp(f, x, {.steps = 8}, {.master_seed = 1, .first_replica = first});
    });
}

}  // namespace
}  // namespace spinscape
