// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/claim.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/stats/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

Claim claim(double measured, double error, Relation relation, double predicted,
            double tolerance = 0) {
    return {.measured = {measured, error, 10},
            .relation = relation,
            .predicted = predicted,
            .tolerance = tolerance};
}

TEST(Claim, VerdictComparesTheIntervalWithTheRelation) {
    EXPECT_EQ(claim(1.0, 0.1, Relation::less, 1.3).verdict(), Verdict::supported);
    EXPECT_EQ(claim(1.0, 0.1, Relation::less, 1.2).verdict(), Verdict::undecided);
    EXPECT_EQ(claim(1.0, 0.1, Relation::less, 0.7).verdict(), Verdict::contradicted);
    EXPECT_EQ(claim(1.0, 0.1, Relation::greater, 0.7).verdict(), Verdict::supported);
    EXPECT_EQ(claim(1.0, 0.1, Relation::greater, 1.3).verdict(), Verdict::contradicted);
    EXPECT_EQ(claim(1.0, 0.1, Relation::equal, 1.1, 0.5).verdict(), Verdict::supported);
    EXPECT_EQ(claim(1.0, 0.1, Relation::equal, 1.1, 0.3).verdict(), Verdict::undecided);
    EXPECT_EQ(claim(1.0, 0.1, Relation::equal, 2.0, 0.5).verdict(), Verdict::contradicted);
    EXPECT_EQ(claim(1.0, 0.1, Relation::equal, 1.0, 0).verdict(),
              Verdict::undecided);  // no tolerance, never proven
}

TEST(Claim, WithoutAnErrorNothingIsDecidedButExactValuesAre) {
    EXPECT_EQ(claim(1.0, missing, Relation::less, 100).verdict(), Verdict::undecided);
    EXPECT_EQ(claim(missing, 0.1, Relation::less, 100).verdict(), Verdict::undecided);
    EXPECT_EQ(claim(1.0, 0, Relation::less, 2).verdict(), Verdict::supported);
    EXPECT_EQ(claim(3.0, 0, Relation::less, 2).verdict(), Verdict::contradicted);
}

TEST(Claim, FactorToDecide) {
    auto const undecided = claim(1.0, 0.1, Relation::less, 1.1);
    EXPECT_NEAR(undecided.factor_to_decide(), claim_z * claim_z, 1e-9);
    EXPECT_TRUE(std::isnan(claim(1.0, 0.1, Relation::less, 2).factor_to_decide()));
}

// The share of true claims that are called contradicted is at most half of one per cent (one side).
TEST(Claim, WrongVerdictsAreAsRareAsStated) {
    index constexpr trials = 20000, n = 200;
    index wrong = 0;
    for (index t = 0; t < trials; ++t) {
        Stream stream(5, Purpose::noise, t);
        std::vector<double> x(n);
        stream.fill_normal(std::span<double>(x));
        Claim const on_the_border{
            .measured = mean_estimate(x), .relation = Relation::less, .predicted = 0};
        if (on_the_border.verdict() == Verdict::contradicted) ++wrong;
    }
    double const share = static_cast<double>(wrong) / trials, error = std::sqrt(0.005 / trials);
    EXPECT_NEAR(share, 0.005, 4 * error);
}

}  // namespace
}  // namespace spinscape
