// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace spinscape {

namespace {

/// Insertions, deletions, substitutions and exchanges of neighbours that turn a into b.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min(
                {last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last.back();
}

}  // namespace

std::string did_you_mean(std::string_view name, std::span<std::string const> candidates) {
    std::string_view best;
    std::size_t best_distance = 0;
    for (auto const& candidate : candidates) {
        auto const distance = edit_distance(name, candidate);
        if (best.empty() || distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    if (best.empty() || 3 * best_distance > std::max<std::size_t>(best.size(), 3)) return "";
    return " (did you mean '" + std::string(best) + "'?)";
}

}  // namespace spinscape
