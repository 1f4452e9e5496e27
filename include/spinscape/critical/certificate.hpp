// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/surface.hpp"

#include <concepts>
#include <span>
#include <string_view>
#include <vector>

namespace spinscape {

/// What must be known of a point before it may be called critical, minimum or saddle. In double
/// precision, from the dense Riemannian Hessian unless Lanczos is asked for.
struct Certificate {
    double value = missing;          ///< of the landscape (for a glass extensive)
    double gradient_norm = missing;  ///< |Riemannian gradient|, Euclidean norm
    /// Extreme eigenvalues; missing by inertia, and where the tangent space has no dimension.
    double lowest = missing, highest = missing;
    /// Bound on the error of every eigenvalue: n eps |H| with H the full Hessian, for the
    /// projection on the tangent space and the shift by the curvature of the manifold round
    /// relative to it, however small what is left.
    double eigenvalue_error = missing;
    double threshold = missing;             ///< eigenvalues within +- threshold count as zero
    spinscape::index index = 0;             ///< eigenvalues below -threshold
    spinscape::index nullity = 0;           ///< eigenvalues within the threshold
    spinscape::index expected_nullity = 0;  ///< known symmetries of the landscape
    spinscape::index hessians = 0, gradients = 0, products = 0;  ///< cost
    std::string_view method;  ///< how the index was found, for provenance
};

struct CertifyOptions {
    /// 0: eigenvalue_error.
    double threshold = 0;
    /// What else the eigenvalues are uncertain by, for instance because the point is critical only
    /// within a tolerance; the threshold is not below this.
    double uncertainty = 0;
    /// Index and nullity from the signs of two factorisations L D L^T (Sylvester's law of inertia)
    /// instead of the eigenvalues: several times faster, without `lowest` and `highest`.
    bool by_inertia = false;
    /// All of it by Lanczos, products only: for dimensions whose dense Hessian would not fit. The
    /// error of the eigenvalues is then that of their Ritz values too. Takes as many of them from
    /// the bottom as it needs to see a positive one: many zero eigenvalues make it slow.
    bool by_lanczos = false;
};

/// Bytes needed to certify a point of a landscape of this dimension.
inline double certificate_memory(index dimension) {
    return 3.0 * sizeof(double) * static_cast<double>(dimension) * static_cast<double>(dimension);
}

/// Of the surface's current point. Error(unavailable) if the machine has not that much memory.
Certificate certify(Surface& surface, CertifyOptions const& options = {});

template <TwiceDifferentiable L>
requires std::same_as<typename L::Real, double> && OnManifold<L> Certificate
certify(L const& f, std::span<double const> x, CertifyOptions const& options = {}) {
    auto const surface = surface_of(f);
    surface->move_to(x);
    return certify(*surface, options);
}

/// Eigenvalues, ascending, of the Riemannian Hessian at the surface's current point, by LAPACK:
/// some n^3 operations (10,000 variables: minutes). Memory and errors as for certify.
std::vector<double> hessian_spectrum(Surface& surface);

}  // namespace spinscape
