// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace spinscape {
namespace {

TEST(Stream, BulkEqualsSingleCalls) {
    Stream one(7, Purpose::noise, 3), many(7, Purpose::noise, 3);
    std::vector<double> bulk(101);
    many.fill_normal(std::span<double>(bulk));
    for (double const x : bulk) EXPECT_EQ(x, one.normal());
}

}  // namespace
}  // namespace spinscape
