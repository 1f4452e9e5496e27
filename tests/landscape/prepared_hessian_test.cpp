// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/prepared_hessian.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace spinscape {
namespace {

using Part = PreparedHessian::Part;

std::shared_ptr<Samples const> random_samples(index count, index inputs, index classes) {
    Samples data;
    Stream stream(5, Purpose::disorder, 0);
    data.features.resize(static_cast<std::size_t>(count * inputs));
    stream.fill_normal(std::span<float>(data.features));
    for (index i = 0; i < count; ++i)
        data.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
    return std::make_shared<Samples const>(std::move(data));
}

struct Case {
    Architecture architecture;
    index samples;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    for (auto const& activation : activation_names())
        for (auto const& loss : loss_names())
            for (std::vector<index> const& hidden :
                 {std::vector<index>{}, std::vector<index>{5}, std::vector<index>{6, 3, 4}})
                all.push_back({{.inputs = 4,
                                .hidden = hidden,
                                .outputs = 3,
                                .activation = activation_from(activation),
                                .loss = loss_from(loss)},
                               300});  // two chunks and a part of one
    return all;
}

std::vector<double> random_point(Architecture const& architecture, index number) {
    std::vector<double> x(static_cast<std::size_t>(architecture.parameter_count()));
    Stream stream(5, Purpose::start, number);
    stream.fill_normal(std::span<double>(x));
    for (auto& component : x) component *= 0.5;
    return x;
}

double largest(std::span<double const> v) {
    double result = 0;
    for (double const component : v) result = std::max(result, std::abs(component));
    return result;
}

TEST(PreparedHessian, AgreesWithTheNetworkAtEveryActivationLossAndDepth) {
    for (auto const& [architecture, count] : cases()) {
        Network<double> const f(architecture,
                                random_samples(count, architecture.inputs, architecture.outputs));
        auto const x = random_point(architecture, 0), v = random_point(architecture, 1);
        auto work = f.workspace(1);
        std::vector<double> expected(x.size()), product(x.size());
        double value = 0;
        f.value_and_gradient(std::span(x), {&value, 1}, std::span(expected), work);
        PreparedHessian prepared(f, x);
        prepared.gradient(product);
        EXPECT_NEAR(prepared.value(), value, 1e-13 * std::abs(value));
        for (std::size_t i = 0; i < x.size(); ++i)
            EXPECT_NEAR(product[i], expected[i], 1e-14 * (1 + largest(expected)));
        f.hessian_times(std::span(x), std::span(v), std::span(expected), work);
        prepared.times(Part::whole, v, product);
        for (std::size_t i = 0; i < x.size(); ++i)
            EXPECT_NEAR(product[i], expected[i], 1e-13 * (1 + largest(expected)));
        bool const piecewise_linear =
            architecture.loss == Loss::hinge && architecture.hidden.empty();
        EXPECT_EQ(largest(product) > 1e-3, !piecewise_linear);
    }
}

// Two thirds of the features are zero, as in images: the product leaves them out. With one number
// in place of each zero that is too small to change a sum, it does not, and has the same numbers.
TEST(PreparedHessian, ZerosAmongFeaturesAreLeftOut) {
    for (index const width : {1, 4, 7, 30, 50}) {
        Architecture const architecture{.inputs = 9, .hidden = {width}, .outputs = 3};
        Samples sparse = *random_samples(300, 9, 3), dense = sparse;
        for (std::size_t i = 0; i < sparse.features.size(); ++i)
            if ((i * 7919) % 3 != 0) {
                sparse.features[i] = 0;
                dense.features[i] = 1e-30F;
            }
        Network<double> const f(architecture, std::make_shared<Samples const>(sparse)),
            g(architecture, std::make_shared<Samples const>(dense));
        auto const x = random_point(architecture, 0), v = random_point(architecture, 1);
        auto work = f.workspace(1);
        std::vector<double> expected(x.size()), product(x.size()), all(x.size());
        f.hessian_times(std::span(x), std::span(v), std::span(expected), work);
        PreparedHessian without(f, x), with(g, x);
        without.times(Part::whole, v, product);
        with.times(Part::whole, v, all);
        for (std::size_t i = 0; i < x.size(); ++i) {
            EXPECT_NEAR(product[i], expected[i], 1e-13 * (1 + largest(expected)));
            EXPECT_NEAR(product[i], all[i], 1e-25);  // dead units have no more than that
        }
        EXPECT_GT(largest(product), 1e-3);
    }
}

TEST(PreparedHessian, PartsAddUp) {
    for (auto const& [architecture, count] : cases()) {
        if (architecture.loss == Loss::hinge) continue;
        Network<double> const f(architecture,
                                random_samples(count, architecture.inputs, architecture.outputs));
        auto const x = random_point(architecture, 0), v = random_point(architecture, 1);
        PreparedHessian prepared(f, x);
        std::vector<double> whole(x.size()), G(x.size()), rest(x.size());
        prepared.times(Part::whole, v, whole);
        prepared.times(Part::gauss_newton, v, G);
        prepared.times(Part::rest, v, rest);
        double vGv = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            EXPECT_NEAR(G[i] + rest[i], whole[i], 1e-13 * (1 + largest(whole)));
            vGv += v[i] * G[i];
        }
        EXPECT_GT(vGv, 0);
        if (architecture.hidden.empty() ||
            (architecture.activation == Activation::linear && architecture.hidden.size() == 0))
            EXPECT_LT(largest(rest), 1e-14);  // linear outputs: Gauss-Newton is the Hessian
        else
            EXPECT_GT(largest(rest), 1e-4);
    }
}

// Outputs are linear in the parameters of any one layer where activations are piecewise linear: the
// rest has no diagonal blocks, but couples layers.
TEST(PreparedHessian, RestOfARectifiedNetworkCouplesLayersOnly) {
    Architecture const architecture{.inputs = 4, .hidden = {6, 5}, .outputs = 3};
    Network<double> const f(architecture, random_samples(50, 4, 3));
    auto const x = random_point(architecture, 0);
    auto const P = f.dimension();
    std::vector<double> rest(static_cast<std::size_t>(P * P));
    PreparedHessian(f, x).dense(Part::rest, rest);
    auto const layers = architecture.layers();
    for (std::size_t l = 0; l < layers.size(); ++l) {
        auto const begin = layers[l].weights, end = layers[l].bias + layers[l].outputs;
        double within = 0, outside = 0;
        for (index i = begin; i < end; ++i)
            for (index j = 0; j < P; ++j) {
                auto& worst = begin <= j && j < end ? within : outside;
                worst = std::max(worst, std::abs(rest[static_cast<std::size_t>(i * P + j)]));
            }
        EXPECT_LT(within, 1e-15);
        EXPECT_GT(outside, 1e-3);
    }
}

// Second derivatives of the squared loss by the outputs do not know the labels: nor does G.
TEST(PreparedHessian, GaussNewtonOfSquaredLossDoesNotSeeLabels) {
    Architecture const architecture{.inputs = 4,
                                    .hidden = {6},
                                    .outputs = 3,
                                    .activation = Activation::tanh,
                                    .loss = Loss::squared};
    auto const data = random_samples(50, 4, 3);
    Samples others = *data;
    for (auto& label : others.labels) label = (label + 1) % 3;
    Network<double> const f(architecture, data),
        g(architecture, std::make_shared<Samples const>(others));
    auto const x = random_point(architecture, 0), v = random_point(architecture, 1);
    PreparedHessian a(f, x), b(g, x);
    std::vector<double> Ga(x.size()), Gb(x.size()), Ra(x.size()), Rb(x.size());
    a.times(Part::gauss_newton, v, Ga);
    b.times(Part::gauss_newton, v, Gb);
    a.times(Part::rest, v, Ra);
    b.times(Part::rest, v, Rb);
    double difference = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_DOUBLE_EQ(Ga[i], Gb[i]);
        difference = std::max(difference, std::abs(Ra[i] - Rb[i]));
    }
    EXPECT_GT(difference, 1e-3);
}

TEST(PreparedHessian, DenseIsSymmetricAndThatOfTheNetwork) {
    Architecture const architecture{
        .inputs = 4, .hidden = {6, 5}, .outputs = 3, .activation = Activation::softplus};
    Network<double> const f(architecture, random_samples(40, 4, 3));
    auto const x = random_point(architecture, 0);
    auto const P = f.dimension();
    auto work = f.workspace(1);
    std::vector<double> expected(static_cast<std::size_t>(P * P)), H(expected.size());
    f.dense_hessian(x, expected, work);
    PreparedHessian prepared(f, x);
    prepared.dense(Part::whole, H);
    for (std::size_t i = 0; i < H.size(); ++i) EXPECT_NEAR(H[i], expected[i], 1e-13);
}

// Minibatches that share out all samples average to the whole.
TEST(PreparedHessian, MinibatchesAverageToTheWhole) {
    Architecture const architecture{.inputs = 4, .hidden = {6}, .outputs = 3};
    Network<double> const f(architecture, random_samples(60, 4, 3));
    auto const x = random_point(architecture, 0), v = random_point(architecture, 1);
    std::vector<std::int32_t> order(60);
    Stream(1, Purpose::data_order, 0).permutation(order);
    std::vector<double> mean(x.size()), part(x.size()), whole(x.size());
    for (std::size_t first = 0; first < 60; first += 20) {
        PreparedHessian minibatch(f, x, std::span(order).subspan(first, 20));
        EXPECT_EQ(minibatch.samples(), 20);
        minibatch.times(Part::whole, v, part);
        for (std::size_t i = 0; i < x.size(); ++i) mean[i] += part[i] / 3;
    }
    PreparedHessian(f, x).times(Part::whole, v, whole);
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(mean[i], whole[i], 1e-14);
}

}  // namespace
}  // namespace spinscape
