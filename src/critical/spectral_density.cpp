// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/spectral_density.hpp"

#include "orthonormal_rows.hpp"

#include <algorithm>
#include <limits>
#include <numbers>
#include <utility>

namespace spinscape {

namespace {

double normal_density(double t, double width) {
    double const u = t / width, peak = 1 / (width * std::sqrt(2 * std::numbers::pi));
    return peak * std::exp(-u * u / 2);
}

/// Density of one rule at t, each node widened.
double smoothed_at(Quadrature const& rule, double t, double width) {
    double sum = 0;
    for (std::size_t i = 0; i < rule.nodes.size(); ++i)
        sum += rule.weights[i] * normal_density(t - rule.nodes[i], width);
    return sum;
}

/// int |rho_a - rho_b| dt = int rho_b |rho_a / rho_b - 1| dt, the latter by b's own rule.
double change_between(Quadrature const& a, Quadrature const& b, double width) {
    double sum = 0;
    for (std::size_t i = 0; i < b.nodes.size(); ++i) {
        double const t = b.nodes[i];
        sum += b.weights[i] * std::abs(smoothed_at(a, t, width) / smoothed_at(b, t, width) - 1);
    }
    return sum;
}

/// The Krylov space of a vector: an orthonormal basis, and the operator's matrix T in it.
class KrylovSpace {
public:
    KrylovSpace(SymmetricOperator const& H, std::span<double const> v,
                DensityOptions const& options)
        : basis_(H.dimension) {
        std::vector<double> next(v.begin(), v.end()), image(v.size()), diagonal, beside;
        auto const most = std::min(options.steps, H.subspace_dimension);
        double scale = 0;
        while (basis_.size() < most) {
            basis_.append(next);
            H.times(next, image);
            auto const overlaps = basis_.remove_from(image);
            coupling_ = critical_detail::norm(image);
            diagonal.push_back(overlaps.back());
            if (!std::isfinite(coupling_)) {
                rule_ = {{missing}, {missing}, {missing}};
                vectors_.assign(static_cast<std::size_t>(basis_.size()), missing);
                return;
            }
            scale = std::max({scale, std::abs(diagonal.back()), coupling_});
            rounding_ = epsilon * static_cast<double>(basis_.size() + 10) * scale;
            if (coupling_ <= 10 * rounding_ || !basis_.make_unit(image)) break;
            beside.push_back(coupling_);
            next.swap(image);
            if (options.width > 0 && basis_.size() % 5 == 0) {
                auto const before = std::exchange(rule_, rule_of(diagonal, beside));
                if (!before.nodes.empty() &&
                    change_between(before, rule_, options.width) < options.change)
                    return;
            }
        }
        rule_ = rule_of(diagonal, beside);
    }

    /// Missing numbers if H gave one that is not finite.
    [[nodiscard]] Quadrature const& rule() const { return rule_; }

    /// The i-th from below.
    [[nodiscard]] RitzPair pair(index i) const {
        auto const at = static_cast<std::size_t>(i);
        RitzPair result{.value = rule_.nodes[at], .bound = rule_.bounds[at]};
        auto const s = coordinates(i);
        result.vector.assign(basis_[0].size(), 0);
        for (index j = 0; j < basis_.size(); ++j)
            for (std::size_t k = 0; k < result.vector.size(); ++k)
                result.vector[k] += s[static_cast<std::size_t>(j)] * basis_[j][k];
        return result;
    }

private:
    static constexpr double epsilon = std::numeric_limits<double>::epsilon();

    Quadrature rule_of(std::span<double const> diagonal, std::span<double const> beside) {
        Quadrature rule;
        vectors_.resize(diagonal.size() * diagonal.size());
        rule.nodes = linalg::tridiagonal_eigen(diagonal, beside, vectors_);
        for (index i = 0; i < basis_.size(); ++i) {
            auto const s = coordinates(i);
            rule.weights.push_back(s.front() * s.front());
            rule.bounds.push_back(std::abs(coupling_ * s.back()) + rounding_);
        }
        return rule;
    }
    [[nodiscard]] std::span<double const> coordinates(index i) const {
        auto const m = static_cast<std::size_t>(basis_.size());
        return std::span(vectors_).subspan(static_cast<std::size_t>(i) * m, m);
    }

    critical_detail::OrthonormalRows basis_;
    double coupling_ = 0;  ///< |what H leads out of the space by|
    double rounding_ = 0;
    std::vector<double> vectors_;  ///< of T, one per row
    Quadrature rule_;
};

}  // namespace

Quadrature lanczos_quadrature(SymmetricOperator const& H, std::span<double const> v, index steps) {
    return KrylovSpace(H, v, {.steps = steps}).rule();
}

SpectralDensity spectral_density(SymmetricOperator const& H, DensityOptions const& options,
                                 Stream stream) {
    SpectralDensity result;
    critical_detail::OrthonormalRows const none(H.dimension);
    if (H.subspace_dimension == 0) return result;
    for (index k = 0; k < options.probes; ++k) {
        KrylovSpace const space(H, none.random_direction(H, stream), options);
        auto const m = std::ssize(space.rule().nodes);
        result.rules.push_back(space.rule());
        result.products += m;
        if (k > 0) continue;
        for (index i = 0; i < std::min(options.lowest, m); ++i)
            result.lowest.push_back(space.pair(i));
        for (index i = 0; i < std::min(options.highest, m); ++i)
            result.highest.push_back(space.pair(m - 1 - i));
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
    for (double const t : points)
        result.push_back(mean([&](double node) { return normal_density(t - node, width); }));
    return result;
}

}  // namespace spinscape
