// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/chain_exit.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/theory/escape.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace spinscape::theory {
namespace {

TEST(ChainExit, IndependentStepsAreGeometric) {
    // mean 0 whatever x: P(T > n) = P(|xi| < 1)^n.
    NormalChain const chain{[](double) { return 0.0; }, [](double) { return 1.0; }};
    auto const exit = chain_exit(chain, -1, 1, 0);
    double const stay = std::erf(1 / std::sqrt(2.0));
    EXPECT_NEAR(exit.mean_steps, 1 / (1 - stay), 1e-8);
    EXPECT_NEAR(exit.decay, stay, 1e-9);
    EXPECT_NEAR(exit.survival[2], stay * stay, 1e-9);
    EXPECT_LT(exit.error, 1e-5);
}

TEST(ChainExit, SaddleAgainstSimulationAndAsymptotics) {
    double const rate = 0.1, deviation = 0.05;
    NormalChain const chain{[&](double x) { return (1 + rate) * x; },
                            [&](double) { return deviation; }};
    auto const exit = chain_exit(chain, -1, 1, 0);
    EXPECT_LT(exit.error, 1e-4);
    int const replicas = 20000;
    double sum = 0, squares = 0;
    for (int r = 0; r < replicas; ++r) {
        Stream stream(3, Purpose::noise, r);
        double x = 0;
        int steps = 0;
        for (; std::abs(x) < 1; ++steps) x = (1 + rate) * x + deviation * stream.normal();
        sum += steps;
        squares += static_cast<double>(steps) * steps;
    }
    double const mean = sum / replicas;
    double const error = std::sqrt((squares / replicas - mean * mean) / replicas);
    EXPECT_NEAR(exit.mean_steps, mean, 4 * error);
    EXPECT_NEAR(1 + std::accumulate(exit.survival.begin() + 1, exit.survival.end(), 0.0),
                exit.mean_steps, 1e-3);
    // Without the half step of its docstring the asymptotic form is off by that.
    NormalChain const quiet{chain.mean, [](double) { return 0.002; }};
    EXPECT_NEAR(chain_exit(quiet, -1, 1, 0).mean_steps, saddle_exit_steps(rate, 0.002, 1), 0.02);
}

TEST(ChainExit, SmallStepsBecomeTheDiffusion) {
    // x - eta V' + sqrt(2 eta epsilon) xi from the left well to +1. A crossing between steps is
    // missed, which moves the target by 0.5826 sqrt(2 epsilon eta): extrapolated away.
    double const epsilon = 0.15;
    auto const V = [](double x) { return x * x * x * x / 4 - x * x / 2; };
    auto const time = [&](double eta) {
        NormalChain const chain{[eta](double x) { return x - eta * (x * x * x - x); },
                                [&, eta](double) { return std::sqrt(2 * eta * epsilon); }};
        return eta * chain_exit(chain, -3, 1, -1).mean_steps;
    };
    double const exact =
        mean_first_passage(overdamped(V, epsilon), -1, 1, -std::numeric_limits<double>::infinity())
            .value;
    double const t1 = time(0.04), t2 = time(0.01), t3 = time(0.0025);
    double const r1 = 2 * t2 - t1, r2 = 2 * t3 - t2;  // order 1/2 removed
    EXPECT_NEAR((4 * r2 - r1) / 3 / exact, 1, 2e-3);
    EXPECT_GT(t1 / exact, 1.005);  // and not without
}

TEST(ChainExit, RefusesWhatItCannotResolve) {
    NormalChain const chain{[](double x) { return x; }, [](double) { return 1e-6; }};
    EXPECT_THROW(chain_exit(chain, -1, 1, 0), Error);
}

}  // namespace
}  // namespace spinscape::theory
