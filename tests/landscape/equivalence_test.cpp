// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/equivalence.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace spinscape {
namespace {

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

std::vector<double> normals(index n, index replica) {
    std::vector<double> v(at(n));
    Stream(41, Purpose::start, replica).fill_normal(std::span<double>(v));
    return v;
}

/// Multiplies incoming weights and bias of a unit by `in`, outgoing ones by `out`.
void rescale(Architecture const& a, index l, index unit, double in, double out,
             std::vector<double>& x) {
    auto const layers = a.layers();
    auto const& first = layers[at(l)];
    auto const& second = layers[at(l + 1)];
    for (index i = 0; i < first.inputs; ++i) x[at(first.weights + i * first.outputs + unit)] *= in;
    x[at(first.bias + unit)] *= in;
    for (index k = 0; k < second.outputs; ++k)
        x[at(second.weights + unit * second.outputs + k)] *= out;
}

/// A random image of x under the symmetries of its network.
std::vector<double> image(Architecture const& a, std::vector<double> x, Stream& stream) {
    auto const layers = a.layers();
    for (index l = 0; l + 1 < std::ssize(layers); ++l) {
        auto const units = layers[at(l)].outputs;
        for (index j = 0; j < 3 * units; ++j)
            swap_hidden_units(a, l, stream.below(units), stream.below(units), x.data());
        for (index j = 0; j < units; ++j) {
            if (a.activation == Activation::tanh && stream.below(2) == 1)
                rescale(a, l, j, -1, -1, x);
            if (a.activation == Activation::relu || a.activation == Activation::leaky_relu) {
                double const t = std::exp(stream.normal());
                rescale(a, l, j, t, 1 / t, x);
            }
            if (a.activation == Activation::sigmoid && stream.below(2) == 1) {
                // 1 - s(-z) = s(z): what was there moves to the next bias.
                auto const& next = layers[at(l + 1)];
                for (index k = 0; k < next.outputs; ++k)
                    x[at(next.bias + k)] += x[at(next.weights + j * next.outputs + k)];
                rescale(a, l, j, -1, -1, x);
            }
        }
    }
    if (a.loss != Loss::squared) {
        auto const& last = layers.back();
        double const shift = stream.normal();
        for (index k = 0; k < last.outputs; ++k) x[at(last.bias + k)] += shift;
    }
    return x;
}

class NetworkEquivalence : public testing::TestWithParam<Activation> {};
INSTANTIATE_TEST_SUITE_P(Activations, NetworkEquivalence,
                         testing::Values(Activation::tanh, Activation::relu, Activation::leaky_relu,
                                         Activation::sigmoid, Activation::softplus));

TEST_P(NetworkEquivalence, ImagesUnderSymmetriesAreTheSamePoint) {
    Samples data;
    data.features.resize(20 * 3);
    Stream(2, Purpose::disorder, 0).fill_normal(std::span<float>(data.features));
    for (int i = 0; i < 20; ++i) data.labels.push_back(i % 4);
    for (auto const& hidden : {std::vector<index>{6}, std::vector<index>{5, 7}})
        for (auto const loss : {Loss::cross_entropy, Loss::squared}) {
            Architecture const a{.inputs = 3,
                                 .hidden = hidden,
                                 .outputs = 4,
                                 .activation = GetParam(),
                                 .loss = loss};
            Network<double> const f(a, std::make_shared<Samples const>(data));
            auto work = f.workspace(1);
            auto const distance = network_distance(a);
            for (index r = 0; r < 4; ++r) {
                auto const x = normals(f.dimension(), r);
                Stream stream(41, Purpose::perturbation, r);
                auto const y = image(a, x, stream);
                // First of all the images are right: the same loss.
                EXPECT_NEAR(f.evaluate(x, work).loss, f.evaluate(y, work).loss, 1e-12);
                EXPECT_GT(plain_distance(x, y), 0.1);
                EXPECT_LT(distance(x, y), 1e-11);
                EXPECT_LT(distance(y, x), 1e-11);
                // A small real change stays visible and small.
                auto z = y;
                linalg::add(1e-5, normals(f.dimension(), 100 + r), z);
                EXPECT_GT(distance(x, z), 1e-7);
                EXPECT_LT(distance(x, z), 1e-4);
                EXPECT_GT(distance(x, normals(f.dimension(), 50 + r)), 0.2);
            }
        }
}

// A sign that is turned on one side only, or turned in a network without that symmetry, makes
// another point.
TEST(Equivalence, OnlyTrueSymmetriesCount) {
    Architecture a{.inputs = 3, .hidden = {6}, .outputs = 4, .activation = Activation::tanh};
    auto const x = normals(a.parameter_count(), 0);
    auto y = x;
    rescale(a, 0, 2, -1, 1, y);
    EXPECT_GT(network_distance(a)(x, y), 0.1);
    y = x;
    rescale(a, 0, 2, -1, -1, y);
    EXPECT_LT(network_distance(a)(x, y), 1e-12);
    a.activation = Activation::relu;
    EXPECT_GT(network_distance(a)(x, y), 0.1);
    y = x;
    rescale(a, 0, 2, 3, 1.0 / 3, y);
    EXPECT_LT(network_distance(a)(x, y), 1e-12);
    a.activation = Activation::tanh;
    EXPECT_GT(network_distance(a)(x, y), 0.1);
}

TEST(Equivalence, NormalFormsKeepTheFunction) {
    Samples data;
    data.features.resize(20 * 3);
    Stream(2, Purpose::disorder, 0).fill_normal(std::span<float>(data.features));
    for (int i = 0; i < 20; ++i) data.labels.push_back(i % 4);
    Architecture const a{.inputs = 3, .hidden = {5, 4}, .outputs = 4};
    Network<double> const f(a, std::make_shared<Samples const>(data));
    auto work = f.workspace(1);
    auto x = normals(f.dimension(), 0);
    auto const form = normal_form(a, x);
    EXPECT_NEAR(f.evaluate(x, work).loss, f.evaluate(form, work).loss, 1e-12);
    EXPECT_GT(plain_distance(x, form), 0.01);
    EXPECT_LT(plain_distance(form, normal_form(a, form)), 1e-13);
    rescale(a, 0, 1, 0, 1, x);  // a dead unit: what it sends on has no meaning but a constant
    EXPECT_TRUE(std::isfinite(normal_form(a, x)[0]));
}

TEST(Equivalence, OppositeSpinsAreTheSameForEvenInteractionsOnly) {
    auto const s = normals(10, 1);
    auto opposite = s;
    linalg::scale(opposite, -1);
    std::vector<PSpinTerm> const even = {{.p = 4}, {.p = 2}}, odd = {{.p = 4}, {.p = 3}};
    EXPECT_EQ(glass_distance(even)(s, opposite), 0);
    EXPECT_NEAR(glass_distance(odd)(s, opposite), 2, 1e-12);
    EXPECT_EQ(glass_distance(odd)(s, s), 0);
    std::vector<double> const zero(10);
    EXPECT_EQ(plain_distance(zero, zero), 0);
}

// Against all signed permutations of the hidden units, different images counted.
TEST(SymmetricImages, AreThoseOfBruteForce) {
    index const h = 3;
    for (bool const odd : {true, false}) {
        Architecture const net{.inputs = 2,
                               .hidden = {h},
                               .outputs = 2,
                               .activation = odd ? Activation::tanh : Activation::softplus};
        std::vector<double> generic(static_cast<std::size_t>(net.parameter_count()));
        Stream(3, Purpose::start, 0).fill_normal(std::span<double>(generic));
        auto const with_unit = [&](std::vector<double> x, index j, index from, double factor) {
            auto const layers = net.layers();
            auto const copy = [&](index to, index of) {
                x[static_cast<std::size_t>(to)] = factor * x[static_cast<std::size_t>(of)];
            };
            for (index i = 0; i < 2; ++i) copy(i * h + j, i * h + from);
            copy(layers[0].bias + j, layers[0].bias + from);
            for (index k = 0; k < 2; ++k)
                copy(layers[1].weights + j * 2 + k, layers[1].weights + from * 2 + k);
            return x;
        };
        auto const zeros = std::vector<double>(generic.size());
        for (auto const& x :
             {generic, with_unit(generic, 1, 1, 0), with_unit(generic, 1, 0, -1),
              with_unit(generic, 2, 0, 1), with_unit(with_unit(generic, 1, 0, -1), 2, 0, 1),
              with_unit(with_unit(generic, 1, 1, 0), 2, 2, 0), zeros}) {
            std::set<std::vector<double>> images;
            std::vector<index> order = {0, 1, 2};
            do {
                for (int signs = 0; signs < (odd ? 8 : 1); ++signs) {
                    auto y = x;
                    for (index j = 0; j < h; ++j) {
                        double const sign = (signs >> j) % 2 == 0 ? 1 : -1;
                        auto const moved =
                            with_unit(x, j, order[static_cast<std::size_t>(j)], sign);
                        for (std::size_t i = 0; i < y.size(); ++i)
                            if (moved[i] != x[i]) y[i] = moved[i] + 0.0;
                    }
                    for (auto& value : y) value += 0.0;  // no negative zeros
                    images.insert(y);
                }
            } while (std::next_permutation(order.begin(), order.end()));
            EXPECT_EQ(symmetric_images(net, x), static_cast<double>(images.size()));
        }
    }
}

}  // namespace
}  // namespace spinscape
