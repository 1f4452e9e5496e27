// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/potentials.hpp"

#include "landscape_contract.hpp"

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

}  // namespace
}  // namespace spinscape
