// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/runner.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/multiversion.hpp"
#include "spinscape/study/declaration.hpp"
#include "spinscape/study/waves.hpp"
#include "utc_now.hpp"
#include "worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace spinscape {

namespace {

/// Bytes that this machine can still give; 0 if unknown.
double available_memory() {
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        double kilobytes = 0;
        if (std::sscanf(line.c_str(), "MemAvailable: %lf kB", &kilobytes) == 1)
            return kilobytes * 1024;
    }
    return 0;
}

/// Ranks that compute one block together; for the whole job, since crews are formed once.
index largest_crew(Job const& job) {
    index largest = 1;
    if (job.study->crew)
        for (auto const& point : job.points)
            largest = std::max(largest, job.study->crew(point.parameters));
    return largest;
}

bool has_waves(Job const& job) {
    return std::ranges::any_of(
        job.points, [&](Point const& point) { return wave_size(job, point.parameters) > 0; });
}

}  // namespace

void validate(Job const& job, index ranks) {
    check_declaration(*job.study);
    double largest = 0, replicas = 0;
    for (auto const& point : job.points) {
        if (point.replicas > most_replicas)
            throw Error(ExitCode::bad_input,
                        fmt::format("{}: {} replicas at one parameter point; at most {} have "
                                    "random numbers of their own",
                                    job.path, point.replicas, most_replicas));
        replicas += static_cast<double>(point.replicas);
        if (job.study->validate) job.study->validate(point.parameters, job.folder);
        if (wave_size(job, point.parameters) > 0 && line_of(job, point.parameters))
            throw Error(
                ExitCode::internal,
                fmt::format("study '{}' has waves and `extends` at one point: what a longer "
                            "run shares differs",
                            job.study->name));
        if (job.study->memory) largest = std::max(largest, job.study->memory(point.parameters));
    }
    if (largest_crew(job) > 1 && has_waves(job))
        throw Error(ExitCode::internal,
                    fmt::format("study '{}' has waves and crews in one job", job.study->name));
    // Rank 0 holds all records, and once more as the variables of the result.
    auto const columns = static_cast<double>(RecordTable(job.study->fields).width() + 3 +
                                             std::ssize(job.study->parameters));
    double const records = 2 * replicas * columns * sizeof(double);
    double const needed = largest * static_cast<double>(ranks) + records,
                 there = available_memory();
    if (there > 0 && needed > there)
        throw Error(
            ExitCode::bad_input,
            fmt::format("{}: too large for this machine: {} rank(s) need {:.3g} GiB and {:.0f} "
                        "records {:.3g} GiB, {:.3g} GiB are available; use fewer ranks per node, "
                        "smaller systems or fewer replicas",
                        job.path, ranks, largest * static_cast<double>(ranks) / (1 << 30), replicas,
                        records / (1 << 30), there / (1 << 30)));
}

namespace {

/// Leaves out what is not wanted (of an earlier run with more seeds) and sorts.
void complete(std::vector<index> const& wanted, Finished finished, Swept& swept) {
    auto const is_wanted = [&](index point, index replica) {
        return replica < wanted[static_cast<std::size_t>(point)];
    };
    swept.records = std::move(finished.records);
    swept.records.keep_if(is_wanted);
    swept.records.sort();
    swept.critical_points = std::move(finished.critical_points);
    swept.critical_points.keep_if(is_wanted);
    swept.critical_points.sort();
    swept.failures = std::move(finished.failures);
    std::erase_if(swept.failures, [&](Failure const& f) { return !is_wanted(f.point, f.replica); });
    std::sort(swept.failures.begin(), swept.failures.end(), [](Failure const& a, Failure const& b) {
        return std::pair{a.point, a.replica} < std::pair{b.point, b.replica};
    });
    swept.phases += finished.phases;
    swept.instruction_sets.merge(finished.instruction_sets);
    swept.sessions = std::max<index>(finished.sessions, 1);
    swept.runs = std::move(finished.runs);
    std::sort(swept.runs.begin(), swept.runs.end(),
              [](Session const& a, Session const& b) { return a.started_at < b.started_at; });
}

/// What rank 0 must know of the others beside their blocks; collective.
void gather_provenance(parallel::World& world, PhaseTimes const& phases, Swept& swept) {
    ByteWriter mine;
    mine.put_text(instruction_set());
    put(mine, phases);
    for (auto const& bytes : world.gather(mine.bytes())) {
        ByteReader in(bytes);
        auto const rank = swept.rank_instruction_sets.size();
        swept.rank_instruction_sets.push_back(in.get_text());
        if (swept.times.blocks[rank] > 0)
            swept.instruction_sets.insert(swept.rank_instruction_sets.back());
        swept.phases += get_phase_times(in);
    }
}

index count(std::vector<parallel::Block> const& blocks) {
    index replicas = 0;
    for (auto const& block : blocks) replicas += block.count;
    return replicas;
}

Swept nothing_yet(Job const& job, Finished const& finished) {
    return {.records = RecordTable(job.study->fields),
            .critical_points = PointTable(job.study->point_fields),
            .failures = {},
            .times = {},
            .started_at = utc_now(),
            .earlier_core_seconds = finished.core_seconds};
}

/// Rank 0's part of a sweep: what is finished, and which blocks that makes ready. A study may throw
/// when it is asked what follows: that must not pass before the other ranks have heard that nothing
/// does.
class Direction {
public:
    Direction(Job const& job, Finished finished, SweepOptions const& options)
        : job_(job),
          finished_(std::move(finished)),
          options_(options),
          has_waves_(!why_no_shards(job).empty()) {
        guarded([&] {
            waves_.emplace(job_, finished_);
            std::vector<index> open;
            for (index p = 0; p < std::ssize(job_.points); ++p) {
                open.push_back(waves_->open(p));
                waves_->shared(p);
            }
            blocks_ = missing_blocks(job_, open, finished_, options_.shard);
            if (options_.on_start) options_.on_start(missing(), finished_);
        });
    }

    [[nodiscard]] std::vector<parallel::Block> const& blocks() const { return blocks_; }

    void take(parallel::BlockReport const& report) {
        auto const& block = blocks_[static_cast<std::size_t>(report.block)];
        finished_.add(block.point, block.first, block.count, report);
        if (options_.on_block) options_.on_block(block, report);
    }

    /// Blocks that have become ready by this report.
    std::vector<parallel::Block> more(parallel::BlockReport const& report) {
        auto const known = std::ssize(blocks_);
        if (!problem_ && has_waves_)
            guarded([&] {
                auto const before = waves_->wanted();
                auto const point = blocks_[static_cast<std::size_t>(report.block)].point;
                for (index const p : waves_->advance(point)) {
                    waves_->shared(p);
                    add_missing_blocks(job_, p, waves_->open(p), finished_, blocks_);
                }
                if (options_.on_wanted && waves_->wanted() != before)
                    options_.on_wanted(before, waves_->wanted());
            });
        return {blocks_.begin() + known, blocks_.end()};
    }

    std::shared_ptr<std::string const> shared(parallel::Block const& block) {
        return waves_->shared(block.point);
    }

    /// The end; of a shard, only its own part is missed.
    void finish(Swept& swept) {
        swept.problem = problem_;
        if (problem_) return;
        swept.missing_replicas = count(missing());
        complete(waves_->wanted(), std::move(finished_), swept);
    }

private:
    template <class Work>
    void guarded(Work const& work) {
        try {
            work();
        } catch (...) {
            problem_ = std::current_exception();
        }
    }
    [[nodiscard]] std::vector<parallel::Block> missing() const {
        return missing_blocks(job_, waves_->wanted(), finished_, options_.shard);
    }

    Job const& job_;
    Finished finished_;
    SweepOptions const& options_;
    bool has_waves_;
    std::optional<Waves> waves_;
    std::vector<parallel::Block> blocks_;  // all that were ready so far, by id
    std::exception_ptr problem_;
};

parallel::Times with_blocks(parallel::World& world, std::optional<Direction>& direction,
                            Worker& worker, SweepOptions const& options) {
    parallel::Crew alone;
    return parallel::run_blocks(
        world, direction ? direction->blocks() : std::vector<parallel::Block>(),
        {.compute = [&](parallel::Block const& block,
                        std::string const& shared) { return worker(block, alone, shared); },
         .on_report = [&](parallel::BlockReport const& report) { direction->take(report); },
         .more = [&](parallel::BlockReport const& report) { return direction->more(report); },
         .enclosed = [&](parallel::Block const& block) { return direction->shared(block); },
         .stopping = options.stopping});
}

/// Crews divide blocks among themselves beforehand: what becomes ready waits for the next round.
parallel::Times with_crews(parallel::World& world, std::optional<Direction>& direction,
                           Worker& worker, SweepOptions const& options, index crew_size) {
    parallel::Times times;
    auto blocks = direction ? direction->blocks() : std::vector<parallel::Block>();
    for (bool more = true; more;) {
        std::vector<parallel::Block> next;
        times += parallel::run_crews(
            world, blocks, crew_size,
            {.compute = [&](parallel::Block const& block,
                            parallel::Crew& crew) { return worker(block, crew, ""); },
             .on_report =
                 [&](parallel::BlockReport const& report) {
                     direction->take(report);
                     auto const ready = direction->more(report);
                     next.insert(next.end(), ready.begin(), ready.end());
                 },
             .stopping = options.stopping});
        blocks = std::move(next);
        bool const stopped = options.stopping && options.stopping();
        more = world.maximum(blocks.empty() || stopped ? 0 : 1) != 0;
    }
    return times;
}

}  // namespace

Swept run_sweep(Job const& job, parallel::World& world, Finished finished,
                SweepOptions const& options) {
    auto result = nothing_yet(job, finished);
    finished.sessions += world.size();
    finished.runs.push_back(Session::here(0));
    Worker worker(job, world.rank(), options);
    std::optional<Direction> direction;
    if (world.rank() == 0) direction.emplace(job, std::move(finished), options);
    auto const crew_size = world.size() > 1 ? largest_crew(job) : 1;
    if (crew_size == 1)
        result.times = with_blocks(world, direction, worker, options);
    else
        result.times = with_crews(world, direction, worker, options, crew_size);
    gather_provenance(world, worker.phases(), result);
    if (direction) direction->finish(result);
    return result;
}

Swept swept_so_far(Job const& job, Finished finished) {
    auto result = nothing_yet(job, finished);
    auto const wanted = wanted_replicas(job, finished);
    result.missing_replicas = count(missing_blocks(job, wanted, finished));
    complete(wanted, std::move(finished), result);
    return result;
}

}  // namespace spinscape
