// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/parallel/scheduler.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace spinscape::parallel {
namespace {

std::vector<Block> blocks_of(std::vector<double> const& costs) {
    std::vector<Block> blocks;
    for (double const cost : costs)
        blocks.push_back({.id = std::ssize(blocks), .count = 1, .cost = cost});
    return blocks;
}

TEST(Scheduler, DearestFirstTiesById) {
    Scheduler scheduler(blocks_of({1, 3, 2, 3}));
    std::vector<index> order;
    while (auto const block = scheduler.next(0)) order.push_back(block->id);
    EXPECT_EQ(order, (std::vector<index>{1, 3, 2, 0}));
    EXPECT_FALSE(scheduler.complete());
    for (index const id : order) EXPECT_TRUE(scheduler.deliver(0, id));
    EXPECT_TRUE(scheduler.complete());
    EXPECT_EQ(scheduler.cost_delivered(), scheduler.cost_total());
    EXPECT_EQ(scheduler.cost_total(), 9);
}

TEST(Scheduler, DeliveryCountsOnce) {
    Scheduler scheduler(blocks_of({1, 2}));
    auto const block = scheduler.next(4);
    EXPECT_TRUE(scheduler.deliver(4, block->id));
    EXPECT_FALSE(scheduler.deliver(4, block->id));
    EXPECT_EQ(scheduler.cost_delivered(), 2);
}

TEST(Scheduler, LostBlocksAreHandedOutAgain) {
    Scheduler scheduler(blocks_of({1, 2, 3}));
    auto const lost = scheduler.next(7);
    auto const kept = scheduler.next(8);
    scheduler.lose(7);
    EXPECT_EQ(scheduler.waiting(), 2);
    EXPECT_EQ(scheduler.next(8)->id, lost->id);
    // The lost rank's block arrives after all, then the repetition: the second one is ignored.
    EXPECT_TRUE(scheduler.deliver(7, lost->id));
    EXPECT_FALSE(scheduler.deliver(8, lost->id));
    EXPECT_TRUE(scheduler.deliver(8, kept->id));
    EXPECT_EQ(scheduler.waiting(), 1);
}

TEST(Scheduler, LateDeliveryTakesABlockOutOfTheQueue) {
    Scheduler scheduler(blocks_of({1, 2}));
    auto const block = scheduler.next(1);
    scheduler.lose(1);
    EXPECT_TRUE(scheduler.deliver(1, block->id));
    EXPECT_EQ(scheduler.waiting(), 1);
    EXPECT_NE(scheduler.next(2)->id, block->id);
    EXPECT_FALSE(scheduler.next(2));
}

TEST(Scheduler, NothingToDo) {
    Scheduler scheduler({});
    EXPECT_TRUE(scheduler.complete());
    EXPECT_FALSE(scheduler.next(0));
}

// Thousands of ranks, durations over three decades, ranks that die: every block is delivered
// exactly once, and with the dearest first nobody idles longer than one block at the end.
TEST(Scheduler, SimulatedRanks) {
    Stream stream(3, Purpose::noise, 0);
    for (index const ranks : {1, 7, 400, 3000}) {
        std::vector<double> costs;
        for (index i = 0; i < 5 * ranks + 11; ++i) costs.push_back(std::exp(7 * stream.uniform()));
        Scheduler scheduler(blocks_of(costs));
        struct Finish {
            double time;
            index rank, block;
            bool operator>(Finish const& other) const { return time > other.time; }
        };
        std::priority_queue<Finish, std::vector<Finish>, std::greater<>> running;
        std::vector<index> idle;
        std::vector<int> delivered(costs.size());
        auto const start = [&](double now, index rank) {
            auto const block = scheduler.next(rank);
            if (block)
                running.push({now + block->cost, rank, block->id});
            else
                idle.push_back(rank);
        };
        for (index rank = 0; rank < ranks; ++rank) start(0, rank);
        double last = 0, first_idle = -1;
        while (!running.empty()) {
            auto const done = running.top();
            running.pop();
            if (ranks > 1 && stream.uniform() < 0.02) {  // this rank dies and is replaced
                scheduler.lose(done.rank);
                start(done.time, done.rank);
                for (index const rank : std::exchange(idle, {})) start(done.time, rank);
                continue;
            }
            if (scheduler.deliver(done.rank, done.block))
                ++delivered[static_cast<std::size_t>(done.block)];
            start(done.time, done.rank);
            if (!idle.empty() && first_idle < 0) first_idle = done.time;
            if (idle.empty()) first_idle = -1;
            last = done.time;
        }
        EXPECT_TRUE(scheduler.complete());
        EXPECT_TRUE(std::all_of(delivered.begin(), delivered.end(), [](int n) { return n == 1; }));
        EXPECT_LE(last - first_idle, 2 * *std::max_element(costs.begin(), costs.end()));
    }
}

}  // namespace
}  // namespace spinscape::parallel
