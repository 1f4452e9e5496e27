// SPDX-License-Identifier: BSD-3-Clause
#include "saddles/exchange.hpp"
#include "saddles/searches.hpp"
#include "spinscape/base/point_kind.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace spinscape::saddle_study {
namespace {

/// Searches of one landscape: what each aimed at and which point it ended at (-1: none).
class Exchange : public testing::Test {
protected:
    void add(index target, index point) {
        Schema const schema(fields());
        std::vector<double> row(static_cast<std::size_t>(schema.width()), missing);
        auto const set = [&](std::string_view field, double value, index element = 0) {
            row[static_cast<std::size_t>(schema.offset(field) + element)] = value;
        };
        auto const number = static_cast<double>(point);
        set("kind", static_cast<double>(point < 0 ? PointKind::stalled : PointKind::saddle));
        set("target_index", static_cast<double>(target));
        set("dimension", 3);
        set("height", 0.5);  // the same for all: norm and spectrum tell
        set("norm", 1 + number);
        for (index q = 0; q < std::ssize(quantile_shares()); ++q)
            set("eigenvalues", static_cast<double>(q) + 0.1 * number, q);
        table_.append(0, table_.rows(), Outcome::converged, row);
    }
    void add_many() {
        for (int i = 0; i < 20; ++i) add(0, 7);      // one point, again and again
        for (int i = 0; i < 5; ++i) add(1, 10 + i);  // another one each time
        for (int i = 0; i < 20; ++i) add(2, -1);     // nothing to be found
        add(0, 1);                                   // found by two targets, once each
        add(2, 1);
    }
    [[nodiscard]] Results results() const { return {points_, table_, no_points_, 1, ""}; }

    RecordTable table_{fields()};
    PointTable no_points_{{}};
    std::vector<Parameters> points_{1};
};

TEST_F(Exchange, PointsOfEqualHeightAreToldApart) {
    add_many();
    auto const all = databases_of(table_, table_.rows_of(0));
    ASSERT_EQ(all.size(), 1U);
    auto const& database = all.at(-1);
    EXPECT_EQ(database.searches(), 47);
    EXPECT_EQ(database.ended_at(PointKind::stalled), 20);
    auto hits = database.hit_counts();
    std::ranges::sort(hits);
    EXPECT_EQ(hits, (std::vector<index>{1, 1, 1, 1, 1, 2, 20}));
    EXPECT_TRUE(database.separated());
}

TEST_F(Exchange, ReachIsThatOfEachTarget) {
    add_many();
    auto all = reach_of(table_, table_.rows_of(0));
    EXPECT_EQ(all[0].searches, 21);
    EXPECT_EQ(all[0].once, 1);
    EXPECT_DOUBLE_EQ(all[0].unseen(), 2.0 / 21);
    EXPECT_EQ(all[1].once, 5);
    EXPECT_DOUBLE_EQ(all[1].unseen(), 1);
    EXPECT_DOUBLE_EQ(all[2].unseen(), 2.0 / 21);
    EXPECT_DOUBLE_EQ(Reach().unseen(), 1);
}

TEST_F(Exchange, SearchesGoWhereSomethingIsLeft) {
    add_many();
    auto const shared = share(results());
    std::map<index, int> chosen;
    for (index r = 0; r < 4000; ++r) {
        Stream choices(3, Purpose::perturbation, r);
        ++chosen[target_of(shared, 3, 0.01, choices)];
    }
    // In proportion 2/21 : 1 : 2/21 : 1, the last one never having been tried.
    EXPECT_NEAR(chosen[1], 4000 / 2.19, 150);
    EXPECT_NEAR(chosen[3], 4000 / 2.19, 150);
    EXPECT_NEAR(chosen[0], 4000 * 0.0952 / 2.19, 60);
    chosen.clear();
    for (index r = 0; r < 1000; ++r) {
        Stream choices(3, Purpose::perturbation, r);
        ++chosen[target_of(shared, 3, 0.1, choices)];  // 0 and 2 are exhausted
    }
    EXPECT_EQ(chosen[0] + chosen[2], 0);
    // Nothing is known in the first wave: all alike.
    chosen.clear();
    for (index r = 0; r < 4000; ++r) {
        Stream choices(3, Purpose::perturbation, r);
        ++chosen[target_of("", 3, 0.1, choices)];
    }
    for (index k = 0; k < 4; ++k) EXPECT_NEAR(chosen[k], 1000, 120);
}

}  // namespace
}  // namespace spinscape::saddle_study
