// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace spinscape::app::diagnosis {

namespace {

constexpr double MiB = 1024.0 * 1024.0, GiB = 1024 * MiB;
constexpr double slow_replacing = 1;  // seconds
constexpr double noticeable_skew = 2, bad_skew = 60;

/// The value of HDF5's variable, empty if it is not set.
std::string hdf5_locking(Environment const& environment) {
    auto const found = environment.find("HDF5_USE_FILE_LOCKING");
    return found == environment.end() ? "" : found->second;
}

bool hdf5_locks(Environment const& environment) {
    auto const value = hdf5_locking(environment);
    return value != "FALSE" && value != "0";
}

}  // namespace

Finding check_directory(DirectoryFacts const& directory) {
    Finding finding{.check = "directory", .value = directory.path};
    if (!directory.failure.empty()) {
        finding.level = Level::problem;
        finding.wrong = directory.failure + ".";
        finding.remedy = "Create it, make it writable, or name another one with --dir.";
    } else if (directory.file_system == "tmpfs" || directory.file_system == "ramfs") {
        finding.level = Level::warning;
        finding.wrong = "This directory is in the memory of one node and is lost with it.";
        finding.remedy = "Write results to a file system that outlives the job.";
    }
    if (!directory.file_system.empty())
        finding.value += fmt::format(" ({})", directory.file_system);
    return finding;
}

Finding check_locking(DirectoryFacts const& directory, Environment const& environment) {
    Finding finding{.check = "file locking", .value = "flock excludes a second process"};
    if (directory.lock_failure.empty()) return finding;
    finding.value = directory.lock_failure;
    finding.level = hdf5_locks(environment) ? Level::problem : Level::warning;
    finding.wrong = "Files cannot be locked here, so that two jobs could write one file.";
    finding.remedy = hdf5_locks(environment)
                         ? "Set HDF5_USE_FILE_LOCKING=FALSE and give every job its own output, or "
                           "have the file system mounted with flock."
                         : "Give every job its own output file.";
    return finding;
}

Finding check_replacing(DirectoryFacts const& directory) {
    Finding finding{.check = "write, fsync, rename",
                    .value = fmt::format("{:.1f} ms for 1 MiB", 1e3 * directory.replace_seconds)};
    if (!directory.replace_failure.empty()) {
        finding.value = directory.replace_failure;
        finding.level = Level::problem;
        finding.wrong = "A result file could not be written safely here.";
        finding.remedy = "Free space or quota, or name another directory with --dir.";
    } else if (directory.replace_seconds > slow_replacing) {
        finding.level = Level::warning;
        finding.wrong = "The file system takes long to make a file durable.";
        finding.remedy = "Use a faster file system for results, such as the cluster's scratch.";
    }
    return finding;
}

Finding check_appending(DirectoryFacts const& directory) {
    Finding finding{.check = "atomic append", .value = "lines of two processes stay whole"};
    if (directory.append_failure.empty()) return finding;
    finding.value = directory.append_failure;
    finding.level = Level::problem;
    finding.wrong = "Lines that two processes append to one file do not all arrive whole.";
    finding.remedy = "Keep logs that several processes share on another file system.";
    return finding;
}

Finding check_space(DirectoryFacts const& directory) {
    Finding finding{.check = "free space",
                    .value = directory.bytes_free < GiB
                                 ? fmt::format("{:.1f} MiB", directory.bytes_free / MiB)
                                 : fmt::format("{:.1f} GiB", directory.bytes_free / GiB)};
    double const files = directory.files_free.value_or(HUGE_VAL);
    if (directory.files_free) finding.value += fmt::format(", {:.0f} inodes", files);
    bool const full = directory.bytes_free < 16 * MiB || files < 10;
    if (!full && directory.bytes_free >= GiB && files >= 1000) return finding;
    finding.level = full ? Level::problem : Level::warning;
    finding.wrong =
        files < 1000 ? "Few more files can be created." : "There is little room for results.";
    finding.remedy = files < 1000 ? "Delete or pack small files, or name another directory."
                                  : "Delete files, or name another directory.";
    return finding;
}

Finding check_file_times(DirectoryFacts const& directory) {
    Finding finding{.check = "clock of files",
                    .value = fmt::format("{:+.2f} s against this host", directory.clock_skew)};
    double const skew = std::abs(directory.clock_skew);
    if (skew < noticeable_skew) return finding;
    finding.level = skew < bad_skew ? Level::warning : Level::problem;
    finding.wrong = "The file server's clock and this host's disagree.";
    finding.remedy = "Ask the administrators to synchronise the clocks (chrony or ntpd).";
    return finding;
}

Finding check_hdf5(std::string const& version, DirectoryFacts const& directory,
                   Environment const& environment) {
    auto const locking = hdf5_locking(environment);
    Finding finding{.check = "HDF5",
                    .value = fmt::format("{}, HDF5_USE_FILE_LOCKING {}", version,
                                         locking.empty() ? "not set" : "= " + locking)};
    if (!directory.hdf5_failure.empty()) {
        finding.level = Level::problem;
        finding.wrong =
            "A small HDF5 file could not be written and read: " + directory.hdf5_failure;
        finding.remedy = hdf5_locks(environment) && !directory.lock_failure.empty()
                             ? "Set HDF5_USE_FILE_LOCKING=FALSE, for the file system has no locks."
                             : "Mend what the message names, or name another directory.";
    } else if (!std::set<std::string>{"", "TRUE", "1", "FALSE", "0", "BEST_EFFORT"}.contains(
                   locking)) {
        finding.level = Level::warning;
        finding.wrong = "HDF5 does not know this value of HDF5_USE_FILE_LOCKING and ignores it.";
        finding.remedy = "Use TRUE, FALSE or BEST_EFFORT.";
    } else if (!hdf5_locks(environment) && directory.failure.empty() &&
               directory.lock_failure.empty()) {
        finding.level = Level::warning;
        finding.wrong = "HDF5 locks no files though this file system could.";
        finding.remedy = "Unset HDF5_USE_FILE_LOCKING, or give every job its own output file.";
    }
    return finding;
}

}  // namespace spinscape::app::diagnosis
