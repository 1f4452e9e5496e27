// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/coupling_law.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

// Mean 0 and variance 1 within four standard errors; the fourth moment tells the laws apart.
TEST(CouplingLaw, Moments) {
    struct Row {
        CouplingLaw law;
        double fourth, eighth;
    };
    std::size_t const n = 1000000;
    for (auto const& [law, fourth, eighth] :
         {Row{CouplingLaw::gaussian, 3, 105}, Row{CouplingLaw::sign, 1, 1},
          Row{CouplingLaw::uniform, 9.0 / 5, 9}, Row{CouplingLaw::laplace, 6, 2520}}) {
        Stream stream(7, Purpose::disorder, static_cast<index>(law));
        std::vector<float> draws(n);
        draw_couplings(law, stream, draws);
        double m1 = 0, m2 = 0, m4 = 0;
        for (double const x : draws) {
            m1 += x / static_cast<double>(n);
            m2 += x * x / static_cast<double>(n);
            m4 += x * x * x * x / static_cast<double>(n);
        }
        auto const error = [&](double variance) {
            return 4 * std::sqrt(variance / static_cast<double>(n)) + 1e-6;
        };
        EXPECT_NEAR(m1, 0, error(1)) << fourth;
        EXPECT_NEAR(m2, 1, error(fourth - 1)) << fourth;
        EXPECT_NEAR(m4, fourth, error(eighth - fourth * fourth)) << fourth;
    }
}

TEST(CouplingLaw, Names) {
    EXPECT_EQ(coupling_law("sign"), CouplingLaw::sign);
    try {
        coupling_law("gausian");
        FAIL();
    } catch (Error const& error) {
        EXPECT_NE(std::string(error.what()).find("did you mean 'gaussian'"), std::string::npos);
    }
}

}  // namespace
}  // namespace spinscape
