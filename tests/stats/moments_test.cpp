// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/stats/moments.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

std::vector<double> sample(index n) {
    std::vector<double> x(static_cast<std::size_t>(n));
    Stream stream(1, Purpose::noise, 0);
    for (auto& value : x) value = 3 + std::exp(stream.normal());  // skewed
    return x;
}

double power_sum(std::vector<double> const& x, double mean, int power) {
    double sum = 0;
    for (double const value : x) sum += std::pow(value - mean, power);
    return sum;
}

TEST(Moments, AgreeWithTheirDefinitions) {
    auto const x = sample(500);
    Moments m;
    for (double const value : x) m.add(value);
    double mean = 0;
    for (double const value : x) mean += value / 500;
    EXPECT_NEAR(m.mean, mean, 1e-12);
    for (auto const& [power, value] : {std::pair{2, m.M2}, {3, m.M3}, {4, m.M4}})
        EXPECT_NEAR(value / power_sum(x, mean, power), 1, 1e-10) << power;
    EXPECT_NEAR(m.standard_error(), std::sqrt(m.variance() / 500), 1e-15);
}

TEST(Moments, AnySplitMergesToTheWhole) {
    auto const x = sample(100);
    Moments whole;
    for (double const value : x) whole.add(value);
    for (std::size_t const split :
         {std::size_t{0}, std::size_t{1}, std::size_t{37}, std::size_t{100}}) {
        Moments a, b;
        for (std::size_t i = 0; i < x.size(); ++i) (i < split ? a : b).add(x[i]);
        a.merge(b);
        EXPECT_EQ(a.count, whole.count);
        EXPECT_NEAR(a.mean, whole.mean, 1e-13);
        EXPECT_NEAR(a.M2 / whole.M2, 1, 1e-12);
        EXPECT_NEAR(a.M3 / whole.M3, 1, 1e-11);
        EXPECT_NEAR(a.M4 / whole.M4, 1, 1e-11);
        EXPECT_EQ(a.minimum, whole.minimum);
        EXPECT_EQ(a.maximum, whole.maximum);
    }
}

TEST(Moments, MissingValuesAndSmallCounts) {
    Moments m;
    m.add(missing);
    EXPECT_EQ(m.count, 0);
    m.add(2);
    EXPECT_TRUE(std::isnan(m.variance()));
    EXPECT_TRUE(std::isnan(m.standard_error()));
    m.add(4);
    EXPECT_EQ(m.mean, 3);
    EXPECT_EQ(m.variance(), 2);
    EXPECT_EQ(m.standard_error(), 1);
}

}  // namespace
}  // namespace spinscape
