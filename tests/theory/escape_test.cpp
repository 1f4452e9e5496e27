// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/escape.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace spinscape::theory {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double double_well(double x) {
    return x * x * x * x / 4 - x * x / 2;
}

/// The same mean time from the backward equation D T'' - V' T' = -1, T'(wall) = 0, T(target) = 0,
/// by second differences on n intervals: another derivation, another method.
double by_differences(double (*slope)(double), double epsilon, double start, double target,
                      double wall, int n) {
    double const h = (target - wall) / n;
    // T_i = ratio_i T_{i+1} + part_i, eliminated upwards from the wall.
    std::vector<double> ratio(static_cast<std::size_t>(n)), part(ratio.size());
    for (std::size_t i = 0; i < ratio.size(); ++i) {
        double const x = wall + h * static_cast<double>(i), f = slope(x);
        double const up = epsilon / (h * h) - f / (2 * h), down = epsilon / (h * h) + f / (2 * h);
        if (i == 0) {  // mirrored neighbour
            ratio[i] = 1;
            part[i] = 1 / (up + down);
        } else {
            double const diagonal = up + down - down * ratio[i - 1];
            ratio[i] = up / diagonal;
            part[i] = (1 + down * part[i - 1]) / diagonal;
        }
    }
    double T = 0;
    auto const at = static_cast<std::size_t>(std::lround((start - wall) / h));
    for (std::size_t i = ratio.size(); i-- > at;) T = ratio[i] * T + part[i];
    return T;
}

TEST(MeanFirstPassage, DoubleWellAgainstTheBackwardEquation) {
    auto const slope = [](double x) { return x * x * x - x; };
    for (double const epsilon : {0.2, 0.1, 0.05}) {
        auto const exact = mean_first_passage(overdamped(double_well, epsilon), -1, 1, -infinity);
        EXPECT_LT(exact.error, 1e-8 * exact.value);
        // Richardson: the difference scheme is of second order.
        double const coarse = by_differences(+slope, epsilon, -1, 1, -4, 4000),
                     fine = by_differences(+slope, epsilon, -1, 1, -4, 8000);
        EXPECT_NEAR(exact.value / ((4 * fine - coarse) / 3), 1, 1e-7) << epsilon;
    }
}

TEST(MeanFirstPassage, PublishedNumbersOfTheDoubleWell) {
    struct Row {
        double epsilon, to_other_well;
    };
    for (auto const [epsilon, expected] :
         {Row{0.2, 19.094}, Row{0.15, 29.546}, Row{0.1, 66.269}, Row{0.075, 146.33},
          Row{0.05, 729.67}, Row{0.04, 2483}, Row{0.03, 19486}})
        EXPECT_NEAR(
            mean_first_passage(overdamped(double_well, epsilon), -1, 1, -infinity).value / expected,
            1, 1e-4);
}

TEST(MeanFirstPassage, ClosedFormsAndMirror) {
    // Free diffusion from a reflecting wall: L^2 / (2 D).
    auto const flat = overdamped([](double) { return 0.0; }, 0.5);
    EXPECT_NEAR(mean_first_passage(flat, 0, 3, 0).value, 9, 1e-10);
    EXPECT_NEAR(mean_first_passage(flat, 1, 3, 0).value, 8, 1e-10);
    // Constant drift v towards the target from a far start: distance / v.
    auto const slope = overdamped([](double x) { return -2 * x; }, 0.01);
    EXPECT_NEAR(mean_first_passage(slope, 0, 3, -5).value, 1.5, 1e-9);
    // Skewed, both ways round.
    auto const V = [](double x) { return double_well(x) + 0.1 * x; };
    auto const W = [&](double x) { return V(-x); };
    EXPECT_NEAR(mean_first_passage(overdamped(V, 0.1), -1, 0.9, -infinity).value,
                mean_first_passage(overdamped(W, 0.1), 1, -0.9, infinity).value, 1e-8);
}

TEST(MeanFirstPassage, MultiplicativeNoise) {
    // dx = b x dt + sqrt(2 c) x dW is ln x with drift b - c: mean time ln(x / start) / (b - c)
    // from a wall that is never met again.
    double const b = 1, c = 0.1;
    Diffusion const process{[&](double x) { return -b / c * std::log(x); },
                            [&](double x) { return c * x * x; }};
    EXPECT_NEAR(mean_first_passage(process, 1, 5, 0.05).value, std::log(5.0) / (b - c), 1e-6);
}

TEST(DeepLinearMode, ClosedFormsAndIntegration) {
    // H = 1: ln of the logistic equation's ratio / (2 sigma).
    double const sigma = 0.7, a = 1e-3, b = 0.6;
    double const logistic =
        std::log(b * b * (sigma - a * a) / (a * a * (sigma - b * b))) / (2 * sigma);
    EXPECT_NEAR(deep_linear_mode_time(sigma, 1, a, b).value, logistic, 1e-8);
    // H = 3 by small steps of Heun's rule.
    auto const slope = [&](double s) { return s * s * s * (sigma - s * s * s * s); };
    double s = 0.1, t = 0, h = 1e-3;
    while (s < 0.6) {
        double const k = slope(s);
        s += h / 2 * (k + slope(s + h * k));
        t += h;
    }
    EXPECT_NEAR(deep_linear_mode_time(sigma, 3, 0.1, 0.6).value, t, 2 * h);
    // The leading power.
    EXPECT_NEAR(deep_linear_mode_time(sigma, 2, 1e-5, 0.5).value * 1e-5 * sigma, 1, 1e-4);
}

TEST(EyringKramers, IsTheLimitOfTheExactTime) {
    Barrier const barrier{.height = 0.25,
                          .unstable_curvature = 1,
                          .log_determinant_minimum = std::log(2.0),
                          .log_abs_determinant_saddle = 0};
    EXPECT_NEAR(eyring_kramers_time(barrier, 0.1), 4.44288294 * std::exp(2.5), 1e-6);
    double previous = infinity;
    for (double const epsilon : {0.05, 0.025, 0.0125, 0.00625}) {
        double const exact =
            mean_first_passage(overdamped(double_well, epsilon), -1, 1, -infinity).value;
        double const excess = (exact / eyring_kramers_time(barrier, epsilon) - 1) / epsilon;
        EXPECT_GT(excess, 0);
        EXPECT_LT(excess, previous);  // (exact / asymptotic - 1) / epsilon settles
        previous = excess;
    }
    EXPECT_NEAR(previous, 1.5, 0.1);  // 12/8: next order of Laplace's method at both ends
}

TEST(EyringKramers, PrefactorOfTheOtherDirections) {
    // y^2 (1 + a x^2) / 2 beside the double well: stiffer in the wells, hence sooner left.
    double const a = 3;
    Barrier const barrier{.height = 0.25,
                          .unstable_curvature = 1,
                          .log_determinant_minimum = std::log(2 * (1 + a)),
                          .log_abs_determinant_saddle = 0};
    EXPECT_NEAR(eyring_kramers_time(barrier, 0.1), 4.44288294 * std::exp(2.5) / std::sqrt(1 + a),
                1e-6);
}

TEST(QuadraticSaddle, MeanByQuadratureAndByTheTransform) {
    for (double const epsilon : {0.5, 0.1, 1e-2, 1e-3})
        for (double const x0 : {0.0, 0.3}) {
            QuadraticSaddle const saddle(2, epsilon, 1.5, x0);
            auto const mean = saddle.mean();
            EXPECT_LT(mean.error, 1e-8);
            // E T = -d/ds E e^(-s T) at s = 0.
            double const h = 1e-3;
            auto const slope = [&](double step) {
                return (saddle.laplace(-step) - saddle.laplace(step)).real() / (2 * step);
            };
            EXPECT_NEAR(mean.value, (4 * slope(h) - slope(2 * h)) / 3, 1e-8);
        }
}

TEST(QuadraticSaddle, PublishedMeansAndAsymptotics) {
    struct Row {
        double epsilon, mean;
    };
    for (auto const [epsilon, mean] : {Row{0.1, 1.724138}, Row{0.01, 2.932689}, Row{1e-3, 4.088558},
                                       Row{1e-4, 5.240302}, Row{1e-5, 6.391639}}) {
        QuadraticSaddle const saddle(1, epsilon, 1);
        EXPECT_NEAR(saddle.mean().value, mean, 1e-6);
        EXPECT_NEAR(saddle.asymptotic_mean(), mean, 1.5 * epsilon);
        // Scaling: lambda T depends on lambda a^2 / epsilon alone.
        EXPECT_NEAR(QuadraticSaddle(4, epsilon, 0.5).mean().value, mean / 4, 1e-6);
    }
}

TEST(QuadraticSaddle, LawAgainstItsMomentsAndItsLimit) {
    QuadraticSaddle const wide(1, 0.1, 1);
    double mean = 0, step = 0.02;
    for (double t = step / 2; t < 20; t += step) mean += step * (1 - wide.probability_by(t));
    EXPECT_NEAR(mean, wide.mean().value, 1e-5);

    QuadraticSaddle const narrow(1, 1e-3, 1);
    double moments[3] = {0, 0, 0}, previous = 0;
    for (double t = step; t < 25; t += step) {
        double const now = narrow.probability_by(t), middle = t - step / 2;
        EXPECT_GE(now, previous - 2e-7);
        for (int k = 0; k < 3; ++k) moments[k] += (now - previous) * std::pow(middle, k);
        previous = now;
        // P(ln(a / (s |Z|)) <= t) = P(|Z| >= e^-t a / s), s^2 = 1e-3.
        EXPECT_NEAR(now, std::erfc(std::exp(-t) / std::sqrt(2e-3)), 3e-3);
    }
    double const sd = std::sqrt(moments[2] - moments[1] * moments[1]);
    EXPECT_NEAR(sd, narrow.asymptotic_standard_deviation(), 1e-3);
    EXPECT_NEAR(narrow.asymptotic_standard_deviation(), 1.11072, 1e-5);
}

}  // namespace
}  // namespace spinscape::theory
