// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "doctor_checks.hpp"

#include <string>

/// Observes the machine for `doctor`.
namespace spinscape::app::diagnosis {

/// Variables that decide how ranks, threads, files and jobs behave.
Environment relevant_environment();

/// This process; `clock` is left to the caller.
RankFacts observe_rank();

/// Tries locks, safe replacement and appending in `path`, in a folder that is removed again.
/// Forks, and so must run before MPI is started.
DirectoryFacts observe_directory(std::string const& path);

}  // namespace spinscape::app::diagnosis
