// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_probes.hpp"
#include "spinscape/base/multiversion.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/linalg/self_test.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace spinscape::app::diagnosis {

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// A mask of the kernel's size: cpu_set_t ends at 1024 processors.
std::vector<int> affinity() {
    constexpr int most = 16384;
    std::vector<int> cores;
    auto* mask = CPU_ALLOC(most);
    auto const bytes = CPU_ALLOC_SIZE(most);
    if (mask != nullptr && ::sched_getaffinity(0, bytes, mask) == 0)
        for (int core = 0; core < most; ++core)
            if (CPU_ISSET_S(static_cast<std::size_t>(core), bytes, mask)) cores.push_back(core);
    CPU_FREE(mask);
    return cores;
}

/// First number of a file of the kernel's; nothing if there is none ("max": no limit).
std::optional<double> number_in(std::string const& path) {
    std::ifstream file(path);
    double value = 0;
    return file >> value ? std::optional(value) : std::nullopt;
}

/// Folder of this process's control group (version 2), for containers and batch systems.
std::string control_group() {
    std::ifstream file("/proc/self/cgroup");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("0::")) return "/sys/fs/cgroup" + line.substr(3) + "/";
    return "/sys/fs/cgroup/";
}

double core_quota() {
    std::ifstream file(control_group() + "cpu.max");
    double granted = 0, period = 0;
    return file >> granted >> period && period > 0 ? granted / period : 0;
}

double memory_available() {
    double bytes = 0;
    std::ifstream file("/proc/meminfo");
    for (std::string name, unit; file >> name >> bytes && std::getline(file, unit);)
        if (name == "MemAvailable:") break;
    bytes *= 1024;
    auto const limit = number_in(control_group() + "memory.max");
    auto const used = number_in(control_group() + "memory.current");
    if (limit && used) bytes = std::min(bytes, std::max(0.0, *limit - *used));
    rlimit addresses{};
    if (::getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY)
        bytes = std::min(bytes, static_cast<double>(addresses.rlim_cur));
    return bytes;
}

/// Open MPI's launcher passes dozens of variables of this kind to its own daemons.
bool internal_to_launcher(std::string const& name) {
    for (auto const* prefix :
         {"OMPI_MCA_orte_", "OMPI_MCA_ess", "OMPI_MCA_pmix", "OMPI_MCA_initial_wdir",
          "OMPI_MCA_shmem_", "OMPI_MCA_mpi_oversubscribe", "OMPI_FILE_LOCATION", "OMPI_ARGV",
          "OMPI_APP_CTX", "OMPI_COMMAND", "OMPI_FIRST_RANKS", "OMPI_NUM_APP", "OMPI_COMM_WORLD_",
          "OMPI_UNIVERSE_SIZE", "OMPI_VERSION"})
        if (name.starts_with(prefix)) return name != "OMPI_COMM_WORLD_SIZE";
    return false;
}

}  // namespace

Environment relevant_environment() {
    Environment found;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string const text = *entry;
        auto const name = text.substr(0, text.find('='));
        for (auto const* prefix :
             {"SPINSCAPE_", "OMP_", "OPENBLAS_", "GOTO_", "OMPI_", "HDF5_", "SLURM_JOB_ID",
              "SLURM_NTASKS", "SLURM_STEP_NUM_TASKS", "SLURM_CPUS_PER_TASK", "PMI_SIZE",
              "PBS_JOBID", "PBS_NP", "LSB_JOBID", "LSB_DJOB_NUMPROC", "PE_HOSTFILE", "NSLOTS"})
            if (name.starts_with(prefix) && !internal_to_launcher(name))
                found[name] = text.substr(std::min(text.size(), name.size() + 1));
    }
    return found;
}

RankFacts observe_rank() {
    auto const test = linalg::self_test();
    double const worst = std::max({test.gemm_single, test.gemm_double, test.eigenvalues});
    return {.host = host_name(),
            .cores = affinity(),
            .host_cores = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)),
            .core_quota = core_quota(),
            .blas_threads = linalg::blas_threads(),
            .blas = linalg::blas_description(),
            .self_test = std::min(worst, 1e300),  // JSON knows no infinity
            .instruction_set = instruction_set(),
            .memory_available = memory_available()};
}

}  // namespace spinscape::app::diagnosis
