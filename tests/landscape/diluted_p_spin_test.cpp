// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/diluted_p_spin.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"
#include "spinscape/landscape/spiked.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace spinscape {
namespace {

static_assert(DenseHessian<DilutedPSpin<float>> && OnManifold<DilutedPSpin<float>>);
static_assert(DenseHessian<DilutedPSpin<double>> && OnManifold<DilutedPSpin<double>>);
static_assert(DenseHessian<Spiked<DilutedPSpin<double>>> &&
              OnManifold<Spiked<DilutedPSpin<float>>>);

template <class Real>
Batch<Real> points(index N, index replicas, std::uint64_t salt = 0) {
    Batch<Real> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream(11, Purpose::start, r, 0, salt).fill_normal(x[r]);
        Sphere{static_cast<double>(N)}.retract(x[r]);
    }
    return x;
}

struct Coupling {
    std::vector<std::size_t> spins;
    double value;
    bool operator==(Coupling const&) const = default;
};

std::vector<Coupling> list(DilutedCouplings const& couplings, std::size_t t = 0) {
    std::vector<Coupling> all;
    auto const& rows = couplings.rows(t);
    auto const heads = static_cast<std::size_t>(rows.p - 1);
    std::size_t entry = 0;
    for (std::size_t at = 0; at < rows.heads.size(); at += heads + 1)
        for (int i = 0; i < rows.heads[at + heads]; ++i, ++entry) {
            Coupling next;
            for (std::size_t m = 0; m < heads; ++m) next.spins.push_back(rows.heads[at + m]);
            next.spins.push_back(rows.last[entry]);
            next.value = static_cast<double>(rows.values[entry]);
            all.push_back(next);
        }
    EXPECT_EQ(entry, rows.values.size());
    EXPECT_EQ(entry, rows.last.size());
    return all;
}

double energy_of(std::vector<Coupling> const& couplings, std::span<double const> s) {
    double sum = 0;
    for (auto const& [spins, value] : couplings) {
        double product = value;
        for (auto const i : spins) product *= s[i];
        sum += product;
    }
    return sum;
}

TEST(DilutedPSpin, KeepsEveryMultisetWithProbabilityF) {
    // Each multiset at most once and in order; each as often as the others: chi-squared of the
    // counts over n samples, (count - n f)^2 / (n f (1 - f)), is 1 on the average with standard
    // error sqrt(2 / multisets).
    index const N = 6, n = 1000;
    double const f = 0.3;
    for (int const p : {2, 3, 4}) {
        std::map<std::vector<std::size_t>, double> seen;
        for (index d = 0; d < n; ++d) {
            auto const all = list(DilutedCouplings(N, {{.p = p}}, {f}, 3, d));
            for (std::size_t c = 0; c < all.size(); ++c) {
                EXPECT_TRUE(std::ranges::is_sorted(all[c].spins));
                EXPECT_TRUE(c == 0 || all[c - 1].spins < all[c].spins);
                ++seen[all[c].spins];
            }
        }
        ASSERT_EQ(std::ssize(seen), static_cast<index>(PSpinCouplings::count(N, p)));
        double chi = 0;
        for (auto const& [spins, count] : seen)
            chi += std::pow(count - n * f, 2) / (n * f * (1 - f));
        auto const multisets = static_cast<double>(seen.size());
        EXPECT_NEAR(chi / multisets, 1, 4 * std::sqrt(2 / multisets)) << p;
    }
}

TEST(DilutedPSpin, AllKeptAreAllMultisets) {
    // Then the values follow from those without multiplicity: A / sqrt(orderings) is of one law.
    index const N = 20;
    auto const all = list(DilutedCouplings(N, {{.p = 3}}, {1.0}, 3, 0, CouplingLaw::sign));
    ASSERT_EQ(std::ssize(all), static_cast<index>(PSpinCouplings::count(N, 3)));
    for (auto const& [spins, value] : all) {
        std::set<std::size_t> const different(spins.begin(), spins.end());
        double const orderings = different.size() == 3 ? 6 : different.size() == 2 ? 3 : 1;
        EXPECT_NEAR(std::abs(value), std::sqrt(orderings) / static_cast<double>(N), 1e-8);
    }
}

TEST(DilutedPSpin, SumOverItsCouplings) {
    for (int const p : {2, 3, 4, 5, 6}) {
        DilutedPSpin<double> const f(8, {{.p = p, .coefficient = 1.3}}, {0.4}, 5, 0);
        auto const all = list(*f.couplings());
        auto const x = points<double>(8, 1);
        std::vector<double> s(x[0].begin(), x[0].end());
        auto work = f.workspace(1);
        double energy = 0;
        f.value(x, {&energy, 1}, work);
        EXPECT_NEAR(energy, energy_of(all, s), 1e-12) << p;
        EXPECT_EQ(f.flops_per_gradient(), 4 * static_cast<double>(all.size()));
    }
}

TEST(DilutedPSpin, CovarianceIsNTimesQToThePForEveryLaw) {
    // E[H H'] = N sum c^2 q^p. The products' own variance over the samples gives the error.
    index const N = 12, n = 2000;
    std::vector<PSpinTerm> const terms = {{2, 0.5}, {3, 1.0}};
    auto const x = points<double>(N, 3);
    for (auto const law : {CouplingLaw::gaussian, CouplingLaw::sign, CouplingLaw::laplace})
        for (double const kept : {0.2, 1.0}) {
            double sum[3] = {}, squares[3] = {};
            for (index d = 0; d < n; ++d) {
                DilutedPSpin<double> const f(N, terms, {kept, kept}, 77, d, law);
                auto work = f.workspace(3);
                std::vector<double> energy(3);
                f.value(x, energy, work);
                for (std::size_t r = 0; r < 3; ++r) {
                    sum[r] += energy[0] * energy[r];
                    squares[r] += std::pow(energy[0] * energy[r], 2);
                }
            }
            for (index r = 0; r < 3; ++r) {
                auto const q = std::inner_product(x[0].begin(), x[0].end(), x[r].begin(), 0.0) /
                               static_cast<double>(N);
                auto const expected = static_cast<double>(N) * (0.25 * q * q + q * q * q);
                double const mean = sum[r] / n,
                             error = std::sqrt((squares[r] / n - mean * mean) / n);
                EXPECT_NEAR(mean, expected, 4 * error) << static_cast<int>(law) << " " << kept;
                // A variance that is not rescaled by 1/f would be seen.
                EXPECT_TRUE(r > 0 || kept == 1 || std::abs(mean - kept * expected) > 8 * error);
            }
        }
}

TEST(DilutedPSpin, BatchEqualsOneByOne) {
    for (auto const& terms :
         std::vector<std::vector<PSpinTerm>>{{{2, 1.0}}, {{3, 1.0}}, {{5, 1.0}, {4, 0.5}}}) {
        std::vector<double> const kept(terms.size(), 0.1);
        DilutedPSpin<float> const f(20, terms, kept, 9, 0);
        auto work = f.workspace(19), alone = f.workspace(1);
        auto const x = points<float>(20, 19), v = points<float>(20, 19, 1);
        Batch<float> g(20, 19), Hv(20, 19), g1(20, 1), Hv1(20, 1);
        std::vector<double> energy(19);
        f.value_and_gradient(x, energy, g, work);
        f.hessian_times(x, v, Hv, work);
        for (index r = 0; r < 19; ++r) {
            double e = 0;
            f.value_and_gradient(x[r], {&e, 1}, g1, alone);
            f.hessian_times(x[r], v[r], Hv1, alone);
            EXPECT_EQ(e, energy[static_cast<std::size_t>(r)]);
            EXPECT_TRUE(std::ranges::equal(g[r], g1[0]));
            EXPECT_TRUE(std::ranges::equal(Hv[r], Hv1[0]));
        }
    }
}

TEST(DilutedPSpin, DisorderIsAddressed) {
    auto const of = [](std::uint64_t seed, index disorder, CouplingLaw law) {
        return list(DilutedCouplings(9, {{.p = 3}}, {0.5}, seed, disorder, law));
    };
    EXPECT_EQ(of(1, 0, CouplingLaw::sign), of(1, 0, CouplingLaw::sign));
    EXPECT_NE(of(1, 0, CouplingLaw::sign), of(2, 0, CouplingLaw::sign));
    EXPECT_NE(of(1, 0, CouplingLaw::sign), of(1, 1, CouplingLaw::sign));
    EXPECT_NE(of(1, 0, CouplingLaw::sign), of(1, 0, CouplingLaw::uniform));
}

TEST(DilutedPSpin, MemoryIsWhatIsStored) {
    std::vector<PSpinTerm> const terms = {{2, 1.0}, {3, 1.0}};
    std::vector<double> const kept = {0.5, 0.02};
    DilutedCouplings const c(100, terms, kept, 1, 0);
    double bytes = 0;
    for (std::size_t t = 0; t < 2; ++t)
        bytes += 2 * static_cast<double>(c.rows(t).heads.size()) +
                 6 * static_cast<double>(c.rows(t).values.size());
    EXPECT_NEAR(DilutedCouplings::memory_bytes(100, terms, kept) / bytes, 1, 0.05);
    EXPECT_NEAR(DilutedCouplings::kept_for(100, 3, 60) * PSpinCouplings::count(100, 3) * 3 / 100,
                60, 1e-9);
    EXPECT_EQ(DilutedCouplings::kept_for(10, 3, 1e6), 1);
}

TEST(DilutedPSpin, RejectsImpossibleModels) {
    auto const make = [](index N, std::vector<PSpinTerm> terms, std::vector<double> kept) {
        DilutedCouplings const c(N, std::move(terms), std::move(kept), 1, 0);
    };
    EXPECT_THROW(make(5, {}, {}), Error);
    EXPECT_THROW(make(5, {{3, 1.0}}, {}), Error);
    EXPECT_THROW(make(5, {{3, 1.0}}, {0.0}), Error);
    EXPECT_THROW(make(5, {{3, 1.0}}, {1.1}), Error);
    EXPECT_THROW(make(5, {{17, 1.0}}, {0.1}), Error);
    EXPECT_THROW(make(70000, {{2, 1.0}}, {1e-9}), Error);
    EXPECT_THROW(make(5000, {{6, 1.0}}, {1e-12}), Error);
}

TEST(Spiked, EnergyIsLoweredByLambdaNAlongTheHiddenVector) {
    DilutedPSpin<double> const glass(30, {{.p = 3}}, {0.5}, 4, 0);
    Spiked const f(glass, {.lambda = 2, .order = 3}, 4, 0);
    Spiked const other(glass, {.lambda = 2, .order = 3}, 4, 1);
    EXPECT_NEAR(f.overlap(f.hidden()), 1, 1e-12);
    EXPECT_LT(std::abs(f.overlap(other.hidden())), 0.9);
    auto work = f.workspace(1);
    double with = 0, without = 0;
    f.value(f.hidden(), {&with, 1}, work);
    glass.value(f.hidden(), {&without, 1}, work);
    EXPECT_NEAR(with, without - 2 * 30, 1e-10);
    EXPECT_THROW(Spiked(glass, {.lambda = 1, .order = 0}, 1, 0), Error);
    EXPECT_THROW(Spiked(glass, {.lambda = missing, .order = 3}, 1, 0), Error);
}

}  // namespace
}  // namespace spinscape
