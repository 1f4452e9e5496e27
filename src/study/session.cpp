// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/session.hpp"

#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/version.hpp"
#include "spinscape/store/replace_file.hpp"
#include "utc_now.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <unistd.h>

namespace spinscape {

namespace {

/// What the scheduler calls this job; empty outside of one.
std::string batch_job_here() {
    auto const value = [](char const* name) {
        auto const* text = std::getenv(name);
        return std::string(text != nullptr ? text : "");
    };
    if (auto const id = value("SLURM_JOB_ID"); !id.empty()) {
        auto const restart = value("SLURM_RESTART_COUNT");
        return fmt::format("slurm {}{}{}", id, restart.empty() ? "" : ", restart ", restart);
    }
    if (auto const id = value("PBS_JOBID"); !id.empty()) return "pbs " + id;
    if (auto const id = value("LSB_JOBID"); !id.empty()) return "lsf " + id;
    return "";
}

}  // namespace

Session Session::here(index rank) {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return {.rank = rank,
            .started_at = utc_now(),
            .host = host.data(),
            .program = program_identity(),
            .batch_job = batch_job_here(),
            .instruction_set = spinscape::instruction_set()};
}

std::string program_identity() {
    // FNV-1a over the executable: a rebuild from changed but uncommitted sources differs too.
    static std::string const identity = [] {
        std::uint64_t hash = 0xcbf29ce484222325U;
        for (char const c : store::read_file("/proc/self/exe"))
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        auto const& build = build_information();
        return fmt::format("{} {}{} {:016x}", build.version, build.git_commit,
                           build.git_dirty ? "+" : "", hash);
    }();
    return identity;
}

}  // namespace spinscape
