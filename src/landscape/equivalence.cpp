// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/equivalence.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/linalg/assignment.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

using Layers = std::vector<Architecture::Layer>;

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// Calls f(parameter number) for all incoming weights of unit j of layer l and its bias.
template <class F>
void for_incoming(Layers const& layers, index l, index j, F const& f) {
    auto const& in = layers[at(l)];
    for (index i = 0; i < in.inputs; ++i) f(in.weights + i * in.outputs + j);
    f(in.bias + j);
}
/// The same for the outgoing weights.
template <class F>
void for_outgoing(Layers const& layers, index l, index j, F const& f) {
    auto const& out = layers[at(l + 1)];
    for (index k = 0; k < out.outputs; ++k) f(out.weights + j * out.outputs + k);
}

/// Coordinates of a unit that matching compares.
std::vector<double> unit(Layers const& layers, std::span<double const> x, index l, index j) {
    std::vector<double> values;
    auto const take = [&](index parameter) { values.push_back(x[at(parameter)]); };
    for_incoming(layers, l, j, take);
    if (l + 2 == std::ssize(layers)) for_outgoing(layers, l, j, take);
    return values;
}

/// Units as one row each.
std::vector<std::vector<double>> units(Layers const& layers, std::span<double const> x, index l) {
    std::vector<std::vector<double>> rows;
    for (index j = 0; j < layers[at(l)].outputs; ++j) rows.push_back(unit(layers, x, l, j));
    return rows;
}

double sum_distance(std::vector<double> const& a, std::vector<double> const& b) {
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] + b[i]) * (a[i] + b[i]);
    return std::sqrt(squares);
}

void match_layer(Layers const& layers, index l, bool odd, std::span<double const> a,
                 std::vector<double>& b) {
    auto const of_a = units(layers, a, l), of_b = units(layers, b, l);
    auto const n = layers[at(l)].outputs;
    std::vector<double> cost;
    for (auto const& u : of_a)
        for (auto const& v : of_b) {
            double const plain = linalg::distance(u, v);
            double const best = odd ? std::min(plain, sum_distance(u, v)) : plain;
            cost.push_back(best * best);
        }
    auto const partner = linalg::assignment(cost, n);
    auto const old = b;
    for (index j = 0; j < n; ++j) {
        auto const k = partner[at(j)];
        bool const turned = odd && sum_distance(of_a[at(j)], of_b[at(k)]) <
                                       linalg::distance(of_a[at(j)], of_b[at(k)]);
        double const sign = turned ? -1 : 1;
        std::vector<index> from;
        auto const read = [&](index parameter) { from.push_back(parameter); };
        for_incoming(layers, l, k, read);
        for_outgoing(layers, l, k, read);
        std::size_t next = 0;
        auto const write = [&](index parameter) {
            b[at(parameter)] = sign * old[at(from[next++])];
        };
        for_incoming(layers, l, j, write);
        for_outgoing(layers, l, j, write);
    }
}

/// Incoming times t, outgoing by t, with t such that both have the same norm. What one layer sends
/// out is what the next takes in: sweeps go on until nothing changes. The limit is the shortest
/// point that scaling reaches, hence unique.
void balance(Layers const& layers, std::span<double> x) {
    constexpr int most_sweeps = 10000;
    constexpr double settled = 1e-14;
    double change = 1;
    for (int sweep = 0; sweep < most_sweeps && change > settled; ++sweep) {
        change = 0;
        for (index l = 0; l + 1 < std::ssize(layers); ++l)
            for (index j = 0; j < layers[at(l)].outputs; ++j) {
                double in = 0, out = 0;
                for_incoming(layers, l, j, [&](index k) { in += x[at(k)] * x[at(k)]; });
                for_outgoing(layers, l, j, [&](index k) { out += x[at(k)] * x[at(k)]; });
                bool const dead = in == 0 || out == 0;
                double const t = dead ? 0 : std::pow(out / in, 0.25);
                for_incoming(layers, l, j, [&](index k) { x[at(k)] *= t; });
                for_outgoing(layers, l, j, [&](index k) { x[at(k)] *= dead ? 0 : 1 / t; });
                if (!dead) change = std::max(change, std::abs(t - 1));
            }
    }
}

/// 1 / (1 + exp(-z)) = (1 + tanh(z / 2)) / 2.
void sigmoid_as_tanh(Layers const& layers, std::span<double> x) {
    for (index l = 0; l + 1 < std::ssize(layers); ++l)
        for (index j = 0; j < layers[at(l)].outputs; ++j) {
            for_incoming(layers, l, j, [&](index k) { x[at(k)] /= 2; });
            auto const& out = layers[at(l + 1)];
            for (index k = 0; k < out.outputs; ++k) {
                auto& weight = x[at(out.weights + j * out.outputs + k)];
                weight /= 2;
                x[at(out.bias + k)] += weight;
            }
        }
}

void centre_outputs(Layers const& layers, std::span<double> x) {
    auto const& last = layers.back();
    for (index row = 0; row <= last.inputs; ++row) {  // the last row is the bias
        auto const values =
            x.subspan(at(row < last.inputs ? last.weights + row * last.outputs : last.bias),
                      at(last.outputs));
        double mean = 0;
        for (double const value : values) mean += value / static_cast<double>(last.outputs);
        for (auto& value : values) value -= mean;
    }
}

}  // namespace

double plain_distance(std::span<double const> a, std::span<double const> b) {
    double const size = std::max(linalg::norm(a), linalg::norm(b));
    return size > 0 ? linalg::distance(a, b) / size : 0;
}

RelativeDistance glass_distance(std::span<PSpinTerm const> terms) {
    bool const even = std::all_of(terms.begin(), terms.end(),
                                  [](PSpinTerm const& term) { return term.p % 2 == 0; });
    return [even](std::span<double const> a, std::span<double const> b) {
        double const plain = plain_distance(a, b);
        if (!even) return plain;
        std::vector<double> opposite(b.begin(), b.end());
        linalg::scale(opposite, -1);
        return std::min(plain, plain_distance(a, opposite));
    };
}

std::vector<double> normal_form(Architecture const& architecture, std::span<double const> x) {
    SPINSCAPE_EXPECT(std::ssize(x) == architecture.parameter_count());
    auto const layers = architecture.layers();
    std::vector<double> y(x.begin(), x.end());
    if (architecture.activation == Activation::sigmoid) sigmoid_as_tanh(layers, y);
    if (architecture.loss != Loss::squared) centre_outputs(layers, y);
    if (architecture.activation == Activation::relu ||
        architecture.activation == Activation::leaky_relu)
        balance(layers, y);
    return y;
}

std::vector<double> aligned_to(Architecture const& architecture, std::span<double const> a,
                               std::span<double const> b) {
    SPINSCAPE_EXPECT(architecture.activation != Activation::linear || architecture.hidden.empty());
    auto const layers = architecture.layers();
    auto const target = normal_form(architecture, a);
    auto result = normal_form(architecture, b);
    bool const odd = architecture.activation == Activation::tanh ||
                     architecture.activation == Activation::sigmoid;
    for (index l = 0; l + 1 < std::ssize(layers); ++l) match_layer(layers, l, odd, target, result);
    return result;
}

double symmetric_images(Architecture const& architecture, std::span<double const> x,
                        double tolerance) {
    SPINSCAPE_EXPECT(architecture.hidden.size() == 1);
    bool const odd = architecture.activation == Activation::tanh ||
                     architecture.activation == Activation::linear;
    auto const all = units(architecture.layers(), x, 0);
    double const limit = tolerance * linalg::norm(x);
    double images = 1;
    for (std::size_t j = 0; j < all.size(); ++j) {
        double equal = 1;  // the ones before this one that are equal to it, and itself
        for (std::size_t k = 0; k < j; ++k)
            equal += linalg::distance(all[j], all[k]) <= limit ||
                     (odd && sum_distance(all[j], all[k]) <= limit);
        images *= static_cast<double>(j + 1) / equal;
        if (odd && linalg::norm(all[j]) > limit) images *= 2;
    }
    return images;
}

RelativeDistance network_distance(Architecture const& architecture) {
    return [architecture](std::span<double const> a, std::span<double const> b) {
        return plain_distance(normal_form(architecture, a), aligned_to(architecture, a, b));
    };
}

}  // namespace spinscape
