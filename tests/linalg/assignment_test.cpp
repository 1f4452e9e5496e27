// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/linalg/assignment.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace spinscape {
namespace {

double total(std::vector<double> const& cost, std::vector<index> const& columns) {
    double sum = 0;
    for (std::size_t i = 0; i < columns.size(); ++i)
        sum += cost[i * columns.size() + static_cast<std::size_t>(columns[i])];
    return sum;
}

TEST(Assignment, AsCheapAsTheBestOfAllPermutations) {
    for (index n = 0; n <= 6; ++n)
        for (index trial = 0; trial < 20; ++trial) {
            std::vector<double> cost(static_cast<std::size_t>(n * n));
            Stream stream(3, Purpose::disorder, trial, n);
            for (auto& entry : cost)  // with ties, and negative ones
                entry = trial % 2 == 0 ? stream.normal() : static_cast<double>(stream.below(4));
            auto const found = linalg::assignment(cost, n);
            std::vector<index> columns(static_cast<std::size_t>(n));
            std::iota(columns.begin(), columns.end(), 0);
            auto sorted = found;
            std::sort(sorted.begin(), sorted.end());
            EXPECT_EQ(sorted, columns);
            double best = std::numeric_limits<double>::infinity();
            do best = std::min(best, total(cost, columns));
            while (std::next_permutation(columns.begin(), columns.end()));
            EXPECT_NEAR(total(cost, found), best, 1e-12);
        }
}

TEST(Assignment, RecoversAPlantedPermutation) {
    index const n = 80;
    std::vector<std::int32_t> planted(static_cast<std::size_t>(n));
    Stream stream(3, Purpose::disorder, 0);
    stream.permutation(planted);
    std::vector<double> cost(static_cast<std::size_t>(n * n));
    for (auto& entry : cost) entry = 0.1 + stream.uniform();
    for (index i = 0; i < n; ++i)
        cost[static_cast<std::size_t>(i * n + planted[static_cast<std::size_t>(i)])] = 0;
    auto const found = linalg::assignment(cost, n);
    EXPECT_TRUE(std::equal(found.begin(), found.end(), planted.begin()));
}

}  // namespace
}  // namespace spinscape
