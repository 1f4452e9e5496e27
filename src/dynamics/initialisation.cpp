// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/initialisation.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape {

namespace {

/// x = low + (high - low) u or x = deviation g, for weights and for biases.
struct Law {
    bool normal;
    double low, high;  ///< of the uniform law; for the normal one `high` is its standard deviation
    bool biases;       ///< biases follow the same law, else they are 0
};

Law law(Start start, double scale, double n_in, double n_out) {
    auto const uniform = [](double bound, bool biases = false) {
        return Law{false, -bound, bound, biases};
    };
    auto const normal = [](double variance) { return Law{true, 0, std::sqrt(variance), false}; };
    switch (start) {
        case Start::glorot_uniform:
            return uniform(std::sqrt(6 / (n_in + n_out)));
        case Start::glorot_normal:
            return normal(2 / (n_in + n_out));
        case Start::he_uniform:
            return uniform(std::sqrt(6 / n_in));
        case Start::he_normal:
            return normal(2 / n_in);
        case Start::lecun_uniform:
            return uniform(std::sqrt(3 / n_in));
        case Start::lecun_normal:
            return normal(1 / n_in);
        case Start::fan_in_cube:
            return uniform(1 / std::sqrt(n_in), true);
        case Start::cube:
            return uniform(scale, true);
        case Start::unit_cube:
            return {false, 0, scale, true};
        case Start::normal:
            return {true, 0, scale, true};
    }
    return {};
}

}  // namespace

std::vector<std::string> const& start_names() {
    static std::vector<std::string> const names = {
        "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform",
        "lecun_normal",   "fan_in_cube",   "cube",       "unit_cube", "normal"};
    return names;
}

Start start_from(std::string_view name) {
    auto const& names = start_names();
    auto const found = std::find(names.begin(), names.end(), name);
    SPINSCAPE_EXPECT(found != names.end());
    return static_cast<Start>(found - names.begin());
}

template <class Real>
void initialise(Architecture const& architecture, Start start, double scale, Stream& stream,
                std::span<Real> x) {
    SPINSCAPE_EXPECT(std::ssize(x) == architecture.parameter_count());
    for (auto const& layer : architecture.layers()) {
        auto const rule = law(start, scale, static_cast<double>(layer.inputs),
                              static_cast<double>(layer.outputs));
        auto const weights =
            x.subspan(static_cast<std::size_t>(layer.weights),
                      static_cast<std::size_t>((layer.inputs + 1) * layer.outputs));
        auto const first_bias = static_cast<std::size_t>(layer.bias - layer.weights);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            double const drawn = rule.normal ? rule.high * stream.normal()
                                             : rule.low + (rule.high - rule.low) * stream.uniform();
            weights[i] = static_cast<Real>(i < first_bias || rule.biases ? drawn : 0);
        }
    }
}

template void initialise(Architecture const&, Start, double, Stream&, std::span<float>);
template void initialise(Architecture const&, Start, double, Stream&, std::span<double>);

}  // namespace spinscape
