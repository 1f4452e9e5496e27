// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/point_kind.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/critical/surface.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// How a search for critical points steps. g gradient, H Hessian, l_i its eigenvalues; all but the
/// last two lower |g| in every step, to which end they may stop at stationary points of |g|^2 where
/// g is not zero but in the kernel of H: gradient-flat points ([Frye2021]).
enum class SearchMethod : std::int8_t {
    /// p = -H^+ g by MINRES-QLP, backtracking on |g|^2 ([Roosta2022]). Products only.
    newton_mr,
    /// p_i = -g_i / (l_i + sign(l_i) d): Newton's step for all dampings d = |H| {1, ..., 1e-6, 0},
    /// the one that ends at the lowest |g|. Dense eigenvectors.
    damped_newton,
    /// p minimises |g + H p| within |p| <= radius, by all eigenvectors; the radius follows what the
    /// model is worth. Dense eigenvectors.
    trust_region_newton,
    /// Steepest descent of |g|^2 / 2 along -H g with Barzilai-Borwein steps, backtracking.
    /// Products only; slow: converges with the squared condition number.
    gradient_norm_descent,
    /// Uphill along the k lowest eigenvectors, downhill along the others, to a saddle of index k
    /// (k = 0: a minimum): p_i = +-2 g_i / (|l_i| (1 + sqrt(1 + 4 g_i^2 / l_i^2))), no longer than
    /// a radius that follows the accuracy of the quadratic model ([Wales2003]). Dense eigenvectors.
    eigenvector_following,
    /// The same to few eigenvectors: uphill along the k lowest ones, by Lanczos; downhill across
    /// them to the minimum of the quadratic model within the radius, by conjugate gradients
    /// ([MunroWales1999], [Steihaug1983]). Products only: for landscapes of many dimensions.
    hybrid_eigenvector_following
};
std::vector<std::string> const& search_method_names();  ///< in the order of the enumeration
SearchMethod search_method_from(std::string_view name);

struct SearchOptions {
    SearchMethod method = SearchMethod::newton_mr;
    /// A point is critical if |g| is at most this; in units of the landscape.
    double tolerance = 1e-8;
    index most_steps = 200;
    /// Rejected points are gradient-flat if |H g| <= flatness |H| |g|, else stalled.
    double flatness = 1e-3;
    CertifyOptions certify{};

    /// k of (hybrid) eigenvector following; -1: negative eigenvalues at the start.
    index target_index = 1;
    double first_radius = 0.3;  ///< of trust_region_newton and both kinds of following
    /// Of newton_mr and of the conjugate gradients of hybrid_eigenvector_following per step; 0:
    /// twice the dimension.
    index most_products = 0;
    double inner_tolerance = 1e-10;  ///< of its MINRES-QLP
};

/// Where a search ended, critical or not.
struct CriticalPoint {
    std::vector<double> x;
    PointKind kind = PointKind::stalled;
    Certificate certificate;  ///< of x; without eigenvalues if diverged
    /// |H g| / (|H| |g|): 0 where |g|^2 is stationary; missing for critical points.
    double flatness = missing;
    index steps = 0;
    SurfaceCost cost;  ///< without the certificate
};

/// True for kinds with a vanishing gradient.
constexpr bool is_critical(PointKind kind) {
    return kind <= PointKind::degenerate;
}

/// minimum, saddle, maximum or degenerate, by index and nullity: of a point whose gradient a search
/// has brought to zero. `tangent_dimension` is that of the surface.
PointKind kind_of(Certificate const& certificate, index tangent_dimension);

/// Searches for a critical point from `start`, which should lie on the manifold, and certifies
/// what it finds. The surface stays at the end point.
CriticalPoint find_critical_point(Surface& surface, std::span<double const> start,
                                  SearchOptions const& options = {});

/// Certifies the surface's current point and says what it is. `tolerance` and `flatness` as in
/// SearchOptions.
CriticalPoint classify(Surface& surface, SearchOptions const& options = {});

}  // namespace spinscape
