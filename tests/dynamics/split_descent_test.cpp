// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/split_descent.hpp"

#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

std::vector<SphericalPSpin<float>> parts_of(SphericalPSpin<float> const& f, index n) {
    std::vector<SphericalPSpin<float>> parts;
    for (auto const& part : f.couplings()->split(n, 2, 0)) parts.emplace_back(part);
    return parts;
}

TEST(SplitDescent, PartsAddUpAndAreIndependent) {
    SphericalPSpin<float> const f(40, {{.p = 3}, {.p = 2, .coefficient = 0.5}}, 2, 0);
    index const n = 4;
    auto const parts = parts_of(f, n);
    for (std::size_t t = 0; t < 2; ++t) {
        auto const whole = f.couplings()->values(t);
        double squares = 0, products = 0, all = 0;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            double sum = 0;
            for (auto const& part : parts) sum += part.couplings()->values(t)[i];
            EXPECT_NEAR(sum, whole[i], 1e-6);
            double const a = parts[0].couplings()->values(t)[i],
                         b = parts[1].couplings()->values(t)[i];
            squares += a * a;
            products += a * b;
            all += static_cast<double>(whole[i]) * whole[i];
        }
        // Each has 1/n of the variance, and two have nothing in common (J/n each would).
        double const count = PSpinCouplings::count(40, f.terms()[t].p);
        EXPECT_NEAR(squares * n / all, 1, 6 / std::sqrt(count));
        EXPECT_NEAR(products * n / all, 0, 6 / std::sqrt(count));
    }
}

TEST(SplitDescent, MovesByTheWholeGradientInAllPartsTogether) {
    SphericalPSpin<float> const f(40, {{.p = 3}}, 2, 0);
    auto const parts = parts_of(f, 3);
    Batch<float> x(40, 2), y(40, 2);
    for (index r = 0; r < 2; ++r) {
        Stream stream(5, Purpose::start, r);
        random_on_sphere(stream, x[r]);
        std::ranges::copy(x[r], y[r].begin());
    }
    double const rate = 1e-3;
    SplitDescent<SphericalPSpin<float>> split(parts, x.view(), StepSchedule::constant(rate));
    for (int k = 0; k < 3; ++k) split.advance();
    descend(f, y.view(), {.schedule = StepSchedule::constant(rate), .max_steps = 1});
    for (std::size_t i = 0; i < 40; ++i) EXPECT_NEAR(x[1][i], y[1][i], 50 * rate * rate);
}

TEST(SplitDescent, GoesDownToAFloorOfNoiseAndContinues) {
    index const N = 60;
    SphericalPSpin<float> const f(N, {{.p = 3}}, 2, 0);
    auto const parts = parts_of(f, 3);
    auto const run = [&](Batch<float>& x, double rate, int steps) {
        for (index r = 0; r < 2; ++r) {
            Stream stream(5, Purpose::start, r);
            random_on_sphere(stream, x[r]);
        }
        SplitDescent<SphericalPSpin<float>> split(parts, x.view(), StepSchedule::constant(rate));
        for (int k = 0; k < steps / 2; ++k) split.advance();
        ByteWriter out;
        split.save(out);
        SplitDescent<SphericalPSpin<float>> rest(parts, x.view(), StepSchedule::constant(rate));
        ByteReader in(out.bytes());
        rest.load(in);
        while (rest.steps() < steps) rest.advance();
        double energy = 0;
        auto work = f.workspace(1);
        f.value(x.view().slice(1, 1), {&energy, 1}, work);
        return energy / static_cast<double>(N);
    };
    Batch<float> x(N, 2);
    double const coarse = run(x, 0.1, 1000), fine = run(x, 0.02, 5000);
    EXPECT_LT(coarse, -1);
    EXPECT_LT(fine, coarse);
    EXPECT_LT(fine, -1.35);
}

}  // namespace
}  // namespace spinscape
