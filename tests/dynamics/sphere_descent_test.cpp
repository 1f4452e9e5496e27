// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/sphere_descent.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/blas.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <limits>
#include <set>
#include <type_traits>

namespace spinscape {
namespace {

Batch<float> starts(index N, index replicas, index disorder = 0) {
    Batch<float> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(5, Purpose::start, r, disorder);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

TEST(StepSchedule, Phases) {
    auto const source = StepSchedule::source(500);
    EXPECT_DOUBLE_EQ(source(0), 0.3);
    EXPECT_DOUBLE_EQ(source(499), 0.3 / (1 + 0.0015 * 499));
    EXPECT_DOUBLE_EQ(source(500), 0.2);
    EXPECT_DOUBLE_EQ(source(1500), 0.2 / 2.5);
    EXPECT_NEAR(StepSchedule::safe(3)(7), 0.15, 1e-4);
}

TEST(SphereDescent, EndsAtMinimaWhateverTheNeighbours) {
    index const N = 40, replicas = 9;
    SphericalPSpin<float> const f(N, {{.p = 3}}, 2, 0);
    auto together = starts(N, replicas);
    auto const result = descend(f, together.view());
    auto const alone = starts(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        auto const& end = result.ends[static_cast<std::size_t>(r)];
        EXPECT_EQ(end.outcome, Outcome::converged);
        EXPECT_LT(end.gradient_norm, 0.01);
        EXPECT_LT(end.energy, -1.1);
        EXPECT_GT(end.energy, -1.8);
        auto x = starts(N, replicas);
        auto const single = descend(f, x.view().slice(r, 1));
        EXPECT_EQ(single.ends[0].steps, end.steps);
        EXPECT_EQ(single.ends[0].energy, end.energy);
        EXPECT_TRUE(std::ranges::equal(x[r], together[r]));
    }
}

TEST(SphereDescent, TwoSpinReachesTheLowestEigenvalue) {
    // p = 2: one minimum up to sign, the eigenvector of the smallest eigenvalue: all starts agree.
    index const N = 20;
    SphericalPSpin<double> const f(N, {{.p = 2}}, 2, 0);
    Batch<double> x(N, 3);
    for (index r = 0; r < 3; ++r) {
        Stream stream(5, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    auto const result = descend(
        f, x.view(), {.schedule = StepSchedule::safe(2), .tolerance = 1e-6, .max_steps = 100000});
    std::vector<double> H(static_cast<std::size_t>(N * N));
    auto work = f.workspace(1);
    f.dense_hessian(x[0], H, work);
    auto const lowest = linalg::symmetric_eigenvalues(H, N).front();
    for (auto const& end : result.ends) {
        EXPECT_EQ(end.outcome, Outcome::converged);
        EXPECT_NEAR(end.energy, lowest / 2, 1e-10);
    }
}

TEST(SphereDescent, OutcomesAndRecords) {
    SphericalPSpin<float> const f(30, {{.p = 3}}, 2, 0);
    std::vector<double> const times = {0, 0.15, 0.225, 1e9};
    auto x = starts(30, 1);
    auto result = descend(f, x.view(), {.max_steps = 3}, times);
    EXPECT_EQ(result.ends[0].outcome, Outcome::out_of_budget);
    EXPECT_EQ(result.ends[0].steps, 3);
    EXPECT_NEAR(result.ends[0].time, 0.45, 1e-12);
    auto const e = std::vector<double>(result.energies[0].begin(), result.energies[0].end());
    EXPECT_GT(e[0], e[1]);
    EXPECT_GT(e[1], e[2]);
    EXPECT_TRUE(std::isnan(e[3]));

    x = starts(30, 1);
    result = descend(f, x.view(), {.tolerance = 0, .max_steps = 100000, .patience = 50});
    EXPECT_EQ(result.ends[0].outcome, Outcome::stalled);

    x = starts(30, 1);
    x[0][0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(descend(f, x.view()).ends[0].outcome, Outcome::diverged);

    x = starts(30, 1);
    result = descend(f, x.view(), {}, times);
    EXPECT_EQ(result.energies[0][3], result.ends[0].energy);
}

TEST(SphereDescent, FollowsTheInfiniteSizeCurve) {
    // N = infinity values of the 3-spin flow; band 3/N from finite size and as much as rate/10
    // while the energy still falls fast from the step.
    index const N = 120, samples = 6, replicas = 16;
    std::vector<double> const times = {0.8, 1.6, 3.2};
    double const expected[] = {-1.14980, -1.33706, -1.45231};
    double sum[3] = {};
    for (index d = 0; d < samples; ++d) {
        SphericalPSpin<float> const f(N, {{.p = 3}}, 6, d);
        auto x = starts(N, replicas, d);
        auto const result = descend(
            f, x.view(), {.schedule = StepSchedule::constant(0.02), .max_steps = 170}, times);
        for (index r = 0; r < replicas; ++r)
            for (std::size_t i = 0; i < 3; ++i) sum[i] += result.energies[r][i];
    }
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(sum[i] / (samples * replicas), expected[i], 3.0 / N + 0.002);
}

// --- leaving and going on ---

/// Five replicas that end at different steps and for different reasons: one at once, since it is no
/// number, some at minima, some when the steps are used up.
template <class Real>
struct Descender {
    explicit Descender(SphereDescent::Options const& options, index N = 24, index replicas = 5,
                       std::vector<double> const& times = {0, 0.4, 1, 7, 1e9})
        : glass(N, {{.p = 3}}, 2, 0),
          x([&] {
              Batch<Real> points(N, replicas);
              for (index r = 0; r < replicas; ++r) {
                  Stream stream(5, Purpose::start, r);
                  random_on_sphere(stream, points[r]);
              }
              if (replicas > 1) points[1][0] = std::numeric_limits<Real>::quiet_NaN();
              return points;
          }()),
          descent(glass, x.view(), options, times) {}

    [[nodiscard]] std::string saved() {
        ByteWriter out;
        descent.save(out);
        return out.bytes();
    }

    SphericalPSpin<Real> glass;
    Batch<Real> x;
    Descent<SphericalPSpin<Real>> descent;
};

template <class Real>
void expect_same(Descender<Real>& a, Descender<Real>& b, index step) {
    auto const bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    for (index r = 0; r < a.x.replicas(); ++r) {
        auto const i = static_cast<std::size_t>(r);
        auto const &one = a.descent.result(), &other = b.descent.result();
        EXPECT_EQ(std::memcmp(a.x[r].data(), b.x[r].data(), a.x[r].size_bytes()), 0) << step;
        EXPECT_EQ(one.ends[i].outcome, other.ends[i].outcome) << step;
        EXPECT_EQ(one.ends[i].steps, other.ends[i].steps) << step;
        EXPECT_EQ(bits(one.ends[i].time), bits(other.ends[i].time)) << step;
        EXPECT_EQ(bits(one.ends[i].energy), bits(other.ends[i].energy)) << step;
        EXPECT_EQ(bits(one.ends[i].gradient_norm), bits(other.ends[i].gradient_norm)) << step;
        for (std::size_t t = 0; t < one.energies[r].size(); ++t)
            EXPECT_EQ(bits(one.energies[r][t]), bits(other.energies[r][t])) << step << " " << t;
    }
}

template <class Real>
class LeftDescent : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(LeftDescent, Precisions);

TYPED_TEST(LeftDescent, GoesOnWithTheSameBitsFromEveryStep) {
    SphereDescent::Options const safe{.schedule = StepSchedule::safe(3), .max_steps = 70};
    auto phases = safe, stalling = safe;
    phases.schedule = {{{.rate = 0.3, .decay = 0.01, .steps = 9}, {.rate = 0.2, .decay = 0.02}}};
    stalling.tolerance = 0;
    stalling.schedule = StepSchedule::constant(0.45);  // too large: energies go up and down
    stalling.patience = 3;
    std::set<Outcome> met;
    for (auto const& options : {safe, phases, stalling}) {
        Descender<TypeParam> undisturbed(options);
        std::vector<std::string> states = {undisturbed.saved()};
        while (undisturbed.descent.advance()) states.push_back(undisturbed.saved());
        std::set<index> lengths;
        for (auto const& end : undisturbed.descent.result().ends) {
            met.insert(end.outcome);
            lengths.insert(end.steps);
        }
        EXPECT_GE(lengths.size(), 2U);
        for (std::size_t step = 0; step < states.size(); ++step) {
            Descender<TypeParam> fresh(options);
            for (index r = 0; r < 5; ++r) std::ranges::fill(fresh.x[r], TypeParam{7});
            ByteReader in(states[step]);
            fresh.descent.load(in);
            EXPECT_TRUE(in.at_end());
            auto further = step;
            for (; fresh.descent.advance(); ++further) {
            }
            EXPECT_EQ(further + 1, states.size());
            expect_same(undisturbed, fresh, static_cast<index>(step));
        }
    }
    EXPECT_EQ(met, (std::set{Outcome::converged, Outcome::out_of_budget, Outcome::stalled,
                             Outcome::diverged}));
}

TYPED_TEST(LeftDescent, BytesOfAnotherDescentAreRefused) {
    using Other = std::conditional_t<std::is_same_v<TypeParam, float>, double, float>;
    SphereDescent::Options const options{.schedule = StepSchedule::safe(3), .max_steps = 30};
    auto const state_of = [](auto&& descender) {
        for (int step = 0; step < 10; ++step) descender.descent.advance();
        return descender.saved();
    };
    std::vector<std::string> others = {state_of(Descender<TypeParam>(options, 23)),
                                       state_of(Descender<TypeParam>(options, 24, 4)),
                                       state_of(Descender<TypeParam>(options, 24, 6)),
                                       state_of(Descender<TypeParam>(options, 24, 5, {1, 2})),
                                       state_of(Descender<Other>(options)),
                                       "nonsense that is no state",
                                       std::string(10000, '\0')};
    auto const whole = state_of(Descender<TypeParam>(options));
    for (std::size_t size = 0; size < whole.size(); ++size) others.push_back(whole.substr(0, size));
    for (auto const& bytes : others) {
        Descender<TypeParam> fresh(options);
        ByteReader in(bytes);
        EXPECT_THROW(fresh.descent.load(in), Error) << bytes.size();
        fresh.descent.advance();  // of no use, but defined
    }
    Descender<TypeParam> fresh(options);
    ByteReader in(whole);
    fresh.descent.load(in);
}

}  // namespace
}  // namespace spinscape
