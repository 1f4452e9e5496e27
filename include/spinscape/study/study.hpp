// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/outcome.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/base/types.hpp"
#include "spinscape/parallel/crew.hpp"
#include "spinscape/stats/claim.hpp"
#include "spinscape/stats/figure.hpp"
#include "spinscape/stats/point_table.hpp"
#include "spinscape/stats/record_table.hpp"
#include "spinscape/study/parameters.hpp"
#include "spinscape/study/phases.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// Objects that outlive a block on one rank: data sets, couplings. Never part of a result; a
/// replica's record must not depend on whether something was in here. Keeps one object per slot.
class RankCache {
public:
    /// The object of this slot if it was made for `key`, else what `make` returns from now on.
    template <class T, class Make>
    std::shared_ptr<T const> get(std::string const& slot, std::string const& key,
                                 Make const& make) {
        auto& entry = entries_[slot];
        if (!entry.object || entry.key != key) {
            entry.object.reset();  // free the old one first: it may be large
            entry = {key, std::make_shared<T const>(make())};
        }
        return std::static_pointer_cast<T const>(entry.object);
    }

private:
    struct Entry {
        std::string key;
        std::shared_ptr<void const> object;
    };
    std::map<std::string, Entry> entries_;
};

/// How a run interrupts the block it computes, and what an earlier run left of it.
struct Interruption {
    std::function<bool()> stopping;                ///< the run is to end soon
    std::function<bool()> save_due;                ///< the last saved state has become old
    std::function<void(std::string const&)> save;  ///< does not throw
    std::string saved;                             ///< empty: the block starts afresh
    /// Takes the state at the end, from which a longer run goes on; none is wanted if empty.
    std::function<void(std::string const&)> keep{};
};

struct Study;

/// A block of replicas of one parameter point, to be computed by `Study::run`.
class Task {
public:
    Task(Study const& study, Parameters const& parameters, std::uint64_t master_seed, index first,
         index count, std::string job_folder, RankCache& cache,
         Interruption const* interruption = nullptr, PhaseClock* clock = nullptr,
         parallel::Crew* crew = nullptr, std::string shared = "");

    [[nodiscard]] Parameters const& parameters() const { return parameters_; }
    /// Replica numbers first() ... first() + count() - 1.
    [[nodiscard]] index first() const { return first_; }
    [[nodiscard]] index count() const { return count_; }
    [[nodiscard]] std::uint64_t master_seed() const { return master_seed_; }
    [[nodiscard]] RankCache& cache() const { return cache_; }
    /// The ranks that compute this block together; only this one unless Study::crew says more.
    [[nodiscard]] parallel::Crew& crew() { return crew_ != nullptr ? *crew_ : alone_; }
    /// What Study::share made of the complete waves before the one of these replicas; empty in the
    /// first wave, and without waves.
    [[nodiscard]] std::string const& shared() const { return shared_; }
    /// A file named in the job: as found by find_data (data.hpp).
    [[nodiscard]] std::string data_path(std::string const& name) const;

    /// Stores results of `replica` (a replica number, not a position in the block).
    void record(index replica, std::string_view field, double value);
    void record(index replica, std::string_view field, std::vector<double> const& curve);
    void finish(index replica, Outcome outcome);
    /// A critical point that `replica` found: a row of Study::point_fields. Any number of them;
    /// they stay in this order.
    void add_point(index replica, PointValues const& values);

    /// To be called wherever a long block could be left and continued later with the same bits as
    /// if it had not been left. `write` puts all that needs; what has been recorded is kept too.
    /// True: the run is to stop and the state is saved, `run` must return at once.
    bool pause(std::function<void(ByteWriter&)> const& write);
    /// Before anything is computed: `read` takes out what `write` put, if there is something.
    bool resume(std::function<void(ByteReader&)> const& read);
    [[nodiscard]] bool paused() const { return paused_; }
    /// At the end, before results are recorded: `write` puts what `resume` needs to go on from here
    /// when the parameter of Study::extends has grown.
    void keep(std::function<void(ByteWriter&)> const& write);

    /// Time from here to the end of the timer's scope is that of this phase of the work:
    ///     auto const timer = task.phase("training");
    /// The result tells the core-seconds of each (/provenance, `show`): name what a user may want
    /// to know of, such as "data", "disorder", "descent", "certificates". A phase within a phase
    /// takes its time out of the outer one; what is in none is told as "other". A timer costs about
    /// 0.1 µs: around an epoch or an evaluation, not within a step.
    PhaseClock::Timer phase(std::string_view name) const;

    [[nodiscard]] std::vector<double> const& rows() const { return rows_; }
    [[nodiscard]] std::vector<Outcome> const& outcomes() const { return outcomes_; }
    /// Rows of the critical points of each replica, one after another.
    [[nodiscard]] std::vector<std::vector<double>> const& points() const { return points_; }

private:
    std::span<double> cells(index replica, std::string_view field, std::size_t length);
    [[nodiscard]] std::size_t place(index replica) const;
    [[nodiscard]] std::string state_bytes(std::function<void(ByteWriter&)> const& write) const;

    Schema const fields_, point_fields_;
    Parameters const& parameters_;
    std::uint64_t master_seed_;
    index first_, count_;
    std::string job_folder_;
    RankCache& cache_;
    Interruption const* interruption_;
    PhaseClock* clock_;
    parallel::Crew alone_;
    parallel::Crew* crew_;
    std::string shared_;
    bool paused_ = false;
    std::vector<double> rows_;
    std::vector<Outcome> outcomes_;
    std::vector<std::vector<double>> points_;
};

/// All records of a finished (or partial) sweep, for drawing conclusions.
struct Results {
    std::vector<Parameters> const& points;
    RecordTable const& records;         ///< sorted by (point, replica)
    PointTable const& critical_points;  ///< those of a replica in the order it added them
    std::uint64_t master_seed;
    std::string job_folder;
};

/// A curve of theory or of a publication that belongs beside the measurements: group /reference.
struct Reference {
    std::string name, description, source;  ///< source: citation key
    std::string x_name, x_units = "1", y_units = "1";
    std::vector<double> x, y;
};

struct Findings {
    std::vector<Claim> claims;
    std::vector<Figure> figures;
    std::vector<Reference> references;
};

/// A question put to landscapes: parameters, what is recorded, how one block is computed, and what
/// follows from the records. One study = one file in src/studies/ + one line in its CMakeLists.
struct Study {
    std::string name;
    std::string question;
    std::vector<std::string> sources;  ///< citation keys
    std::vector<ParameterSpec> parameters;
    std::vector<Field> fields;
    /// What is recorded of each critical point (Task::add_point); empty if there are none.
    std::vector<Field> point_fields{};
    /// The field whose mean +- error progress shows at a point.
    std::function<std::string(Parameters const&)> headline;
    /// Job text (TOML: [parameters], [sweep], [seeds]) of the tiers, overridden by the user's job.
    std::string smoke, standard, paper;

    /// Replicas of a point, from `seeds.count`. Default: that many.
    std::function<index(Parameters const&, index seeds)> replicas{};
    /// Estimated core-seconds of one replica, for order of work, `check` and ETA.
    std::function<double(Parameters const&)> cost;
    /// Bytes one rank needs for a block of this point; compared with the machine's memory.
    std::function<double(Parameters const&)> memory;
    /// Preferred replicas per block (a divisor structure such as "starts of one disorder").
    std::function<index(Parameters const&)> block{};
    /// Ranks that may compute one block together (Task::crew). Then all ranks that do call `run`,
    /// `pause` and `resume` for the same block at the same places; what rank 0 of the crew records
    /// counts; an exception ends the run. Default: one.
    std::function<index(Parameters const&)> crew{};
    /// Throws Error(bad_input / missing_input) for values that contradict each other, missing or
    /// unsuitable data. Called for every point before any work.
    std::function<void(Parameters const&, std::string const& job_folder)> validate{};
    std::function<void(Task&)> run;
    bool pauses =
        false;  ///< `run` calls Task::pause often: a block may start with little time left
    /// Integer parameter that may grow later, so that finished replicas are continued (`epochs`):
    /// what happens up to one of its values must not depend on it. Default, or empty: none here.
    std::function<std::string(Parameters const&)> extends{};
    std::function<Findings(Results const&)> conclude;

    /// Replicas per wave at a point, if later replicas are to see what earlier ones found; 0 (or no
    /// function): they do not. A wave begins when the ones before it are complete, so that records
    /// do not depend on ranks; blocks lie within one wave. Not together with `extends`.
    std::function<index(Parameters const&)> wave{};
    /// What the tasks of wave w see (Task::shared), from the results of waves 0 ... w-1 of this
    /// point: replicas 0 ... w wave - 1, complete, as a sweep of this point alone (point 0). A pure
    /// function, for it is computed again after a restart; called on rank 0 beside `run`, maybe on
    /// another thread: no data files, no BLAS threads. Replicas that failed have missing values.
    std::function<std::string(Results const&)> share{};
    /// Asked before each wave but the first, with the same results: true ends the point here, and
    /// the replicas from here on are not missed.
    std::function<bool(Results const&)> enough{};
};

}  // namespace spinscape
