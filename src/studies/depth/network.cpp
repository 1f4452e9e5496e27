// SPDX-License-Identifier: BSD-3-Clause
// Networks of one to five hidden layers.
#include "shared/network_task.hpp"
#include "spinscape/stats/estimate.hpp"
#include "systems.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::depths {

namespace {

double parameter_count(double w, double layers, double inputs, double outputs) {
    return (inputs + 1) * w + (layers - 1) * (w + 1) * w + (w + 1) * outputs;
}

}  // namespace

index hidden_width(index width, index layers, std::string_view match, index inputs, index outputs) {
    if (match == "width" || layers == 1) return width;
    auto const count = [&](index w, index l) {
        return parameter_count(static_cast<double>(w), static_cast<double>(l),
                               static_cast<double>(inputs), static_cast<double>(outputs));
    };
    auto const wanted = count(width, 1);
    index w = 1;
    while (count(w + 1, layers) <= wanted) ++w;
    return wanted - count(w, layers) <= count(w + 1, layers) - wanted ? w : w + 1;
}

void run_network(Task& task) {
    auto const& p = task.parameters();
    auto const data = studies::training_data(task);
    auto const layers = p.integer("layers");
    auto const w =
        hidden_width(p.integer("width"), layers, p.text("match"), data->inputs, data->classes);
    auto const architecture =
        studies::architecture_of(p, std::vector<index>(static_cast<std::size_t>(layers), w), *data);
    studies::train_block(task, architecture, *data, static_cast<std::uint64_t>(1000 * w + layers));
    if (task.paused()) return;
    for (index i = 0; i < task.count(); ++i) {
        task.record(task.first() + i, "hidden_width", static_cast<double>(w));
        task.record(task.first() + i, "network_parameters",
                    static_cast<double>(architecture.parameter_count()));
    }
}

double expected_smallest(std::vector<double> values, index m) {
    std::erase_if(values, [](double x) { return std::isnan(x); });
    auto const n = std::ssize(values);
    if (m < 1 || m > n) return missing;
    std::ranges::sort(values);
    // The k-th smallest (from 0) is the smallest of m with probability C(n-1-k, m-1) / C(n, m).
    double probability = static_cast<double>(m) / static_cast<double>(n), sum = 0;
    for (index k = 0; k + m <= n; ++k) {
        sum += probability * values[static_cast<std::size_t>(k)];
        probability *= static_cast<double>(n - m - k) / static_cast<double>(n - 1 - k);
    }
    return sum;
}

Gap seed_gap(std::vector<double> const& losses, index m) {
    std::vector<double> values;
    for (double const x : losses)
        if (!std::isnan(x)) values.push_back(x);
    Gap result;
    auto const n = std::ssize(values);
    if (n < 5 || m >= n) return result;
    auto const numbers = [&](std::vector<double> const& list) {
        double const typical = mean_estimate(list).value, best = expected_smallest(list, m);
        return std::array<double, 4>{typical, best, typical - best, (typical - best) / typical};
    };
    auto const whole = numbers(values);
    std::array<double, 4> mean{}, squares{};
    for (index left_out = 0; left_out < n; ++left_out) {
        auto rest = values;
        rest.erase(rest.begin() + left_out);
        auto const part = numbers(rest);
        for (std::size_t j = 0; j < 4; ++j) {
            mean[j] += part[j] / static_cast<double>(n);
            squares[j] += part[j] * part[j] / static_cast<double>(n);
        }
    }
    auto const estimate = [&](std::size_t j) {
        double const variance = std::max(0.0, squares[j] - mean[j] * mean[j]);
        return Estimate{whole[j], std::sqrt(static_cast<double>(n - 1) * variance), n};
    };
    result = {estimate(0), estimate(1), estimate(2), estimate(3)};
    return result;
}

}  // namespace spinscape::depths
