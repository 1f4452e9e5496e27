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
    bool restart = false;  ///< compute again and replace the result
    bool force = false;    ///< replace a result that was made with another job
    bool quiet = false;
    std::string command_line;
};
int run(std::vector<Study> const& studies, std::string const& job, RunOptions const& options);

int show(std::string const& file, Form form);
int validate(std::string const& file, Form form);
int export_csv(std::string const& file, std::string const& out);
int report(std::string const& file, std::string const& out);
int version(Form form);
/// What on this machine, in this allocation and in `directory` would spoil a run.
int doctor(std::string const& directory, Form form);

Study const& find_study(std::vector<Study> const& studies, std::string const& name);

}  // namespace spinscape::app
