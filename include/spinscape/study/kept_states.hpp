// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/study/job.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spinscape {

/// A parameter point without the parameter that may grow later (Study::extends), and that
/// parameter's value: points of one line continue each other.
struct Line {
    std::string key;  ///< as point_key
    index value = 0;  ///< e.g. epochs
};
std::optional<Line> line_of(Job const& job, Parameters const& point);

/// The state that a finished block was left in, in a file of the run folder.
struct KeptState {
    std::string point;  ///< point_key
    Line line;
    index first = 0, count = 0;
    std::string file;  ///< name within the run folder
    std::int64_t at = 0;

    void put(ByteWriter& out) const;
    static KeptState get(ByteReader& in);
};

/// All of a run folder.
class KeptStates {
public:
    void add(KeptState state);
    [[nodiscard]] bool empty() const { return lines_.empty(); }
    /// The one that has come farthest, but not beyond this line's value; null if none. The block
    /// must be the same: states are of blocks.
    [[nodiscard]] KeptState const* find(Line const& line, index first, index count) const;
    /// Largest count with a usable state that begins at this replica; 0 if none.
    [[nodiscard]] index count_at(Line const& line, index first) const;
    /// Whether the replicas of the point with this point_key are on the way to `line`.
    [[nodiscard]] bool leads_to(std::string const& point, Line const& line) const;

private:
    std::map<std::string, std::multimap<index, KeptState>> lines_;  // by first replica
    std::map<std::string, Line> points_;
};

}  // namespace spinscape
