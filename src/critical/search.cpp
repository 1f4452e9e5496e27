// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/search.hpp"

#include "search_steps.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

namespace spinscape {

namespace {

/// A search that lowers |g| by less than this factor in so many steps will not arrive. Near a
/// gradient-flat point |g| falls slowly to its minimum; the factor leaves time to get there.
constexpr std::size_t patience = 30;
constexpr double least_progress = 0.9999;

std::unique_ptr<search_steps::Step> step_of(SearchOptions const& options) {
    switch (options.method) {
        case SearchMethod::newton_mr:
            return search_steps::newton_mr(options);
        case SearchMethod::damped_newton:
            return search_steps::damped_newton();
        case SearchMethod::trust_region_newton:
            return search_steps::trust_region_newton(options);
        case SearchMethod::gradient_norm_descent:
            return search_steps::gradient_norm_descent();
        case SearchMethod::eigenvector_following:
            return search_steps::eigenvector_following(options);
        case SearchMethod::hybrid_eigenvector_following:
            return search_steps::hybrid_eigenvector_following(options);
    }
    return nullptr;
}

/// One step more from a point that is critical within the tolerance, and what that says of its
/// eigenvalues: where one of them vanishes at the critical point itself, the step is long and the
/// Hessian changes along it by as much as this eigenvalue. For f ~ x^m the change is between 1/2
/// and 2/3 of it.
double polish(Surface& surface, search_steps::Step& step) {
    std::vector<double> const x(surface.point().begin(), surface.point().end());
    auto const product = [&](std::vector<double> v) {
        surface.project(surface.point(), v);
        std::vector<double> Hv(v.size());
        surface.hessian_times(v, Hv);
        return Hv;
    };
    double const before = surface.gradient_norm();
    if (before == 0 || !step.advance(surface)) return 0;
    std::vector<double> v(surface.point().begin(), surface.point().end());
    linalg::add(-1, x, v);
    double const length = linalg::norm(v);
    if (length == 0) return 0;
    linalg::scale(v, 1 / length);
    auto const there = product(v);
    auto const y = std::vector<double>(surface.point().begin(), surface.point().end());
    bool const better = surface.gradient_norm() <= before;
    surface.move_to(x);
    double const change = linalg::distance(there, product(v));
    if (better) surface.move_to(y);
    return 3 * change;
}

SurfaceCost operator-(SurfaceCost const& a, SurfaceCost const& b) {
    return {a.values - b.values, a.gradients - b.gradients, a.products - b.products,
            a.hessians - b.hessians};
}

}  // namespace

std::vector<std::string> const& search_method_names() {
    static std::vector<std::string> const names = {"newton_mr",
                                                   "damped_newton",
                                                   "trust_region_newton",
                                                   "gradient_norm_descent",
                                                   "eigenvector_following",
                                                   "hybrid_eigenvector_following"};
    return names;
}

SearchMethod search_method_from(std::string_view name) {
    auto const& names = search_method_names();
    auto const at = std::find(names.begin(), names.end(), name);
    SPINSCAPE_EXPECT(at != names.end());
    return static_cast<SearchMethod>(at - names.begin());
}

namespace search_steps {

void move_along(Surface& surface, std::span<double const> x, double alpha,
                std::span<double const> p) {
    std::vector<double> y(x.begin(), x.end());
    linalg::add(alpha, p, y);
    surface.retract(y);
    surface.move_to(y);
}

Verdict judge(double before, double after, double expected) {
    double const error = std::abs(after - before - expected);
    if (!std::isfinite(error)) return Verdict::bad;
    // Where the change is lost in the rounding of the value, it says nothing.
    double const noise = 1e-13 * (std::abs(before) + std::abs(after));
    if (error <= std::max(0.2 * std::abs(expected), noise)) return Verdict::good;
    return error <= std::abs(expected) ? Verdict::fair : Verdict::bad;
}

}  // namespace search_steps

PointKind kind_of(Certificate const& certificate, index tangent_dimension) {
    if (certificate.nullity > certificate.expected_nullity) return PointKind::degenerate;
    if (certificate.index == 0) return PointKind::minimum;
    return certificate.index + certificate.nullity == tangent_dimension ? PointKind::maximum
                                                                        : PointKind::saddle;
}

CriticalPoint classify(Surface& surface, SearchOptions const& options) {
    CriticalPoint result;
    result.x.assign(surface.point().begin(), surface.point().end());
    result.certificate.value = surface.value();
    result.certificate.gradient_norm = surface.gradient_norm();
    if (!std::isfinite(surface.value()) || !std::isfinite(surface.gradient_norm())) {
        result.kind = PointKind::diverged;
        return result;
    }
    bool const critical = surface.gradient_norm() <= options.tolerance;
    auto how = options.certify;
    how.by_inertia = how.by_inertia && critical;  // of the others the norm of H is needed
    result.certificate = certify(surface, how);
    if (critical) {
        result.kind = kind_of(result.certificate, surface.tangent_dimension());
        return result;
    }
    std::vector<double> Hg(result.x.size());
    surface.hessian_times(surface.gradient(), Hg);
    double const norm =
        std::max(std::abs(result.certificate.lowest), std::abs(result.certificate.highest));
    result.flatness = norm > 0 ? linalg::norm(Hg) / (norm * surface.gradient_norm()) : 0;
    result.kind =
        result.flatness <= options.flatness ? PointKind::gradient_flat : PointKind::stalled;
    return result;
}

CriticalPoint find_critical_point(Surface& surface, std::span<double const> start,
                                  SearchOptions const& options) {
    auto const before = surface.cost();
    auto const step = step_of(options);
    surface.move_to(start);
    std::deque<double> norms;  // |g| of the last steps
    index steps = 0;
    while (surface.gradient_norm() > options.tolerance && steps < options.most_steps) {
        norms.push_back(surface.gradient_norm());
        if (norms.size() > patience) {
            if (step->monotone() && norms.back() > least_progress * norms.front()) break;
            norms.pop_front();
        }
        if (!step->advance(surface)) break;
        ++steps;
    }
    auto how = options;
    if (surface.gradient_norm() <= options.tolerance) {
        auto const newton = options.method == SearchMethod::gradient_norm_descent
                                ? search_steps::newton_mr(options)
                                : nullptr;
        how.certify.uncertainty =
            std::max(how.certify.uncertainty, polish(surface, newton ? *newton : *step));
    }
    auto const cost = surface.cost() - before;
    auto result = classify(surface, how);
    result.steps = steps;
    result.cost = cost;
    return result;
}

}  // namespace spinscape
