// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace spinscape {

namespace {

/// Levenshtein distance, one row of the table at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            auto const substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
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
