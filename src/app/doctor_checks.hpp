// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What `doctor` makes of what it observed. Pure: facts in, findings out, so that tests can show it
/// machines that are hard to come by.
namespace spinscape::app::diagnosis {

enum class Level { ok, warning, problem };

struct Finding {
    std::string check;
    Level level = Level::ok;
    std::string value;   ///< what was found
    std::string wrong;   ///< one sentence, empty if ok
    std::string remedy;  ///< one sentence, empty if ok
};

using Environment = std::map<std::string, std::string>;

/// One rank as it sees itself.
struct RankFacts {
    std::string host;
    std::vector<int> cores;  ///< affinity mask: logical processors this rank may use
    int host_cores = 0;      ///< logical processors of the host
    double core_quota = 0;   ///< processors' worth of time the container grants; 0: no limit
    int blas_threads = 1;
    std::string blas;
    double self_test = 0;  ///< worst of linalg::SelfTest
    std::string instruction_set;
    double memory_available = 0;  ///< bytes on this host or in this container
    double clock = 0;             ///< seconds since 1970, all ranks asked at once
};

struct MpiFacts {
    bool launched = false;  ///< by mpirun, mpiexec or srun
    std::string version;    ///< with thread level; empty if not started
    std::string failure;    ///< why it could not be started
};

/// What happened in the target directory. An empty failure: it worked.
struct DirectoryFacts {
    std::string path;
    std::string failure;  ///< why it cannot be used at all; then nothing else was tried
    std::string file_system;
    std::string lock_failure, replace_failure, append_failure, hdf5_failure;
    double replace_seconds = 0;
    double bytes_free = 0;
    std::optional<double> files_free;  ///< inodes; some file systems do not count them
    double clock_skew = 0;             ///< file time minus this host's clock, seconds
};

Finding check_ranks(std::vector<RankFacts> const& ranks, MpiFacts const& mpi,
                    Environment const& environment);
Finding check_cores(std::vector<RankFacts> const& ranks, Environment const& environment);
Finding check_binding(std::vector<RankFacts> const& ranks);
Finding check_blas(std::vector<RankFacts> const& ranks, Environment const& environment);
Finding check_arithmetic(std::vector<RankFacts> const& ranks);
Finding check_instruction_set(std::vector<RankFacts> const& ranks);
Finding check_memory(std::vector<RankFacts> const& ranks);
Finding check_clocks(std::vector<RankFacts> const& ranks);
Finding check_mpi(MpiFacts const& mpi);
Finding check_batch_system(std::vector<RankFacts> const& ranks, MpiFacts const& mpi,
                           Environment const& environment);
Finding check_environment(Environment const& environment);

Finding check_hdf5(std::string const& version, DirectoryFacts const& directory,
                   Environment const& environment);
Finding check_directory(DirectoryFacts const& directory);
Finding check_locking(DirectoryFacts const& directory, Environment const& environment);
Finding check_replacing(DirectoryFacts const& directory);
Finding check_appending(DirectoryFacts const& directory);
Finding check_space(DirectoryFacts const& directory);
Finding check_file_times(DirectoryFacts const& directory);

}  // namespace spinscape::app::diagnosis
