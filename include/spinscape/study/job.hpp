// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spinscape {

/// At one parameter point: replica numbers are 32-bit words of the random numbers' counter.
inline constexpr index most_replicas = index{1} << 32;

/// One [[sweep]] of a job: the parameter points  fixed + (product of the grid) x (steps of the
/// zip).
struct Sweep {
    using Axis = std::pair<std::string, std::vector<Value>>;
    std::vector<std::pair<std::string, Value>> fixed;
    std::vector<Axis> grid;  ///< first axis slowest
    std::vector<Axis> zip;   ///< all of one length
    std::optional<index> seeds;
};

/// One parameter point of a sweep with its number of replicas (at first, if seeds are adaptive).
struct Point {
    Parameters parameters;
    index replicas = 0;
    index seeds = 0;          ///< from which the study makes its number of replicas
    bool seeds_fixed = true;  ///< adaptive seeds leave this point alone
};

/// seeds.count = { min = 100, max = 5000, until = "claims decided" }: seeds are added in waves
/// (wanted_replicas in adaptive.hpp).
struct AdaptiveSeeds {
    index most = 0;
    std::string until;  ///< "claims decided", or "stderr FIELD < NUMBER"
    std::string field;  ///< of the latter
    double target = 0;
};

/// What the command line changes in a job file.
struct Overrides {
    std::string tier;                                      ///< empty: the file's
    std::vector<std::pair<std::string, std::string>> set;  ///< dotted key, TOML value
    std::string output;                                    ///< empty: the file's
};

/// A job file with everything resolved: study defaults <- tier <- file <- command line.
struct Job {
    Study const* study = nullptr;
    std::string path, folder;  ///< of the job file; data and output are relative to the folder
    std::string tier;
    std::uint64_t master_seed = 0;
    index seeds = 1;  ///< the least, if adaptive
    std::optional<AdaptiveSeeds> adaptive;
    std::map<std::string, Value, std::less<>> parameters;  ///< values outside of the sweeps
    std::vector<Sweep> sweeps;
    std::vector<Point> points;
    index block = 0;            ///< replicas per block; 0: the study's choice
    double save_seconds = 600;  ///< between saved states of a long block
    bool keep_states = true;    ///< at the end of replicas that could be continued (Study::extends)
    std::string max_time;       ///< "11h30m", "slurm"; empty: no limit
    std::string output;

    /// Names of the parameters that differ between the points where they mean something, in the
    /// study's order.
    [[nodiscard]] std::vector<std::string> swept() const;
    /// Canonical TOML of all that determines the records; stored in the result, compared on
    /// restart.
    [[nodiscard]] std::string resolved() const;
};

/// Reads and resolves a job file. Throws one Error that lists every problem found, a line each:
///   job.toml:7:1: parameters.epochs = -3: must be at least 1, ...
/// bad_input, or missing_input if there is no such file.
Job load_job(std::string const& path, std::vector<Study> const& studies,
             Overrides const& overrides);
/// The same from text; `path` names it in messages and places relative files.
Job resolve_job(std::string const& text, std::string const& path, std::vector<Study> const& studies,
                Overrides const& overrides);

/// What differs between two texts of Job::resolved(): a line per key, each after a line break.
std::string job_differences(std::string const& before, std::string const& now);

/// 32 hexadecimal digits that name a parameter point for good: a hash of the study, the master seed
/// and all parameter values (but `without`). Records are kept under it, so that a job may gain
/// points and replicas.
std::string point_key(Job const& job, Parameters const& point, std::string const& without = "");

/// A commented job file for a study with every parameter at its default.
std::string job_template(Study const& study);

/// Whether a parameter means something at this point (ParameterSpec::only_where).
bool applies(ParameterSpec const& spec, Parameters const& point);

/// All points of the sweeps (of one point if there is none). Values outside come from `base`.
std::vector<Point> expand(Study const& study, std::map<std::string, Value, std::less<>> const& base,
                          std::vector<Sweep> const& sweeps, index seeds, bool adaptive = false);

/// Replicas of a point that follow from a number of seeds.
index replicas_of(Study const& study, Parameters const& point, index seeds);

}  // namespace spinscape
