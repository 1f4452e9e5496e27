// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/landscape/elementwise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace spinscape {
namespace {

using Wide = long double;  // of the reference values

template <class Real>
constexpr Wide epsilon = std::numeric_limits<Real>::epsilon();

template <class Real>
std::vector<Real> exponential(std::vector<Real> x) {
    kernels::exponential(x.data(), std::ssize(x));
    return x;
}

template <class Real>
std::vector<Real> activated(Activation activation, std::vector<Real> z, double leak = 0.2) {
    kernels::activate(activation, leak, z.data(), std::ssize(z));
    return z;
}

/// phi' from a = phi(z).
template <class Real>
std::vector<Real> slopes(Activation activation, std::vector<Real> const& a, double leak = 0.2) {
    std::vector<Real> d(a.size(), Real(1));
    kernels::multiply_slope(activation, leak, a.data(), d.data(), std::ssize(a));
    return d;
}

/// Rows of outputs on their way through a loss.
template <class Real>
struct Outputs {
    index classes, columns;
    std::vector<std::int32_t> labels;
    std::vector<Real> z;

    Outputs(index class_count, std::vector<std::int32_t> const& label_of_row)
        : classes(class_count),
          columns((class_count + 15) / 16 * 16),
          labels(label_of_row),
          z(labels.size() * static_cast<std::size_t>(columns)) {}
    Real& at(std::size_t row, index c) {
        return z[row * static_cast<std::size_t>(columns) + at(c)];
    }
    double loss_and_slope(Loss loss, Real scale) {
        return kernels::loss_and_slope(loss, std::ssize(labels), classes, columns,
                                       pointers().data(), scale, z.data());
    }
    kernels::Score score(Loss loss) {
        return kernels::score(loss, std::ssize(labels), classes, columns, pointers().data(),
                              z.data());
    }

private:
    static std::size_t at(index c) { return static_cast<std::size_t>(c); }
    [[nodiscard]] std::vector<std::int32_t const*> pointers() const {
        std::vector<std::int32_t const*> result;
        for (auto const& label : labels) result.push_back(&label);
        return result;
    }
};

template <class Real>
std::vector<Real> grid(double low, double high, int n) {
    std::vector<Real> x;
    for (int i = 0; i <= n; ++i) x.push_back(static_cast<Real>(low + (high - low) * i / n));
    return x;
}

/// |x - exact| in units of the last place of `exact`.
template <class Real>
double ulps(Real x, Wide exact) {
    int exponent = 0;
    std::frexp(exact, &exponent);
    return static_cast<double>(
        std::abs(x - exact) /
        std::ldexp(epsilon<Real>,
                   std::max(exponent - 1, std::numeric_limits<Real>::min_exponent - 1)));
}

template <class Real, class F>
double worst_ulps(std::vector<Real> const& computed, std::vector<Real> const& x, F const& exact) {
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double const distance = ulps(computed[i], exact(static_cast<Wide>(x[i])));
        worst = distance <= worst ? worst : distance;  // NaN is worst
    }
    return worst;
}

/// Largest |computed - exact| in units of epsilon.
template <class Real, class F>
double worst_epsilons(std::vector<Real> const& computed, std::vector<Real> const& x,
                      F const& exact) {
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        auto const distance = static_cast<double>(
            std::abs(computed[i] - exact(static_cast<Wide>(x[i]))) / epsilon<Real>);
        worst = distance <= worst ? worst : distance;
    }
    return worst;
}

template <class Real>
class Elementwise : public testing::Test {
protected:
    static constexpr bool single = std::is_same_v<Real, float>;
    static constexpr double largest_exponent = single ? 88.7 : 709.7;
    static constexpr double lowest_exponent = single ? -87.3 : -708.3;
};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Elementwise, Precisions);

Wide logistic(Wide z) {
    return 1 / (1 + std::exp(-z));
}

TYPED_TEST(Elementwise, ExponentialOverItsRange) {
    auto const exact = [](Wide x) { return std::exp(x); };
    for (auto const& x : {grid<TypeParam>(this->lowest_exponent, this->largest_exponent, 300000),
                          grid<TypeParam>(-1, 1, 100000), grid<TypeParam>(-1e-6, 1e-6, 100)})
        EXPECT_LT(worst_ulps(exponential(x), x, exact), 3);
    EXPECT_EQ(exponential<TypeParam>({0})[0], 1);
}

TYPED_TEST(Elementwise, ExponentialAtTheExtremes) {
    auto const infinity = std::numeric_limits<TypeParam>::infinity();
    auto const y =
        exponential<TypeParam>({-infinity, std::numeric_limits<TypeParam>::lowest(), -1000, 1000,
                                infinity, std::numeric_limits<TypeParam>::quiet_NaN()});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(y[static_cast<std::size_t>(i)], 0);
    auto const almost_largest = std::numeric_limits<TypeParam>::max() / 2;
    EXPECT_GT(y[3], almost_largest);
    EXPECT_GT(y[4], almost_largest);
    EXPECT_TRUE(std::isnan(y[5]));
}

// The bounds are those of the formulas: a few roundings of numbers up to 1.
TYPED_TEST(Elementwise, SigmoidTanhAndSoftplus) {
    auto const z = grid<TypeParam>(-80, 80, 200001), small = grid<TypeParam>(-0.2, 0.2, 20001);
    auto const tanh = [](Wide x) { return std::tanh(x); };
    auto const softplus = [](Wide x) { return std::log1p(std::exp(x)); };
    for (auto const& x : {z, small}) {
        EXPECT_LT(worst_ulps(activated(Activation::sigmoid, x), x, logistic), 6);
        EXPECT_LT(worst_epsilons(activated(Activation::tanh, x), x, tanh), 3);
        EXPECT_LT(worst_ulps(activated(Activation::softplus, x), x, softplus), 6);
    }
    // Near 0 a tanh is as exact as its argument.
    auto const tiny = grid<TypeParam>(-0.015, 0.015, 20001);
    EXPECT_LT(worst_ulps(activated(Activation::tanh, tiny), tiny, tanh), 3);
}

TYPED_TEST(Elementwise, ActivationsFarOut) {
    auto const infinity = std::numeric_limits<TypeParam>::infinity();
    std::vector<TypeParam> const z = {-infinity, -1e30F, 1e30F, infinity};
    EXPECT_EQ(activated(Activation::sigmoid, z)[3], 1);
    EXPECT_EQ(activated(Activation::sigmoid, z)[2], 1);
    EXPECT_LT(activated(Activation::sigmoid, z)[1], 1e-37);
    EXPECT_EQ(activated(Activation::tanh, z), (std::vector<TypeParam>{-1, -1, 1, 1}));
    EXPECT_EQ(activated(Activation::softplus, z),
              (std::vector<TypeParam>{0, 0, TypeParam(1e30F), infinity}));
    EXPECT_EQ(activated(Activation::relu, z),
              (std::vector<TypeParam>{0, 0, TypeParam(1e30F), infinity}));
    // A network that diverged must show: no activation swallows NaN.
    auto const nan = std::numeric_limits<TypeParam>::quiet_NaN();
    for (auto const activation : {Activation::relu, Activation::leaky_relu, Activation::tanh,
                                  Activation::sigmoid, Activation::softplus, Activation::linear})
        EXPECT_TRUE(std::isnan(activated(activation, std::vector<TypeParam>{nan})[0]))
            << activation_names()[static_cast<std::size_t>(activation)];
}

TYPED_TEST(Elementwise, PiecewiseLinearIsExact) {
    std::vector<TypeParam> const z = {-2, -0.5F, 0, 0.5F, 3};
    EXPECT_EQ(activated(Activation::relu, z), (std::vector<TypeParam>{0, 0, 0, 0.5F, 3}));
    EXPECT_EQ(activated(Activation::leaky_relu, z, 0.25),
              (std::vector<TypeParam>{-0.5F, -0.125F, 0, 0.5F, 3}));
    EXPECT_EQ(activated(Activation::linear, z), z);
    EXPECT_EQ(slopes(Activation::relu, activated(Activation::relu, z)),
              (std::vector<TypeParam>{0, 0, 0, 1, 1}));
    EXPECT_EQ(slopes(Activation::leaky_relu, activated(Activation::leaky_relu, z, 0.25), 0.25),
              (std::vector<TypeParam>{0.25F, 0.25F, 0.25F, 1, 1}));
    EXPECT_EQ(slopes(Activation::linear, z), std::vector<TypeParam>(5, 1));
}

TYPED_TEST(Elementwise, SlopesAreDerivatives) {
    auto const z = grid<TypeParam>(-30, 30, 60001);
    auto const slope = [&](Activation activation) {
        return slopes(activation, activated(activation, z));
    };
    auto const of_tanh = [](Wide x) { return 1 / (std::cosh(x) * std::cosh(x)); };
    auto const of_sigmoid = [](Wide x) { return logistic(x) * logistic(-x); };
    EXPECT_LT(worst_epsilons(slope(Activation::tanh), z, of_tanh), 4);
    EXPECT_LT(worst_epsilons(slope(Activation::sigmoid), z, of_sigmoid), 2);
    EXPECT_LT(worst_epsilons(slope(Activation::softplus), z, logistic), 6);
}

TEST(Curvature, IsTheSecondDerivative) {
    auto const z = grid<double>(-30, 30, 60001);
    auto const curvature = [&](Activation activation) {
        auto const a = activated(activation, z);
        std::vector<double> result(a.size());
        kernels::curvature(activation, a.data(), result.data(), std::ssize(a));
        return result;
    };
    auto const of_tanh = [](Wide x) { return -2 * std::tanh(x) / (std::cosh(x) * std::cosh(x)); };
    auto const of_sigmoid = [](Wide x) {
        return logistic(x) * logistic(-x) * (logistic(-x) - logistic(x));
    };
    auto const of_softplus = [](Wide x) { return logistic(x) * logistic(-x); };
    EXPECT_LT(worst_epsilons(curvature(Activation::tanh), z, of_tanh), 8);
    EXPECT_LT(worst_epsilons(curvature(Activation::sigmoid), z, of_sigmoid), 4);
    EXPECT_LT(worst_epsilons(curvature(Activation::softplus), z, of_softplus), 6);
    for (auto const activation : {Activation::relu, Activation::leaky_relu, Activation::linear})
        EXPECT_EQ(curvature(activation), std::vector<double>(z.size(), 0));
}

TYPED_TEST(Elementwise, CrossEntropyAgainstTheDefinition) {
    index const classes = 11;
    Outputs<TypeParam> outputs(classes, {0, 10, 4, 4, 7});
    Wide loss = 0;
    std::vector<Wide> slope;
    for (std::size_t m = 0; m < 5; ++m) {
        Wide total = 0;
        for (index c = 0; c < classes; ++c) {
            auto const unit = static_cast<double>(m) * 1.5 + 0.5;
            outputs.at(m, c) =
                static_cast<TypeParam>(unit * std::sin(static_cast<double>(3 * c) + unit));
            total += std::exp(static_cast<Wide>(outputs.at(m, c)));
        }
        for (index c = 0; c < classes; ++c)
            slope.push_back(std::exp(static_cast<Wide>(outputs.at(m, c))) / total -
                            (c == outputs.labels[m] ? 1 : 0));
        loss += std::log(total) - static_cast<Wide>(outputs.at(m, outputs.labels[m]));
    }
    auto const tolerance = 20 * static_cast<double>(epsilon<TypeParam>);
    EXPECT_NEAR(outputs.loss_and_slope(Loss::cross_entropy, TypeParam(0.25)),
                static_cast<double>(loss), 5 * tolerance);
    for (std::size_t m = 0; m < 5; ++m) {
        double sum = 0;
        for (index c = 0; c < classes; ++c) {
            auto const exact = slope[m * 11 + static_cast<std::size_t>(c)] / 4;
            EXPECT_NEAR(outputs.at(m, c), static_cast<double>(exact), tolerance);
            sum += outputs.at(m, c);
        }
        EXPECT_NEAR(sum, 0, tolerance);
        for (index c = classes; c < outputs.columns; ++c) EXPECT_EQ(outputs.at(m, c), 0);
    }
}

// Logarithms are taken of products of many rows: the product must neither overflow nor vanish.
TYPED_TEST(Elementwise, CrossEntropyOfManyRows) {
    std::size_t const rows = 5000;
    Outputs<TypeParam> outputs(10, std::vector<std::int32_t>(rows, 3));
    EXPECT_NEAR(outputs.loss_and_slope(Loss::cross_entropy, TypeParam(1)),
                static_cast<double>(rows) * std::log(10.0), 1e-9);
}

TYPED_TEST(Elementwise, SquaredAndHingeByHand) {
    auto const filled = [] {
        Outputs<TypeParam> outputs(3, {1, 0});
        outputs.at(0, 0) = 0.5F;
        outputs.at(0, 1) = 2;
        outputs.at(0, 2) = -1;  // the label leads by 1.5: hinge 0; squares 1/4, 1, 1
        outputs.at(1, 0) = 1;
        outputs.at(1, 1) = -2;
        outputs.at(1, 2) = 1.5F;  // the label lags by 0.5: hinge 1.5; squares 0, 4, 9/4
        return outputs;
    };
    auto const row = [](Outputs<TypeParam>& outputs, std::size_t m) {
        return std::vector<TypeParam>{outputs.at(m, 0), outputs.at(m, 1), outputs.at(m, 2)};
    };
    auto squared = filled();
    EXPECT_EQ(squared.loss_and_slope(Loss::squared, TypeParam(0.5)), (2.25 + 6.25) / 2);
    EXPECT_EQ(row(squared, 0), (std::vector<TypeParam>{0.25F, 0.5F, -0.5F}));
    EXPECT_EQ(row(squared, 1), (std::vector<TypeParam>{0, -1, 0.75F}));
    auto hinge = filled();
    EXPECT_EQ(hinge.loss_and_slope(Loss::hinge, TypeParam(0.5)), 1.5);
    EXPECT_EQ(row(hinge, 0), (std::vector<TypeParam>{0, 0, 0}));
    EXPECT_EQ(row(hinge, 1), (std::vector<TypeParam>{-0.5F, 0, 0.5F}));
    EXPECT_EQ(filled().score(Loss::hinge).errors, 1);
    EXPECT_EQ(filled().score(Loss::squared).loss, (2.25 + 6.25) / 2);
}

}  // namespace
}  // namespace spinscape
