// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/chain_exit.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace spinscape::theory {

namespace {

struct Node {
    double x, weight;
};

/// Gauss points of order n on equal panels that resolve the least deviation.
template <unsigned n>
std::vector<Node> nodes_on(double low, double high, int panels) {
    using Rule = boost::math::quadrature::gauss<double, n>;
    std::vector<Node> nodes;
    double const half = (high - low) / (2 * panels);
    for (int p = 0; p < panels; ++p) {
        double const centre = low + (2 * p + 1) * half;
        for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
            double const u = Rule::abscissa()[k], weight = half * Rule::weights()[k];
            nodes.push_back({centre + half * u, weight});
            if (u != 0) nodes.push_back({centre - half * u, weight});
        }
    }
    std::ranges::sort(nodes, {}, &Node::x);
    return nodes;
}

/// One row of the transition kernel: weights of the nodes from `first` on; the others are nothing.
struct Row {
    std::size_t first = 0;
    std::vector<double> weights;
};

Row row_from(double x, NormalChain const& chain, std::vector<Node> const& nodes) {
    constexpr double reach = 9;  // e^-40
    double const mean = chain.mean(x), deviation = chain.deviation(x);
    SPINSCAPE_EXPECT(deviation > 0);
    auto const begin = std::ranges::lower_bound(nodes, mean - reach * deviation, {}, &Node::x);
    auto const end = std::ranges::upper_bound(nodes, mean + reach * deviation, {}, &Node::x);
    Row row{.first = static_cast<std::size_t>(begin - nodes.begin()), .weights = {}};
    double const norm = 1 / (deviation * boost::math::constants::root_two_pi<double>());
    for (auto node = begin; node < end; ++node) {
        double const u = (node->x - mean) / deviation;
        row.weights.push_back(node->weight * norm * std::exp(-u * u / 2));
    }
    return row;
}

double times(Row const& row, std::vector<double> const& values) {
    double sum = 0;
    for (std::size_t k = 0; k < row.weights.size(); ++k)
        sum += row.weights[k] * values[row.first + k];
    return sum;
}

ChainExit iterate(NormalChain const& chain, double start, std::vector<Node> const& nodes) {
    std::vector<Row> kernel;
    kernel.reserve(nodes.size());
    for (auto const& node : nodes) kernel.push_back(row_from(node.x, chain, nodes));
    auto const from_start = row_from(start, chain, nodes);

    ChainExit exit{.mean_steps = 1, .error = missing, .survival = {1}, .decay = missing};
    std::vector<double> survival(nodes.size(), 1), next(nodes.size());
    double previous_ratio = 0;
    int steady = 0;
    while (steady < 20) {
        double const probability = times(from_start, survival);
        double const ratio = probability / exit.survival.back();
        exit.survival.push_back(probability);
        exit.mean_steps += probability;
        // The rate of escape must be there (not so before the first could arrive) and be steady.
        double const rate = 1 - ratio;
        bool const same = std::abs(ratio - previous_ratio) <= 1e-8 * rate;
        steady = rate > 1e-10 && same ? steady + 1 : 0;
        previous_ratio = exit.decay = ratio;
        if (!(probability > 1e-15)) break;
        for (std::size_t i = 0; i < nodes.size(); ++i) next[i] = times(kernel[i], survival);
        survival.swap(next);
    }
    exit.mean_steps += exit.survival.back() * exit.decay / (1 - exit.decay);
    return exit;
}

}  // namespace

ChainExit chain_exit(NormalChain const& chain, double low, double high, double start) {
    SPINSCAPE_EXPECT(low < start && start < high);
    double least = chain.deviation(start);
    for (int i = 0; i <= 1000; ++i)
        least = std::min(least, chain.deviation(low + (high - low) * i / 1000));
    double const panels = std::ceil((high - low) / (3 * least));
    if (!(panels <= 10000))
        throw Error(ExitCode::bad_input, "chain_exit: the interval has " +
                                             std::to_string((high - low) / least) +
                                             " deviations of one step, more than 30000");
    auto const coarse = iterate(chain, start, nodes_on<7>(low, high, static_cast<int>(panels)));
    auto fine = iterate(chain, start, nodes_on<10>(low, high, static_cast<int>(panels)));
    fine.error = std::abs(fine.mean_steps - coarse.mean_steps);
    return fine;
}

double saddle_exit_steps(double rate, double deviation, double a) {
    SPINSCAPE_EXPECT(rate > 0 && deviation > 0 && a > 0);
    double const s = deviation / std::sqrt(rate * (2 + rate));
    double const shift = (boost::math::constants::euler<double>() + std::log(2.0)) / 2;
    return (std::log(a / s) + shift) / std::log1p(rate) + 0.5;
}

}  // namespace spinscape::theory
