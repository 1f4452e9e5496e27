// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/linalg/assignment.hpp"

#include "spinscape/base/contract.hpp"

#include <limits>

namespace spinscape::linalg {

std::vector<index> assignment(std::span<double const> cost, index n) {
    SPINSCAPE_EXPECT(std::ssize(cost) == n * n);
    auto const size = static_cast<std::size_t>(n);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    // Dual prices; reduced costs cost - row - column are never negative and 0 where assigned.
    std::vector<double> row_price(size), column_price(size);
    std::vector<std::size_t> row_of(size, none);  // of each column
    for (std::size_t start = 0; start < size; ++start) {
        // Dijkstra over columns from the row `start` to the nearest free column.
        std::vector<double> distance(size, infinity);
        std::vector<std::size_t> came_from(size, none);  // column before, none: from the start
        std::vector<char> done(size);
        std::size_t row = start, column = none;
        double reached = 0;
        for (;;) {
            std::size_t next = none;
            for (std::size_t j = 0; j < size; ++j) {
                if (done[j]) continue;
                double const through =
                    reached + cost[row * size + j] - row_price[row] - column_price[j];
                if (through < distance[j]) {
                    distance[j] = through;
                    came_from[j] = column;
                }
                if (next == none || distance[j] < distance[next]) next = j;
            }
            column = next;
            reached = distance[column];
            done[column] = 1;
            if (row_of[column] == none) break;
            row = row_of[column];
        }
        row_price[start] += reached;
        for (std::size_t j = 0; j < size; ++j)
            if (done[j] && j != column) {
                row_price[row_of[j]] += reached - distance[j];
                column_price[j] -= reached - distance[j];
            }
        while (column != none) {  // along the path every row moves on by one column
            auto const before = came_from[column];
            row_of[column] = before == none ? start : row_of[before];
            column = before;
        }
    }
    std::vector<index> column_of(size);
    for (std::size_t j = 0; j < size; ++j) column_of[row_of[j]] = static_cast<index>(j);
    return column_of;
}

}  // namespace spinscape::linalg
