// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/filter_normalised.hpp"

#include "spinscape/base/contract.hpp"

#include <cmath>

namespace spinscape {

std::vector<double> filter_normalised_direction(Architecture const& architecture,
                                                std::span<double const> x, Stream& stream) {
    SPINSCAPE_EXPECT(std::ssize(x) == architecture.parameter_count());
    std::vector<double> d(x.size());
    stream.fill_normal(std::span<double>(d));
    for (auto const& layer : architecture.layers()) {
        for (index unit = 0; unit < layer.outputs; ++unit) {
            double squares = 0, wanted = 0;
            auto const weight = [&](index i) {
                return static_cast<std::size_t>(layer.weights + i * layer.outputs + unit);
            };
            for (index i = 0; i < layer.inputs; ++i) {
                squares += d[weight(i)] * d[weight(i)];
                wanted += x[weight(i)] * x[weight(i)];
            }
            double const scale = std::sqrt(wanted / squares);
            for (index i = 0; i < layer.inputs; ++i) d[weight(i)] *= scale;
            d[static_cast<std::size_t>(layer.bias + unit)] = 0;
        }
    }
    return d;
}

std::vector<double> values_on_line(Surface& surface, std::span<double const> x,
                                   std::span<double const> d, std::span<double const> alpha) {
    double const none = 0;
    return values_on_plane(surface, x, d, d, alpha, {&none, 1});
}

std::vector<double> values_on_plane(Surface& surface, std::span<double const> x,
                                    std::span<double const> d, std::span<double const> e,
                                    std::span<double const> alpha, std::span<double const> beta) {
    SPINSCAPE_EXPECT(d.size() == x.size() && e.size() == x.size());
    std::vector<double> point(x.size()), values;
    for (double const a : alpha)
        for (double const b : beta) {
            for (std::size_t i = 0; i < point.size(); ++i) point[i] = x[i] + a * d[i] + b * e[i];
            surface.retract(point);
            values.push_back(surface.value_at(point));
        }
    return values;
}

std::vector<Crossing> contour_crossings(std::span<double const> alpha, std::span<double const> beta,
                                        std::span<double const> values, double level) {
    SPINSCAPE_EXPECT(values.size() == alpha.size() * beta.size());
    std::vector<Crossing> crossings;
    auto const value = [&](std::size_t i, std::size_t j) { return values[i * beta.size() + j]; };
    /// Share of the edge from f to g before the crossing; outside [0, 1) if there is none.
    auto const share = [&](double f, double g) {
        return (f < level) != (g < level) ? (level - f) / (g - f) : 2;
    };
    for (std::size_t i = 0; i < alpha.size(); ++i)
        for (std::size_t j = 0; j < beta.size(); ++j) {
            if (i + 1 < alpha.size())
                if (double const t = share(value(i, j), value(i + 1, j)); t <= 1)
                    crossings.push_back({alpha[i] + t * (alpha[i + 1] - alpha[i]), beta[j]});
            if (j + 1 < beta.size())
                if (double const t = share(value(i, j), value(i, j + 1)); t <= 1)
                    crossings.push_back({alpha[i], beta[j] + t * (beta[j + 1] - beta[j])});
        }
    return crossings;
}

}  // namespace spinscape
