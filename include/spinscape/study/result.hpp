// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/store/tree.hpp"
#include "spinscape/study/runner.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace spinscape {

/// First number of a result's `format_version`: raised when old readers would misread new files.
inline constexpr std::int64_t result_format = 1;

/// Where and how a run happened; the only part of a result that differs between equal runs.
struct Provenance {
    std::string command_line, mpi_library, blas;
    std::vector<std::string> hosts;  ///< of each rank
};

/// The result file of a finished sweep (format in docs: DESIGN section 5): /records,
/// /critical_points (of studies that declare any), /summary, /claims, /reference, /figures,
/// /provenance, /config_toml. Records, points, summary and claims depend on job and code alone. If
/// the study's `conclude` throws, the records are there all the same, and /claims has an attribute
/// `problem`.
store::Group result_tree(Job const& job, Swept const& swept, Provenance const& provenance);

/// What is wrong with a file as a result of Spinscape: missing groups, counts that do not fit, and
/// what store::convention_problems finds. Empty: nothing.
std::vector<std::string> result_problems(std::string const& path);

}  // namespace spinscape
