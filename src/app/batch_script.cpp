// SPDX-License-Identifier: BSD-3-Clause
#include "batch_script.hpp"

#include "spinscape/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace spinscape::app {

namespace {

/// Slurm warns so many seconds before the end; the run itself stops by --max-time before that, but
/// the limit may have been lowered meanwhile.
constexpr index warning = 60;

bool on_path(std::string const& command) {
    auto const* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((folder + "/" + command).c_str(), X_OK) == 0) return true;
    return false;
}

/// Schedulers allow few characters in names of jobs.
std::string job_name(std::string name) {
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-' && c != '.')
            c = '_';
    return name;
}

/// Beside the result. No shell reads a directive, and % starts a replacement symbol there.
std::string log_path(BatchJob const& job, std::string const& ending) {
    std::string text;
    for (char const c : job.output) text += c == '%' ? "%%" : std::string(1, c);
    text += ending;
    return text.find(' ') == std::string::npos ? text : '"' + text + '"';
}

std::string clock_time(index seconds) {
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::vector<std::string> slurm_directives(BatchJob const& job) {
    std::vector<std::string> lines = {
        fmt::format("--job-name={}", job_name(job.name)),
        fmt::format("--nodes={}", job.nodes),
        fmt::format("--ntasks-per-node={}", job.ranks_per_node),
        "--cpus-per-task=1",
        fmt::format("--time={}", clock_time(job.seconds)),
        "--output=" + log_path(job, job.shards > 0 ? ".%a.log" : ".log"),
        "--open-mode=append",
        "--requeue",
        fmt::format("--signal=B:USR1@{}", std::min(warning, job.seconds / 4))};
    if (job.shards > 0) lines.push_back(fmt::format("--array=1-{}", job.shards));
    if (!job.queue.empty()) lines.push_back("--partition=" + job.queue);
    if (!job.account.empty()) lines.push_back("--account=" + job.account);
    return lines;
}

std::vector<std::string> pbs_directives(BatchJob const& job) {
    bool const torque = job.system == BatchSystem::torque;
    std::vector<std::string> lines = {
        fmt::format("-N {}", job_name(job.name).substr(0, 15)),
        torque ? fmt::format("-l nodes={}:ppn={}", job.nodes, job.ranks_per_node)
               : fmt::format("-l select={}:ncpus={}:mpiprocs={}", job.nodes, job.ranks_per_node,
                             job.ranks_per_node),
        fmt::format("-l walltime={}", clock_time(job.seconds)), "-j oe", "-r y",
        // The script appends to a log of its own, since each submission replaces this one.
        "-o /dev/null"};
    if (job.shards > 0) lines.push_back(fmt::format("{} 1-{}", torque ? "-t" : "-J", job.shards));
    if (!job.queue.empty()) lines.push_back("-q " + job.queue);
    if (!job.account.empty()) lines.push_back("-A " + job.account);
    return lines;
}

std::vector<std::string> lsf_directives(BatchJob const& job) {
    auto const minutes = (job.seconds + 59) / 60;
    auto const array = job.shards > 0 ? fmt::format("[1-{}]", job.shards) : "";
    std::vector<std::string> lines = {
        fmt::format("-J \"{}{}\"", job_name(job.name), array),
        fmt::format("-n {}", job.nodes * job.ranks_per_node),
        fmt::format("-R \"span[ptile={}]\"", job.ranks_per_node),
        fmt::format("-W {}:{:02}", minutes / 60, minutes % 60),
        "-o " + log_path(job, job.shards > 0 ? ".%I.log" : ".log"), "-r",
        // LSF itself puts a job back that ends with this.
        "-Q \"75\"", "-wa USR1",
        fmt::format("-wt {}", std::max<index>(1, std::min<index>(warning, job.seconds / 4) / 60))};
    if (!job.queue.empty()) lines.push_back("-q " + job.queue);
    if (!job.account.empty()) lines.push_back("-P " + job.account);
    return lines;
}

/// A job of an array goes back into the queue alone: qsub -C reads these directives instead.
constexpr auto mark_of_one = "#ONE";

std::string directives(BatchJob const& job) {
    auto lines = job.system == BatchSystem::slurm ? slurm_directives(job)
                 : job.system == BatchSystem::lsf ? lsf_directives(job)
                                                  : pbs_directives(job);
    lines.insert(lines.end(), job.directives.begin(), job.directives.end());
    auto const* mark = job.system == BatchSystem::slurm ? "#SBATCH"
                       : job.system == BatchSystem::lsf ? "#BSUB"
                                                        : "#PBS";
    std::string text;
    for (auto const& line : lines) text += fmt::format("{} {}\n", mark, line);
    if (job.shards == 0 || job.system == BatchSystem::slurm || job.system == BatchSystem::lsf)
        return text;
    for (auto const& line : lines)
        if (!line.ends_with(fmt::format(" 1-{}", job.shards)))
            text += fmt::format("{} {}\n", mark_of_one, line);
    return text;
}

/// Starts the ranks.
std::string launch(BatchJob const& job) {
    auto const ranks = job.nodes * job.ranks_per_node;
    if (job.launcher == "srun") return fmt::format("srun --ntasks={} --kill-on-bad-exit=1", ranks);
    auto text =
        fmt::format("mpirun -n {} --map-by ppr:{}:node --bind-to core", ranks, job.ranks_per_node);
    if (job.system == BatchSystem::lsf) text += " --hostfile \"$LSB_DJOB_HOSTFILE\"";
    if (job.system == BatchSystem::pbs || job.system == BatchSystem::torque)
        text += " --hostfile \"$PBS_NODEFILE\"";
    return text;
}

/// Sets `shard`, the arguments of an array's task.
std::string shard_lines(BatchJob const& job) {
    if (job.shards == 0) return "shard=()\n";
    auto const* number = job.system == BatchSystem::slurm ? "$SLURM_ARRAY_TASK_ID"
                         : job.system == BatchSystem::lsf ? "$LSB_JOBINDEX"
                         : job.system == BatchSystem::pbs ? "${SPINSCAPE_SHARD:-$PBS_ARRAY_INDEX}"
                                                          : "${SPINSCAPE_SHARD:-$PBS_ARRAYID}";
    return fmt::format("number={}\nshard=(--shard \"$number/{}\")\n", number, job.shards);
}

/// How to get back into the queue.
std::string again(BatchJob const& job) {
    switch (job.system) {
        case BatchSystem::slurm:
            return "scontrol requeue \"$SLURM_JOB_ID\" && exit 0\n"
                   "echo 'spinscape: the job could not be requeued; submit it again' >&2\nexit "
                   "75\n";
        case BatchSystem::lsf:
            return "exit 75  # see -Q above\n";
        case BatchSystem::pbs:
        case BatchSystem::torque:
            break;
    }
    // qrerun is for operators only: every user may submit once more.
    auto const one = fmt::format(" -C '{}' -v SPINSCAPE_SHARD=\"$number\"", mark_of_one);
    return fmt::format("exec qsub{} {}\n", job.shards > 0 ? one : "", shell_word(job.script));
}

constexpr auto body = R"bash(
# One thread per rank: the ranks are the parallelism.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

spinscape={program}
job=({job} -o {output}{arguments})
{shard}
# What is finished or saved so far; changes whenever the sweep has come on.
progress() {{
    find {folder} \( -name {journals} -o -path '*/state/*' \) -printf '%p %s %T@\n' 2>/dev/null | sort | cksum
}}
before=$(progress)

# The run is told when to stop, and stops earlier if this shell is warned.
{launch} "$spinscape" run "${{job[@]}}" "${{shard[@]}}" --max-time "$(({seconds} - SECONDS))s" &
ranks=$!
cancelled=no
trap 'kill -USR1 "$ranks"' USR1
trap 'cancelled=yes; kill -TERM "$ranks"' TERM INT
wait "$ranks"; code=$?
while kill -0 "$ranks" 2>/dev/null; do wait "$ranks"; code=$?; done  # a trap ends a wait

if [ "$code" -eq 75 ]; then  # stopped in time: go on later
    if [ "$cancelled" = yes ]; then
        echo 'spinscape: cancelled; what is finished is kept, submit again to go on' >&2
        exit 1
    fi
    if [ "$(progress)" = "$before" ]; then
        echo 'spinscape: nothing was finished or saved in the time there was; it is not tried again' >&2
        exit 1
    fi
{again}fi
)bash";

}  // namespace

std::vector<std::string> const& batch_system_names() {
    static std::vector<std::string> const names = {"slurm", "pbs", "torque", "lsf"};
    return names;
}

BatchSystem batch_system_from(std::string const& name) {
    auto const& names = batch_system_names();
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        throw Error(ExitCode::usage,
                    fmt::format("--scheduler {}: must be slurm, pbs, torque or lsf", name));
    return static_cast<BatchSystem>(found - names.begin());
}

BatchSystem batch_system_here() {
    if (on_path("sbatch")) return BatchSystem::slurm;
    if (on_path("bsub")) return BatchSystem::lsf;
    if (on_path("qsub")) return on_path("pbs_tmrsh") ? BatchSystem::pbs : BatchSystem::torque;
    throw Error(ExitCode::unavailable,
                "no scheduler here: none of sbatch, bsub and qsub is on PATH; name one with "
                "--scheduler and print its script with --dry-run");
}

std::string submit_command(BatchSystem system) {
    return system == BatchSystem::slurm ? "sbatch" : system == BatchSystem::lsf ? "bsub" : "qsub";
}

std::string shell_word(std::string const& text) {
    bool const plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-./=+,:@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (plain) return text;
    std::string quoted = "'";
    for (char const c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

std::string batch_script(BatchJob const& job) {
    std::string arguments, requeue;
    for (auto const& argument : job.arguments) arguments += " " + shell_word(argument);
    std::istringstream lines(again(job));
    for (std::string line; std::getline(lines, line);) requeue += "    " + line + "\n";
    auto text = fmt::format(
        "#!/bin/bash\n# Made by: spinscape submit\n{}{}", directives(job),
        job.system == BatchSystem::pbs || job.system == BatchSystem::torque
            ? fmt::format("exec >>{}{} 2>&1\n", shell_word(job.output),
                          job.shards > 0
                              ? fmt::format(".\"${{SPINSCAPE_SHARD:-${}}}\".log",
                                            job.system == BatchSystem::pbs ? "PBS_ARRAY_INDEX"
                                                                           : "PBS_ARRAYID")
                              : ".log")
            : "");
    text += fmt::format(
        body, fmt::arg("program", shell_word(job.program)), fmt::arg("job", shell_word(job.job)),
        fmt::arg("output", shell_word(job.output)), fmt::arg("arguments", arguments),
        fmt::arg("shard", shard_lines(job)), fmt::arg("folder", shell_word(job.output + ".run")),
        fmt::arg("journals", job.shards > 0
                                 ? fmt::format("\"*-${{number}}of{}.journal\"", job.shards)
                                 : "'*.journal'"),
        fmt::arg("launch", launch(job)), fmt::arg("seconds", job.seconds),
        fmt::arg("again", requeue));
    if (job.shards > 0)
        text +=
            "# Whoever finds all shards complete merges them; twice does no harm.\n"
            "if [ \"$code\" -eq 0 ] && \"$spinscape\" status \"${job[@]}\" >/dev/null; then\n"
            "    \"$spinscape\" merge \"${job[@]}\"; code=$?\nfi\n";
    return text + "exit \"$code\"\n";
}

}  // namespace spinscape::app
