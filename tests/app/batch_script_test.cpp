// SPDX-License-Identifier: BSD-3-Clause
#include "batch_script.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace spinscape::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::array all_systems = {BatchSystem::slurm, BatchSystem::pbs, BatchSystem::torque,
                                    BatchSystem::lsf};

/// Runs scripts with programs of its own in the place of scheduler, launcher and Spinscape; each
/// writes down how it was called.
class BatchScript : public testing::Test {
protected:
    BatchScript() : folder_(fs::absolute(fmt::format("batch script's {}", ::getpid())).string()) {
        fs::create_directories(folder_ + "/bin");
        fs::create_directories(folder_ + "/result.h5.run/state");
        for (auto const* name : {"scontrol", "qsub"}) program(name, "exit 0");
        for (auto const* name : {"srun", "mpirun"})
            program(name, "while [ \"$1\" != " + shell_word(folder_ + "/bin/spinscape") +
                              " ]; do shift; done; exec \"$@\"");
    }
    ~BatchScript() override { fs::remove_all(folder_); }

    void program(std::string const& name, std::string const& lines) {
        auto const file = folder_ + "/bin/" + name;
        std::ofstream(file) << "#!/bin/bash\necho " << name << " \"$@\" >>"
                            << shell_word(folder_ + "/calls") << "\n"
                            << lines << "\n";
        fs::permissions(file, fs::perms::owner_all);
    }
    BatchJob job(BatchSystem system, index shards = 0) {
        return {.system = system,
                .name = "my job",
                .program = folder_ + "/bin/spinscape",
                .job = folder_ + "/job's.toml",
                .output = folder_ + "/result.h5",
                .script = folder_ + "/result.h5.sh",
                .arguments = {"--set", "parameters.data=\"it's $HOME\""},
                .nodes = 2,
                .ranks_per_node = 3,
                .seconds = 5400,
                .shards = shards,
                .launcher = system == BatchSystem::slurm ? "srun" : "mpirun"};
    }
    /// Exit code of the script; `spinscape` is what the program does.
    int run(BatchJob const& job, std::string const& spinscape) {
        program("spinscape", spinscape);
        std::ofstream(job.script) << batch_script(job);
        auto const command = fmt::format(
            "env PATH={}:\"$PATH\" SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=2 LSB_JOBINDEX=2 "
            "PBS_ARRAY_INDEX=2 PBS_ARRAYID=2 bash {} >{} 2>&1",
            shell_word(folder_ + "/bin"), shell_word(job.script), shell_word(folder_ + "/told"));
        int const state = std::system(command.c_str());
        return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
    }
    /// A line per call of a program, with its arguments.
    std::string calls() { return text("/calls"); }
    /// What the script printed; under PBS it writes a log itself.
    std::string told() { return text("/told") + text("/result.h5.log"); }
    std::string text(std::string const& name) {
        return fs::exists(folder_ + name) ? store::read_file(folder_ + name) : "";
    }
    std::string finish_one =
        "echo x >>"
        "\"${4:-}\".run/rank00000.journal; ";

    std::string folder_;
};

TEST_F(BatchScript, SlurmDirectives) {
    auto wanted = job(BatchSystem::slurm, 100);
    wanted.queue = "long";
    wanted.account = "physics";
    wanted.directives = {"--mem=8G"};
    auto const script = batch_script(wanted);
    for (auto const* line :
         {"--job-name=my_job", "--nodes=2", "--ntasks-per-node=3", "--time=1:30:00", "--requeue",
          "--open-mode=append", "--signal=B:USR1@60", "--array=1-100", "--partition=long",
          "--account=physics", "--mem=8G"})
        EXPECT_THAT(script, HasSubstr(fmt::format("\n#SBATCH {}\n", line)));
    EXPECT_THAT(script,
                HasSubstr(fmt::format("\n#SBATCH --output=\"{}.%a.log\"\n", wanted.output)));
    EXPECT_THAT(script, HasSubstr("srun --ntasks=6 "));
    EXPECT_THAT(script, HasSubstr("--shard \"$number/100\""));
}

TEST_F(BatchScript, PbsAndTorqueDirectives) {
    auto const pbs = batch_script(job(BatchSystem::pbs, 9)),
               torque = batch_script(job(BatchSystem::torque, 9));
    EXPECT_THAT(pbs,
                AllOf(HasSubstr("\n#PBS -l select=2:ncpus=3:mpiprocs=3\n"),
                      HasSubstr("\n#PBS -l walltime=1:30:00\n"), HasSubstr("\n#PBS -J 1-9\n")));
    EXPECT_THAT(torque,
                AllOf(HasSubstr("\n#PBS -l nodes=2:ppn=3\n"), HasSubstr("\n#PBS -t 1-9\n")));
    // Put back alone, a part of an array must not become an array again.
    for (auto const& script : {pbs, torque})
        EXPECT_THAT(script, AllOf(HasSubstr("\n#ONE -l walltime=1:30:00\n"),
                                  Not(HasSubstr("\n#ONE -J")), Not(HasSubstr("\n#ONE -t"))));
    EXPECT_THAT(pbs, HasSubstr("mpirun -n 6 --map-by ppr:3:node --bind-to core --hostfile "
                               "\"$PBS_NODEFILE\""));
}

TEST_F(BatchScript, LsfDirectives) {
    auto const script = batch_script(job(BatchSystem::lsf, 9));
    for (auto const* line : {"-J \"my_job[1-9]\"", "-n 6", "-R \"span[ptile=3]\"", "-W 1:30",
                             "-Q \"75\"", "-wa USR1", "-wt 1"})
        EXPECT_THAT(script, HasSubstr(fmt::format("\n#BSUB {}\n", line)));
    EXPECT_THAT(script, HasSubstr("--hostfile \"$LSB_DJOB_HOSTFILE\""));
}

TEST_F(BatchScript, ArgumentsArriveAsTheyAre) {
    for (auto const system : all_systems) {
        EXPECT_EQ(run(job(system), "printf '<%s>' \"$@\" >> " + shell_word(folder_ + "/calls")), 0)
            << told();
        // Seconds may have passed since the job began.
        EXPECT_THAT(calls(),
                    AllOf(HasSubstr(fmt::format("<run><{0}/job's.toml><-o><{0}/result.h5><--set>"
                                                "<parameters.data=\"it's $HOME\"><--max-time><",
                                                folder_)),
                          testing::ContainsRegex("<--max-time><(5400|539[0-9])s>")));
        fs::remove(folder_ + "/calls");
    }
}

TEST_F(BatchScript, OneThreadPerRank) {
    EXPECT_EQ(run(job(BatchSystem::slurm),
                  "[ \"$OPENBLAS_NUM_THREADS$OMP_NUM_THREADS\" = 11 ] || exit 3"),
              0);
}

TEST_F(BatchScript, AStoppedRunGoesBackIntoTheQueue) {
    auto const finishing = finish_one + "exit 75";
    EXPECT_EQ(run(job(BatchSystem::slurm), finishing), 0) << told();
    EXPECT_THAT(calls(), HasSubstr("scontrol requeue 7\n"));
    EXPECT_EQ(run(job(BatchSystem::pbs), finishing), 0) << told();
    EXPECT_THAT(calls(), HasSubstr(fmt::format("qsub {}/result.h5.sh\n", folder_)));
    EXPECT_EQ(run(job(BatchSystem::lsf), finishing), 75) << "LSF requeues upon this code";
}

TEST_F(BatchScript, APartOfAnArrayGoesBackAlone) {
    EXPECT_EQ(
        run(job(BatchSystem::torque, 5), "echo x >>\"$4\".run/rank00000-2of5.journal; exit 75"), 0);
    EXPECT_THAT(calls(), HasSubstr("qsub -C #ONE -v SPINSCAPE_SHARD=2 "));
    EXPECT_THAT(calls(), HasSubstr("--shard 2/5"));
}

TEST_F(BatchScript, WithoutProgressItIsNotTriedAgain) {
    for (auto const system : all_systems) {
        EXPECT_EQ(run(job(system), "exit 75"), 1);
        EXPECT_THAT(told(), HasSubstr("it is not tried again"));
        // What other parts of an array finish is not its own progress.
        EXPECT_EQ(run(job(system, 5), "echo x >>\"$4\".run/rank00000-3of5.journal; exit 75"), 1);
    }
    EXPECT_THAT(calls(), AllOf(Not(HasSubstr("scontrol")), Not(HasSubstr("qsub"))));
}

TEST_F(BatchScript, ASavedStateIsProgress) {
    EXPECT_EQ(run(job(BatchSystem::slurm), "echo x >\"$4\".run/state/block; exit 75"), 0);
    EXPECT_THAT(calls(), HasSubstr("scontrol requeue 7\n"));
}

TEST_F(BatchScript, OtherEndsStayInTheExitCode) {
    for (auto const system : all_systems)
        for (int const code : {0, 65, 70, 76})
            EXPECT_EQ(run(job(system), finish_one + fmt::format("exit {}", code)), code);
    EXPECT_THAT(calls(), AllOf(Not(HasSubstr("scontrol")), Not(HasSubstr("qsub"))));
}

TEST_F(BatchScript, AWarningReachesTheRunACancellationEndsIt) {
    // The script is this program's grandparent: bash, launcher (replaced by exec), program.
    auto const waiting = [&](char const* signal) {
        return finish_one + "trap 'exit 75' USR1 TERM; kill -" + signal +
               " $PPID; for i in {1..100}; do sleep 0.1; done; exit 9";
    };
    EXPECT_EQ(run(job(BatchSystem::slurm), waiting("USR1")), 0) << told();
    EXPECT_THAT(calls(), HasSubstr("scontrol requeue 7\n"));
    fs::remove(folder_ + "/calls");
    EXPECT_EQ(run(job(BatchSystem::slurm), waiting("TERM")), 1) << told();
    EXPECT_THAT(told(), HasSubstr("cancelled"));
    EXPECT_THAT(calls(), Not(HasSubstr("scontrol")));
}

TEST_F(BatchScript, TheLastPartMerges) {
    auto const merges = [&](int code_of_status) {
        fs::remove(folder_ + "/calls");
        EXPECT_EQ(run(job(BatchSystem::lsf, 5),
                      fmt::format("[ \"$1\" = status ] && exit {}; exit 0", code_of_status)),
                  0);
        return calls().find("spinscape merge") != std::string::npos;
    };
    EXPECT_FALSE(merges(75));
    EXPECT_TRUE(merges(0));
}

TEST_F(BatchScript, NamesOfSchedulers) {
    for (auto const& name : batch_system_names())
        EXPECT_EQ(batch_system_names()[static_cast<std::size_t>(batch_system_from(name))], name);
    try {
        batch_system_from("sge");
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        EXPECT_THAT(error.what(), HasSubstr("slurm, pbs, torque or lsf"));
    }
}

TEST_F(BatchScript, SchedulersAreFoundByTheirCommands) {
    std::string const path = std::getenv("PATH");
    fs::remove(folder_ + "/bin/qsub");
    ::setenv("PATH", (folder_ + "/bin").c_str(), 1);
    EXPECT_THROW(batch_system_here(), Error);
    program("qsub", "");
    EXPECT_EQ(batch_system_here(), BatchSystem::torque);
    program("pbs_tmrsh", "");
    EXPECT_EQ(batch_system_here(), BatchSystem::pbs);
    program("bsub", "");
    EXPECT_EQ(batch_system_here(), BatchSystem::lsf);
    program("sbatch", "");
    EXPECT_EQ(batch_system_here(), BatchSystem::slurm);
    ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace spinscape::app
