// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/unseen.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

namespace spinscape {
namespace {

TEST(Unseen, ByHand) {
    std::vector<index> const hits = {1, 1, 1, 2, 2, 5};  // n = 12, f1 = 3, f2 = 2
    auto const mass = unseen_mass(hits);
    EXPECT_NEAR(mass.value, 0.25, 1e-15);
    EXPECT_NEAR(mass.standard_error, std::sqrt(3 * 0.75 + 4) / 12, 1e-15);
    EXPECT_EQ(mass.n, 12);
    EXPECT_NEAR(richness(hits).value, 6 + 11.0 / 12 * 3 * 2 / (2 * 3), 1e-14);
    std::vector<index> const complete = {4, 7};
    EXPECT_EQ(unseen_mass(complete).value, 0);
    EXPECT_NEAR(unseen_mass(complete).standard_error, 1.0 / 11, 1e-15);
    EXPECT_EQ(richness(complete).value, 2);
    EXPECT_EQ(unseen_mass({}).n, 0);
    EXPECT_TRUE(std::isnan(richness({}).value));
}

// Samples from a known law: the estimates agree with the truth within their errors, on average and
// in scatter.
TEST(Unseen, CoversTheTruth) {
    for (index const things : {40, 200}) {
        index const draws = 100, samples = 400;
        double mass_score = 0, mass_square = 0, missed = 0, richness_sum = 0;
        for (index s = 0; s < samples; ++s) {
            Stream stream(5, Purpose::start, s, things);
            std::map<index, index> met;
            for (index d = 0; d < draws; ++d) ++met[stream.below(things)];
            std::vector<index> hits;
            for (auto const& [thing, count] : met) hits.push_back(count);
            double const truth = 1 - static_cast<double>(met.size()) / static_cast<double>(things);
            auto const mass = unseen_mass(hits);
            double const score = (mass.value - truth) / mass.standard_error;
            mass_score += score / static_cast<double>(samples);
            mass_square += score * score / static_cast<double>(samples);
            auto const all = richness(hits);
            richness_sum += all.value / static_cast<double>(samples);
            missed += std::abs(all.value - static_cast<double>(things)) > 3 * all.standard_error;
        }
        EXPECT_NEAR(mass_score, 0, 0.25);
        EXPECT_NEAR(mass_square, 1, 0.35);
        // Its law has a long tail above.
        EXPECT_LT(missed / static_cast<double>(samples), 0.12);
        EXPECT_NEAR(richness_sum / static_cast<double>(things), 1, 0.05);
    }
}

}  // namespace
}  // namespace spinscape
