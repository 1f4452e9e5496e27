// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/tracy_widom.hpp"

#include "spinscape/base/error.hpp"

#include <boost/math/special_functions/airy.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace spinscape::theory {
namespace {

// The original definition: q'' = s q + 2 q^3 with q ~ Ai(s) at +infinity,
// F_2 = exp(-int_s (x - s) q^2 dx), F_1 = exp(-int_s q dx / 2) sqrt(F_2). Integrated downwards from
// s = 8 by Runge-Kutta steps; the solution is unstable, but not yet at -5.
TEST(TracyWidom, PainleveEquation) {
    using State = std::array<double, 5>;  // q, q', int q, int q^2, int (x - s) q^2
    auto const slopes = [](double s, State const& y) {
        return State{y[1], s * y[0] + 2 * y[0] * y[0] * y[0], -y[0], -y[0] * y[0], -y[3]};
    };
    double s = 8;
    State y = {boost::math::airy_ai(s), boost::math::airy_ai_prime(s), 0, 0, 0};
    // What lies beyond 8, where q is the Airy function.
    for (double x = 8.0005; x < 14; x += 0.001) {
        auto const q = boost::math::airy_ai(x);
        y[2] += 0.001 * q;
        y[3] += 0.001 * q * q;
        y[4] += 0.001 * (x - 8) * q * q;
    }
    double const h = -1e-3;
    for (int step = 1; step <= 13000; ++step) {
        auto const at = [&](State const& k, double weight) {
            State moved = y;
            for (std::size_t i = 0; i < y.size(); ++i) moved[i] += weight * h * k[i];
            return moved;
        };
        auto const k1 = slopes(s, y), k2 = slopes(s + h / 2, at(k1, 0.5)),
                   k3 = slopes(s + h / 2, at(k2, 0.5)), k4 = slopes(s + h, at(k3, 1));
        for (std::size_t i = 0; i < y.size(); ++i)
            y[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
        s = 8 + step * h;
        if (step % 1000 != 0) continue;
        EXPECT_NEAR(tracy_widom(2, s).below, std::exp(-y[4]), 1e-9) << s;
        EXPECT_NEAR(tracy_widom(1, s).below, std::exp(-0.5 * (y[2] + y[4])), 1e-9) << s;
    }
}

TEST(TracyWidom, DensityIsTheDerivative) {
    for (int const beta : {1, 2})
        for (double const s : {-6.0, -3.5, -2.0, -0.5, 1.0, 3.0}) {
            double const h = 1e-3;
            auto const slope =
                (tracy_widom(beta, s + h).below - tracy_widom(beta, s - h).below) / (2 * h);
            EXPECT_NEAR(tracy_widom(beta, s).density, slope, 1e-6);
            EXPECT_LT(tracy_widom(beta, s).error, 1e-12);
        }
}

// ln F_2(s) = -|s|^3/12 - ln|s|/8 + zeta'(-1) + ln(2)/24 + O(|s|^-3) to the left; to the right
// 1 - F_1 = int_s Ai(x) dx / 2 to leading order.
TEST(TracyWidom, Tails) {
    EXPECT_NEAR(std::log(tracy_widom(2, -8).below),
                -512.0 / 12 - std::log(8) / 8 - 0.1654211437 + std::log(2) / 24, 1e-3);
    double tail = 0;
    for (double x = 4.0005; x < 16; x += 0.001) tail += 0.001 * boost::math::airy_ai(x);
    EXPECT_NEAR((1 - tracy_widom(1, 4).below) / (0.5 * tail), 1, 1e-3);
    EXPECT_EQ(tracy_widom(1, -100).below, 0);
    EXPECT_EQ(tracy_widom(2, 100).below, 1);
}

// Frozen; the law itself is checked above.
TEST(TracyWidom, Moments) {
    auto const one = tracy_widom_moments(1), two = tracy_widom_moments(2);
    EXPECT_NEAR(one.mean, -1.206533574582, 1e-11);
    EXPECT_NEAR(one.variance, 1.607781034581, 1e-11);
    EXPECT_NEAR(one.skewness, 0.293464524088, 1e-10);
    EXPECT_NEAR(one.excess_kurtosis, 0.165242938456, 1e-10);
    EXPECT_NEAR(two.mean, -1.771086807412, 1e-11);
    EXPECT_NEAR(two.variance, 0.813194792833, 1e-11);
    EXPECT_NEAR(two.skewness, 0.224084203611, 1e-10);
    EXPECT_NEAR(two.excess_kurtosis, 0.093448087661, 1e-10);
    EXPECT_LT(one.error, 1e-10);
    EXPECT_THROW(tracy_widom_moments(4), Error);
    EXPECT_THROW(tracy_widom(0, 1), Error);
}

}  // namespace
}  // namespace spinscape::theory
