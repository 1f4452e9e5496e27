// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/spectral_density.hpp"

#include "orthonormal_rows.hpp"

#include <algorithm>
#include <limits>
#include <numbers>

namespace spinscape {

Quadrature lanczos_quadrature(SymmetricOperator const& H, std::span<double const> v, index steps) {
    critical_detail::OrthonormalRows basis(H.dimension);
    std::vector<double> next(v.begin(), v.end()), image(v.size()), diagonal, beside;
    auto const most = std::min(steps, H.subspace_dimension);
    double scale = 0;
    while (basis.size() < most) {
        basis.append(next);
        H.times(next, image);
        auto const overlaps = basis.remove_from(image);
        double const beta = critical_detail::norm(image);
        diagonal.push_back(overlaps.back());
        if (!std::isfinite(beta)) return {{missing}, {missing}};
        scale = std::max({scale, std::abs(diagonal.back()), beta});
        auto const m = static_cast<double>(basis.size());
        if (beta <= 10 * std::numeric_limits<double>::epsilon() * (m + 10) * scale) break;
        if (!basis.make_unit(image)) break;
        beside.push_back(beta);
        next.swap(image);
    }
    auto const m = diagonal.size();
    Quadrature rule;
    std::vector<double> vectors(m * m);
    rule.nodes = linalg::tridiagonal_eigen(diagonal, beside, vectors);
    for (std::size_t i = 0; i < m; ++i) rule.weights.push_back(vectors[i * m] * vectors[i * m]);
    return rule;
}

SpectralDensity spectral_density(SymmetricOperator const& H, DensityOptions const& options,
                                 Stream stream) {
    SpectralDensity result;
    critical_detail::OrthonormalRows const none(H.dimension);
    if (H.subspace_dimension == 0) return result;
    for (index k = 0; k < options.probes; ++k) {
        result.rules.push_back(
            lanczos_quadrature(H, none.random_direction(H, stream), options.steps));
        result.products += std::ssize(result.rules.back().nodes);
    }
    return result;
}

SampledValue SpectralDensity::mean(std::function<double(double)> const& f) const {
    std::vector<double> values;
    for (auto const& rule : rules) {
        double sum = 0;
        for (std::size_t i = 0; i < rule.nodes.size(); ++i)
            sum += rule.weights[i] * f(rule.nodes[i]);
        values.push_back(sum);
    }
    return sampled_value(values);
}

SampledValue SpectralDensity::share(double low, double high) const {
    return mean([&](double node) { return low <= node && node < high ? 1.0 : 0.0; });
}

std::vector<SampledValue> SpectralDensity::smoothed(std::span<double const> points,
                                                    double width) const {
    std::vector<SampledValue> result;
    double const peak = 1 / (width * std::sqrt(2 * std::numbers::pi));
    for (double const t : points)
        result.push_back(mean([&](double node) {
            double const u = (t - node) / width;
            return peak * std::exp(-u * u / 2);
        }));
    return result;
}

}  // namespace spinscape
