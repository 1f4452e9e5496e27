// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/parallel/scheduler.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

/// run_blocks in virtual time: the real Scheduler, with ranks, messages and rank 0's service thread
/// as events. What is simulated: rank 0 serves messages one after the other in order of arrival and
/// computes beside that, serving first; every other rank asks for more when it begins its last
/// block, and gets nothing in reserve near the end.
namespace spinscape::parallel::simulation {

/// Seconds. `request` and `report` are rank 0's time per message, `block` its time per block.
struct Costs {
    double latency = 0;  ///< from send to receive
    double request = 0, report = 0, block = 0;
    double nap = 0;  ///< a rank that waits looks for messages that often
};

enum class Protocol {
    single,          ///< next(): a request and a report per block
    batched_grants,  ///< next_batch(): a request per batch, a report per block
    batched          ///< next_batch(): a request and a report per batch
};

struct Usage {
    double makespan = 0;
    double efficiency = 0;   ///< time computing / (ranks * makespan)
    double idle_at_end = 0;  ///< time after a rank's last block / (ranks * makespan)
    double serving = 0;      ///< share of the makespan in which rank 0 serves
};

class Simulation {
public:
    Simulation(std::vector<Block> const& blocks, index ranks, Costs const& costs, Protocol protocol)
        : scheduler_(blocks),
          costs_(costs),
          limits_{.service = service(costs)},
          protocol_(protocol),
          ranks_(to_size(ranks)) {}

    Usage run() {
        advance(0, 0);
        for (index rank = 1; rank < size(); ++rank) send(0, rank, {.kind = Kind::ask_now});
        while (!events_.empty()) {
            auto const event = events_.top();
            events_.pop();
            handle(event);
        }
        return usage();
    }
    [[nodiscard]] Scheduler const& scheduler() const { return scheduler_; }

private:
    enum class Kind { ask_now, ask_in_reserve, report, work, ask_again, finished };
    struct Message {
        Kind kind{};
        std::vector<Block> blocks{};
    };
    enum class At { service, served, rank, block_done };
    struct Event {
        double time = 0;
        At at{};
        index rank = 0;
        std::size_t message = 0;
        bool operator>(Event const& other) const { return time > other.time; }
    };
    struct Rank {
        std::vector<Block> batch{};
        std::size_t position = 0;
        std::optional<Message> answer{};
        bool waiting = true;
        double computed = 0, last = 0;
        double served_before = 0;  // rank 0: time serving when its block began
    };

    /// With as much again, that rank 0 is not the only one to work.
    static double service(Costs const& costs) { return 2 * (costs.request + costs.report); }
    static std::size_t to_size(index n) { return static_cast<std::size_t>(n); }
    [[nodiscard]] index size() const { return std::ssize(ranks_); }

    std::size_t keep(Message message) {
        if (free_.empty()) {
            messages_.push_back(std::move(message));
            return messages_.size() - 1;
        }
        auto const slot = free_.back();
        free_.pop_back();
        messages_[slot] = std::move(message);
        return slot;
    }
    Message take(std::size_t slot) {
        free_.push_back(slot);
        return std::move(messages_[slot]);
    }
    void send(double now, index rank, Message message) {
        events_.push({now + costs_.latency, At::service, rank, keep(std::move(message))});
    }

    void handle(Event const& event) {
        switch (event.at) {
            case At::service:
                return arrive_at_service(event);
            case At::served:
                return serve(event.time, event.rank, take(event.message));
            case At::rank:
                return arrive_at_rank(event.time, event.rank, take(event.message));
            case At::block_done:
                return finish_block(event.time, event.rank);
        }
    }

    void arrive_at_service(Event event) {
        auto const& message = messages_[event.message];
        double const length = message.kind == Kind::report
                                  ? costs_.report + costs_.block * double(message.blocks.size())
                                  : costs_.request;
        // A service thread without messages naps: a message waits half a nap in the mean.
        double const start =
            service_free_ < event.time ? event.time + costs_.nap / 2 : service_free_;
        service_free_ = start + length;
        serving_ += length;
        event.time = service_free_;
        event.at = At::served;
        events_.push(event);
    }

    std::vector<Block> grant(index rank) {
        if (protocol_ != Protocol::single) return scheduler_.next_batch(rank, size(), limits_);
        auto const block = scheduler_.next(rank);
        return block ? std::vector{*block} : std::vector<Block>{};
    }

    void serve(double now, index rank, Message const& message) {
        if (message.kind == Kind::report) {
            for (auto const& block : message.blocks) scheduler_.deliver(rank, block.id);
            return;
        }
        Message answer;
        bool const reserve = message.kind == Kind::ask_in_reserve;
        if (!reserve || scheduler_.waiting() > 2 * size()) answer.blocks = grant(rank);
        answer.kind = !answer.blocks.empty() ? Kind::work
                      : reserve              ? Kind::ask_again
                                             : Kind::finished;
        events_.push({now + costs_.latency, At::rank, rank, keep(std::move(answer))});
    }

    void arrive_at_rank(double now, index rank, Message message) {
        auto& it = ranks_[to_size(rank)];
        it.answer = std::move(message);
        if (it.waiting) advance(now + costs_.nap / 2, rank);
    }

    /// `rank` has nothing to compute: it takes what it was granted, asks, or waits.
    void advance(double now, index rank) {
        auto& it = ranks_[to_size(rank)];
        it.waiting = false;
        if (rank == 0) {
            it.batch = grant(0);
            if (!it.batch.empty()) begin(now, rank);
            return;
        }
        it.waiting = true;
        if (!it.answer) return;
        auto answer = *std::exchange(it.answer, std::nullopt);
        if (answer.kind == Kind::ask_again) send(now, rank, {.kind = Kind::ask_now});
        if (answer.kind != Kind::work) return;
        it.batch = std::move(answer.blocks);
        it.waiting = false;
        begin(now, rank);
    }

    void begin(double now, index rank) {
        ranks_[to_size(rank)].position = 0;
        begin_block(now, rank);
    }

    void begin_block(double now, index rank) {
        auto& it = ranks_[to_size(rank)];
        if (rank != 0 && it.position + 1 == it.batch.size())
            send(now, rank, {.kind = Kind::ask_in_reserve});
        it.served_before = serving_;
        events_.push({now + it.batch[it.position].cost, At::block_done, rank, 0});
    }

    void finish_block(double now, index rank) {
        auto& it = ranks_[to_size(rank)];
        auto const& block = it.batch[it.position];
        if (rank == 0 && serving_ > it.served_before) {  // its core served meanwhile
            events_.push(
                {now + serving_ - std::exchange(it.served_before, serving_), At::block_done, 0, 0});
            return;
        }
        it.computed += block.cost;
        it.last = now;
        bool const batch_done = ++it.position == it.batch.size();
        if (rank == 0)
            scheduler_.deliver(0, block.id);
        else if (protocol_ != Protocol::batched)
            send(now, rank, {.kind = Kind::report, .blocks = {block}});
        else if (batch_done)
            send(now, rank, {.kind = Kind::report, .blocks = it.batch});
        if (batch_done)
            advance(now, rank);
        else
            begin_block(now, rank);
    }

    [[nodiscard]] Usage usage() const {
        Usage usage{.makespan = service_free_};
        double computed = 0, idle = 0;
        for (auto const& rank : ranks_) usage.makespan = std::max(usage.makespan, rank.last);
        for (auto const& rank : ranks_) {
            computed += rank.computed;
            idle += usage.makespan - rank.last;
        }
        double const total = static_cast<double>(size()) * usage.makespan;
        usage.efficiency = computed / total;
        usage.idle_at_end = idle / total;
        usage.serving = serving_ / usage.makespan;
        return usage;
    }

    Scheduler scheduler_;
    Costs costs_;
    BatchLimits limits_;
    Protocol protocol_;
    std::vector<Rank> ranks_;
    std::vector<Message> messages_;
    std::vector<std::size_t> free_;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    double service_free_ = 0, serving_ = 0;
};

}  // namespace spinscape::parallel::simulation
