// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/study/data.hpp"
#include "spinscape/study/study.hpp"

#include <algorithm>

namespace spinscape {

Task::Task(Parameters const& parameters, std::uint64_t master_seed, index first, index count,
           std::vector<Field> const& fields, std::string job_folder, RankCache& cache,
           Interruption const* interruption, PhaseClock* clock)
    : parameters_(parameters),
      master_seed_(master_seed),
      first_(first),
      count_(count),
      job_folder_(std::move(job_folder)),
      cache_(cache),
      interruption_(interruption),
      clock_(clock),
      outcomes_(static_cast<std::size_t>(count), Outcome::completed) {
    for (auto const& field : fields) {
        place_[field.name] = {width_, field.length()};
        width_ += field.length();
    }
    rows_.assign(static_cast<std::size_t>(count * width_), missing);
}

std::string Task::data_path(std::string const& name) const {
    return find_data(name, job_folder_);
}

std::span<double> Task::cells(index replica, std::string_view field, std::size_t length) {
    SPINSCAPE_EXPECT(first_ <= replica && replica < first_ + count_);
    auto const found = place_.find(field);
    if (found == place_.end() || found->second.second != static_cast<index>(length))
        throw Error(ExitCode::internal, "field '" + std::string(field) + "' of length " +
                                            std::to_string(length) +
                                            " is not in the study's declaration");
    return std::span(rows_).subspan(
        static_cast<std::size_t>((replica - first_) * width_ + found->second.first), length);
}

void Task::record(index replica, std::string_view field, double value) {
    cells(replica, field, 1)[0] = value;
}

void Task::record(index replica, std::string_view field, std::vector<double> const& curve) {
    std::copy(curve.begin(), curve.end(), cells(replica, field, curve.size()).begin());
}

void Task::finish(index replica, Outcome outcome) {
    outcomes_[static_cast<std::size_t>(replica - first_)] = outcome;
}

namespace {

/// What has been recorded, then what the study puts.
std::string state_bytes(std::vector<double> const& rows, std::vector<Outcome> const& outcomes,
                        std::function<void(ByteWriter&)> const& write) {
    ByteWriter bytes;
    bytes.put_all(std::span<double const>(rows));
    bytes.put_all(std::span<Outcome const>(outcomes));
    write(bytes);
    return bytes.bytes();
}

}  // namespace

bool Task::pause(std::function<void(ByteWriter&)> const& write) {
    if (interruption_ == nullptr) return false;
    bool const stopping = interruption_->stopping();
    if (!stopping && !interruption_->save_due()) return false;
    interruption_->save(state_bytes(rows_, outcomes_, write));
    paused_ = stopping;
    return stopping;
}

void Task::keep(std::function<void(ByteWriter&)> const& write) {
    if (interruption_ == nullptr || !interruption_->keep) return;
    interruption_->keep(state_bytes(rows_, outcomes_, write));
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
    read(bytes);
    if (!bytes.at_end())
        throw Error(ExitCode::bad_input, "a saved state holds more than this study takes out");
    return true;
}

}  // namespace spinscape
