// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/parallel/scheduler.hpp"

#include "scheduler_simulation.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
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

TEST(Scheduler, AddedBlocksTakeTheirPlaceByCost) {
    Scheduler scheduler(blocks_of({1, 3, 5}));
    EXPECT_EQ(scheduler.next(0)->id, 2);
    scheduler.add({{.id = 3, .cost = 4}, {.id = 4, .cost = 0.5}, {.id = 5, .cost = 3}});
    EXPECT_EQ(scheduler.waiting(), 5);
    EXPECT_EQ(scheduler.cost_waiting(), 11.5);
    scheduler.lose(0);  // the one of cost 5
    EXPECT_EQ(scheduler.next(1)->id, 2);
    EXPECT_EQ(scheduler.next(1)->id, 3);
    EXPECT_EQ(scheduler.next(1)->id, 1);  // ties by id
    EXPECT_EQ(scheduler.next(1)->id, 5);
    scheduler.lose(1);
    auto const batch = scheduler.next_batch(2, 1, {.longest = 100});
    ASSERT_EQ(batch.size(), 1U);
    EXPECT_EQ(batch[0].id, 2);
    for (index const id : {3, 1, 5, 0, 4}) EXPECT_EQ(scheduler.next(2)->id, id);
    EXPECT_FALSE(scheduler.next(2));
    for (index id = 0; id < 6; ++id) {
        EXPECT_FALSE(scheduler.complete());
        EXPECT_TRUE(scheduler.deliver(2, id));
    }
    EXPECT_TRUE(scheduler.complete());
    scheduler.add({{.id = 6, .cost = 1}});
    EXPECT_FALSE(scheduler.complete());
    EXPECT_EQ(scheduler.next(0)->id, 6);
}

TEST(Scheduler, OnlyAddedBlocks) {
    Scheduler scheduler({});
    scheduler.add({{.id = 0, .cost = 1}, {.id = 1, .cost = 2}});
    EXPECT_EQ(scheduler.next(0)->id, 1);
    EXPECT_EQ(scheduler.next(0)->id, 0);
    EXPECT_FALSE(scheduler.next(0));
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

std::vector<index> ids(std::vector<Block> const& blocks) {
    std::vector<index> found;
    for (auto const& block : blocks) found.push_back(block.id);
    return found;
}

TEST(SchedulerBatches, ShrinkTowardsSingleBlocksDearestFirst) {
    Scheduler scheduler(blocks_of(std::vector<double>(64, 0.5)));
    std::vector<std::size_t> sizes;
    std::vector<index> order;
    for (auto batch = scheduler.next_batch(0, 2); !batch.empty();
         batch = scheduler.next_batch(0, 2)) {
        sizes.push_back(batch.size());
        for (index const id : ids(batch)) order.push_back(id);
    }
    EXPECT_EQ(sizes.front(), 8U);
    EXPECT_TRUE(std::is_sorted(sizes.rbegin(), sizes.rend()));
    EXPECT_EQ(sizes.back(), 1U);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    EXPECT_EQ(order.size(), 64U);
    EXPECT_EQ(scheduler.cost_waiting(), 0);
}

TEST(SchedulerBatches, NoLongerThanTheLongestUnlessOneBlockIs) {
    Scheduler scheduler(blocks_of(std::vector<double>(1000, 2)));
    EXPECT_EQ(scheduler.next_batch(0, 1, {.longest = 7}).size(), 3U);
    EXPECT_EQ(scheduler.next_batch(0, 1, {.longest = 1}).size(), 1U);
}

TEST(SchedulerBatches, LastAsLongAsServingAllRanks) {
    Scheduler scheduler(blocks_of(std::vector<double>(1000, 1)));
    EXPECT_EQ(scheduler.next_batch(0, 100, {.service = 0.05}).size(), 5U);
    EXPECT_EQ(scheduler.next_batch(0, 100, {.service = 0.005}).size(), 2U);  // the guided size
    EXPECT_EQ(scheduler.next_batch(0, 100, {.service = 1}).size(), 9U);      // a fair share
}

TEST(SchedulerBatches, BlocksOfUnknownCostAreSharedByNumber) {
    Scheduler scheduler(blocks_of(std::vector<double>(80, 0)));
    EXPECT_EQ(scheduler.next_batch(0, 2).size(), 10U);
    EXPECT_EQ(scheduler.next_batch(1, 1000).size(), 1U);
}

TEST(SchedulerBatches, ALostBatchIsHandedOutAgainDearestFirst) {
    Scheduler scheduler(blocks_of({1, 8, 2, 7, 3, 6, 4, 5, 1, 1, 1, 1, 1, 1, 1, 1}));
    auto const lost = ids(scheduler.next_batch(0, 1));
    auto const kept = scheduler.next(1);
    ASSERT_GE(lost.size(), 1U);
    scheduler.lose(0);
    EXPECT_EQ(scheduler.cost_waiting(), scheduler.cost_total() - kept->cost);
    EXPECT_EQ(scheduler.next(1)->id, 1);
    EXPECT_TRUE(scheduler.deliver(0, 1));   // arrives after all
    EXPECT_FALSE(scheduler.deliver(1, 1));  // its repetition
}

/// Ranks of different speed that die and are replaced, in virtual time without messages.
class Cluster {
public:
    Cluster(std::vector<double> const& costs, index ranks, double losses, std::uint64_t seed)
        : scheduler_(blocks_of(costs)),
          delivered(costs.size()),
          batches_(static_cast<std::size_t>(ranks)),
          losses_(losses),
          stream_(seed, Purpose::noise, 0) {
        for (index rank = 0; rank < ranks; ++rank)
            slowness_.push_back(0.7 + 0.7 * stream_.uniform());
    }

    void run() {
        for (index rank = 0; rank < std::ssize(batches_); ++rank) fetch(0, rank);
        while (!running_.empty()) {
            auto const [now, rank] = running_.top();
            running_.pop();
            auto& batch = batches_[static_cast<std::size_t>(rank)];
            if (stream_.uniform() < losses_) {
                batch.clear();
                scheduler_.lose(rank);
                fetch(now, rank);
                for (index const waiting : std::exchange(idle_, {})) fetch(now, waiting);
            } else {
                if (scheduler_.deliver(rank, batch.front().id))
                    ++delivered[static_cast<std::size_t>(batch.front().id)];
                batch.erase(batch.begin());
                last = now;
                batch.empty() ? fetch(now, rank) : compute(now, rank);
            }
            if (idle_.empty()) first_idle = -1;
        }
    }

private:
    Scheduler scheduler_;

public:
    std::vector<int> delivered;
    double first_idle = -1, last = 0, longest = 0;
    index requests = 0;

private:
    struct Finish {
        double time;
        index rank;
        bool operator>(Finish const& other) const { return time > other.time; }
    };

    void fetch(double now, index rank) {
        auto& batch = batches_[static_cast<std::size_t>(rank)];
        batch = scheduler_.next_batch(rank, std::ssize(batches_));
        ++requests;
        if (!batch.empty()) return compute(now, rank);
        if (idle_.empty()) first_idle = now;
        idle_.push_back(rank);
    }
    void compute(double now, index rank) {
        auto const r = static_cast<std::size_t>(rank);
        double const seconds = batches_[r].front().cost * slowness_[r] * (0.5 + stream_.uniform());
        longest = std::max(longest, seconds);
        running_.push({now + seconds, rank});
    }

    std::vector<std::vector<Block>> batches_;
    std::vector<double> slowness_;
    std::vector<index> idle_;
    std::priority_queue<Finish, std::vector<Finish>, std::greater<>> running_;
    double losses_;
    Stream stream_;
};

/// Costs exp(u), u uniform in [-spread, 0].
std::vector<double> random_costs(index count, double spread, std::uint64_t seed) {
    Stream stream(seed, Purpose::disorder, 0);
    std::vector<double> costs;
    for (index i = 0; i < count; ++i) costs.push_back(std::exp(-spread * stream.uniform()));
    return costs;
}

/// Every block is delivered once, and from the first idle rank to the end passes at most one block.
void expect_idle_at_most_one_block(index ranks, double spread, double losses, std::uint64_t seed) {
    auto const costs = random_costs(40 * ranks + 11, spread, seed);
    Cluster cluster(costs, ranks, losses, seed);
    cluster.run();
    EXPECT_TRUE(std::all_of(cluster.delivered.begin(), cluster.delivered.end(),
                            [](int n) { return n == 1; }));
    EXPECT_LE(cluster.last - cluster.first_idle, cluster.longest)
        << ranks << " ranks, spread " << spread << ", losses " << losses << ", seed " << seed;
    if (spread == 0 && losses == 0) {
        EXPECT_LT(cluster.requests, std::ssize(costs) / 2);
    }
}

TEST(SchedulerBatches, IdleTimeIsAtMostOneBlock) {
    for (index const ranks : {1, 7, 400, 3000})
        for (double const spread : {0.0, 1.0, 7.0})
            for (std::uint64_t const seed : {1, 2, 3}) {
                expect_idle_at_most_one_block(ranks, spread, 0, seed);
                // A few ranks die in every run; a single one would have no other to wait for it.
                if (ranks > 1)
                    expect_idle_at_most_one_block(ranks, spread, 0.1 / static_cast<double>(ranks),
                                                  seed);
            }
}

// Blocks so short that batches of several go out to the end: one batch, at worst twice as long as
// estimated.
TEST(SchedulerBatches, IdleTimeOfShortBlocksIsAtMostOneRoundOfRequests) {
    for (index const ranks : {7, 400, 3000})
        for (double const losses : {0.0, 0.1 / static_cast<double>(ranks)}) {
            Cluster cluster(std::vector<double>(static_cast<std::size_t>(200 * ranks), 1e-4), ranks,
                            losses, 1);
            cluster.run();
            EXPECT_TRUE(std::all_of(cluster.delivered.begin(), cluster.delivered.end(),
                                    [](int n) { return n == 1; }));
            double const round = BatchLimits{}.service * static_cast<double>(ranks);
            EXPECT_LE(cluster.last - cluster.first_idle, 2 * std::max(round, 1e-4));
        }
}

// With messages, on a network slower than any in use.
TEST(SchedulerSimulation, TenThousandRanksOnBlocksOfASecond) {
    using namespace simulation;
    Costs const costs{
        .latency = 10e-6, .request = 3e-6, .report = 5e-6, .block = 1e-6, .nap = 50e-6};
    Simulation run(blocks_of(std::vector<double>(200000, 1)), 10000, costs, Protocol::batched);
    auto const usage = run.run();
    EXPECT_TRUE(run.scheduler().complete());
    EXPECT_GT(usage.efficiency, 0.9);
    EXPECT_LT(usage.serving, 0.2);
}

TEST(SchedulerSimulation, BatchesRelieveRankZeroOfShortBlocks) {
    using namespace simulation;
    Costs const costs{
        .latency = 10e-6, .request = 3e-6, .report = 5e-6, .block = 1e-7, .nap = 50e-6};
    auto const blocks = blocks_of(std::vector<double>(300000, 1e-3));
    auto const single = Simulation(blocks, 300, costs, Protocol::single).run();
    auto const batched = Simulation(blocks, 300, costs, Protocol::batched).run();
    EXPECT_LT(single.efficiency, 0.6);
    EXPECT_GT(batched.efficiency, 0.9);
}

}  // namespace
}  // namespace spinscape::parallel
