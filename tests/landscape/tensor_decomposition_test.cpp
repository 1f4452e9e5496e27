// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/tensor_decomposition.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

using Objective = TensorDecomposition::Objective;

std::vector<double> random_vectors(index d, index replica, bool unit) {
    std::vector<double> u(static_cast<std::size_t>(d * d));
    Stream stream(4, Purpose::start, replica);
    stream.fill_normal(std::span<double>(u));
    if (unit) Spheres{d}.retract(std::span<double>(u));
    return u;
}

template <class L>
double value_of(L const& f, std::vector<double> const& u) {
    double value = 0;
    auto work = f.workspace(1);
    f.value(BatchView<double const>(std::span<double const>(u)), {&value, 1}, work);
    return value;
}

/// sum_k a_k^4 - sum_i u_i^4 entry by entry, d^4 of them.
double by_entries(std::vector<double> const& u, index d) {
    double sum = 0;
    for (index a = 0; a < d; ++a)
        for (index b = 0; b < d; ++b)
            for (index c = 0; c < d; ++c)
                for (index e = 0; e < d; ++e) {
                    double entry = a == b && b == c && c == e ? 1 : 0;
                    for (index i = 0; i < d; ++i) {
                        auto const* const v = u.data() + i * d;
                        entry -= v[a] * v[b] * v[c] * v[e];
                    }
                    sum += entry * entry;
                }
    return sum;
}

TEST(TensorDecomposition, AgainstTheTensorItself) {
    index const d = 4;
    for (index replica = 0; replica < 3; ++replica) {
        auto const u = random_vectors(d, replica, replica > 0);
        double const exact = by_entries(u, d);
        EXPECT_NEAR(value_of(TensorDecomposition(d, Objective::reconstruction), u), exact,
                    1e-12 * exact);
        EXPECT_NEAR(reconstruction_error(u, d), exact / static_cast<double>(d), 1e-12 * exact);
        double pairs = 0;  // sum_{i != j} T(u_i, u_i, u_j, u_j)
        for (index i = 0; i < d; ++i)
            for (index j = 0; j < d; ++j)
                for (index k = 0; k < d && i != j; ++k) {
                    double const a = u[static_cast<std::size_t>(i * d + k)],
                                 b = u[static_cast<std::size_t>(j * d + k)];
                    pairs += a * a * b * b;
                }
        EXPECT_NEAR(value_of(TensorDecomposition(d, Objective::pairwise), u), pairs, 1e-12 * pairs);
    }
}

TEST(IndependentComponents, IsThePairwiseObjectiveInExpectation) {
    index const d = 5;
    auto const ica = IndependentComponents::exact(d);
    EXPECT_EQ(ica.samples(), 16);
    for (index replica = 0; replica < 3; ++replica) {
        auto const u = random_vectors(d, replica, replica > 0);
        double const expected = value_of(TensorDecomposition(d, Objective::pairwise), u);
        EXPECT_NEAR(value_of(ica, u), expected, 1e-11 * (1 + std::abs(expected)));
    }
    // A finite data set is something else.
    auto const u = random_vectors(d, 1, true);
    EXPECT_GT(std::abs(value_of(IndependentComponents::drawn(d, 50, 1, 0), u) - value_of(ica, u)),
              1e-3);
}

TEST(TensorDecomposition, StartsAndSolutions) {
    // Mean relative error of Haar-orthogonal starts: 2 - 6 d / ((d + 2) d) = 1.5 at d = 10.
    index const d = 10;
    std::vector<double> identity(100);
    for (std::size_t k = 0; k < 10; ++k) identity[k * 11] = k % 2 == 0 ? 1 : -1;
    EXPECT_EQ(reconstruction_error(identity, d), 0);
    EXPECT_EQ(worst_recovery(identity, d), 1);
    EXPECT_EQ(value_of(TensorDecomposition(d, Objective::pairwise), identity), 0);
    std::swap_ranges(identity.begin(), identity.begin() + 10, identity.begin() + 30);
    EXPECT_EQ(worst_recovery(identity, d), 1);
    std::copy_n(identity.begin(), 10, identity.begin() + 50);  // one component twice
    EXPECT_EQ(worst_recovery(identity, d), 0);
}

}  // namespace
}  // namespace spinscape
