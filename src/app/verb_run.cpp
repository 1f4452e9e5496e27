// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"
#include "spinscape/base/duration.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/study/result.hpp"
#include "spinscape/study/waves.hpp"
#include "stop_control.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace spinscape::app {

namespace {

namespace fs = std::filesystem;

/// What tells one result from another.
struct Identity {
    std::string study, job;
    bool failures, conclusions, complete;
};

/// Error if the file is no result of ours: then nothing, not even --force, may replace it.
Identity identity_of(std::string const& path) {
    try {
        auto const old = store::read(path);
        auto const text = [&](char const* name) {
            auto const* value = old.attribute(name);
            return value != nullptr ? std::get<std::string>(*value) : std::string();
        };
        if (text("filetype") == "spinscape-result") {
            auto const* failed = old.attribute("n_failed");
            auto const* claims = old.group("claims");
            auto const* missing = old.attribute("n_missing");
            return {text("study"), old.require("config_toml").texts().at(0),
                    failed != nullptr && std::get<std::int64_t>(*failed) > 0,
                    claims != nullptr && claims->attribute("problem") == nullptr,
                    missing == nullptr || std::get<std::int64_t>(*missing) == 0};
        }
    } catch (std::exception const&) {
        // Unreadable, or with other types than ours: told below.
    }
    throw Error(ExitCode::bad_input, fmt::format("{} exists and is no result of Spinscape; it "
                                                 "is left alone: choose another output file",
                                                 path));
}

/// What an output file holds of a job already.
enum class Present { nothing = 0, complete = 1, with_failures = 2, inconclusive = 3 };

/// Error if there is something that must not be replaced.
Present already_there(Job const& job, RunOptions const& options) {
    auto folder = fs::path(job.output).parent_path();
    if (folder.empty()) folder = ".";
    if (!fs::is_directory(folder) || ::access(folder.c_str(), W_OK) != 0)
        throw Error(ExitCode::cannot_create,
                    fmt::format("{}: the folder '{}' does not exist or cannot be written",
                                job.output, folder.string()));
    if (fs::is_directory(job.output))
        throw Error(ExitCode::cannot_create,
                    fmt::format("{} is a folder; name a file", job.output));
    if (!fs::exists(job.output)) return Present::nothing;
    auto const [study, before, failures, conclusions, complete] = identity_of(job.output);
    if (study != job.study->name)
        throw Error(
            ExitCode::bad_input,
            fmt::format(
                "{} is the result of study '{}', this job is '{}'; choose another output file",
                job.output, study, job.study->name));
    // What an earlier run has left decides whether this job goes on with it (RunFolder::open).
    if (!complete || (before != job.resolved() && RunFolder(job).exists())) return Present::nothing;
    if (before == job.resolved())
        return options.restart ? Present::nothing
               : !conclusions  ? Present::inconclusive
               : failures      ? Present::with_failures
                               : Present::complete;
    if (options.force) return Present::nothing;
    throw Error(ExitCode::bad_input,
                fmt::format("{} was made with another job; it is left alone. Use --force to "
                            "replace it, or another output file. Changed:{}",
                            job.output, job_differences(before, job.resolved())));
}

std::string file_text(std::string const& path) {
    std::ifstream file(path);
    if (!file || fs::is_directory(path))
        throw Error(ExitCode::missing_input, fmt::format("there is no job file '{}'", path));
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Does `work` on rank 0 and returns the exit code on every rank. Whatever is thrown is told once;
/// it must not pass, for the other ranks would wait forever.
template <class Work>
int on_first_rank(parallel::World& world, Work const& work) {
    auto code = ExitCode::success;
    if (world.rank() == 0) try {
            work();
        } catch (Error const& error) {
            fmt::print(stderr, "spinscape: {}\n", error.what());
            code = error.code();
        } catch (std::exception const& problem) {
            fmt::print(stderr, "spinscape: internal error: {}\n", problem.what());
            code = ExitCode::internal;
        }
    return world.maximum(static_cast<int>(code));
}

/// "2/5"
Shard shard_from(std::string const& text) {
    Shard shard;
    if (text.empty()) return shard;
    std::istringstream stream(text);
    char slash = 0;
    if (!(stream >> shard.number >> slash >> shard.of) || slash != '/' || !stream.eof() ||
        shard.of < 1 || shard.number < 1 || shard.number > shard.of)
        throw Error(ExitCode::usage,
                    fmt::format("--shard {}: must be i/n with 1 <= i <= n, for example 2/5", text));
    return shard;
}

/// Seconds until this Slurm job ends.
double slurm_seconds() {
    if (auto const* end = std::getenv("SLURM_JOB_END_TIME"); end != nullptr && std::atof(end) > 0)
        return std::atof(end) - static_cast<double>(std::time(nullptr));
    auto const* id = std::getenv("SLURM_JOB_ID");
    if (id == nullptr)
        throw Error(ExitCode::usage,
                    "--max-time slurm: this is no Slurm job (SLURM_JOB_ID is not "
                    "set); give a time, for example 11h30m");
    auto const command = fmt::format("squeue -h -j {} -o %L 2>/dev/null", id);
    std::string left;
    if (auto* pipe = ::popen(command.c_str(), "r")) {
        std::array<char, 64> line{};
        if (std::fgets(line.data(), line.size(), pipe) != nullptr) left = line.data();
        ::pclose(pipe);
    }
    // days-hours:minutes:seconds, leading parts left out.
    double days = 0, seconds = 0;
    if (auto const dash = left.find('-'); dash != std::string::npos) {
        days = std::atof(left.c_str());
        left = left.substr(dash + 1);
    }
    std::istringstream parts(left);
    bool any = false;
    for (std::string part; std::getline(parts, part, ':'); any = true)
        seconds = 60 * seconds + std::atof(part.c_str());
    if (!any || seconds + days <= 0)
        throw Error(ExitCode::unavailable,
                    fmt::format("--max-time slurm: '{}' does not tell how much time is left; give "
                                "a time, for example 11h30m",
                                command));
    return 86400 * days + seconds;
}

std::optional<double> seconds_given(std::string const& max_time) {
    if (max_time.empty()) return std::nullopt;
    if (max_time == "slurm") return slurm_seconds();
    return static_cast<double>(parse_duration(max_time).count());
}

void tell(Finished const& finished) {
    for (auto const& sentence : finished.damage) fmt::print(stderr, "spinscape: {}\n", sentence);
    if (!finished.damage.empty())
        fmt::print(stderr, "spinscape: what was damaged is computed again\n");
}

/// Writes the result, prints it, and tells by an Error what is wrong with it.
void conclude(Job const& job, Swept const& swept, Provenance const& provenance) {
    auto const tree = result_tree(job, swept, provenance);
    store::write(job.output, tree);
    for (auto const& failure : swept.failures)
        fmt::print(stderr, "spinscape: point {} replica {} failed: {}\n", failure.point,
                   failure.replica, failure.message);
    show(job.output, Form::text);
    fmt::print("result: {}\n", job.output);
    if (auto const* problem = tree.group("claims")->attribute("problem"))
        throw Error(ExitCode::internal,
                    fmt::format("the records were written, but the study drew no conclusions "
                                "from them: {}",
                                std::get<std::string>(*problem)));
    if (!swept.failures.empty())
        throw Error(ExitCode::some_tasks_failed,
                    fmt::format("{} replica(s) failed", swept.failures.size()));
}

}  // namespace

Job job_of(std::vector<Study> const& studies, std::string const& path, Overrides const& overrides) {
    return resolve_job(file_text(path), path, studies, overrides);
}

int run(std::vector<Study> const& studies, std::string const& path, RunOptions const& options) {
    auto const shard = shard_from(options.shard);
    if (!options.max_time.empty() && options.max_time != "slurm") parse_duration(options.max_time);
    parallel::World world;
    linalg::use_one_thread();
    catch_stop_signals();
    bool const first = world.rank() == 0;

    // Rank 0 alone looks at files and reports what is wrong; the others follow its word.
    std::string text, seconds;
    auto present = Present::nothing;
    Job job;
    std::optional<RunFolder> folder;
    std::optional<Finished> finished;
    auto const hosts = world.host_names();
    auto code = on_first_rank(world, [&] {
        text = file_text(path);
        job = resolve_job(text, path, studies, options.overrides);
        if (auto const reason = why_no_shards(job); shard.of > 1 && !reason.empty())
            throw Error(ExitCode::usage, fmt::format("--shard {}: {}: {}; run it as one job",
                                                     options.shard, path, reason));
        if (auto const given =
                seconds_given(options.max_time.empty() ? job.max_time : options.max_time))
            seconds = fmt::format("{}", *given);
        present = already_there(job, options);
        if (present != Present::nothing) return;
        // The ranks on other nodes have their own memory.
        validate(job, std::count(hosts.begin(), hosts.end(), hosts.front()));
        folder.emplace(job);
        folder->open(job,
                     options.restart ? RunFolder::Policy::restart
                     : options.force ? RunFolder::Policy::force
                                     : RunFolder::Policy::keep,
                     shard);
        finished = folder->finished(job);
        tell(*finished);
    });
    if (code != 0) return code;
    present = static_cast<Present>(world.maximum(static_cast<int>(present)));
    if (present != Present::nothing)
        return on_first_rank(world, [&] {
            fmt::print(stderr, "spinscape: {} is complete already; --restart computes it again\n",
                       job.output);
            show(job.output, Form::text);
            if (present == Present::inconclusive)
                throw Error(ExitCode::internal, "the study drew no conclusions in that run");
            if (present == Present::with_failures)
                throw Error(ExitCode::some_tasks_failed, "some replicas failed in that run");
        });
    text = world.broadcast(text);
    seconds = world.broadcast(seconds);
    if (!first) {
        job = resolve_job(text, path, studies, options.overrides);
        folder.emplace(job);
        finished.emplace(job);
    }

    Progress progress(job, world.size(), options.quiet || !first);
    StopControl stop(seconds.empty() ? std::nullopt : std::optional(std::stod(seconds)), *folder);
    auto const swept = run_sweep(
        job, world, std::move(*finished),
        {.folder = &*folder,
         .shard = shard,
         .stopping = [&] { return stop.stopping(); },
         .seconds_left = seconds.empty() ? std::function<double()>() : std::function<double()>([&] {
             return stop.seconds_left();
         }),
         .save_seconds = job.save_seconds,
         .on_start = [&](auto const& blocks, auto const& there) { progress.start(blocks, there); },
         .on_block = [&](auto const& block, auto const& report) { progress.add(block, report); },
         .on_wanted = [&](auto const& before, auto const& now) { progress.change(before, now); }});
    Provenance const provenance{.command_line = options.command_line,
                                .mpi_library = world.mpi_version(),
                                .blas = linalg::blas_description(),
                                .hosts = hosts};
    return on_first_rank(world, [&] {
        progress.finish(swept.times.wall);
        if (swept.problem) std::rethrow_exception(swept.problem);
        if (swept.missing_replicas > 0)
            throw Error(ExitCode::stopped,
                        fmt::format("stopped ({}): {} replicas are left; run again to continue",
                                    stop.reason(), swept.missing_replicas));
        if (shard.of > 1)
            fmt::print("shard {}/{} is complete; when all are: spinscape merge {}\n", shard.number,
                       shard.of, path);
        else
            conclude(job, swept, provenance);
    });
}

int merge(std::vector<Study> const& studies, std::string const& path, RunOptions const& options) {
    auto const job = job_of(studies, path, options.overrides);
    if (fs::exists(job.output)) identity_of(job.output);  // not over a file of somebody else's
    RunFolder const folder(job);
    if (!folder.exists())
        throw Error(ExitCode::missing_input,
                    fmt::format("there is no run folder {}: nothing has been computed for {} yet",
                                folder.path(), path));
    auto const start = std::chrono::steady_clock::now();
    auto finished = folder.finished(job);
    tell(finished);
    auto const swept = swept_so_far(job, std::move(finished));
    conclude(job, swept,
             {.command_line = options.command_line,
              .mpi_library = "",
              .blas = linalg::blas_description(),
              .hosts = {}});
    std::chrono::duration<double> const passed = std::chrono::steady_clock::now() - start;
    auto const replicas = swept.records.rows();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    if (!options.quiet)
        fmt::print(stderr,
                   "merged {} replicas in {:.2f} s ({:.3g}/s), at most {:.0f} MiB of memory\n",
                   replicas, passed.count(), static_cast<double>(replicas) / passed.count(),
                   static_cast<double>(usage.ru_maxrss) / 1024);
    if (swept.missing_replicas > 0)
        fmt::print(stderr, "spinscape: {} replicas are missing\n", swept.missing_replicas);
    return 0;
}

}  // namespace spinscape::app
