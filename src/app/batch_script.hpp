// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <string>
#include <vector>

namespace spinscape::app {

enum class BatchSystem { slurm, pbs, torque, lsf };

std::vector<std::string> const& batch_system_names();
/// Error(usage) if the name is none of them.
BatchSystem batch_system_from(std::string const& name);
/// From the commands on this machine's PATH. Error(unavailable) if there are none.
BatchSystem batch_system_here();
/// "sbatch", "qsub" or "bsub"
std::string submit_command(BatchSystem system);

/// What a batch script is to do. Paths are absolute.
struct BatchJob {
    BatchSystem system = BatchSystem::slurm;
    std::string name;                    ///< of the job in the queue
    std::string program;                 ///< the executable that runs the sweep
    std::string job;                     ///< job file
    std::string output;                  ///< result file
    std::string script;                  ///< where the script itself will be
    std::vector<std::string> arguments;  ///< --set, --tier, ... for every verb
    index nodes = 1, ranks_per_node = 1;
    index seconds = 3600;  ///< limit of wall time
    index shards = 0;      ///< > 0: an array of so many independent jobs
    std::string launcher;  ///< "srun" or "mpirun"
    std::string queue;     ///< partition or queue; empty: the default
    std::string account;
    std::vector<std::string> directives;  ///< further options, as after #SBATCH
};

/// A bash script that runs the job, stops it in time, puts it back into the queue until it is
/// complete, and merges the shards of an array when the last one is complete.
std::string batch_script(BatchJob const& job);

/// A word that the shell takes as this text.
std::string shell_word(std::string const& text);

}  // namespace spinscape::app
