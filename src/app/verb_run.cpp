// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/study/result.hpp"
#include "verbs.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace spinscape::app {

namespace {

namespace fs = std::filesystem;

/// Lines of two canonical job texts that differ.
std::string differences(std::string const& before, std::string const& now) {
    std::istringstream a(before), b(now);
    std::string text;
    for (std::string x, y; true;) {
        bool const more_a = static_cast<bool>(std::getline(a, x)),
                   more_b = static_cast<bool>(std::getline(b, y));
        if (!more_a && !more_b) return text;
        if (!more_a) x.clear();
        if (!more_b) y.clear();
        if (x != y)
            text += fmt::format("\n  {}  ->  {}", x.empty() ? "(nothing)" : x,
                                y.empty() ? "(nothing)" : y);
    }
}

/// True if the output holds the result of this very job already. Error if it must not be replaced.
bool already_there(Job const& job, RunOptions const& options) {
    auto folder = fs::path(job.output).parent_path();
    if (folder.empty()) folder = ".";
    if (!fs::is_directory(folder) || ::access(folder.c_str(), W_OK) != 0)
        throw Error(ExitCode::cannot_create,
                    fmt::format("{}: the folder '{}' does not exist or cannot be written",
                                job.output, folder.string()));
    if (fs::is_directory(job.output))
        throw Error(ExitCode::cannot_create,
                    fmt::format("{} is a folder; name a file", job.output));
    if (!fs::exists(job.output)) return false;
    store::Group old;
    try {
        old = store::read(job.output);
    } catch (Error const&) {
        throw Error(ExitCode::bad_input, fmt::format("{} exists and is no result of Spinscape; it "
                                                     "is left alone: choose another output file",
                                                     job.output));
    }
    auto const* study = old.attribute("study");
    auto const* config = old.variable("config_toml");
    if (study == nullptr || config == nullptr)
        throw Error(ExitCode::bad_input, fmt::format("{} exists and is no result of Spinscape; it "
                                                     "is left alone: choose another output file",
                                                     job.output));
    if (auto const name = std::get<std::string>(*study); name != job.study->name)
        throw Error(
            ExitCode::bad_input,
            fmt::format(
                "{} is the result of study '{}', this job is '{}'; choose another output file",
                job.output, name, job.study->name));
    if (options.restart) return false;
    auto const& before = config->texts().front();
    if (before == job.resolved()) return true;
    if (options.force) return false;
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

}  // namespace

int run(std::vector<Study> const& studies, std::string const& path, RunOptions const& options) {
    parallel::World world;
    linalg::use_one_thread();
    bool const first = world.rank() == 0;

    // Rank 0 alone looks at files and reports what is wrong; the others follow its word.
    std::string text;
    auto code = ExitCode::success;
    bool complete = false;
    Job job;
    if (first) try {
            text = file_text(path);
            job = resolve_job(text, path, studies, options.overrides);
            complete = already_there(job, options);
            if (!complete) validate(job, world.size());
        } catch (Error const& error) {
            fmt::print(stderr, "spinscape: {}\n", error.what());
            code = error.code();
        }
    if (int const agreed = world.maximum(static_cast<int>(code)); agreed != 0) return agreed;
    if (world.maximum(complete ? 1 : 0) != 0) {
        if (first)
            fmt::print(stderr, "spinscape: {} is complete already; --restart computes it again\n",
                       job.output);
        return first ? show(job.output, Form::text) : 0;
    }
    text = world.broadcast(text);
    if (!first) job = resolve_job(text, path, studies, options.overrides);

    Progress progress(job, blocks_of(job), options.quiet || !first);
    auto const swept = run_sweep(
        job, world, [&](auto const& block, auto const& report) { progress.add(block, report); });
    Provenance const provenance{.command_line = options.command_line,
                                .mpi_library = world.library(),
                                .blas = linalg::blas_description(),
                                .hosts = world.host_names()};
    if (first) try {
            progress.finish(swept.times.wall);
            store::write(job.output, result_tree(job, swept, provenance));
            for (auto const& failure : swept.failures)
                fmt::print(stderr, "spinscape: point {} replica {} failed: {}\n", failure.point,
                           failure.replica, failure.message);
            show(job.output, Form::text);
            fmt::print("result: {}\n", job.output);
            if (!swept.failures.empty()) code = ExitCode::some_tasks_failed;
        } catch (Error const& error) {
            fmt::print(stderr, "spinscape: {}\n", error.what());
            code = error.code();
        }
    return world.maximum(static_cast<int>(code));
}

}  // namespace spinscape::app
