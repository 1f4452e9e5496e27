// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/potentials.hpp"

#include "landscape_contract.hpp"
#include "spinscape/landscape/sampled_potential.hpp"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace spinscape {
namespace {

template <class L>
std::vector<std::string> broken(L const& f) {
    Batch<double> x(f.dimension(), 5);
    for (index r = 0; r < 5; ++r) {
        Stream stream(6, Purpose::start, r);
        stream.fill_normal(x[r]);
        f.manifold().retract(x[r]);
    }
    return contract::violations(f, BatchView<double const>(x.view()));
}

TEST(PotentialContract, All) {
    EXPECT_THAT(broken(Potential(DoubleWell{})), testing::IsEmpty());
    EXPECT_THAT(broken(Potential(DoubleWell{.n = 4, .a = 0.7})), testing::IsEmpty());
    EXPECT_THAT(broken(Potential(QuarticSaddle{{-2, -0.5, 0, 3}, 0.6})), testing::IsEmpty());
    EXPECT_THAT(broken(Potential(Ring{})), testing::IsEmpty());
}

TEST(PotentialContract, SampledWithNoiseOfTheRightSize) {
    SampledPotential const f(DoubleWell{.n = 2}, 3, 0.5, 50, 7);
    EXPECT_EQ(f.samples(), 200);
    EXPECT_THAT(broken(f), testing::IsEmpty());
    Batch<double> x(2, 1), g(2, 1);
    x[0][0] = 2;
    double energy = 0, mean = 0, squares = 0;
    auto work = f.workspace(1);
    for (std::int32_t i = 0; i < 200; ++i) {
        f.minibatch_value_and_gradient(
            x, BatchView<std::int32_t const>(std::span<std::int32_t const>(&i, 1)), {&energy, 1},
            g.view(), work);
        mean += (g[0][0] - 6) / 200;  // V' = 8 - 2
        squares += (g[0][0] - 6) * (g[0][0] - 6) / 200;
    }
    EXPECT_NEAR(mean, 0, 1e-12);
    EXPECT_NEAR(squares, 9 + 0.25 * 4, 1e-12);
}

}  // namespace
}  // namespace spinscape
