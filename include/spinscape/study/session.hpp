// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <string>

namespace spinscape {

/// A process that computed a part of a job.
struct Session {
    index rank = 0;
    std::string started_at;  ///< UTC, ISO 8601
    std::string host;
    std::string program;          ///< program_identity
    std::string batch_job;        ///< "slurm 1234, restart 2"; empty outside of a scheduler
    std::string instruction_set;  ///< of its kernels

    static Session here(index rank);
};

/// Version, commit and a hash of the executable file.
std::string program_identity();

}  // namespace spinscape
