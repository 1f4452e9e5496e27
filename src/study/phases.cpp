// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/phases.hpp"

#include "spinscape/base/bytes.hpp"

#include <cstdint>
#include <utility>

namespace spinscape {

PhaseTimes& operator+=(PhaseTimes& times, PhaseTimes const& more) {
    for (auto const& [name, seconds] : more) times[name] += seconds;
    return times;
}

double total(PhaseTimes const& times) {
    double sum = 0;
    for (auto const& phase : times) sum += phase.second;
    return sum;
}

void put(ByteWriter& out, PhaseTimes const& times) {
    out.put(static_cast<std::uint64_t>(times.size()));
    for (auto const& [name, seconds] : times) {
        out.put_text(name);
        out.put(seconds);
    }
}

PhaseTimes get_phase_times(ByteReader& in) {
    PhaseTimes times;
    for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
        auto const name = in.get_text();
        times[name] += in.get<double>();
    }
    return times;
}

PhaseClock::Timer PhaseClock::phase(std::string_view name) {
    auto found = times_.find(name);
    if (found == times_.end()) found = times_.emplace(name, 0.0).first;
    auto* const outer = current_;
    turn_to(&found->second);
    return {*this, outer};
}

PhaseTimes PhaseClock::take() {
    turn_to(current_);
    PhaseTimes taken;
    for (auto& [name, seconds] : times_)
        if (seconds > 0) taken[name] = std::exchange(seconds, 0.0);
    return taken;
}

void PhaseClock::turn_to(double* phase) {
    auto const now = Clock::now();
    if (current_ != nullptr) *current_ += std::chrono::duration<double>(now - since_).count();
    current_ = phase;
    since_ = now;
}

}  // namespace spinscape
