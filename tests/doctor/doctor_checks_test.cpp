// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_checks.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace spinscape::app::diagnosis {
namespace {

constexpr double GiB = 1024.0 * 1024 * 1024;

RankFacts rank_on(std::string const& host, std::vector<int> const& cores) {
    return {.host = host,
            .cores = cores,
            .host_cores = 4,
            .blas = "OpenBLAS, kernel Haswell",
            .instruction_set = "x86-64-v3",
            .memory_available = 16 * GiB,
            .clock = 1e9};
}

/// Two hosts, each with two ranks bound to a core of their own.
std::vector<RankFacts> healthy() {
    return {rank_on("a", {0}), rank_on("a", {1}), rank_on("b", {0}), rank_on("b", {1})};
}

MpiFacts const mpirun = {.launched = true, .version = "Open MPI", .failure = {}};

DirectoryFacts good_directory() {
    return {.path = "/scratch",
            .file_system = "NFS",
            .replace_seconds = 0.01,
            .bytes_free = 100 * GiB,
            .files_free = 1e6};
}

/// What is not ok says so in one sentence and how to mend it in another.
void expect(Finding const& finding, Level level) {
    EXPECT_EQ(finding.level, level) << finding.check << ": " << finding.wrong;
    EXPECT_FALSE(finding.check.empty());
    EXPECT_FALSE(finding.value.empty()) << finding.check;
    EXPECT_EQ(finding.wrong.empty(), level == Level::ok) << finding.check;
    EXPECT_EQ(finding.remedy.empty(), level == Level::ok) << finding.check;
    if (level != Level::ok) {
        EXPECT_EQ(finding.wrong.back(), '.') << finding.wrong;
        EXPECT_EQ(finding.remedy.back(), '.') << finding.remedy;
    }
}

TEST(DoctorChecks, AHealthyClusterHasNoFinding) {
    auto const ranks = healthy();
    Environment const environment = {{"OPENBLAS_NUM_THREADS", "1"},
                                     {"SLURM_JOB_ID", "7"},
                                     {"SLURM_NTASKS", "4"},
                                     {"SLURM_STEP_NUM_TASKS", "4"},
                                     {"OMP_NUM_THREADS", "1,1"}};
    for (auto const& finding :
         {check_ranks(ranks, mpirun, environment), check_cores(ranks, environment),
          check_binding(ranks), check_blas(ranks, environment), check_arithmetic(ranks),
          check_instruction_set(ranks), check_memory(ranks), check_clocks(ranks), check_mpi(mpirun),
          check_batch_system(ranks, mpirun, environment), check_environment(environment),
          check_hdf5("1.10.8", good_directory(), environment), check_directory(good_directory()),
          check_locking(good_directory(), environment), check_replacing(good_directory()),
          check_appending(good_directory()), check_space(good_directory()),
          check_file_times(good_directory())})
        expect(finding, Level::ok);
}

TEST(DoctorChecks, RanksThatDoNotKnowEachOther) {
    std::vector<RankFacts> const one = {rank_on("a", {0})};
    expect(check_ranks(one, {}, {{"SLURM_STEP_NUM_TASKS", "4"}}), Level::problem);
    expect(check_ranks(one, mpirun, {{"OMPI_COMM_WORLD_SIZE", "2"}}), Level::problem);
    // A batch script is one process of a job of many tasks.
    expect(check_ranks(one, {}, {{"SLURM_NTASKS", "64"}}), Level::ok);
}

TEST(DoctorChecks, MoreRanksOrThreadsThanCores) {
    auto ranks = healthy();
    expect(check_cores(ranks, {{"OPENBLAS_NUM_THREADS", "2"}}), Level::problem);
    expect(check_cores(ranks, {{"OMP_NUM_THREADS", "2"}}), Level::problem);
    expect(check_cores(ranks, {{"OPENBLAS_NUM_THREADS", "1"}, {"OMP_NUM_THREADS", "2"}}),
           Level::ok);
    for (auto& rank : ranks) rank.blas_threads = 2;
    expect(check_cores(ranks, {}), Level::warning);
    ranks = healthy();
    ranks.push_back(rank_on("b", {1}));
    expect(check_cores(ranks, {}), Level::problem);
}

TEST(DoctorChecks, AContainerGrantsLessTimeThanItsCores) {
    auto ranks = healthy();
    for (auto& rank : ranks) rank.core_quota = 0.5;
    expect(check_cores(ranks, {}), Level::problem);
}

TEST(DoctorChecks, RanksBoundToOneCore) {
    expect(check_binding({rank_on("a", {0}), rank_on("a", {0})}), Level::problem);
    expect(check_binding({rank_on("a", {0}), rank_on("a", {0, 1}), rank_on("a", {1})}),
           Level::problem);
    expect(check_binding({rank_on("a", {0, 1}), rank_on("a", {0, 1})}), Level::warning);
    expect(check_binding({rank_on("a", {0, 1, 2})}), Level::ok);
}

TEST(DoctorChecks, KernelsThatDiffer) {
    auto ranks = healthy();
    expect(check_blas(ranks, {{"OPENBLAS_CORETYPE", "Prescott"}}), Level::warning);
    ranks[2].blas = "OpenBLAS, kernel SkylakeX";
    ranks[2].instruction_set = "x86-64-v4";
    expect(check_blas(ranks, {}), Level::warning);
    expect(check_instruction_set(ranks), Level::warning);
    ranks.assign(1, rank_on("a", {0}));
    ranks[0].instruction_set = "baseline";
    expect(check_instruction_set(ranks), Level::warning);
}

TEST(DoctorChecks, WrongArithmetic) {
    auto ranks = healthy();
    ranks[3].self_test = 1e6;
    expect(check_arithmetic(ranks), Level::problem);
}

TEST(DoctorChecks, LittleMemory) {
    auto ranks = healthy();
    ranks[0].memory_available = ranks[1].memory_available = 1.5 * GiB;  // two ranks share it
    expect(check_memory(ranks), Level::warning);
    ranks[0].memory_available = ranks[1].memory_available = 0.2 * GiB;
    expect(check_memory(ranks), Level::problem);
}

TEST(DoctorChecks, ClocksThatDisagree) {
    auto ranks = healthy();
    ranks[2].clock += 5;
    expect(check_clocks(ranks), Level::warning);
    ranks[2].clock += 500;
    expect(check_clocks(ranks), Level::problem);
    auto directory = good_directory();
    directory.clock_skew = -10;
    expect(check_file_times(directory), Level::warning);
    directory.clock_skew = 100;
    expect(check_file_times(directory), Level::problem);
}

TEST(DoctorChecks, MpiThatCannotBeStarted) {
    expect(check_mpi({.launched = true, .version = {}, .failure = "no thread support"}),
           Level::problem);
    expect(check_mpi({}), Level::ok);
}

TEST(DoctorChecks, OtherRanksThanTheJobWasGranted) {
    auto const ranks = healthy();
    for (auto const& [job, tasks] : {std::pair{"SLURM_JOB_ID", "SLURM_NTASKS"},
                                     {"PBS_JOBID", "PBS_NP"},
                                     {"LSB_JOBID", "LSB_DJOB_NUMPROC"},
                                     {"PE_HOSTFILE", "NSLOTS"}}) {
        expect(check_batch_system(ranks, mpirun, {{job, "7"}, {tasks, "2"}}), Level::problem);
        expect(check_batch_system(ranks, mpirun, {{job, "7"}, {tasks, "8"}}), Level::warning);
        expect(check_batch_system(ranks, {}, {{job, "7"}, {tasks, "8"}}), Level::ok);
    }
}

TEST(DoctorChecks, ThreadCountsThatAreNone) {
    expect(check_environment({{"OMP_NUM_THREADS", "many"}}), Level::problem);
    expect(check_environment({{"OPENBLAS_NUM_THREADS", "0"}}), Level::problem);
    expect(check_environment({}), Level::ok);
}

TEST(DoctorChecks, Hdf5ThatCannotWriteOrLock) {
    auto directory = good_directory();
    expect(check_hdf5("1.10.8", directory, {{"HDF5_USE_FILE_LOCKING", "FALSE"}}), Level::warning);
    expect(check_hdf5("1.10.8", directory, {{"HDF5_USE_FILE_LOCKING", "no"}}), Level::warning);
    directory.hdf5_failure = "unable to lock file.";
    expect(check_hdf5("1.10.8", directory, {}), Level::problem);
}

TEST(DoctorChecks, ADirectoryThatCannotBeUsed) {
    auto directory = good_directory();
    directory.failure = "There is no such directory";
    expect(check_directory(directory), Level::problem);
    directory = good_directory();
    directory.file_system = "tmpfs";
    expect(check_directory(directory), Level::warning);
}

TEST(DoctorChecks, AFileSystemWithoutLocks) {
    auto directory = good_directory();
    directory.lock_failure = "flock: Function not implemented";
    expect(check_locking(directory, {}), Level::problem);
    expect(check_locking(directory, {{"HDF5_USE_FILE_LOCKING", "FALSE"}}), Level::warning);
}

TEST(DoctorChecks, WritesThatFailOrAreSlow) {
    auto directory = good_directory();
    directory.replace_seconds = 3;
    expect(check_replacing(directory), Level::warning);
    directory.replace_failure = "write: Disk quota exceeded";
    expect(check_replacing(directory), Level::problem);
    directory.append_failure = "399 of 400 lines arrived whole";
    expect(check_appending(directory), Level::problem);
}

TEST(DoctorChecks, AFullDisk) {
    auto directory = good_directory();
    directory.bytes_free = 0.5 * GiB;
    expect(check_space(directory), Level::warning);
    directory.bytes_free = 1000;
    expect(check_space(directory), Level::problem);
    directory = good_directory();
    directory.files_free = 100;
    expect(check_space(directory), Level::warning);
    directory.files_free = 0;
    expect(check_space(directory), Level::problem);
    directory.files_free.reset();  // not counted
    expect(check_space(directory), Level::ok);
}

}  // namespace
}  // namespace spinscape::app::diagnosis
