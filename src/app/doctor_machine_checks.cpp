// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace spinscape::app::diagnosis {

namespace {

constexpr double GiB = 1024.0 * 1024 * 1024;

using Ranks = std::vector<RankFacts>;

std::map<std::string, Ranks> by_host(Ranks const& ranks) {
    std::map<std::string, Ranks> hosts;
    for (auto const& rank : ranks) hosts[rank.host].push_back(rank);
    return hosts;
}

/// Processors that all ranks of a host may use together.
int cores_of(Ranks const& ranks) {
    std::set<int> all;
    double quota = HUGE_VAL;
    for (auto const& rank : ranks) {
        all.insert(rank.cores.begin(), rank.cores.end());
        if (rank.core_quota > 0) quota = std::min(quota, rank.core_quota);
    }
    return static_cast<int>(std::min(static_cast<double>(all.size()), std::ceil(quota)));
}

std::string value_of(Environment const& environment, std::string const& name) {
    auto const found = environment.find(name);
    return found == environment.end() ? "" : found->second;
}

/// The value of a variable as a whole number above 0; nothing if it is not set or is none.
std::optional<int> number(Environment const& environment, std::string const& name) {
    auto const text = value_of(environment, name);
    bool const digits = !text.empty() && text.size() < 9 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    int const value = digits ? std::stoi(text) : 0;
    return value > 0 ? std::optional(value) : std::nullopt;
}

/// Threads per rank that the environment asks of the BLAS; it takes the first of these.
std::optional<int> threads_asked(Environment const& environment) {
    for (auto const* name : {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"})
        if (auto const threads = number(environment, name)) return threads;
    return std::nullopt;
}

/// Every value a rank reports, once.
template <class Value>
std::set<std::string> distinct(Ranks const& ranks, Value const& value) {
    std::set<std::string> found;
    for (auto const& rank : ranks) found.insert(value(rank));
    return found;
}

/// Variables that tell a process its place rather than set something.
constexpr char const* launcher_prefixes[] = {"OMPI_COMM_WORLD", "PMI", "SLURM", "PBS", "LSB", "PE_",
                                             "NSLOTS"};

struct BatchSystem {
    char const *name, *job, *tasks;
};
constexpr BatchSystem batch_systems[] = {{"Slurm", "SLURM_JOB_ID", "SLURM_NTASKS"},
                                         {"PBS", "PBS_JOBID", "PBS_NP"},
                                         {"LSF", "LSB_JOBID", "LSB_DJOB_NUMPROC"},
                                         {"Grid Engine", "PE_HOSTFILE", "NSLOTS"}};

}  // namespace

Finding check_ranks(Ranks const& ranks, MpiFacts const& mpi, Environment const& environment) {
    std::vector<std::string> parts;
    auto const hosts = by_host(ranks);
    for (auto const& [host, its] : hosts) parts.push_back(fmt::format("{}: {}", host, its.size()));
    Finding finding{.check = "ranks",
                    .value = fmt::format("{} on {} host{} ({})", ranks.size(), hosts.size(),
                                         hosts.size() == 1 ? "" : "s", fmt::join(parts, ", "))};
    int promised = 1;
    for (auto const* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"})
        if (auto const n = number(environment, name)) promised = std::max(promised, *n);
    if (promised <= static_cast<int>(ranks.size())) return finding;
    finding.level = Level::problem;
    finding.wrong = fmt::format(
        "{} processes were started, but they do not know each other and would each do the whole "
        "job.",
        promised);
    finding.remedy =
        mpi.launched ? "Use the mpirun of the MPI library that Spinscape was built with."
                     : "Start with mpirun, or with srun --mpi=pmix (srun --mpi=list shows which).";
    return finding;
}

Finding check_cores(Ranks const& ranks, Environment const& environment) {
    Finding finding{.check = "cores"};
    std::vector<std::string> parts;
    auto const asked = threads_asked(environment);
    for (auto const& [host, its] : by_host(ranks)) {
        int const cores = cores_of(its), n = static_cast<int>(its.size());
        int const threads = asked.value_or(its.front().blas_threads);
        parts.push_back(fmt::format("{}: {} rank(s) x {} BLAS thread(s) on {} core(s)", host, n,
                                    threads, cores));
        if (n > cores) {
            finding.level = Level::problem;
            finding.wrong = "There are more ranks than cores, so that they wait for each other.";
            finding.remedy = fmt::format("Start at most {} ranks on {}.", cores, host);
        } else if (static_cast<long>(n) * threads > cores && finding.level == Level::ok) {
            // Only `run` itself is safe: it sets one thread whatever the environment says.
            finding.level = asked ? Level::problem : Level::warning;
            finding.wrong = "Ranks times BLAS threads exceed the cores (run uses one thread).";
            finding.remedy = "Set OPENBLAS_NUM_THREADS=1 and OMP_NUM_THREADS=1.";
        }
    }
    finding.value = fmt::format("{}", fmt::join(parts, "; "));
    return finding;
}

Finding check_binding(Ranks const& ranks) {
    auto const [fewest, most] = std::minmax_element(
        ranks.begin(), ranks.end(),
        [](auto const& a, auto const& b) { return a.cores.size() < b.cores.size(); });
    auto const visible = fewest->cores.size() == most->cores.size()
                             ? fmt::format("{}", most->cores.size())
                             : fmt::format("{} to {}", fewest->cores.size(), most->cores.size());
    Finding finding{.check = "binding",
                    .value = fmt::format("each rank sees {} of its host's {} core(s)", visible,
                                         most->host_cores)};
    if (ranks.size() == 1) return finding;
    for (auto const& [host, its] : by_host(ranks))
        for (auto const& rank : its) {
            std::set<int> const mask(rank.cores.begin(), rank.cores.end());
            auto const inside = std::count_if(its.begin(), its.end(), [&](auto const& other) {
                return std::includes(mask.begin(), mask.end(), other.cores.begin(),
                                     other.cores.end());
            });
            if (inside > static_cast<std::ptrdiff_t>(mask.size())) {
                finding.value += fmt::format("; {}: {} ranks share {}", host, inside, mask.size());
                finding.level = Level::problem;
                finding.wrong = "Ranks are bound to the same cores and slow each other down.";
                finding.remedy =
                    "Start with --bind-to none, or give jobs that share a node different cores.";
                return finding;
            }
            if (inside > 1) {
                finding.level = Level::warning;
                finding.wrong = "Ranks are not bound to cores, which costs some speed.";
                finding.remedy = "Start with mpirun --bind-to core or srun --cpu-bind=cores.";
            }
        }
    return finding;
}

Finding check_blas(Ranks const& ranks, Environment const& environment) {
    auto const libraries = distinct(ranks, [](auto const& rank) { return rank.blas; });
    Finding finding{.check = "BLAS",
                    .value = fmt::format("{}; {} thread(s)", fmt::join(libraries, " | "),
                                         ranks.front().blas_threads)};
    if (libraries.size() > 1) {
        finding.level = Level::warning;
        finding.wrong = "Ranks use different BLAS kernels, whose results differ in rounding.";
        finding.remedy = "Use nodes of one kind, or set OPENBLAS_CORETYPE=Haswell for all.";
    } else if (!value_of(environment, "OPENBLAS_CORETYPE").empty()) {
        finding.level = Level::warning;
        finding.wrong = "OPENBLAS_CORETYPE forces a kernel that may be slow on this processor.";
        finding.remedy = "Unset it unless results must agree in rounding between nodes.";
    }
    return finding;
}

Finding check_arithmetic(Ranks const& ranks) {
    Finding finding{.check = "arithmetic", .value = "gemm and eigenvalues agree with naive loops"};
    auto const bad = std::find_if(ranks.begin(), ranks.end(),
                                  [](auto const& rank) { return !(rank.self_test < 1); });
    if (bad == ranks.end()) return finding;
    finding.value =
        fmt::format("{}: error {:.3g} times what rounding explains", bad->host, bad->self_test);
    finding.level = Level::problem;
    finding.wrong = "The BLAS computes wrong results on this processor.";
    finding.remedy = "Install another OpenBLAS, or set OPENBLAS_CORETYPE=Haswell and try again.";
    return finding;
}

Finding check_instruction_set(Ranks const& ranks) {
    auto const sets = distinct(ranks, [](auto const& rank) { return rank.instruction_set; });
    Finding finding{.check = "instruction set", .value = fmt::format("{}", fmt::join(sets, ", "))};
    if (sets.size() > 1) {
        finding.level = Level::warning;
        finding.wrong =
            "Ranks use different instruction sets: rounding depends on where a block is computed.";
        finding.remedy = fmt::format(
            "Use nodes of one kind, or give all ranks SPINSCAPE_INSTRUCTION_SET={} where records "
            "must agree to the last digit.",
            *sets.begin());  // the lowest: names are in that order
    } else if (sets.contains("baseline")) {
        finding.level = Level::warning;
        finding.wrong = "Kernels run without wide vectors and several times slower.";
        finding.remedy =
            "Use a processor with AVX2 and a build with GCC; unset SPINSCAPE_INSTRUCTION_SET.";
    }
    return finding;
}

Finding check_memory(Ranks const& ranks) {
    double least = HUGE_VAL;
    for (auto const& [host, its] : by_host(ranks))
        for (auto const& rank : its)
            least = std::min(least, rank.memory_available / static_cast<double>(its.size()));
    Finding finding{.check = "memory",
                    .value = fmt::format("{:.3g} GiB available per rank", least / GiB)};
    if (least >= GiB) return finding;
    finding.level = least < GiB / 8 ? Level::problem : Level::warning;
    finding.wrong = "There is little memory for each rank.";
    finding.remedy = "Start fewer ranks per node, or request more memory (--mem-per-cpu).";
    return finding;
}

Finding check_clocks(Ranks const& ranks) {
    auto const [first, last] = std::minmax_element(
        ranks.begin(), ranks.end(), [](auto const& a, auto const& b) { return a.clock < b.clock; });
    double const skew = last->clock - first->clock;
    Finding finding{.check = "clocks of ranks",
                    .value = fmt::format("within {:.3f} s of each other", skew)};
    if (skew < 1) return finding;
    finding.level = skew < 60 ? Level::warning : Level::problem;
    finding.wrong = fmt::format("The clocks of {} and {} disagree.", first->host, last->host);
    finding.remedy = "Ask the administrators to synchronise the clocks (chrony or ntpd).";
    return finding;
}

Finding check_mpi(MpiFacts const& mpi) {
    Finding finding{.check = "MPI", .value = mpi.version};
    if (!mpi.failure.empty()) {
        finding.value = mpi.failure;
        finding.level = Level::problem;
        finding.wrong = "MPI cannot be used as it is.";
        finding.remedy = "Use an MPI library with thread support, and the mpirun belonging to it.";
    } else if (!mpi.launched) {
        finding.value = "not launched under MPI (one process)";
    }
    return finding;
}

Finding check_batch_system(Ranks const& ranks, MpiFacts const& mpi,
                           Environment const& environment) {
    Finding finding{.check = "batch system", .value = "none"};
    for (auto const& system : batch_systems) {
        auto const job = value_of(environment, system.job);
        if (job.empty()) continue;
        auto const tasks = number(environment, system.tasks);
        finding.value = fmt::format("{} job {}, {} tasks", system.name, job,
                                    tasks ? std::to_string(*tasks) : "unknown");
        int const n = static_cast<int>(ranks.size());
        if (!tasks || !mpi.launched || n == *tasks) continue;
        finding.level = n > *tasks ? Level::problem : Level::warning;
        finding.wrong = fmt::format("The job was granted {} tasks, but {} ranks run.", *tasks, n);
        finding.remedy = "Start without -n, so that the launcher takes the number granted.";
    }
    return finding;
}

Finding check_environment(Environment const& environment) {
    std::vector<std::string> settings, bad;
    for (auto const& [name, value] : environment) {
        auto const is_setting =
            std::none_of(std::begin(launcher_prefixes), std::end(launcher_prefixes),
                         [&](auto const* prefix) { return name.starts_with(prefix); });
        if (is_setting) settings.push_back(name + "=" + value);
        // OMP_NUM_THREADS may be a list, one number per level of nesting.
        auto const first = Environment{{name, value.substr(0, value.find(','))}};
        if (name.ends_with("_NUM_THREADS") && !number(first, name)) bad.push_back(name);
    }
    Finding finding{.check = "environment", .value = fmt::format("{}", fmt::join(settings, " "))};
    if (settings.empty()) finding.value = "nothing set";
    if (bad.empty()) return finding;
    finding.level = Level::problem;
    finding.wrong = fmt::format("{} is no number of threads.", fmt::join(bad, ", "));
    finding.remedy = "Set it to 1.";
    return finding;
}

}  // namespace spinscape::app::diagnosis
