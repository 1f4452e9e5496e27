// SPDX-License-Identifier: BSD-3-Clause
// Searches by all eigenvalues and eigenvectors of the dense Riemannian Hessian.
#include "search_steps.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape::search_steps {

namespace {

// Relative to |H|: eigenvalues below count as zero where a step divides by them.
constexpr double smallest_eigenvalue = 1e-12;

/// Gradient and Hessian at a point, in the basis of the eigenvectors.
class Eigenbasis {
public:
    explicit Eigenbasis(Surface& surface)
        : x(surface.point().begin(), surface.point().end()),
          value(surface.value()),
          H_(surface.hessian()) {
        auto const n = H_.dimension;
        eigenvalue = linalg::symmetric_eigen(H_.matrix, n);
        std::vector<double> coordinates(static_cast<std::size_t>(n));
        H_.coordinates_of(surface.gradient(), coordinates);
        for (index k = 0; k < n; ++k) gradient.push_back(linalg::dot(row(k), coordinates));
        // Without the normal component that rounding leaves.
        norm_of_gradient = linalg::norm(gradient);
        if (n > 0) norm = std::max(std::abs(eigenvalue.front()), std::abs(eigenvalue.back()));
    }
    /// The tangent vector with these components along the eigenvectors.
    [[nodiscard]] std::vector<double> vector(std::vector<double> const& components) const {
        std::vector<double> coordinates(components.size()), v(x.size());
        for (std::size_t k = 0; k < components.size(); ++k)
            linalg::add(components[k], row(static_cast<index>(k)), coordinates);
        H_.embed(coordinates, v);
        return v;
    }
    /// Components p_k = f(l_k, g_k).
    template <class F>
    [[nodiscard]] std::vector<double> step(F const& f) const {
        std::vector<double> p;
        for (std::size_t k = 0; k < eigenvalue.size(); ++k)
            p.push_back(f(eigenvalue[k], gradient[k]));
        return p;
    }

    std::vector<double> x;
    double value, norm_of_gradient;
    std::vector<double> eigenvalue, gradient;
    double norm = 0;  ///< |H|

private:
    [[nodiscard]] std::span<double const> row(index k) const {
        return std::span(H_.matrix).subspan(static_cast<std::size_t>(k * H_.dimension),
                                            static_cast<std::size_t>(H_.dimension));
    }
    TangentHessian H_;  // matrix: eigenvectors, one per row
};

class DampedNewton final : public Step {
public:
    bool advance(Surface& surface) override {
        Eigenbasis const at(surface);
        double lowest = surface.gradient_norm();
        std::vector<double> best;
        auto const try_step = [&](std::vector<double> const& p, double alpha) {
            move_along(surface, at.x, alpha, p);
            if (!(surface.gradient_norm() < lowest)) return;
            lowest = surface.gradient_norm();
            best.assign(surface.point().begin(), surface.point().end());
        };
        auto const damped = [&](double damping) {
            double const zero = smallest_eigenvalue * at.norm;
            return at.vector(at.step([&](double l, double g) {
                return std::abs(l) + damping > zero ? -g / (l + std::copysign(damping, l)) : 0.0;
            }));
        };
        for (double const relative : {1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0.0})
            try_step(damped(relative * at.norm), 1);
        // Along each of these |g| falls at first.
        auto const safest = damped(at.norm);
        for (double alpha = 0.5; best.empty() && alpha > 1e-10; alpha /= 2) try_step(safest, alpha);
        surface.move_to(best.empty() ? at.x : best);
        return !best.empty();
    }
};

class TrustRegionNewton final : public Step {
public:
    explicit TrustRegionNewton(double radius) : radius_(radius) {}

    bool advance(Surface& surface) override {
        Eigenbasis const at(surface);
        for (int attempt = 0; attempt < 40; ++attempt) {
            auto const components = within_radius(at);
            double const length = linalg::norm(components);
            double const expected = at.norm_of_gradient - model(at, components);
            if (!(expected > 1e-10 * at.norm_of_gradient)) break;
            move_along(surface, at.x, 1, at.vector(components));
            double const worth = (at.norm_of_gradient - surface.gradient_norm()) / expected;
            if (!(worth > 0.25))
                radius_ = 0.25 * length;
            else if (worth > 0.75 && length > 0.8 * radius_)
                radius_ *= 2;
            if (worth > 1e-4) return true;
        }
        surface.move_to(at.x);
        return false;
    }

private:
    /// |g + H p|.
    static double model(Eigenbasis const& at, std::vector<double> const& p) {
        double squares = 0;
        for (std::size_t k = 0; k < p.size(); ++k) {
            double const left = at.gradient[k] + at.eigenvalue[k] * p[k];
            squares += left * left;
        }
        return std::sqrt(squares);
    }
    /// p_k = -l_k g_k / (l_k^2 + mu), mu >= 0 such that |p| <= radius, by bisection of ln mu.
    [[nodiscard]] std::vector<double> within_radius(Eigenbasis const& at) const {
        double const zero = smallest_eigenvalue * at.norm;
        auto const with = [&](double mu) {
            return at.step([&](double l, double g) {
                return std::abs(l) > zero ? -l * g / (l * l + mu) : 0.0;
            });
        };
        auto p = with(0);
        if (linalg::norm(p) <= radius_) return p;
        double low = std::log(zero * zero), high = std::log(at.norm * at.norm);
        while (linalg::norm(with(std::exp(high))) > radius_) high += 2;
        for (int i = 0; i < 60; ++i) {
            double const middle = 0.5 * (low + high);
            (linalg::norm(with(std::exp(middle))) > radius_ ? low : high) = middle;
        }
        return with(std::exp(high));
    }

    double radius_;
};

class EigenvectorFollowing final : public Step {
public:
    EigenvectorFollowing(index target, double radius) : target_(target), radius_(radius) {}

    [[nodiscard]] bool monotone() const override { return false; }

    bool advance(Surface& surface) override {
        Eigenbasis const at(surface);
        auto components = directions(at);
        for (int attempt = 0; attempt < 20; ++attempt) {
            double const length = linalg::norm(components);
            if (length > radius_) linalg::scale(components, radius_ / length);
            move_along(surface, at.x, 1, at.vector(components));
            auto const verdict = judge(at.value, surface.value(), model(at, components));
            if (verdict == Verdict::good && length > radius_) radius_ *= 1.5;
            if (verdict == Verdict::good) return true;
            radius_ = 0.5 * std::min(radius_, length);
            if (verdict == Verdict::fair) return true;
        }
        surface.move_to(at.x);
        return false;
    }

private:
    [[nodiscard]] std::vector<double> directions(Eigenbasis const& at) {
        if (target_ < 0)
            target_ = std::ranges::count_if(at.eigenvalue, [](double l) { return l < 0; });
        // Along zero eigenvalues, where a symmetry leaves nothing of the gradient but rounding, the
        // formula would go a distance of 1.
        double const least = 1e-8 * at.norm;
        index k = 0;
        return at.step([&](double l, double g) {
            double const size = std::max({std::abs(l), least, 1e-300});
            double const step = 2 * g / (size * (1 + std::sqrt(1 + 4 * g * g / (size * size))));
            return k++ < target_ ? step : -step;
        });
    }
    /// g . p + p . H p / 2.
    static double model(Eigenbasis const& at, std::vector<double> const& p) {
        double sum = 0;
        for (std::size_t k = 0; k < p.size(); ++k)
            sum += (at.gradient[k] + 0.5 * at.eigenvalue[k] * p[k]) * p[k];
        return sum;
    }

    index target_;
    double radius_;
};

}  // namespace

std::unique_ptr<Step> damped_newton() {
    return std::make_unique<DampedNewton>();
}

std::unique_ptr<Step> trust_region_newton(SearchOptions const& options) {
    return std::make_unique<TrustRegionNewton>(options.first_radius);
}

std::unique_ptr<Step> eigenvector_following(SearchOptions const& options) {
    return std::make_unique<EigenvectorFollowing>(options.target_index, options.first_radius);
}

}  // namespace spinscape::search_steps
