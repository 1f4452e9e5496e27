// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"
#include "spinscape/parallel/crew.hpp"
#include "spinscape/parallel/scheduler.hpp"
#include "spinscape/stats/moments.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace spinscape::parallel {

/// What a rank sends when a block is done.
struct BlockReport {
    index block = 0;
    index rank = 0;                ///< that computed it
    double seconds = 0;            ///< time the block took
    Moments headline;              ///< of the study's headline quantity, mergeable
    std::vector<double> rows;      ///< the records, as the study layer packs them
    std::string failures;          ///< messages of replicas that threw, one per line; usually empty
    std::vector<double> points{};  ///< the critical points, packed likewise
};

/// All ranks of the run. One per process; created by `run`, and by `doctor` if it was launched
/// under MPI, so that every other verb works without MPI. Throws Error(unavailable) when MPI cannot
/// be initialised.
class World {
public:
    World();
    ~World();
    World(World const&) = delete;
    World& operator=(World const&) = delete;

    [[nodiscard]] index rank() const;
    [[nodiscard]] index size() const;
    /// "Open MPI v4.1.4 ...", thread level, for provenance.
    [[nodiscard]] std::string mpi_version() const;
    /// The text of rank 0 on every rank (job text, error messages).
    std::string broadcast(std::string text);
    /// The largest value over all ranks, on all ranks.
    int maximum(int value);
    /// The ranks' texts in order of rank, on rank 0.
    std::vector<std::string> gather(std::string const& text);
    /// Host names, one per rank, on rank 0.
    std::vector<std::string> host_names();
    /// Ends all ranks at once with this exit code.
    [[noreturn]] void abort(int code);

    struct Implementation;

private:
    std::unique_ptr<Implementation> implementation_;
    friend struct Times run_blocks(World&, std::vector<Block> const&, struct Work const&);
    friend struct Times run_crews(World&, std::vector<Block> const&, index, struct CrewWork const&);
};

/// Where the ranks' time went, on rank 0 after a run.
struct Times {
    double wall = 0;                ///< seconds from first block to last report
    std::vector<double> computing;  ///< seconds inside `compute`, per rank
    std::vector<index> blocks;      ///< blocks computed, per rank
    double serving = 0;  ///< seconds of processor time that rank 0 spent on the others' messages

    /// Of two runs by the same ranks, one after the other.
    Times& operator+=(Times const& later);
};

/// What `run_blocks` calls.
struct Work {
    /// On every rank's main thread, with the text that rank 0 encloses. Nothing: the block was not
    /// finished (and not begun, or its state was saved), and this rank takes no more.
    std::function<std::optional<BlockReport>(Block const&, std::string const& enclosed)> compute;
    /// On rank 0 for every finished block in order of arrival, serialised, possibly on a service
    /// thread while rank 0 computes: it must not call MPI or HDF5.
    std::function<void(BlockReport const&)> on_report;
    /// After on_report, likewise: further blocks, which can be computed now that this report has
    /// come in; their ids go on. Ranks that find nothing to do wait for them. May be empty.
    std::function<std::vector<Block>(BlockReport const&)> more{};
    /// On rank 0 when a block is handed out, likewise: what its computation needs besides. The same
    /// object is sent to a rank only once in a row for each Block::point. May be empty, or null.
    std::function<std::shared_ptr<std::string const>(Block const&)> enclosed{};
    /// Asked on every rank before each block; true: this rank takes no more, and when it is rank 0,
    /// nobody does. May be empty.
    std::function<bool()> stopping{};
};

/// Computes all blocks over all ranks; collective; `blocks` counts on rank 0 only. Ranks take
/// blocks as they become free, rank 0 included, and hold one more in reserve, so that nobody waits
/// for a message while work is left. It ends when every block is delivered, or when nobody takes
/// any more. An exception from `compute` on any rank ends all ranks with a message.
Times run_blocks(World& world, std::vector<Block> const& blocks, Work const& work);

/// What `run_crews` calls.
struct CrewWork {
    /// On every rank of a crew at once, for the same block; the report of its rank 0 counts, and
    /// all must agree on whether there is one (nothing: the state was saved, this crew stops).
    std::function<std::optional<BlockReport>(Block const&, Crew&)> compute;
    /// On rank 0, on its main thread.
    std::function<void(BlockReport const&)> on_report;
    /// As Work::stopping; what a crew's rank 0 says counts for the crew.
    std::function<bool()> stopping;
};

/// Like run_blocks, but each block is computed by a crew of about `crew_size` ranks together. The
/// ranks are cut into crews of equal size (to within one), crew c takes blocks c, c + crews, ...
Times run_crews(World& world, std::vector<Block> const& blocks, index crew_size,
                CrewWork const& work);

}  // namespace spinscape::parallel
