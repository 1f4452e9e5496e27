// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/run_folder.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/store/replace_file.hpp"
#include "spinscape/study/journal_entries.hpp"
#include "utc_now.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

namespace spinscape {

namespace {

namespace fs = std::filesystem;

constexpr char const* program_line = "# program: ";

/// First line of the text of a job file in a run folder, without its mark.
std::string program_of(std::string const& text) {
    auto const first = text.substr(0, text.find('\n'));
    return first.starts_with(program_line) ? first.substr(std::strlen(program_line)) : "";
}

}  // namespace

RunFolder::RunFolder(Job const& job) : path_(job.output + ".run") {}

RunFolder::~RunFolder() {
    for (int const descriptor : locks_) ::close(descriptor);
}

bool RunFolder::exists() const {
    return fs::is_directory(path_);
}

namespace {

std::string rank_name(Shard shard, index rank) {
    auto const part = shard.of > 1 ? fmt::format("-{}of{}", shard.number, shard.of) : std::string();
    return fmt::format("rank{:05}{}", rank, part);
}

}  // namespace

std::string RunFolder::journal(Shard shard, index rank) const {
    return fmt::format("{}/{}.journal", path_, rank_name(shard, rank));
}

std::string RunFolder::states_name(Shard shard, index rank) const {
    return rank_name(shard, rank) + ".states";
}

std::vector<std::string> RunFolder::files(char const* extension) const {
    std::vector<std::string> found;
    std::error_code problem;
    for (auto const& file : fs::directory_iterator(path_, problem))
        if (file.path().extension() == extension) found.push_back(file.path().string());
    std::sort(found.begin(), found.end());
    return found;
}

KeptStates RunFolder::kept_states() const {
    KeptStates kept;
    if (files(".states").empty()) return kept;
    for (auto const& file : files(".journal"))
        store::read_journal(file, [&](std::string_view bytes) {
            if (auto state = kept_state_of(bytes)) kept.add(std::move(*state));
        });
    return kept;
}

bool RunFolder::stop_requested() const {
    return ::access((path_ + "/STOP").c_str(), F_OK) == 0;
}

void RunFolder::lock(Shard shard, bool alone) {
    auto const take = [&](std::string const& name, int kind) {
        auto const file = path_ + "/" + name;
        int const descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor < 0)
            throw Error(ExitCode::cannot_create,
                        fmt::format("{} cannot be opened: {}", file, std::strerror(errno)));
        locks_.push_back(descriptor);
        if (::flock(descriptor, kind | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            auto const holder = store::read_file(file);
            throw Error(ExitCode::bad_input,
                        fmt::format("{}: another run computes here ({}); wait for it, or stop it "
                                    "with: touch '{}/STOP'",
                                    path_, holder.empty() ? "a shard of this job" : holder, path_));
        }
        // Only whoever is alone is named.
        bool const emptied = ::ftruncate(descriptor, 0) == 0;
        if (!emptied || kind != LOCK_EX) return;
        std::array<char, 256> host{};
        ::gethostname(host.data(), host.size() - 1);
        auto const text =
            fmt::format("host {}, process {}, since {}", host.data(), ::getpid(), utc_now());
        [[maybe_unused]] auto const n = ::write(descriptor, text.data(), text.size());
    };
    take("lock", alone ? LOCK_EX : LOCK_SH);
    if (shard.of > 1) take(fmt::format("lock-{}of{}", shard.number, shard.of), LOCK_EX);
}

bool RunFolder::in_use() const {
    int const descriptor = ::open((path_ + "/lock").c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return false;
    bool const held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

void RunFolder::check_unchanged(Job const& job) const {
    auto const file = path_ + "/job.toml";
    if (!fs::exists(file)) return;
    auto const before = store::read_file(file);
    auto const found = finished(job);
    auto const kept = found.records.rows();
    if (kept == 0 && found.foreign == 0) return;
    if (found.foreign > 0)
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: {} finished replicas belong to parameters that this job does "
                                "not have. Use --restart to discard them, --force to go on with "
                                "those that fit, or another output file. Changed:{}",
                                path_, found.foreign, job_differences(before, job.resolved())));
    if (auto const program = program_of(before); program != program_identity())
        throw Error(ExitCode::bad_input,
                    fmt::format("{}: {} finished replicas were computed by another program. Use "
                                "--restart to discard them, or --force to go on with them (the "
                                "result will name both).\n  program: {}  ->  {}",
                                path_, kept, program, program_identity()));
}

void RunFolder::open(Job const& job, Policy policy, Shard shard) {
    std::error_code problem;
    fs::create_directories(path_ + "/state", problem);
    if (problem)
        throw Error(ExitCode::cannot_create,
                    fmt::format("{} cannot be created: {}", path_, problem.message()));
    // Shards may compute side by side; a whole run is alone, and so is who discards everything.
    lock(shard, shard.of == 1 || policy == Policy::restart);
    if (policy == Policy::restart) {
        for (auto const* extension : {".journal", ".states"})
            for (auto const& file : files(extension)) fs::remove(file);
        fs::remove_all(path_ + "/state");
        fs::create_directories(path_ + "/state");
        if (shard.of > 1) ::flock(locks_.front(), LOCK_SH);
    } else if (policy == Policy::keep) {
        check_unchanged(job);
    }
    // A request to stop was meant for the run before.
    fs::remove(path_ + "/STOP", problem);
    auto const text = fmt::format("{}{}\n{}", program_line, program_identity(), job.resolved());
    auto const file = path_ + "/job.toml";
    if (!fs::exists(file) || store::read_file(file) != text) store::replace_file(file, text);
}

Finished RunFolder::finished(Job const& job) const {
    Finished result(job);
    JournalEntries entries(job, result);
    for (auto const& file : files(".journal")) {
        auto const check = store::read_journal(file, [&](std::string_view bytes) {
            try {
                entries.take(bytes);
            } catch (Error const& error) {
                result.damage.push_back(fmt::format("{}: {}", file, error.what()));
            }
        });
        result.damage.insert(result.damage.end(), check.damage.begin(), check.damage.end());
    }
    entries.end();
    return result;
}

std::string RunFolder::state_path(std::string const& key, index first, index count) const {
    return fmt::format("{}/state/{}-{}-{}", path_, key, first, count);
}

std::string RunFolder::state(std::string const& key, index first, index count) const {
    if (!states_) {
        states_.emplace();
        std::error_code problem;
        for (auto const& file : fs::directory_iterator(path_ + "/state", problem))
            states_->insert(file.path().string());
    }
    auto const file = state_path(key, first, count);
    std::string bytes;
    if (states_->contains(file))
        store::read_journal(file, [&](std::string_view entry) { bytes = entry; });
    return bytes;  // empty if damaged: the block starts afresh
}

void RunFolder::save_state(std::string const& key, index first, index count,
                           std::string const& bytes) const {
    store::replace_file(state_path(key, first, count), store::framed(bytes));
}

void RunFolder::drop_state(std::string const& key, index first, index count) const {
    std::error_code ignored;
    fs::remove(state_path(key, first, count), ignored);
}

void RunFolder::remove() {
    if (in_use())
        throw Error(
            ExitCode::bad_input,
            fmt::format("{}: a run computes here; stop it first: touch '{}/STOP'", path_, path_));
    if (!exists()) return;
    if (!fs::exists(path_ + "/lock") && files(".journal").empty())
        throw Error(ExitCode::bad_input,
                    fmt::format("{} is no run folder of Spinscape; it is left alone", path_));
    std::error_code problem;
    fs::remove_all(path_, problem);
    if (problem)
        throw Error(ExitCode::io_failure,
                    fmt::format("{} cannot be removed: {}", path_, problem.message()));
}

}  // namespace spinscape
