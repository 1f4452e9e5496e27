// SPDX-License-Identifier: BSD-3-Clause
#include "batch_script.hpp"
#include "spinscape/base/duration.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"
#include "spinscape/study/runner.hpp"
#include "spinscape/study/waves.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <sys/wait.h>
#include <thread>

namespace spinscape::app {

namespace {

namespace fs = std::filesystem;

BatchJob batch_job(Job const& job, std::string const& path, SubmitOptions const& options) {
    if (options.nodes < 1 || options.ranks_per_node < 0 || options.shards < 0)
        throw Error(ExitCode::usage, "--nodes, --ranks-per-node and --array count from 1");
    BatchJob batch;
    batch.system =
        options.scheduler.empty() ? batch_system_here() : batch_system_from(options.scheduler);
    batch.name = fs::path(path).stem().string();
    batch.program = fs::read_symlink("/proc/self/exe").string();
    batch.job = fs::absolute(path).lexically_normal().string();
    batch.output = fs::absolute(job.output).lexically_normal().string();
    auto const& names = batch_system_names();
    batch.script =
        fmt::format("{}.{}.sh", batch.output, names[static_cast<std::size_t>(batch.system)]);
    for (auto const& [key, value] : options.overrides.set) {
        batch.arguments.push_back("--set");
        batch.arguments.push_back(key + "=" + value);
    }
    if (!options.overrides.tier.empty()) {
        batch.arguments.push_back("--tier");
        batch.arguments.push_back(options.overrides.tier);
    }
    batch.nodes = options.nodes;
    batch.ranks_per_node = options.ranks_per_node;
    if (batch.ranks_per_node == 0) {
        batch.ranks_per_node = std::max(1U, std::thread::hardware_concurrency());
        fmt::print(stderr,
                   "spinscape: {} ranks per node, the processors of this machine; see "
                   "--ranks-per-node\n",
                   batch.ranks_per_node);
    }
    batch.seconds = parse_duration(options.time).count();
    if (batch.seconds < 10)
        throw Error(ExitCode::usage,
                    fmt::format("--time {}: too short to start anything", options.time));
    batch.shards = options.shards;
    batch.launcher = !options.launcher.empty()            ? options.launcher
                     : batch.system == BatchSystem::slurm ? "srun"
                                                          : "mpirun";
    batch.queue = options.queue;
    batch.account = options.account;
    batch.directives = options.directives;
    return batch;
}

/// Hands the script to the scheduler; what it answered.
std::string submitted(BatchJob const& batch) {
    auto const command =
        fmt::format("{} {}{} 2>&1", submit_command(batch.system),
                    batch.system == BatchSystem::lsf ? "< " : "", shell_word(batch.script));
    std::string answer;
    auto* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
        throw Error(ExitCode::unavailable, fmt::format("'{}' cannot be started", command));
    std::array<char, 256> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) answer += part.data();
    int const state = ::pclose(pipe);
    while (!answer.empty() && answer.back() == '\n') answer.pop_back();
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0)
        throw Error(ExitCode::unavailable, fmt::format("'{}' failed: {}", command,
                                                       answer.empty() ? "without a word" : answer));
    return answer;
}

}  // namespace

int submit(std::vector<Study> const& studies, std::string const& path,
           SubmitOptions const& options) {
    auto const job = job_of(studies, path, options.overrides);
    // Other nodes may have more memory than this one: only what does not depend on it.
    validate(job, 0);
    if (auto const reason = why_no_shards(job); options.shards > 0 && !reason.empty())
        throw Error(ExitCode::usage, fmt::format("--array {}: {}: {}; submit it as one job",
                                                 options.shards, path, reason));
    auto const batch = batch_job(job, path, options);
    auto const script = batch_script(batch);
    if (options.dry_run) {
        if (options.form == Form::json)
            fmt::print("{}\n", nlohmann::json{{"file", batch.script}, {"script", script}}.dump(2));
        else
            fmt::print("{}", script);
        return 0;
    }
    if (RunFolder(job).in_use())
        throw Error(ExitCode::bad_input,
                    fmt::format("{}.run: a run computes here already", job.output));
    store::replace_file(batch.script, script);
    fs::permissions(batch.script, fs::perms::owner_all, fs::perm_options::add);
    auto const answer = submitted(batch);
    if (options.form == Form::json)
        fmt::print("{}\n", nlohmann::json{{"file", batch.script}, {"answer", answer}}.dump(2));
    else
        fmt::print("{}\n{}\n", batch.script, answer);
    return 0;
}

}  // namespace spinscape::app
