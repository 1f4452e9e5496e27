// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/runner.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/multiversion.hpp"
#include "spinscape/study/adaptive.hpp"
#include "spinscape/study/declaration.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>
#include <map>

namespace spinscape {

namespace {

constexpr index default_block = 16;

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

/// Runs the study over replicas first ... first + count - 1 and adds to the report: of each one a
/// row of outcome and fields, and the number of its critical points with a row each. False if it
/// paused.
bool run_replicas(Job const& job, Parameters const& point, index first, index count,
                  RankCache& cache, Interruption const* interruption, PhaseClock* clock,
                  parallel::Crew* crew, parallel::BlockReport& report) {
    Task task(*job.study, point, job.master_seed, first, count, job.folder, cache, interruption,
              clock, crew);
    job.study->run(task);
    if (task.paused()) return false;
    auto const width = count > 0 ? std::ssize(task.rows()) / count : 0;
    for (index i = 0; i < count; ++i) {
        report.rows.push_back(static_cast<double>(task.outcomes()[static_cast<std::size_t>(i)]));
        auto const begin = task.rows().begin() + i * width;
        report.rows.insert(report.rows.end(), begin, begin + width);
    }
    auto const point_width = Schema(job.study->point_fields).width();
    if (point_width == 0) return true;
    for (auto const& points : task.points()) {
        report.points.push_back(static_cast<double>(std::ssize(points) / point_width));
        report.points.insert(report.points.end(), points.begin(), points.end());
    }
    return true;
}

}  // namespace

std::vector<parallel::Block> missing_blocks(Job const& job, std::vector<index> const& replicas,
                                            Finished const& finished, Shard shard) {
    std::vector<parallel::Block> blocks;
    index cell = 0;  // blocks of the whole job, finished or not: what shards share out
    for (std::size_t p = 0; p < job.points.size(); ++p) {
        auto const& parameters = job.points[p].parameters;
        auto const wished = job.block > 0      ? job.block
                            : job.study->block ? job.study->block(parameters)
                                               : default_block;
        auto const size = std::max(wished, index{1});
        auto const point = static_cast<index>(p);
        double const cost = job.study->cost(parameters);
        auto const line = finished.kept.empty() ? std::nullopt : line_of(job, parameters);
        for (index start = 0; start < replicas[p]; start += size, ++cell) {
            if (cell % shard.of != shard.number - 1) continue;
            auto const end = std::min(start + size, replicas[p]);
            for (index first = start; first < end;) {
                if (finished.has(point, first)) {
                    ++first;
                    continue;
                }
                index count = 1;
                while (first + count < end && !finished.has(point, first + count) &&
                       !(line && finished.kept.count_at(*line, first + count) > 0))
                    ++count;
                // What goes on from a kept state goes on in the same blocks.
                double left = 1;
                if (line) {
                    if (auto const kept = finished.kept.count_at(*line, first); kept > 0)
                        count = std::min(count, kept);
                    if (auto const* state = finished.kept.find(*line, first, count))
                        left -= static_cast<double>(state->line.value) /
                                static_cast<double>(line->value);
                }
                blocks.push_back({.id = std::ssize(blocks),
                                  .point = point,
                                  .first = first,
                                  .count = count,
                                  .cost = cost * left * static_cast<double>(count)});
                first += count;
            }
        }
    }
    return blocks;
}

std::vector<parallel::Block> blocks_of(Job const& job) {
    return missing_blocks(job, wanted_replicas(job, Finished(job)), Finished(job));
}

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
        if (job.study->memory) largest = std::max(largest, job.study->memory(point.parameters));
    }
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

std::optional<parallel::BlockReport> compute_block(Job const& job, parallel::Block const& block,
                                                   RankCache& cache,
                                                   Interruption const* interruption,
                                                   PhaseClock* clock, parallel::Crew* crew) {
    auto const& point = job.points[static_cast<std::size_t>(block.point)].parameters;
    parallel::BlockReport report{.block = block.id, .headline = {}, .rows = {}, .failures = {}};
    Schema const fields(job.study->fields);
    try {
        if (!run_replicas(job, point, block.first, block.count, cache, interruption, clock, crew,
                          report))
            return std::nullopt;
    } catch (std::exception const&) {
        if (crew != nullptr && crew->size() > 1) throw;
        // Somebody in this block throws: one by one, so that only that replica is lost.
        report.rows.clear();
        report.points.clear();
        for (index i = 0; i < block.count; ++i) try {
                run_replicas(job, point, block.first + i, 1, cache, nullptr, clock, nullptr,
                             report);
            } catch (std::exception const& problem) {
                report.rows.push_back(static_cast<double>(Outcome::failed));
                report.rows.insert(report.rows.end(), static_cast<std::size_t>(fields.width()),
                                   missing);
                if (!job.study->point_fields.empty()) report.points.push_back(0);
                std::string message = problem.what();
                std::replace(message.begin(), message.end(), '\n', ' ');
                report.failures += fmt::format("{} {}\n", block.first + i, message);
            }
    }
    auto const headline = 1 + fields.offset(job.study->headline(point)),
               stride = 1 + fields.width();
    for (index i = 0; i < block.count; ++i)
        report.headline.add(report.rows[static_cast<std::size_t>(i * stride + headline)]);
    return report;
}

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One rank's share of a sweep: computes blocks, writes them down, saves and takes up states.
class Worker {
public:
    Worker(Job const& job, index rank, SweepOptions const& options)
        : job_(job), rank_(rank), options_(options) {}

    /// With a crew: on all its ranks, which agree on what they do; its rank 0 writes things down.
    std::optional<parallel::BlockReport> operator()(parallel::Block const& block,
                                                    parallel::Crew& crew) {
        auto const cost = block.cost;
        if (!crew.decided(fits(cost))) return std::nullopt;
        auto const start = Clock::now();
        written_ = start;
        auto const& [key, line] = name_of(block.point);
        auto report = compute(block, key, line, crew);
        if (!report) return std::nullopt;
        if (cost > 0)
            seconds_per_cost_ = std::max(0.9 * seconds_per_cost_, seconds_since(start) / cost);
        auto const phases = counted_phases();
        if (options_.folder == nullptr) return report;
        if (crew.rank() == 0)
            write_down(block, key, line, phases, *report);
        else
            journal().append(phases_entry(phases, seconds_since(written_)));
        return report;
    }

    /// Core-seconds that this rank has spent in named phases.
    [[nodiscard]] PhaseTimes const& phases() const { return phases_; }

private:
    struct Name {
        std::string key;
        std::optional<Line> line;
    };
    /// Of a point in the run folder; formed once.
    Name const& name_of(index point) {
        auto const [found, is_new] = names_.try_emplace(point);
        if (is_new && options_.folder != nullptr) {
            auto const& parameters = job_.points[static_cast<std::size_t>(point)].parameters;
            found->second = {point_key(job_, parameters), line_of(job_, parameters)};
        }
        return found->second;
    }

    /// Whether a block of this cost comes to its end, or to a state that can be saved, in time.
    [[nodiscard]] bool fits(double cost) const {
        if (!options_.seconds_left || job_.study->pauses) return true;
        return cost * (seconds_per_cost_ > 0 ? seconds_per_cost_ : 1) < options_.seconds_left();
    }

    std::optional<parallel::BlockReport> compute(parallel::Block const& block,
                                                 std::string const& key,
                                                 std::optional<Line> const& line,
                                                 parallel::Crew& crew) {
        if (options_.folder == nullptr)
            return compute_block(job_, block, cache_, nullptr, &clock_, &crew);
        auto const& folder = *options_.folder;
        auto last_saved = Clock::now();
        bool kept = false;
        Interruption interruption{
            .stopping = [&] { return crew.decided(options_.stopping && options_.stopping()); },
            .save_due =
                [&] { return crew.decided(seconds_since(last_saved) > options_.save_seconds); },
            .save =
                [&](std::string const& bytes) {
                    last_saved = Clock::now();
                    if (crew.rank() != 0) return;
                    try {
                        folder.save_state(key, block.first, block.count, bytes);
                        kept = true;
                        journal().append(phases_entry(counted_phases(), seconds_since(written_)));
                        written_ = Clock::now();
                    } catch (Error const& problem) {  // a full disk: the block goes on unsaved
                        fmt::print(stderr, "spinscape: a state could not be saved: {}\n",
                                   problem.what());
                    }
                },
            .saved = crew.of_rank_0(crew.rank() == 0 ? folder.state(key, block.first, block.count)
                                                     : "")};
        bool const stale = !interruption.saved.empty();
        end_state_.clear();
        if (line) {
            if (!stale)
                interruption.saved =
                    crew.of_rank_0(crew.rank() == 0 ? kept_state(*line, block) : "");
            if (job_.keep_states)
                interruption.keep = [&](std::string const& bytes) { end_state_ = bytes; };
        }
        auto report = compute_block(job_, block, cache_, &interruption, &clock_, &crew);
        stale_state_ = report && (kept || stale);
        return report;
    }

    /// The end of a shorter run of these replicas; empty if there is none.
    std::string kept_state(Line const& line, parallel::Block const& block) {
        if (!kept_) kept_ = options_.folder->kept_states();
        auto const* state = kept_->find(line, block.first, block.count);
        return state == nullptr
                   ? ""
                   : store::read_entry(options_.folder->path() + "/" + state->file, state->at);
    }

    void keep_end_state(std::string const& key, Line const& line, parallel::Block const& block) {
        auto const name = options_.folder->states_name(options_.shard, rank_);
        if (!states_) states_.emplace(options_.folder->path() + "/" + name);
        auto const at = states_->append(end_state_);
        journal().append(kept_entry({.point = key,
                                     .line = line,
                                     .first = block.first,
                                     .count = block.count,
                                     .file = name,
                                     .at = at}));
        end_state_.clear();
    }

    /// Phases since this was last called.
    PhaseTimes counted_phases() {
        auto phases = clock_.take();
        phases_ += phases;
        return phases;
    }

    store::Journal& journal() {
        if (!journal_) {
            journal_.emplace(options_.folder->journal(options_.shard, rank_));
            journal_->append(session_entry(Session::here(rank_)));
        }
        return *journal_;
    }

    void write_down(parallel::Block const& block, std::string const& key,
                    std::optional<Line> const& line, PhaseTimes const& phases,
                    parallel::BlockReport const& report) {
        auto const seconds = seconds_since(written_);
        if (!phases.empty()) journal().append(phases_entry(phases, 0));
        if (line && !end_state_.empty() && report.failures.empty())
            keep_end_state(key, *line, block);
        journal().append(block_entry(key, block.first, block.count, seconds, report));
        if (stale_state_) options_.folder->drop_state(key, block.first, block.count);
        if (seconds_since(synced_) < 10) return;
        journal().sync();
        synced_ = Clock::now();
    }

    Job const& job_;
    index rank_;
    SweepOptions const& options_;
    RankCache cache_;
    std::map<index, Name> names_;
    std::optional<store::Journal> journal_, states_;  // made when there is something to write
    std::optional<KeptStates> kept_;                  // read when first asked for
    PhaseClock clock_;
    PhaseTimes phases_;          // since this rank began
    Clock::time_point written_;  // up to here, time is in the journal
    std::string end_state_;      // of the block just computed, to be kept
    bool stale_state_ = false;
    double seconds_per_cost_ = 0;
    Clock::time_point synced_ = Clock::now();
};

std::string utc_now() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

/// Counts what is missing, leaves out what is not wanted (of an earlier run with more seeds) and
/// sorts.
void complete(Job const& job, Finished finished, Swept& swept) {
    auto const wanted = wanted_replicas(job, finished);
    for (auto const& block : missing_blocks(job, wanted, finished))
        swept.missing_replicas += block.count;
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

}  // namespace

Swept run_sweep(Job const& job, parallel::World& world, Finished finished,
                SweepOptions const& options) {
    bool const first = world.rank() == 0;
    Swept result{.records = RecordTable(job.study->fields),
                 .critical_points = PointTable(job.study->point_fields),
                 .failures = {},
                 .times = {},
                 .started_at = utc_now(),
                 .earlier_core_seconds = finished.core_seconds};
    finished.sessions += world.size();
    finished.runs.push_back(Session::here(0));
    Worker worker(job, world.rank(), options);
    parallel::Crew alone;
    index crew_size = 1;
    if (job.study->crew && world.size() > 1)
        for (auto const& point : job.points)
            crew_size = std::max(crew_size, job.study->crew(point.parameters));
    // On rank 0. A study may throw when it is asked which seeds it needs: that must not pass before
    // the other ranks have heard that nothing follows.
    auto const missing_now = [&]() -> std::vector<parallel::Block> {
        if (!first || result.problem) return {};
        try {
            return missing_blocks(job, wanted_replicas(job, finished), finished, options.shard);
        } catch (...) {
            result.problem = std::current_exception();
            return {};
        }
    };
    auto blocks = missing_now();
    // Waves of adaptive seeds; one wave otherwise.
    for (bool more = true; more;) {
        if (first && options.on_start) options.on_start(blocks, finished);
        auto const on_report = [&](parallel::BlockReport const& report) {
            auto const& block = blocks[static_cast<std::size_t>(report.block)];
            finished.add(block.point, block.first, block.count, report);
            if (options.on_block) options.on_block(block, report);
        };
        if (crew_size > 1)
            result.times += parallel::run_crews(
                world, blocks, crew_size,
                {.compute = [&](parallel::Block const& block,
                                parallel::Crew& crew) { return worker(block, crew); },
                 .on_report = on_report,
                 .stopping = options.stopping});
        else
            result.times += parallel::run_blocks(
                world, blocks,
                {.compute = [&](parallel::Block const& block) { return worker(block, alone); },
                 .on_report = on_report,
                 .stopping = options.stopping});
        bool const stopped = options.stopping && options.stopping();
        bool const last = !job.adaptive || stopped || blocks.empty();
        blocks = last ? std::vector<parallel::Block>() : missing_now();
        more = world.maximum(blocks.empty() ? 0 : 1) != 0;
    }
    gather_provenance(world, worker.phases(), result);
    if (first) {
        // Of a shard, only its own part is missed.
        index left = 0;
        for (auto const& block : missing_now()) left += block.count;
        if (!result.problem) complete(job, std::move(finished), result);
        result.missing_replicas = left;
    }
    return result;
}

Swept swept_so_far(Job const& job, Finished finished) {
    Swept result{.records = RecordTable(job.study->fields),
                 .critical_points = PointTable(job.study->point_fields),
                 .failures = {},
                 .times = {},
                 .started_at = utc_now(),
                 .earlier_core_seconds = finished.core_seconds};
    complete(job, std::move(finished), result);
    return result;
}

}  // namespace spinscape
