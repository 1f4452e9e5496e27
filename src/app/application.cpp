// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/app/application.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/multiversion.hpp"
#include "verbs.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace spinscape {

namespace {

/// "key=value" of --set.
std::pair<std::string, std::string> split(std::string const& setting) {
    auto const equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
        throw Error(
            ExitCode::usage,
            fmt::format("--set {}: must be key=value, for example --set parameters.epochs=20",
                        setting));
    return {setting.substr(0, equals), setting.substr(equals + 1)};
}

int dispatch(int argc, char** argv, std::vector<Study> const& studies) {
    CLI::App cli{"Spinscape: a distributed laboratory for energy landscapes", "spinscape"};
    std::string name, quantity, file, out, page = "report.html", directory = ".";
    std::vector<std::string> settings;
    app::RunOptions options;
    app::SubmitOptions batch;
    bool json = false, csv = false, points = false, version = false, yes = false;
    auto const form = [&] { return json ? app::Form::json : app::Form::text; };

    cli.add_flag("--version", version, "Version, commit and compiler");
    cli.add_flag("--json", json, "With --version: as JSON");
    auto* list = cli.add_subcommand("list", "Studies with their questions and sources");
    auto* describe = cli.add_subcommand("describe", "Parameters, fields and tiers of a study");
    auto* init = cli.add_subcommand("init", "Print a commented job file with every parameter");
    auto* check =
        cli.add_subcommand("check", "Parse and validate a job, estimate its cost; runs nothing");
    auto* run = cli.add_subcommand("run", "Run a job (also under mpirun or srun)");
    auto* submit = cli.add_subcommand(
        "submit", "Write and submit a batch script that runs a job until it is complete");
    auto* status = cli.add_subcommand("status", "What is done of a job, also while it runs");
    auto* merge =
        cli.add_subcommand("merge", "Write the result of what is done, also while the job runs");
    auto* remove = cli.add_subcommand("delete", "Remove the run folder of a job");
    auto* show = cli.add_subcommand("show", "Provenance, summary and claims of a result");
    auto* validate = cli.add_subcommand("validate", "Check a result file against the format");
    auto* exporting = cli.add_subcommand("export", "One long table, a row per replica");
    auto* report = cli.add_subcommand("report", "One self-contained HTML page with figures");
    auto* theory = cli.add_subcommand(
        "theory", "Values of theory: MODEL --quantity Q --ARGUMENT VALUES; alone: what there is");
    theory->add_option("model", name, "Model, for example p-spin");
    theory->add_option("--quantity", quantity, "What to print, for example E_k");
    theory->allow_extras();
    auto* doctor = cli.add_subcommand(
        "doctor", "Check machine, MPI and file system before a run (also under mpirun or srun)");
    doctor->add_option("--dir", directory, "Directory where results will be written (default: .)");
    for (auto* verb : {list, describe, check, status, submit, show, validate, theory, doctor})
        verb->add_flag("--json", json, "As JSON");
    for (auto* verb : {describe, init})
        verb->add_option("study", name, "Name of a study")->required();
    for (auto* verb : {check, run, submit, status, merge, remove}) {
        verb->add_option("job", file, "Job file (TOML)")->required();
        verb->add_option("-o,--output", options.overrides.output, "Result file");
        verb->add_option("--set", settings, "key=value, overrides the job file; may be repeated")
            ->take_all()
            ->type_size(1)
            ->allow_extra_args(false);
        verb->add_option("--tier", options.overrides.tier, "smoke, standard or paper");
    }
    run->add_flag("--force", options.force,
                  "Go on although job or program have changed; replace the result of another job");
    run->add_flag("--restart", options.restart, "Compute all again");
    run->add_option("--max-time", options.max_time,
                    "Stop in time and exit with 75: 90min, 11h30m, 2d, or slurm for the time left "
                    "to this Slurm job");
    run->add_option("--shard", options.shard,
                    "i/n: only part i of n, for job arrays; merge them with 'spinscape merge'");
    submit->add_option("--nodes", batch.nodes, "Nodes (default: 1)");
    submit->add_option("--ranks-per-node", batch.ranks_per_node,
                       "Ranks per node (default: as many as this machine has processors)");
    submit->add_option("--time", batch.time, "Limit of wall time per submission: 90min, 11h30m, 2d")
        ->required();
    submit->add_option("--scheduler", batch.scheduler,
                       "slurm, pbs, torque or lsf (default: what is installed here)");
    submit->add_option("--array", batch.shards,
                       "Run as an array of so many jobs, each with --nodes and --ranks-per-node");
    submit->add_option("--launcher", batch.launcher, "srun or mpirun (default: srun under Slurm)")
        ->check(CLI::IsMember({"srun", "mpirun"}));
    submit->add_option("--queue,--partition", batch.queue, "Queue or partition");
    submit->add_option("--account", batch.account, "Account or project to charge");
    submit
        ->add_option("--option", batch.directives,
                     "A further line for the scheduler, e.g. --option=--mem=8G; may be repeated")
        ->take_all()
        ->type_size(1)
        ->allow_extra_args(false);
    submit->add_flag("--dry-run", batch.dry_run, "Print the script; submit nothing");
    remove->add_flag("-y,--yes", yes, "Do not only say what would be removed");
    run->add_flag("-q,--quiet", options.quiet, "No progress");
    for (auto* verb : {show, validate, exporting, report})
        verb->add_option("file", file, "Result file (HDF5)")->required();
    exporting->add_flag("--csv", csv, "As comma-separated values")->required();
    exporting->add_flag("--points", points, "A row per critical point instead");
    exporting->add_option("-o,--output", out, "File to write; standard output otherwise");
    report->add_option("-o,--output", page, "HTML file to write (default: report.html)");

    try {
        cli.parse(argc, argv);
    } catch (CLI::ParseError const& problem) {
        if (problem.get_exit_code() == 0) return cli.exit(problem);  // --help
        fmt::print(stderr, "spinscape: {} (see spinscape --help)\n", problem.what());
        return static_cast<int>(ExitCode::usage);
    }
    for (auto const& setting : settings) options.overrides.set.push_back(split(setting));
    for (int i = 0; i < argc; ++i)
        options.command_line += (i > 0 ? " " : "") + std::string(argv[i]);

    if (version) return app::version(form());
    if (*list) return app::list(studies, form());
    if (*describe) return app::describe(studies, name, form());
    if (*init) return app::init(studies, name);
    if (*check) return app::check(studies, file, options.overrides, form());
    if (*run) return app::run(studies, file, options);
    if (*submit) {
        batch.overrides = options.overrides;
        batch.form = form();
        return app::submit(studies, file, batch);
    }
    if (*status) return app::status(studies, file, options.overrides, form());
    if (*merge) return app::merge(studies, file, options);
    if (*remove) return app::remove(studies, file, options.overrides, yes);
    if (*show) return app::show(file, form());
    if (*validate) return app::validate(file, form());
    if (*exporting) return app::export_csv(file, points, out);
    if (*report) return app::report(file, page);
    if (*theory) return app::theory(name, quantity, theory->remaining(), form());
    if (*doctor) return app::doctor(directory, form());
    fmt::print(stderr, "{}", cli.help());
    return static_cast<int>(ExitCode::usage);
}

}  // namespace

int run_application(int argc, char** argv, std::vector<Study> const& studies) {
    try {
        if (auto const problem = instruction_set_problem(); !problem.empty())
            throw Error(ExitCode::usage, problem);
        int const code = dispatch(argc, argv, studies);
        // What a full disk swallowed shows here and not earlier.
        if (std::fflush(stdout) != 0 && code == 0)
            throw Error(ExitCode::io_failure,
                        fmt::format("standard output: {}", std::strerror(errno)));
        return code;
    } catch (Error const& error) {
        fmt::print(stderr, "spinscape: {}\n", error.what());
        return static_cast<int>(error.code());
    } catch (std::system_error const& problem) {  // from fmt::print, for instance on a full disk
        fmt::print(stderr, "spinscape: {}\n", problem.what());
        return static_cast<int>(ExitCode::io_failure);
    } catch (std::exception const& problem) {
        if (dynamic_cast<std::bad_alloc const*>(&problem) != nullptr)
            fmt::print(stderr, "spinscape: not enough memory on this machine\n");
        else
            fmt::print(stderr, "spinscape: internal error: {}\n", problem.what());
        return static_cast<int>(ExitCode::internal);
    }
}

}  // namespace spinscape
