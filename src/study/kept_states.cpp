// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/study/kept_states.hpp"

#include <algorithm>

namespace spinscape {

std::optional<Line> line_of(Job const& job, Parameters const& point) {
    auto const name = job.study->extends ? job.study->extends(point) : std::string();
    if (name.empty()) return std::nullopt;
    return Line{point_key(job, point, name), static_cast<index>(point.integer(name))};
}

void KeptState::put(ByteWriter& out) const {
    out.put_text(point);
    out.put_text(line.key);
    for (auto const n : {line.value, first, count}) out.put(static_cast<std::int64_t>(n));
    out.put_text(file);
    out.put(at);
}

KeptState KeptState::get(ByteReader& in) {
    KeptState state;
    state.point = in.get_text();
    state.line.key = in.get_text();
    for (auto* n : {&state.line.value, &state.first, &state.count})
        *n = static_cast<index>(in.get<std::int64_t>());
    state.file = in.get_text();
    state.at = in.get<std::int64_t>();
    return state;
}

void KeptStates::add(KeptState state) {
    points_[state.point] = state.line;
    auto& line = lines_[state.line.key];
    auto const first = state.first;
    line.emplace(first, std::move(state));
}

KeptState const* KeptStates::find(Line const& line, index first, index count) const {
    auto const found = lines_.find(line.key);
    if (found == lines_.end()) return nullptr;
    KeptState const* best = nullptr;
    auto const [begin, end] = found->second.equal_range(first);
    for (auto at = begin; at != end; ++at) {
        auto const& state = at->second;
        if (state.count == count && state.line.value <= line.value &&
            (best == nullptr || state.line.value > best->line.value))
            best = &state;
    }
    return best;
}

index KeptStates::count_at(Line const& line, index first) const {
    auto const found = lines_.find(line.key);
    if (found == lines_.end()) return 0;
    index most = 0;
    auto const [begin, end] = found->second.equal_range(first);
    for (auto at = begin; at != end; ++at)
        if (at->second.line.value <= line.value) most = std::max(most, at->second.count);
    return most;
}

bool KeptStates::leads_to(std::string const& point, Line const& line) const {
    auto const found = points_.find(point);
    return found != points_.end() && found->second.key == line.key &&
           found->second.value <= line.value;
}

}  // namespace spinscape
