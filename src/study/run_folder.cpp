// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/run_folder.hpp"

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/version.hpp"
#include "spinscape/store/replace_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

namespace spinscape {

namespace {

namespace fs = std::filesystem;

enum class Kind : std::uint8_t { session = 1, block = 2, kept = 3, phases = 4 };

constexpr char const* program_line = "# program: ";

/// First line of the text of a job file in a run folder, without its mark.
std::string program_of(std::string const& text) {
    auto const first = text.substr(0, text.find('\n'));
    return first.starts_with(program_line) ? first.substr(std::strlen(program_line)) : "";
}

/// Adds what is new of a block entry, of which the kind has been read.
void add_block(ByteReader& entry, std::multimap<std::string, index> const& points,
               std::map<std::string, index>& foreign, Finished& finished) {
    auto const key = entry.get_text();
    auto const first = entry.get<std::int64_t>(), count = entry.get<std::int64_t>();
    parallel::BlockReport report{
        .seconds = entry.get<double>(), .headline = {}, .rows = {}, .failures = {}};
    report.rows = entry.get_all<double>();
    report.failures = entry.get_text();
    if (!entry.at_end()) report.points = entry.get_all<double>();
    auto const [begin, end] = points.equal_range(key);
    if (begin == end) foreign[key] += count;
    for (auto at = begin; at != end; ++at)
        finished.repeated += finished.add(at->second, first, count, report);
    finished.core_seconds += report.seconds;
}

}  // namespace

std::string block_entry(std::string const& key, index first, index count, double seconds,
                        parallel::BlockReport const& report) {
    ByteWriter entry;
    entry.put(Kind::block);
    entry.put_text(key);
    entry.put(static_cast<std::int64_t>(first));
    entry.put(static_cast<std::int64_t>(count));
    entry.put(seconds);
    entry.put_all(std::span<double const>(report.rows));
    entry.put_text(report.failures);
    if (!report.points.empty()) entry.put_all(std::span<double const>(report.points));
    return entry.bytes();
}

std::string phases_entry(PhaseTimes const& times, double unfinished) {
    ByteWriter entry;
    entry.put(Kind::phases);
    entry.put(unfinished);
    put(entry, times);
    return entry.bytes();
}

std::string kept_entry(KeptState const& state) {
    ByteWriter entry;
    entry.put(Kind::kept);
    state.put(entry);
    return entry.bytes();
}

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

Session get_session(ByteReader& in) {
    Session session{.rank = static_cast<index>(in.get<std::int64_t>())};
    for (auto* text : {&session.started_at, &session.host, &session.program, &session.batch_job})
        *text = in.get_text();
    // Journals of version 0.1, to go on with by --force, do not tell it.
    session.instruction_set = in.at_end() ? "unknown" : in.get_text();
    return session;
}

}  // namespace

Session Session::here(index rank) {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return {.rank = rank,
            .started_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
            .host = host.data(),
            .program = program_identity(),
            .batch_job = batch_job_here(),
            .instruction_set = spinscape::instruction_set()};
}

std::string session_entry(Session const& session) {
    ByteWriter entry;
    entry.put(Kind::session);
    entry.put(static_cast<std::int64_t>(session.rank));
    for (auto const* text : {&session.started_at, &session.host, &session.program,
                             &session.batch_job, &session.instruction_set})
        entry.put_text(*text);
    return entry.bytes();
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
            try {
                ByteReader entry(bytes);
                if (entry.get<Kind>() == Kind::kept) kept.add(KeptState::get(entry));
            } catch (Error const&) {
                // Told by finished().
            }
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
        auto const text = fmt::format("host {}, process {}, since {:%Y-%m-%dT%H:%M:%SZ}",
                                      host.data(), ::getpid(), fmt::gmtime(std::time(nullptr)));
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

namespace {

void add_session(Session session, Finished& finished) {
    ++finished.sessions;
    finished.instruction_sets.insert(session.instruction_set);
    if (session.rank == 0) finished.runs.push_back(std::move(session));
}

}  // namespace

Finished RunFolder::finished(Job const& job) const {
    Finished result(job);
    std::multimap<std::string, index> points;
    for (std::size_t p = 0; p < job.points.size(); ++p)
        points.emplace(point_key(job, job.points[p].parameters), static_cast<index>(p));
    std::map<std::string, index> foreign;
    for (auto const& file : files(".journal")) {
        auto const check = store::read_journal(file, [&](std::string_view bytes) {
            try {
                ByteReader entry(bytes);
                switch (entry.get<Kind>()) {
                    case Kind::session:
                        add_session(get_session(entry), result);
                        break;
                    case Kind::kept:
                        result.kept.add(KeptState::get(entry));
                        break;
                    case Kind::block:
                        add_block(entry, points, foreign, result);
                        break;
                    case Kind::phases:
                        result.core_seconds += entry.get<double>();
                        result.phases += get_phase_times(entry);
                        break;
                    default:
                        throw Error(ExitCode::bad_input, "an entry of an unknown kind");
                }
            } catch (Error const& error) {
                result.damage.push_back(fmt::format("{}: {}", file, error.what()));
            }
        });
        result.damage.insert(result.damage.end(), check.damage.begin(), check.damage.end());
    }
    for (auto const& [key, replicas] : foreign) {
        bool const continued = std::any_of(job.points.begin(), job.points.end(),
                                           [&, &point = key](Point const& wanted) {
                                               auto const line = line_of(job, wanted.parameters);
                                               return line && result.kept.leads_to(point, *line);
                                           });
        if (!continued) result.foreign += replicas;
    }
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
