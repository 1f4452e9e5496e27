// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/record_table.hpp"

#include "spinscape/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>

namespace spinscape {
namespace {

/// Columns: energy, curve along t (3), steps.
RecordTable table() {
    return RecordTable({{.name = "energy"},
                        {.name = "curve", .axis = "t", .axis_values = {0, 1, 2}},
                        {.name = "steps", .type = Field::Type::integer}});
}

void append(RecordTable& records, index point, index replica, double energy) {
    std::vector<double> const row = {energy, energy + 1, energy + 2, energy + 3, 10 * energy};
    records.append(point, replica, Outcome::converged, row);
}

TEST(RecordTable, FieldsLieOneAfterAnother) {
    auto records = table();
    EXPECT_EQ(records.width(), 5);
    EXPECT_EQ(records.offset("energy"), 0);
    EXPECT_EQ(records.offset("curve"), 1);
    EXPECT_EQ(records.offset("steps"), 4);
    EXPECT_EQ(records.field("curve").length(), 3);
    append(records, 0, 0, 7);
    EXPECT_EQ(records.at(0, "energy"), 7);
    EXPECT_EQ(records.at(0, "curve", 2), 10);
    EXPECT_EQ(records.at(0, "steps"), 70);
    EXPECT_THAT(records.row(0), testing::ElementsAre(7, 8, 9, 10, 70));
}

TEST(RecordTable, RowsAreSortedByPointAndReplica) {
    auto records = table();
    append(records, 2, 0, 20);
    append(records, 0, 1, 1);
    append(records, 2, 1, 21);
    append(records, 0, 0, 0);
    std::vector<double> const failed(5, missing);
    records.append(0, 2, Outcome::failed, failed);
    records.sort();
    ASSERT_EQ(records.rows(), 5);
    for (index const row : {0, 1, 2}) {
        EXPECT_EQ(records.point(row), 0);
        EXPECT_EQ(records.replica(row), row);
    }
    EXPECT_EQ(records.outcome(1), Outcome::converged);
    EXPECT_EQ(records.outcome(2), Outcome::failed);
    EXPECT_THAT(records.rows_of(0), testing::ElementsAre(0, 1, 2));
    EXPECT_THAT(records.rows_of(1), testing::IsEmpty());
    EXPECT_THAT(records.rows_of(2), testing::ElementsAre(3, 4));
    EXPECT_THAT(records.column(2, "curve", 1), testing::ElementsAre(22, 23));
    auto const energy = records.column(0, "energy");
    EXPECT_EQ(energy[1], 1);
    EXPECT_TRUE(std::isnan(energy[2]));
}

TEST(RecordTable, TwiceTheSameReplicaIsADefect) {
    auto records = table();
    append(records, 1, 4, 0);
    append(records, 1, 3, 0);
    append(records, 1, 4, 0);
    try {
        records.sort();
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::internal);
        EXPECT_STREQ(error.what(), "replica 4 of point 1 was recorded twice");
    }
}

TEST(RecordTable, UnknownFieldIsADefect) {
    auto const records = table();
    EXPECT_THROW(static_cast<void>(records.offset("enrgy")), Error);
    EXPECT_THROW(static_cast<void>(records.field("enrgy")), Error);
    EXPECT_THROW(static_cast<void>(records.column(0, "enrgy")), Error);
}

TEST(RecordTable, IntegersAreExactUpToTwoToThe53) {
    auto records = table();
    auto const large = 0x1p53 - 1;
    std::vector<double> const row = {0, 0, 0, 0, large};
    records.append(0, 0, Outcome::completed, row);
    EXPECT_EQ(static_cast<std::int64_t>(records.at(0, "steps")), (std::int64_t{1} << 53) - 1);
}

}  // namespace
}  // namespace spinscape
