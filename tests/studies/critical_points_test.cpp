// SPDX-License-Identifier: BSD-3-Clause
#include "shared/critical_points.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape::studies {
namespace {

Certificate certificate(index negative, index zero, index expected_zero) {
    return {.value = -7,
            .gradient_norm = 1e-12,
            .lowest = -2,
            .highest = 3,
            .eigenvalue_error = 1e-13,
            .threshold = 1e-10,
            .index = negative,
            .nullity = zero,
            .expected_nullity = expected_zero};
}

TEST(CriticalPoints, ACertificateFillsItsRow) {
    Schema const schema(critical_point_fields("energy", "energy per spin", {"newton", "bands"}));
    auto const row =
        critical_point_values("energy", certificate(2, 1, 1), 8,
                              {.kind = PointKind::saddle, .method = 1, .cost = 40, .hits = 3}, 0.5)
            .row(schema);
    auto const at = [&](char const* name) {
        return row[static_cast<std::size_t>(schema.offset(name))];
    };
    EXPECT_EQ(at("energy"), -3.5);
    EXPECT_EQ(at("index_fraction"), 0.25);
    EXPECT_EQ(at("expected_nullity"), 1);
    EXPECT_EQ(at("kind"), 1);
    EXPECT_EQ(at("method"), 1);
    EXPECT_EQ(at("hits"), 3);
    EXPECT_TRUE(std::isnan(at("distance")));
    // Every number of the file format has its word.
    EXPECT_EQ(schema.field("kind").meanings.at(static_cast<std::size_t>(PointKind::diverged)),
              "diverged");
    EXPECT_EQ(schema.field("method").meanings.at(1), "bands");
}

}  // namespace
}  // namespace spinscape::studies
