// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/gradient_flow.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape::theory {
namespace {

struct Curve {
    std::vector<PSpinTerm> terms;
    std::vector<double> times, energy;
};

void expect_curve(Curve const& curve, double tolerance) {
    auto const flow = gradient_flow(curve.terms, curve.times);
    for (std::size_t i = 0; i < curve.times.size(); ++i) {
        EXPECT_NEAR(flow.energy[i], curve.energy[i], tolerance) << "t = " << curve.times[i];
        EXPECT_LT(flow.energy_error[i], 10 * tolerance);
    }
}

TEST(GradientFlow, PureThreeSpin) {
    expect_curve({{{3, 1.0}},
                  {0.4, 0.8, 1.6, 3.2, 4.8, 8, 16},
                  {-.86683, -1.14980, -1.33706, -1.45231, -1.49733, -1.53814, -1.57429}},
                 1e-4);
}

TEST(GradientFlow, PureFourSpin) {
    expect_curve({{{4, 1.0}}, {0.4, 1.6, 8}, {-1.00289, -1.43486, -1.63144}}, 2e-4);
}

TEST(GradientFlow, MixedModelInTheHalfNormalisation) {
    // f = (q^3 + q^4)/2: squared coefficients 1/2.
    auto const c = std::sqrt(0.5);
    expect_curve({{{3, c}, {4, c}}, {1, 2, 5, 10}, {-1.27251, -1.42865, -1.54966, -1.60198}}, 2e-4);
}

TEST(GradientFlow, MemoryOfTheStart) {
    std::vector<PSpinTerm> const terms = {{3, 1.0}};
    std::vector<double> const times = {0, 0.4, 1.6, 8};
    auto const flow = gradient_flow(terms, times);
    EXPECT_NEAR(flow.correlation[0], 1, 1e-12);
    EXPECT_NEAR(flow.correlation[1], 0.84623, 1e-4);
    EXPECT_NEAR(flow.correlation[2], 0.52149, 1e-4);
    EXPECT_NEAR(flow.correlation[3], 0.27093, 1e-4);
}

TEST(GradientFlow, TwoSpinsStartAtTheSlopeOfTheGradient) {
    // dE/dt at t = 0 is -|P grad|^2/N = -f'(1) = -sum c^2 p.
    std::vector<PSpinTerm> const terms = {{2, 1.0}};
    std::vector<double> const times = {1e-3};
    EXPECT_NEAR(gradient_flow(terms, times, 5e-4).energy[0], -2e-3, 1e-5);
}

}  // namespace
}  // namespace spinscape::theory
