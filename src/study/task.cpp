// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/study/data.hpp"
#include "spinscape/study/study.hpp"

#include <algorithm>

namespace spinscape {

Task::Task(Study const& study, Parameters const& parameters, std::uint64_t master_seed, index first,
           index count, std::string job_folder, RankCache& cache, Interruption const* interruption,
           PhaseClock* clock, parallel::Crew* crew, std::string shared)
    : fields_(study.fields),
      point_fields_(study.point_fields),
      parameters_(parameters),
      master_seed_(master_seed),
      first_(first),
      count_(count),
      job_folder_(std::move(job_folder)),
      cache_(cache),
      interruption_(interruption),
      clock_(clock),
      crew_(crew),
      shared_(std::move(shared)),
      rows_(static_cast<std::size_t>(count * fields_.width()), missing),
      outcomes_(static_cast<std::size_t>(count), Outcome::completed),
      points_(static_cast<std::size_t>(count)) {}

std::string Task::data_path(std::string const& name) const {
    return find_data(name, job_folder_);
}

std::size_t Task::place(index replica) const {
    SPINSCAPE_EXPECT(first_ <= replica && replica < first_ + count_);
    return static_cast<std::size_t>(replica - first_);
}

std::span<double> Task::cells(index replica, std::string_view field, std::size_t length) {
    auto const& declared = fields_.field(field);
    if (declared.length() != static_cast<index>(length))
        throw Error(ExitCode::internal, "field '" + declared.name + "' has length " +
                                            std::to_string(declared.length()) + ", not " +
                                            std::to_string(length));
    auto const row = static_cast<std::size_t>(fields_.width()) * place(replica);
    return std::span(rows_).subspan(row + static_cast<std::size_t>(fields_.offset(field)), length);
}

void Task::record(index replica, std::string_view field, double value) {
    cells(replica, field, 1)[0] = value;
}

void Task::record(index replica, std::string_view field, std::vector<double> const& curve) {
    std::copy(curve.begin(), curve.end(), cells(replica, field, curve.size()).begin());
}

void Task::finish(index replica, Outcome outcome) {
    outcomes_[place(replica)] = outcome;
}

void Task::add_point(index replica, PointValues const& values) {
    auto const row = values.row(point_fields_);
    auto& rows = points_[place(replica)];
    rows.insert(rows.end(), row.begin(), row.end());
}

/// What has been recorded, then what the study puts.
std::string Task::state_bytes(std::function<void(ByteWriter&)> const& write) const {
    ByteWriter bytes;
    bytes.put_all(std::span<double const>(rows_));
    bytes.put_all(std::span<Outcome const>(outcomes_));
    if (point_fields_.width() > 0)
        for (auto const& rows : points_) bytes.put_all(std::span<double const>(rows));
    write(bytes);
    return bytes.bytes();
}

bool Task::pause(std::function<void(ByteWriter&)> const& write) {
    if (interruption_ == nullptr) return false;
    bool const stopping = interruption_->stopping();
    if (!stopping && !interruption_->save_due()) return false;
    interruption_->save(state_bytes(write));
    paused_ = stopping;
    return stopping;
}

void Task::keep(std::function<void(ByteWriter&)> const& write) {
    if (interruption_ == nullptr || !interruption_->keep) return;
    interruption_->keep(state_bytes(write));
}

PhaseClock::Timer Task::phase(std::string_view name) const {
    if (clock_ == nullptr) return {};
    return clock_->phase(name);
}

bool Task::resume(std::function<void(ByteReader&)> const& read) {
    if (interruption_ == nullptr || interruption_->saved.empty()) return false;
    ByteReader bytes(interruption_->saved);
    bytes.get_into(std::span<double>(rows_));
    bytes.get_into(std::span<Outcome>(outcomes_));
    if (point_fields_.width() > 0)
        for (auto& rows : points_) rows = bytes.get_all<double>();
    read(bytes);
    if (!bytes.at_end())
        throw Error(ExitCode::bad_input, "a saved state holds more than this study takes out");
    return true;
}

}  // namespace spinscape
