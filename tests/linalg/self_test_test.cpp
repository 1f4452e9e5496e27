// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/linalg/self_test.hpp"

#include <gtest/gtest.h>

namespace spinscape::linalg {
namespace {

// Rounding is there, and within its bound; zero would mean that nothing was compared.
TEST(SelfTest, ThisBlasRoundsAsItMay) {
    auto const test = self_test();
    for (double const error : {test.gemm_single, test.gemm_double, test.eigenvalues}) {
        EXPECT_GT(error, 0);
        EXPECT_LT(error, 0.2);
    }
}

}  // namespace
}  // namespace spinscape::linalg
