// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/job.hpp"

#include <string>
#include <vector>

/// One function per verb of the command line; data go to stdout, messages to stderr. Each returns
/// the exit code; problems of the user's come as Error.
namespace spinscape::app {

enum class Form { text, json };

int list(std::vector<Study> const& studies, Form form);
int describe(std::vector<Study> const& studies, std::string const& name, Form form);
int init(std::vector<Study> const& studies, std::string const& name);
int check(std::vector<Study> const& studies, std::string const& job, Overrides const& overrides,
          Form form);

struct RunOptions {
    Overrides overrides;
    bool restart = false;  ///< compute all again
    bool force = false;    ///< go on although job or program have changed; replace another result
    bool quiet = false;
    std::string max_time;  ///< "11h30m", "slurm"; empty: no limit
    std::string shard;     ///< "2/5"; empty: the whole job
    std::string command_line;
};
int run(std::vector<Study> const& studies, std::string const& job, RunOptions const& options);

struct SubmitOptions {
    Overrides overrides;
    std::string scheduler;  ///< empty: whichever is here
    index nodes = 1;
    index ranks_per_node = 0;  ///< 0: as many as this machine has processors
    std::string time;          ///< "11h30m"
    index shards = 0;          ///< > 0: a job array
    std::string launcher, queue, account;
    std::vector<std::string> directives;
    bool dry_run = false;
    Form form = Form::text;
};
/// Writes a batch script beside the result and submits it; prints the scheduler's answer.
int submit(std::vector<Study> const& studies, std::string const& job, SubmitOptions const& options);

/// Done, wanted and failed replicas per point; 75 if some are missing. Reads only.
int status(std::vector<Study> const& studies, std::string const& job, Overrides const& overrides,
           Form form);
/// Writes the result of what there is, complete or not. Reads journals only.
int merge(std::vector<Study> const& studies, std::string const& job, RunOptions const& options);
/// Removes the run folder of a job.
int remove(std::vector<Study> const& studies, std::string const& job, Overrides const& overrides,
           bool yes);

int show(std::string const& file, Form form);
int validate(std::string const& file, Form form);
int export_csv(std::string const& file, bool points, std::string const& out);
int report(std::string const& file, std::string const& out);
int version(Form form);
/// A quantity of theory for all combinations of the arguments in `words` ("--p", "3,4", "--k",
/// "0..5"); without a quantity, what there is.
int theory(std::string const& model, std::string const& quantity,
           std::vector<std::string> const& words, Form form);
/// What on this machine, in this allocation and in `directory` would spoil a run.
int doctor(std::string const& directory, Form form);

std::string label(Job const& job, std::size_t point);  ///< "width=25 batch=10"
/// Reads and resolves the job file.
Job job_of(std::vector<Study> const& studies, std::string const& path, Overrides const& overrides);

Study const& find_study(std::vector<Study> const& studies, std::string const& name);

}  // namespace spinscape::app
