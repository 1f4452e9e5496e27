// SPDX-License-Identifier: BSD-3-Clause
// Searches that need products of the Hessian only.
#include "search_steps.hpp"
#include "spinscape/critical/minres_qlp.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::search_steps {

namespace {

// Of the backtracking: sufficient decrease, contraction, and the length at which it gives up.
constexpr double sufficient = 1e-4, contraction = 0.5, shortest = 1e-10;

/// Shortens alpha until |g|^2 falls by at least 2 `sufficient` alpha |slope|, slope = p . H g being
/// the derivative of |g|^2 / 2 along p. False, and the surface back at x: no such alpha.
bool backtrack(Surface& surface, std::vector<double> const& x, std::vector<double> const& p,
               double slope, double& alpha) {
    double const squared = surface.gradient_norm() * surface.gradient_norm();
    double const least = alpha * shortest;
    for (; slope < 0 && alpha >= least; alpha *= contraction) {
        move_along(surface, x, alpha, p);
        double const now = surface.gradient_norm();
        if (now * now <= squared + 2 * sufficient * alpha * slope) return true;
    }
    surface.move_to(x);
    return false;
}

class GradientNormDescent final : public Step {
public:
    bool advance(Surface& surface) override {
        std::vector<double> const x(surface.point().begin(), surface.point().end());
        std::vector<double> p(x.size());
        surface.hessian_times(surface.gradient(), p);
        linalg::scale(p, -1);
        double const squared = linalg::dot(p, p);
        double alpha = barzilai_borwein(x, p);
        if (!(alpha > 0)) {  // first step: the minimum of the quadratic model along p
            std::vector<double> Hp(x.size());
            surface.hessian_times(p, Hp);
            alpha = squared / linalg::dot(Hp, Hp);
        }
        x_ = x;
        p_ = p;
        return backtrack(surface, x, p, -squared, alpha);
    }

private:
    /// |dx|^2 / (dx . change of H g) since the last step; 0 if there was none or it is not
    /// positive.
    [[nodiscard]] double barzilai_borwein(std::vector<double> const& x,
                                          std::vector<double> const& p) const {
        if (x_.empty()) return 0;
        double squares = 0, curvature = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            double const dx = x[i] - x_[i];
            squares += dx * dx;
            curvature += dx * (p_[i] - p[i]);
        }
        return curvature > 0 ? squares / curvature : 0;
    }

    std::vector<double> x_, p_;  // of the last step
};

class NewtonMR final : public Step {
public:
    explicit NewtonMR(SearchOptions const& options) : options_(options) {}

    bool advance(Surface& surface) override {
        std::vector<double> const x(surface.point().begin(), surface.point().end());
        std::vector<double> Hg(x.size());
        surface.hessian_times(surface.gradient(), Hg);
        auto const most =
            options_.most_products > 0 ? options_.most_products : 2 * surface.dimension();
        auto solved = minres_qlp(hessian_operator(surface), surface.gradient(),
                                 {.tolerance = options_.inner_tolerance, .most_products = most});
        linalg::scale(solved.x, -1);
        double alpha = std::min(1.0, alpha_ / contraction);
        bool const moved = backtrack(surface, x, solved.x, linalg::dot(solved.x, Hg), alpha);
        alpha_ = alpha;
        if (moved && alpha >= cautious) return true;
        // Near a change of sign of an eigenvalue p is long and leads along its eigenvector only:
        // steps die out there, though |g|^2 has no minimum. Steepest descent leads off.
        alpha_ = 1;
        return descend_.advance(surface) || moved;
    }

private:
    static constexpr double cautious = 0.05;

    SearchOptions options_;
    double alpha_ = 1;
    GradientNormDescent descend_;
};

}  // namespace

std::unique_ptr<Step> newton_mr(SearchOptions const& options) {
    return std::make_unique<NewtonMR>(options);
}

std::unique_ptr<Step> gradient_norm_descent() {
    return std::make_unique<GradientNormDescent>();
}

}  // namespace spinscape::search_steps
