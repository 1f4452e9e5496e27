// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/outputs.hpp"

#include "elementwise.hpp"
#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace spinscape {

Batch<double> network_outputs(Architecture const& architecture, std::span<double const> x,
                              Samples const& samples) {
    SPINSCAPE_EXPECT(std::ssize(x) == architecture.parameter_count());
    SPINSCAPE_EXPECT(std::ssize(samples.features) == samples.count() * architecture.inputs);
    auto const layers = architecture.layers();
    Batch<double> outputs(architecture.outputs, samples.count());
    std::vector<double> a, z;
    for (index i = 0; i < samples.count(); ++i) {
        auto const* features = samples.features.data() + i * architecture.inputs;
        a.assign(features, features + architecture.inputs);
        for (auto const& layer : layers) {
            auto const* bias = x.data() + layer.bias;
            z.assign(bias, bias + layer.outputs);
            for (index k = 0; k < layer.inputs; ++k) {
                auto const* row = x.data() + layer.weights + k * layer.outputs;
                double const factor = a[static_cast<std::size_t>(k)];
                for (index j = 0; j < layer.outputs; ++j)
                    z[static_cast<std::size_t>(j)] += factor * row[j];
            }
            if (&layer != &layers.back())
                kernels::activate(architecture.activation, architecture.leak, z.data(),
                                  std::ssize(z));
            std::swap(a, z);
        }
        std::copy(a.begin(), a.end(), outputs[i].begin());
    }
    return outputs;
}

void to_log_probabilities(BatchView<double> outputs) {
    for (index i = 0; i < outputs.replicas(); ++i) {
        auto const z = outputs[i];
        double const top = *std::max_element(z.begin(), z.end());
        double sum = 0;
        for (double const value : z) sum += std::exp(value - top);
        double const log_sum = top + std::log(sum);
        for (double& value : z) value -= log_sum;
    }
}

}  // namespace spinscape
