// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/journal_entries.hpp"

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/error.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

namespace spinscape {

namespace {

/// First byte of an entry. Append, never renumber: runs go on with older journals.
enum class Kind : std::uint8_t { session = 1, block = 2, kept = 3, phases = 4 };

Session get_session(ByteReader& in) {
    Session session{.rank = static_cast<index>(in.get<std::int64_t>())};
    for (auto* text : {&session.started_at, &session.host, &session.program, &session.batch_job})
        *text = in.get_text();
    // Journals of version 0.1, to go on with by --force, do not tell it.
    session.instruction_set = in.at_end() ? "unknown" : in.get_text();
    return session;
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

void add_session(Session session, Finished& finished) {
    ++finished.sessions;
    finished.instruction_sets.insert(session.instruction_set);
    if (session.rank == 0) finished.runs.push_back(std::move(session));
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

std::string session_entry(Session const& session) {
    ByteWriter entry;
    entry.put(Kind::session);
    entry.put(static_cast<std::int64_t>(session.rank));
    for (auto const* text : {&session.started_at, &session.host, &session.program,
                             &session.batch_job, &session.instruction_set})
        entry.put_text(*text);
    return entry.bytes();
}

JournalEntries::JournalEntries(Job const& job, Finished& finished)
    : job_(job), finished_(finished) {
    for (std::size_t p = 0; p < job.points.size(); ++p)
        points_.emplace(point_key(job, job.points[p].parameters), static_cast<index>(p));
}

void JournalEntries::take(std::string_view bytes) {
    ByteReader entry(bytes);
    switch (entry.get<Kind>()) {
        case Kind::session:
            add_session(get_session(entry), finished_);
            break;
        case Kind::kept:
            finished_.kept.add(KeptState::get(entry));
            break;
        case Kind::block:
            add_block(entry, points_, foreign_, finished_);
            break;
        case Kind::phases:
            finished_.core_seconds += entry.get<double>();
            finished_.phases += get_phase_times(entry);
            break;
        default:
            throw Error(ExitCode::bad_input, "an entry of an unknown kind");
    }
}

void JournalEntries::end() {
    for (auto const& [key, replicas] : foreign_) {
        bool const continued = std::any_of(job_.points.begin(), job_.points.end(),
                                           [&, &point = key](Point const& wanted) {
                                               auto const line = line_of(job_, wanted.parameters);
                                               return line && finished_.kept.leads_to(point, *line);
                                           });
        if (!continued) finished_.foreign += replicas;
    }
}

std::optional<KeptState> kept_state_of(std::string_view bytes) try {
    ByteReader entry(bytes);
    if (entry.get<Kind>() != Kind::kept) return std::nullopt;
    return KeptState::get(entry);
} catch (Error const&) {
    return std::nullopt;  // told when all entries are taken in
}

}  // namespace spinscape
