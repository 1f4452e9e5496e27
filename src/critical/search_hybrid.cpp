// SPDX-License-Identifier: BSD-3-Clause
// Eigenvector following by products of the Hessian only: few eigenvectors by Lanczos, conjugate
// gradients on what is left.
#include "search_steps.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::search_steps {

namespace {

using Vector = std::vector<double>;

/// Residuals of eigenvectors relative to |H|: what is left of them in the complement slows the last
/// steps down, by this factor each.
constexpr double mode_tolerance = 1e-6;

class HybridFollowing final : public Step {
public:
    explicit HybridFollowing(SearchOptions const& options)
        : options_(options), target_(options.target_index), radius_(options.first_radius) {}

    [[nodiscard]] bool monotone() const override { return false; }

    bool advance(Surface& surface) override {
        Vector const x(surface.point().begin(), surface.point().end());
        double const before = surface.value();
        if (!find_modes(surface)) return false;
        auto p = uphill(surface);
        linalg::add(1, downhill(surface), p);
        Vector Hp(p.size());
        surface.hessian_times(p, Hp);
        double const slope = linalg::dot(surface.gradient(), p), curvature = linalg::dot(p, Hp),
                     length = linalg::norm(p);
        if (!(length > 0)) return false;
        double alpha = std::min(1.0, radius_ / length);
        for (int attempt = 0; attempt < 20; ++attempt, alpha = radius_ / length) {
            move_along(surface, x, alpha, p);
            double const expected = alpha * (slope + 0.5 * alpha * curvature);
            auto const verdict = judge(before, surface.value(), expected);
            if (verdict == Verdict::good && length > radius_) radius_ *= 1.5;
            if (verdict == Verdict::good) return true;
            radius_ = 0.5 * std::min(radius_, alpha * length);
            if (verdict == Verdict::fair) return true;
        }
        surface.move_to(x);
        return false;
    }

private:
    /// The lowest eigenvectors, as many as the target says; target -1: all with negative
    /// eigenvalues at the start. False: H gave numbers that are not finite.
    bool find_modes(Surface& surface) {
        modes_.clear();
        index wanted = target_ < 0 ? 4 : std::min(target_, surface.tangent_dimension());
        while (wanted > 0) {
            auto found = end_eigenvalues(hessian_operator(surface),
                                         {.lowest = wanted,
                                          .highest = 0,
                                          .tolerance = mode_tolerance,
                                          .multiplicities = false},
                                         // Starts of Lanczos: their law is all that matters.
                                         Stream(0, Purpose::probe, steps_++ % (index{1} << 30)));
            if (found.lowest.empty() || !std::isfinite(found.lowest.front().value)) return false;
            modes_ = std::move(found.lowest);
            if (target_ >= 0) break;
            auto const negative =
                std::ranges::count_if(modes_, [](RitzPair const& mode) { return mode.value < 0; });
            if (negative < std::ssize(modes_) || wanted >= surface.tangent_dimension()) {
                target_ = negative;
                modes_.resize(static_cast<std::size_t>(negative));
                break;
            }
            wanted = std::min(4 * wanted, surface.tangent_dimension());
        }
        return true;
    }

    /// Along the modes, to their maximum of a model without singularity.
    [[nodiscard]] Vector uphill(Surface const& surface) const {
        Vector p(surface.point().size());
        for (auto const& mode : modes_) {
            double const g = linalg::dot(mode.vector, surface.gradient());
            double const size = std::max(std::abs(mode.value), 1e-300);
            linalg::add(2 * g / (size * (1 + std::sqrt(1 + 4 * g * g / (size * size)))),
                        mode.vector, p);
        }
        return p;
    }

    void leave_modes(Vector& v) const {
        for (auto const& mode : modes_) linalg::add(-linalg::dot(mode.vector, v), mode.vector, v);
    }

    /// Across the modes: the minimum of the quadratic model within the radius by conjugate
    /// gradients ([Steihaug1983]); where curvature is negative, on to the radius.
    Vector downhill(Surface& surface) {
        Vector residual(surface.gradient().begin(), surface.gradient().end());
        linalg::scale(residual, -1);
        leave_modes(residual);
        Vector s(residual.size()), direction = residual, image(residual.size());
        double squared = linalg::dot(residual, residual);
        if (first_ == 0) first_ = surface.gradient_norm();
        double const enough =
            std::sqrt(squared) * std::clamp(surface.gradient_norm() / first_, 1e-8, 0.1);
        auto const most =
            options_.most_products > 0 ? options_.most_products : 2 * surface.dimension();
        for (index k = 0; k < most && std::sqrt(squared) > enough; ++k) {
            surface.hessian_times(direction, image);
            leave_modes(image);
            double const curvature = linalg::dot(direction, image);
            double const alpha = squared / curvature;
            Vector next = s;
            linalg::add(alpha, direction, next);
            if (!(curvature > 0) || !(linalg::norm(next) < radius_)) {
                linalg::add(to_radius(s, direction), direction, s);
                break;
            }
            s = std::move(next);
            linalg::add(-alpha, image, residual);
            double const now = linalg::dot(residual, residual);
            linalg::scale(direction, now / squared);
            linalg::add(1, residual, direction);
            squared = now;
        }
        return s;
    }
    /// The positive t with |s + t d| = radius.
    [[nodiscard]] double to_radius(Vector const& s, Vector const& d) const {
        double const a = linalg::dot(d, d), b = linalg::dot(s, d),
                     c = radius_ * radius_ - linalg::dot(s, s);
        return c / (b + std::sqrt(b * b + a * c));
    }

    SearchOptions options_;
    index target_;
    double radius_;
    double first_ = 0;  // |g| at the start
    index steps_ = 0;
    std::vector<RitzPair> modes_;
};

}  // namespace

std::unique_ptr<Step> hybrid_eigenvector_following(SearchOptions const& options) {
    return std::make_unique<HybridFollowing>(options);
}

}  // namespace spinscape::search_steps
