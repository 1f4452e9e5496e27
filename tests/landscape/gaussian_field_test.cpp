// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/gaussian_field.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/linalg/vectors.hpp"
#include "spinscape/stats/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

using Covariance = GaussianField::Covariance;

double f_of(Covariance covariance, double u) {
    return covariance == Covariance::gaussian ? std::exp(-u) : 1 / (1 + u);
}

struct Sample {
    std::vector<double> product, energy_by_trace, gradient_squared, trace_squared, other_squared;
};

/// Products of values, gradients and Hessian elements at two points, over many fields.
Sample sample_fields(Covariance covariance, double distance, index fields) {
    index const N = 6;
    Sample s;
    std::vector<double> const x(6, 0.3);
    auto y = x;
    y[2] += distance;
    std::vector<double> g(6), H(36);
    for (index d = 0; d < fields; ++d) {
        GaussianField const f(N, covariance, 5, d, 60);
        auto work = f.workspace(1);
        double at_x = 0, at_y = 0;
        f.value(BatchView<double const>(std::span<double const>(y)), {&at_y, 1}, work);
        f.value_and_gradient(BatchView<double const>(std::span<double const>(x)), {&at_x, 1},
                             BatchView<double>(std::span<double>(g)), work);
        f.dense_hessian(x, H, work);
        double trace = 0;
        for (std::size_t i = 0; i < 6; ++i) trace += H[i * 7];
        s.product.push_back(at_x * at_y / 6);
        s.energy_by_trace.push_back(at_x * trace / 36);
        s.gradient_squared.push_back(linalg::dot(g, g) / 6);
        s.trace_squared.push_back(trace * trace / 36);
        s.other_squared.push_back(H[1] * H[1]);
    }
    return s;
}

void expect_mean(std::vector<double> const& values, double expected) {
    auto const mean = mean_estimate(values);
    EXPECT_NEAR(mean.value, expected, 4 * mean.standard_error);
    EXPECT_LT(mean.standard_error, 0.1 * std::max(std::abs(expected), 0.3));
}

// f'(0) = -1 for both; f''(0) = 1 and 2.
TEST(GaussianField, CovariancesOfValueGradientAndHessian) {
    for (auto const covariance : {Covariance::gaussian, Covariance::rational}) {
        double const second = covariance == Covariance::gaussian ? 1 : 2;
        for (double const distance : {0.0, 2.5}) {
            auto const s = sample_fields(covariance, distance, 3000);
            expect_mean(s.product, f_of(covariance, distance * distance / 12));
            if (distance > 0) continue;
            expect_mean(s.gradient_squared, 1);        // -f' per component
            expect_mean(s.energy_by_trace, -1.0 / 6);  // Cov(phi/N, tr H/N) = f'/N
            expect_mean(s.trace_squared, second * (1 + 2.0 / 6) / 6);
            expect_mean(s.other_squared, second / 6);
        }
    }
    // At 2.5 the covariances of the two laws are told apart by these numbers of fields.
    EXPECT_GT(f_of(Covariance::rational, 6.25 / 12) - f_of(Covariance::gaussian, 6.25 / 12), 0.05);
}

TEST(GaussianField, FieldsAreReproducibleAndDifferent) {
    auto const value = [](GaussianField const& f) {
        std::vector<double> const x(static_cast<std::size_t>(f.dimension()), 0.1);
        auto work = f.workspace(1);
        double result = 0;
        f.value(BatchView<double const>(std::span<double const>(x)), {&result, 1}, work);
        return result;
    };
    GaussianField const f(5, Covariance::gaussian, 5, 0);
    EXPECT_EQ(f.waves(), 320);
    EXPECT_EQ(value(f), value(GaussianField(5, Covariance::gaussian, 5, 0)));
    EXPECT_NE(value(f), value(GaussianField(5, Covariance::gaussian, 5, 1)));
    EXPECT_NE(value(f), value(GaussianField(5, Covariance::gaussian, 6, 0)));
    EXPECT_NE(value(f), value(GaussianField(5, Covariance::rational, 5, 0)));
    EXPECT_THROW(GaussianField(0, Covariance::gaussian, 5, 0), Error);
    for (auto const& name : field_covariance_names())
        EXPECT_EQ(field_covariance_names()[static_cast<std::size_t>(field_covariance_from(name))],
                  name);
}

}  // namespace
}  // namespace spinscape
