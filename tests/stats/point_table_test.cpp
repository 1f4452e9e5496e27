// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/point_table.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Columns: energy, x along a (2).
std::vector<Field> fields() {
    return {{.name = "energy"}, {.name = "x", .axis = "a", .axis_values = {0, 1}}};
}

TEST(PointTable, RowsOfAReplicaKeepTheirOrder) {
    PointTable points(fields());
    points.append(1, 3, std::vector<double>{5, 0, 0, 4, 0, 0, 6, 0, 0});
    points.append(0, 7, std::vector<double>{2, 0, 0});
    points.append(1, 2, {});
    points.append(1, 0, std::vector<double>{9, 1, 2, 8, 3, 4});
    points.sort();
    ASSERT_EQ(points.rows(), 6);
    EXPECT_THAT(points.column(1, "energy"), ElementsAre(9, 8, 5, 4, 6));
    EXPECT_THAT(points.column(1, "x", 1), ElementsAre(2, 4, 0, 0, 0));
    EXPECT_THAT(points.rows_of(1), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(points.rows_of_replica(1, 3), ElementsAre(3, 4, 5));
    EXPECT_THAT(points.rows_of_replica(1, 2), IsEmpty());
    EXPECT_THAT(points.rows_of_replica(0, 7), ElementsAre(0));
    points.keep_if([](index point, index replica) { return point == 1 && replica == 3; });
    EXPECT_THAT(points.column(1, "energy"), ElementsAre(5, 4, 6));
}

TEST(PointTable, ManyRowsKeepTheirOrder) {
    PointTable points({{.name = "energy"}});
    for (int i = 0; i < 1000; ++i)  // where an unstable sort would show
        points.append(0, i % 2, std::vector<double>{static_cast<double>(i)});
    points.sort();
    for (index row = 1; row < 500; ++row)
        ASSERT_LT(points.at(row - 1, "energy"), points.at(row, "energy"));
}

TEST(PointValues, WhatIsNotNamedIsMissing) {
    Schema const schema(fields());
    auto const row = PointValues().set("x", std::vector<double>{7}).row(schema);
    EXPECT_TRUE(std::isnan(row[0]));
    EXPECT_EQ(row[1], 7);
    EXPECT_TRUE(std::isnan(row[2]));
    EXPECT_EQ(PointValues().set("energy", 1).set("energy", 2).row(schema)[0], 2);
    EXPECT_THROW(static_cast<void>(PointValues().set("enrgy", 1).row(schema)), Error);
    EXPECT_THROW(static_cast<void>(PointValues().set("x", std::vector<double>(3)).row(schema)),
                 Error);
}

}  // namespace
}  // namespace spinscape
