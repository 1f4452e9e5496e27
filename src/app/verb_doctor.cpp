// SPDX-License-Identifier: BSD-3-Clause
#include "doctor_probes.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/parallel/world.hpp"
#include "spinscape/store/tree.hpp"
#include "text_table.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>

namespace spinscape::app {

namespace diagnosis {

// How the ranks tell rank 0.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RankFacts, host, cores, host_cores, core_quota, blas_threads,
                                   blas, self_test, instruction_set, memory_available, clock)

}  // namespace diagnosis

namespace {

using namespace diagnosis;
using Json = nlohmann::ordered_json;

constexpr std::array level_names = {"ok", "warning", "problem"};

std::optional<int> number(char const* variable) {
    auto const* text = std::getenv(variable);
    return text != nullptr ? std::optional(std::atoi(text)) : std::nullopt;
}

/// This process's rank as its launcher tells it before MPI is started; nothing without a launcher
/// that MPI could ask.
std::optional<int> launched_as() {
    for (auto const* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
        if (auto const rank = number(name)) return rank;
    return std::nullopt;
}

/// Whether this process reports. One of those that srun starts without a PMI does so too.
bool reports() {
    auto const alone = number("SLURM_STEP_NUM_TASKS").value_or(1) == 1;
    auto const task = alone ? std::nullopt : number("SLURM_PROCID");
    return launched_as().value_or(task.value_or(0)) == 0;
}

struct Facts {
    MpiFacts mpi;
    std::vector<RankFacts> ranks;  ///< all of them on rank 0
    DirectoryFacts directory;
};

/// All ranks' clocks are read at one moment.
RankFacts with_clock(RankFacts rank) {
    rank.clock =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    return rank;
}

Facts observe(std::string const& directory) {
    Facts facts;
    facts.mpi.launched = launched_as().has_value();
    auto const own = observe_rank();
    if (reports()) facts.directory = observe_directory(directory);
    if (facts.mpi.launched) try {
            parallel::World world;
            facts.mpi.version = world.mpi_version();
            world.maximum(0);  // no rank leaves before all have come
            auto const text = nlohmann::json(with_clock(own)).dump();
            for (auto const& rank : world.gather(text))
                facts.ranks.push_back(nlohmann::json::parse(rank).get<RankFacts>());
        } catch (Error const& problem) {
            facts.mpi.failure = problem.what();
        }
    if (facts.ranks.empty()) facts.ranks.push_back(with_clock(own));
    return facts;
}

std::vector<Finding> findings_of(Facts const& facts) {
    auto const environment = relevant_environment();
    auto const& [mpi, ranks, directory] = facts;
    std::vector<Finding> findings = {check_ranks(ranks, mpi, environment),
                                     check_batch_system(ranks, mpi, environment),
                                     check_cores(ranks, environment),
                                     check_binding(ranks),
                                     check_memory(ranks),
                                     check_clocks(ranks),
                                     check_mpi(mpi),
                                     check_blas(ranks, environment),
                                     check_arithmetic(ranks),
                                     check_instruction_set(ranks),
                                     check_environment(environment),
                                     check_directory(directory)};
    if (directory.failure.empty())
        for (auto const& finding :
             {check_hdf5(store::hdf5_version(), directory, environment),
              check_locking(directory, environment), check_replacing(directory),
              check_appending(directory), check_space(directory), check_file_times(directory)})
            findings.push_back(finding);
    return findings;
}

void print_json(Facts const& facts, std::vector<Finding> const& findings, bool healthy) {
    auto all = Json::array();
    for (auto const& finding : findings)
        all.push_back({{"check", finding.check},
                       {"level", level_names.at(static_cast<std::size_t>(finding.level))},
                       {"value", finding.value},
                       {"wrong", finding.wrong},
                       {"remedy", finding.remedy}});
    fmt::print("{}\n", Json({{"healthy", healthy},
                             {"findings", all},
                             {"ranks", Json(nlohmann::json(facts.ranks))}})
                           .dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_table(std::vector<Finding> const& findings, bool healthy) {
    std::vector<std::vector<std::string>> rows = {{"check", "", "found"}};
    for (auto const& finding : findings) {
        auto const level = level_names.at(static_cast<std::size_t>(finding.level));
        rows.push_back({finding.check, level, finding.value});
        for (auto const& line : {finding.wrong, finding.remedy})
            if (!line.empty()) rows.push_back({"", "", "-> " + line});
    }
    fmt::print("{}\n{}\n", text_table(rows, {2}, 90),
               healthy ? "No problem found." : "There are problems; mend them before a run.");
}

}  // namespace

int doctor(std::string const& directory, Form form) {
    auto const facts = observe(directory);
    if (!reports()) return 0;
    auto const findings = findings_of(facts);
    bool const healthy = std::none_of(findings.begin(), findings.end(), [](auto const& finding) {
        return finding.level == Level::problem;
    });
    form == Form::json ? print_json(facts, findings, healthy) : print_table(findings, healthy);
    return static_cast<int>(healthy ? ExitCode::success : ExitCode::unavailable);
}

}  // namespace spinscape::app
