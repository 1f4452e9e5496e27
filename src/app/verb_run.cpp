// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/study/result.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

namespace spinscape::app {

namespace {

namespace fs = std::filesystem;

/// The entries of a canonical job text, keyed "parameters.epochs", "sweep 2.grid".
std::map<std::string, std::string> entries(std::string const& text) {
    std::map<std::string, std::string> found;
    std::istringstream lines(text);
    std::string section;
    int sweeps = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line == "[[sweep]]")
            section = fmt::format("sweep {}.", ++sweeps);
        else if (line.starts_with('['))
            section = line.substr(1, line.size() - 2) + ".";
        else if (auto const equals = line.find(" = "); equals != std::string::npos)
            found[section + line.substr(0, equals)] = line.substr(equals + 3);
    }
    return found;
}

/// What differs between two canonical job texts, a line per key.
std::string differences(std::string const& before, std::string const& now) {
    auto const a = entries(before), b = entries(now);
    std::set<std::string> keys;
    for (auto const& [key, value] : a) keys.insert(key);
    for (auto const& [key, value] : b) keys.insert(key);
    auto const value = [](auto const& from, std::string const& key) {
        auto const found = from.find(key);
        return found == from.end() ? std::string("(nothing)") : found->second;
    };
    std::string text;
    for (auto const& key : keys)
        if (value(a, key) != value(b, key))
            text += fmt::format("\n  {}: {}  ->  {}", key, value(a, key), value(b, key));
    return text;
}

/// What tells one result from another.
struct Identity {
    std::string study, job;
    bool failures, conclusions;
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
            return {text("study"), old.require("config_toml").texts().at(0),
                    failed != nullptr && std::get<std::int64_t>(*failed) > 0,
                    claims != nullptr && claims->attribute("problem") == nullptr};
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
    auto const [study, before, failures, conclusions] = identity_of(job.output);
    if (study != job.study->name)
        throw Error(
            ExitCode::bad_input,
            fmt::format(
                "{} is the result of study '{}', this job is '{}'; choose another output file",
                job.output, study, job.study->name));
    if (before == job.resolved())
        return options.restart ? Present::nothing
               : !conclusions  ? Present::inconclusive
               : failures      ? Present::with_failures
                               : Present::complete;
    if (options.force) return Present::nothing;
    throw Error(ExitCode::bad_input,
                fmt::format("{} was made with another job; it is left alone. Use --force to "
                            "replace it, or another output file. Changed:{}",
                            job.output, differences(before, job.resolved())));
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

}  // namespace

int run(std::vector<Study> const& studies, std::string const& path, RunOptions const& options) {
    parallel::World world;
    linalg::use_one_thread();
    bool const first = world.rank() == 0;

    // Rank 0 alone looks at files and reports what is wrong; the others follow its word.
    std::string text;
    auto present = Present::nothing;
    Job job;
    auto const hosts = world.host_names();
    auto code = on_first_rank(world, [&] {
        text = file_text(path);
        job = resolve_job(text, path, studies, options.overrides);
        present = already_there(job, options);
        // The ranks on other nodes have their own memory.
        if (present == Present::nothing)
            validate(job, std::count(hosts.begin(), hosts.end(), hosts.front()));
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
    if (!first) job = resolve_job(text, path, studies, options.overrides);

    Progress progress(job, blocks_of(job), options.quiet || !first);
    auto const swept = run_sweep(
        job, world, [&](auto const& block, auto const& report) { progress.add(block, report); });
    Provenance const provenance{.command_line = options.command_line,
                                .mpi_library = world.mpi_version(),
                                .blas = linalg::blas_description(),
                                .hosts = hosts};
    return on_first_rank(world, [&] {
        progress.finish(swept.times.wall);
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
    });
}

}  // namespace spinscape::app
