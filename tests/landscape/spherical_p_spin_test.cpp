// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/spherical_p_spin.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/linalg/blas.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace spinscape {
namespace {

static_assert(DenseHessian<SphericalPSpin<float>> && OnManifold<SphericalPSpin<float>>);
static_assert(DenseHessian<SphericalPSpin<double>> && OnManifold<SphericalPSpin<double>>);

/// The Hamiltonian as written in the textbook: every ordered tuple, one after the other, with the
/// symmetric tensor A_{sorted tuple} / (number of its orderings). Couplings are read from the
/// documented layout by a search of its own.
class Reference {
public:
    explicit Reference(PSpinCouplings const& couplings) : N_(couplings.dimension()) {
        for (std::size_t t = 0; t < couplings.terms().size(); ++t)
            read(couplings.terms()[t].p, couplings.values(t));
    }

    [[nodiscard]] double value(std::vector<double> const& s) const {
        double sum = 0;
        for (auto const& [tuple, a] : ordered_) sum += a * product(tuple, s, -1, -1);
        return sum;
    }
    [[nodiscard]] std::vector<double> gradient(std::vector<double> const& s) const {
        std::vector<double> g(s.size());
        for (auto const& [tuple, a] : ordered_)
            for (int m = 0; m < std::ssize(tuple); ++m) g[tuple[m]] += a * product(tuple, s, m, -1);
        return g;
    }
    [[nodiscard]] std::vector<double> hessian(std::vector<double> const& s) const {
        std::vector<double> h(s.size() * s.size());
        for (auto const& [tuple, a] : ordered_)
            for (int m = 0; m < std::ssize(tuple); ++m)
                for (int n = 0; n < std::ssize(tuple); ++n)
                    if (m != n) h[tuple[m] * s.size() + tuple[n]] += a * product(tuple, s, m, n);
        return h;
    }

private:
    using Tuple = std::vector<std::size_t>;

    void read(int p, std::span<float const> values) {
        auto const n = static_cast<std::size_t>(N_);
        auto const length = static_cast<std::size_t>(p);
        std::size_t at = 0;
        Tuple sorted(length, 0);
        // Prefixes of length p - 2 in lexicographic order, by counting through all of them.
        Tuple prefix(length - 2, 0);
        for (;;) {
            if (std::ranges::is_sorted(prefix)) {
                for (std::size_t j = prefix.empty() ? 0 : prefix.back(); j < n; j += 4)
                    for (std::size_t row = j; row < j + 4; ++row)
                        for (std::size_t k = j; k < n; ++k, ++at) {
                            if (row >= n || k < row) {
                                EXPECT_EQ(values[at], 0.0F);
                                continue;
                            }
                            std::ranges::copy(prefix, sorted.begin());
                            sorted[length - 2] = row;
                            sorted[length - 1] = k;
                            add_orderings(sorted, values[at]);
                        }
            }
            auto digit = std::ssize(prefix) - 1;
            while (digit >= 0 && ++prefix[static_cast<std::size_t>(digit)] == n)
                prefix[static_cast<std::size_t>(digit--)] = 0;
            if (digit < 0) break;
        }
        EXPECT_EQ(at, values.size());
    }
    void add_orderings(Tuple sorted, double a) {
        auto const first = ordered_.size();
        do ordered_.emplace_back(sorted, a);
        while (std::ranges::next_permutation(sorted).found);
        for (auto i = first; i < ordered_.size(); ++i)
            ordered_[i].second /= static_cast<double>(ordered_.size() - first);
    }
    static double product(Tuple const& tuple, std::vector<double> const& s, int skip, int skip2) {
        double result = 1;
        for (int m = 0; m < std::ssize(tuple); ++m)
            if (m != skip && m != skip2) result *= s[tuple[static_cast<std::size_t>(m)]];
        return result;
    }

    index N_;
    std::vector<std::pair<Tuple, double>> ordered_;
};

template <class Real>
Batch<Real> points(index N, index replicas, std::uint64_t salt = 0) {
    Batch<Real> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream(11, Purpose::start, r, 0, salt).fill_normal(x[r]);
        Sphere{static_cast<double>(N)}.retract(x[r]);
    }
    return x;
}

struct Model {
    index N;
    std::vector<PSpinTerm> terms;
};

class AgainstReference : public testing::TestWithParam<Model> {};

TEST_P(AgainstReference, ValueGradientAndHessian) {
    auto const& [N, terms] = GetParam();
    SphericalPSpin<double> const f(N, terms, 5, 2);
    Reference const reference(*f.couplings());
    auto work = f.workspace(11);
    auto const x = points<double>(N, 11), v = points<double>(N, 11, 1);
    Batch<double> g(N, 11), Hv(N, 11);
    std::vector<double> energy(11), H(static_cast<std::size_t>(N * N));
    f.value_and_gradient(x, energy, g, work);
    f.hessian_times(x, v, Hv, work);
    for (index r = 0; r < 11; ++r) {
        std::vector<double> const s(x[r].begin(), x[r].end());
        auto const tolerance = 1e-13 * static_cast<double>(N);
        EXPECT_NEAR(energy[static_cast<std::size_t>(r)], reference.value(s), tolerance);
        auto const expected_g = reference.gradient(s);
        auto const expected_H = reference.hessian(s);
        f.dense_hessian(x[r], H, work);
        for (std::size_t i = 0; i < s.size(); ++i) {
            EXPECT_NEAR(g[r][i], expected_g[i], 10 * tolerance);
            double product = 0;
            for (std::size_t j = 0; j < s.size(); ++j) {
                EXPECT_NEAR(H[i * s.size() + j], expected_H[i * s.size() + j], 30 * tolerance);
                product += expected_H[i * s.size() + j] * v[r][j];
            }
            EXPECT_NEAR(Hv[r][i], product, 100 * tolerance);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(PSpin, AgainstReference,
                         testing::Values(Model{2, {{2, 1.0}}}, Model{9, {{2, 1.0}}},
                                         Model{2, {{3, 1.0}}}, Model{7, {{3, 1.0}}},
                                         Model{8, {{3, 1.0}}}, Model{6, {{4, 1.0}}},
                                         Model{5, {{5, 1.0}}}, Model{5, {{6, 1.0}}},
                                         Model{6, {{2, 0.3}, {3, 1.0}, {4, -0.7}}}));

TEST(SphericalPSpin, TwoSpinsByHand) {
    // N = 2, p = 3: H = a000 x^3 + a001 x^2 y + a011 x y^2 + a111 y^3.
    SphericalPSpin<double> const f(2, {{.p = 3}}, 1, 0);
    auto const c = f.couplings()->values(0);
    // Prefix 0: rows (0,0), (0,1), two rows of padding; prefix 1: row (1,1), three of padding.
    ASSERT_EQ(c.size(), 12U);
    double const x = 0.6, y = -1.3;
    std::vector<double> const s = {x, y};
    double energy = 0;
    auto work = f.workspace(1);
    f.value(std::span<double const>(s), {&energy, 1}, work);
    EXPECT_NEAR(energy, c[0] * x * x * x + c[1] * x * x * y + c[3] * x * y * y + c[8] * y * y * y,
                1e-14);
}

TEST(SphericalPSpin, CovarianceIsNTimesQToTheP) {
    // E[H H'] = N sum c^2 q^p; over n samples the mean product of two centred Gaussians with
    // variances V, V and covariance C has standard error sqrt((V^2 + C^2)/n).
    index const N = 10, n = 4000;
    std::vector<PSpinTerm> const terms = {{2, 0.5}, {3, 1.0}, {4, 0.8}};
    auto const x = points<double>(N, 4);
    double sum[4] = {};
    for (index d = 0; d < n; ++d) {
        SphericalPSpin<double> const f(N, terms, 77, d);
        auto work = f.workspace(4);
        std::vector<double> energy(4);
        f.value(x, energy, work);
        for (std::size_t r = 0; r < 4; ++r) sum[r] += energy[0] * energy[r];
    }
    for (index r = 0; r < 4; ++r) {
        auto const q = std::inner_product(x[0].begin(), x[0].end(), x[r].begin(), 0.0) /
                       static_cast<double>(N);
        auto const covariance = [&](double overlap) {
            double value = 0;
            for (auto const& [p, c] : terms) value += c * c * std::pow(overlap, p);
            return value * static_cast<double>(N);
        };
        auto const error =
            std::sqrt((covariance(1) * covariance(1) + covariance(q) * covariance(q)) /
                      static_cast<double>(n));
        EXPECT_NEAR(sum[r] / static_cast<double>(n), covariance(q), 4 * error) << "q = " << q;
    }
}

TEST(SphericalPSpin, CouplingsOfAnyLaw) {
    // The covariance as above; the products' own spread over the samples gives the error.
    index const N = 8, n = 2000;
    auto const x = points<double>(N, 2);
    auto const q =
        std::inner_product(x[0].begin(), x[0].end(), x[1].begin(), 0.0) / static_cast<double>(N);
    for (auto const law : {CouplingLaw::sign, CouplingLaw::uniform, CouplingLaw::laplace}) {
        double sum[2] = {}, squares[2] = {};
        for (index d = 0; d < n; ++d) {
            SphericalPSpin<double> const f(N, {{.p = 3}}, 77, d, law);
            auto work = f.workspace(2);
            std::vector<double> energy(2);
            f.value(x, energy, work);
            for (std::size_t r = 0; r < 2; ++r) {
                sum[r] += energy[0] * energy[r] / n;
                squares[r] += std::pow(energy[0] * energy[r], 2) / n;
            }
        }
        for (std::size_t r = 0; r < 2; ++r)
            EXPECT_NEAR(sum[r], static_cast<double>(N) * (r == 0 ? 1 : q * q * q),
                        4 * std::sqrt((squares[r] - sum[r] * sum[r]) / n))
                << static_cast<int>(law);
    }
    // A of (0, 0, N-1) and of (0, 1, 2).
    PSpinCouplings const signs(N, {{.p = 3}}, 1, 0, CouplingLaw::sign);
    EXPECT_NEAR(std::abs(signs.values(0)[N - 1]), std::sqrt(3.0) / N, 1e-7);
    EXPECT_NEAR(std::abs(signs.values(0)[N + 2]), std::sqrt(6.0) / N, 1e-7);
}

TEST(SphericalPSpin, GradientIsTheSlopeOfTheValue) {
    SphericalPSpin<double> const f(20, {{2, 0.4}, {3, 1.0}}, 3, 0);
    auto work = f.workspace(1);
    auto const x = points<double>(20, 1);
    Batch<double> g(20, 1), shifted = points<double>(20, 1);
    double unused = 0, up = 0, down = 0;
    f.value_and_gradient(x, {&unused, 1}, g, work);
    for (std::size_t i = 0; i < 20; ++i) {
        double const h = 1e-5;
        shifted[0][i] = x[0][i] + h;
        f.value(shifted, {&up, 1}, work);
        shifted[0][i] = x[0][i] - h;
        f.value(shifted, {&down, 1}, work);
        shifted[0][i] = x[0][i];
        EXPECT_NEAR((up - down) / (2 * h), g[0][i], 1e-8);
    }
}

TEST(SphericalPSpin, TwoSpinHessianIsGOE) {
    // p = 2: Hess = 2 A / sqrt N with A symmetric, E[A_ij^2] = (1 + delta_ij)/2, so that
    // tr Hess^2 = sum_i<j (4/N) g_ij^2 + sum_i (4/N) g_ii^2 has mean 2 (N + 1) and variance
    // 16 (N + 1)/N.
    index const N = 40, n = 200;
    double mean = 0;
    for (index d = 0; d < n; ++d) {
        SphericalPSpin<double> const f(N, {{.p = 2}}, 8, d);
        auto work = f.workspace(1);
        auto const x = points<double>(N, 1);
        std::vector<double> H(static_cast<std::size_t>(N * N));
        f.dense_hessian(x[0], H, work);
        mean += std::inner_product(H.begin(), H.end(), H.begin(), 0.0) / static_cast<double>(n);
    }
    EXPECT_NEAR(mean, 2.0 * (N + 1), 4 * std::sqrt(16.0 * (N + 1) / (N * n)));
}

// p = 2: H = s^T M s / 2 with M twice the coupling matrix, on |s|^2 = N: critical at sqrt N times
// its eigenvectors, with values N/2 times its eigenvalues, the lowest of which is the minimum.
TEST(SphericalPSpin, TwoSpinCriticalPointsAreEigenvectors) {
    index const N = 13;
    auto const n = static_cast<std::size_t>(N);
    SphericalPSpin<double> const f(N, {{.p = 2}}, 6, 0);
    auto vectors = Reference(*f.couplings()).hessian(std::vector<double>(n));
    auto const eigenvalues = linalg::symmetric_eigen(vectors, N);
    auto work = f.workspace(1);
    Batch<double> g(N, 1);
    double energy = 0;
    for (std::size_t k = 0; k < n; ++k) {
        std::vector<double> s(vectors.begin() + static_cast<index>(k * n),
                              vectors.begin() + static_cast<index>((k + 1) * n));
        for (auto& component : s) component *= std::sqrt(static_cast<double>(N));
        f.value_and_gradient(std::span<double const>(s), {&energy, 1}, g, work);
        EXPECT_NEAR(energy, static_cast<double>(N) / 2 * eigenvalues[k], 1e-12);
        for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(g[0][i], eigenvalues[k] * s[i], 1e-12);
    }
    auto const x = points<double>(N, 100);
    for (index r = 0; r < 100; ++r) {
        f.value(x[r], {&energy, 1}, work);
        EXPECT_GT(energy, static_cast<double>(N) / 2 * eigenvalues.front());
        EXPECT_LT(energy, static_cast<double>(N) / 2 * eigenvalues.back());
    }
}

TEST(SphericalPSpin, DisorderIsAddressed) {
    auto const values = [](index N, int p, std::uint64_t seed, index disorder) {
        PSpinCouplings const c(N, {{.p = p}}, seed, disorder);
        return std::vector<float>(c.values(0).begin(), c.values(0).end());
    };
    EXPECT_EQ(values(9, 3, 1, 0), values(9, 3, 1, 0));
    EXPECT_NE(values(9, 3, 1, 0)[0], values(9, 3, 2, 0)[0]);
    EXPECT_NE(values(9, 3, 1, 0)[0], values(9, 3, 1, 1)[0]);
    // Ratios of couplings are free of scale.
    auto const ratio = [&](index N, int p) {
        auto const c = values(N, p, 1, 0);
        return c[2] / c[1];
    };
    EXPECT_GT(std::abs(ratio(9, 3) - ratio(10, 3)), 1e-3);
    EXPECT_GT(std::abs(ratio(9, 3) - ratio(9, 4)), 1e-3);
}

/// Also the kernel for a single replica against that for a group, to the last bit.
template <class Real>
void expect_batch_equals_one_by_one(index N, std::vector<PSpinTerm> const& terms, index replicas) {
    SphericalPSpin<Real> const f(N, terms, 9, 0);
    auto work = f.workspace(replicas), alone = f.workspace(1);
    auto const x = points<Real>(N, replicas), v = points<Real>(N, replicas, 1);
    Batch<Real> g(N, replicas), Hv(N, replicas), g1(N, 1), Hv1(N, 1);
    std::vector<double> energy(static_cast<std::size_t>(replicas)), value(energy.size());
    f.value_and_gradient(x, energy, g, work);
    f.value(x, value, work);
    f.hessian_times(x, v, Hv, work);
    EXPECT_EQ(value, energy);
    for (index r = 0; r < replicas; ++r) {
        double e = 0;
        f.value_and_gradient(x[r], {&e, 1}, g1, alone);
        f.hessian_times(x[r], v[r], Hv1, alone);
        EXPECT_EQ(e, energy[static_cast<std::size_t>(r)]) << N << " " << r;
        EXPECT_TRUE(std::ranges::equal(g[r], g1[0])) << N << " " << r;
        EXPECT_TRUE(std::ranges::equal(Hv[r], Hv1[0])) << N << " " << r;
    }
}

TEST(SphericalPSpin, BatchEqualsOneByOne) {
    for (index const replicas : {5, 8, 16, 19})
        for (index const N : {2, 3, 4, 5, 6, 7, 8, 21, 22, 23, 24})
            for (auto const& terms : std::vector<std::vector<PSpinTerm>>{
                     {{2, 1.0}}, {{3, 1.0}}, {{5, 1.0}}, {{3, 1.0}, {4, 0.5}}}) {
                if (terms[0].p == 5 && N > 8) continue;
                expect_batch_equals_one_by_one<float>(N, terms, replicas);
                expect_batch_equals_one_by_one<double>(N, terms, replicas);
            }
    // Rows longer than a tile of the kernels, whole tiles and what is left of one.
    for (index const N : {64, 67, 131}) {
        expect_batch_equals_one_by_one<float>(N, {{3, 1.0}}, 16);
        expect_batch_equals_one_by_one<double>(N, {{2, 1.0}, {3, 1.0}}, 9);
    }
}

TEST(SphericalPSpin, FloatAgreesWithDouble) {
    // N^2/2 additions per component with random rounding errors: about sqrt(N^2/2) 2^-24 relative
    // to |g_i| ~ p; five times that is the bound.
    index const N = 60;
    SphericalPSpin<float> const single(N, {{.p = 3}}, 4, 0);
    SphericalPSpin<double> const precise(single.couplings());
    EXPECT_EQ(single.couplings().get(), precise.couplings().get());
    auto const x = points<float>(N, 1);
    std::vector<double> const y(x[0].begin(), x[0].end());
    Batch<float> g(N, 1);
    Batch<double> h(N, 1);
    double e = 0, energy = 0;
    auto work = single.workspace(1);
    auto precise_work = precise.workspace(1);
    single.value_and_gradient(x, {&e, 1}, g, work);
    precise.value_and_gradient(std::span<double const>(y), {&energy, 1}, h, precise_work);
    auto const bound = 5 * 3 * static_cast<double>(N) * 0x1p-24;
    EXPECT_NEAR(e, energy, bound * std::sqrt(static_cast<double>(N)));
    for (std::size_t i = 0; i < 60; ++i) EXPECT_NEAR(g[0][i], h[0][i], bound);
}

TEST(SphericalPSpin, MemoryIsWhatIsAllocated) {
    std::vector<PSpinTerm> const terms = {{2, 1.0}, {3, 1.0}, {5, 1.0}};
    PSpinCouplings const c(13, terms, 1, 0);
    double floats = 0;
    for (std::size_t t = 0; t < 3; ++t) floats += static_cast<double>(c.values(t).size());
    EXPECT_EQ(PSpinCouplings::memory_bytes(13, terms), 4 * floats);
    EXPECT_EQ(PSpinCouplings::count(4, 3), 20);
}

TEST(SphericalPSpin, RejectsImpossibleModels) {
    auto const make = [](index N, std::vector<PSpinTerm> terms) {
        PSpinCouplings const c(N, std::move(terms), 1, 0);
    };
    EXPECT_THROW(make(1, {{3, 1.0}}), Error);
    EXPECT_THROW(make(5, {}), Error);
    EXPECT_THROW(make(5, {{1, 1.0}}), Error);
    EXPECT_THROW(make(5, {{3, 0.0}}), Error);
    EXPECT_THROW(make(5, {{3, missing}}), Error);
    EXPECT_THROW(make(5, {{3, 1.0}, {3, 2.0}}), Error);
}

}  // namespace
}  // namespace spinscape
