// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/finished.hpp"

#include "spinscape/base/error.hpp"

#include <map>
#include <sstream>

namespace spinscape {

namespace {

/// The messages of a report by replica.
std::map<index, std::string> messages(std::string const& failures) {
    std::map<index, std::string> result;
    if (failures.empty()) return result;
    std::istringstream lines(failures);
    for (std::string line; std::getline(lines, line);) {
        auto const space = line.find(' ');
        result[static_cast<index>(std::stoll(line.substr(0, space)))] = line.substr(space + 1);
    }
    return result;
}

/// Rows of each replica's critical points: their number, then the rows, for one replica after
/// another. False if that is not how `packed` is made.
bool split(std::span<double const> packed, index count, index width,
           std::vector<std::span<double const>>& parts) {
    parts.resize(static_cast<std::size_t>(count));
    if (width == 0) return packed.empty();
    for (auto& part : parts) {
        if (packed.empty()) return false;
        auto const rows = packed.front();
        packed = packed.subspan(1);
        auto const most = static_cast<double>(std::ssize(packed) / width);
        if (!(rows >= 0 && rows <= most)) return false;
        part = packed.first(static_cast<std::size_t>(rows) * static_cast<std::size_t>(width));
        packed = packed.subspan(part.size());
    }
    return packed.empty();
}

}  // namespace

Finished::Finished(Job const& job)
    : records(job.study->fields),
      critical_points(job.study->point_fields),
      done(job.points.size()) {}

bool Finished::has(index point, index replica) const {
    auto const& row = done[static_cast<std::size_t>(point)];
    return replica < std::ssize(row) && row[static_cast<std::size_t>(replica)];
}

index Finished::add(index point, index first, index count, parallel::BlockReport const& report) {
    auto const width = static_cast<std::size_t>(records.width() + 1);
    std::vector<std::span<double const>> points;
    if (first < 0 || first > most_replicas || count < 0 ||
        report.rows.size() != static_cast<std::size_t>(count) * width ||
        !split(report.points, count, critical_points.width(), points))
        throw Error(ExitCode::bad_input, "an entry with other fields than this study has");
    auto const failed = messages(report.failures);
    index there = 0;
    for (index i = 0; i < count; ++i) {
        auto const replica = first + i;
        if (has(point, replica)) {
            ++there;
            continue;
        }
        auto const row = std::span(report.rows).subspan(static_cast<std::size_t>(i) * width, width);
        records.append(point, replica, static_cast<Outcome>(static_cast<int>(row[0])),
                       row.subspan(1));
        critical_points.append(point, replica, points[static_cast<std::size_t>(i)]);
        if (auto const message = failed.find(replica); message != failed.end())
            failures.push_back({point, replica, message->second});
    }
    mark(point, first, count);
    return there;
}

void Finished::mark(index point, index first, index count) {
    auto& row = done[static_cast<std::size_t>(point)];
    if (std::ssize(row) < first + count) row.resize(static_cast<std::size_t>(first + count));
    for (index i = first; i < first + count; ++i) row[static_cast<std::size_t>(i)] = true;
}

}  // namespace spinscape
