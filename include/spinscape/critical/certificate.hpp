// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"
#include "spinscape/linalg/blas.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace spinscape {

/// What must be known of a point before it may be called critical, minimum or saddle. Computed in
/// double precision from the dense Riemannian Hessian.
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
    spinscape::index hessians = 0, gradients = 0;  ///< cost
    std::string_view method;                       ///< how the index was found, for provenance
};

struct CertifyOptions {
    /// 0: eigenvalue_error.
    double threshold = 0;
    /// Index and nullity from the signs of two factorisations L D L^T (Sylvester's law of inertia)
    /// instead of the eigenvalues: several times faster, without `lowest` and `highest`.
    bool by_inertia = false;
};

/// Bytes needed to certify a point of a landscape of this dimension.
inline double certificate_memory(index dimension) {
    return 3.0 * sizeof(double) * static_cast<double>(dimension) * static_cast<double>(dimension);
}

namespace critical_detail {

/// Removes the direction of unit vector u: H (n x n) becomes the matrix of the quadratic form on
/// the complement of u, (n-1) x (n-1). A Householder reflection Q = 1 - 2 w w^T turns u into an
/// axis; then that axis' row and column are dropped from Q H Q.
std::vector<double> without_direction(std::vector<double> const& H, std::span<double const> u);

/// An upper bound of |H|_2 for symmetric H (n x n), at most sqrt(n) too large: the smaller one of
/// largest row sum and Frobenius norm.
double norm_bound(std::vector<double> const& H, index n);

/// The Riemannian Hessian as a matrix on the tangent space, in an orthonormal basis.
struct TangentHessian {
    std::vector<double> matrix;
    index dimension = 0;
    double rounding = 0;  ///< n eps (|full Hessian| + |curvature shift|)
};

template <class L>
TangentHessian tangent_hessian(L const& f, std::span<double const> x, std::span<double const> g,
                               typename L::Workspace& work) {
    auto const n = f.dimension();
    std::vector<double> H(static_cast<std::size_t>(n * n));
    f.dense_hessian(x, std::span<double>(H), work);
    double const shift = f.manifold().curvature_shift(x, g);
    double const rounding = static_cast<double>(n) * std::numeric_limits<double>::epsilon() *
                            (norm_bound(H, n) + std::abs(shift));
    for (index i = 0; i < n; ++i) H[static_cast<std::size_t>(i * n + i)] -= shift;
    if (f.manifold().codimension() == 0) return {std::move(H), n, rounding};
    // The only constrained manifold is a sphere: x itself is the normal.
    std::vector<double> normal(x.begin(), x.end());
    double squares = 0;
    for (double const component : normal) squares += component * component;
    for (auto& component : normal) component /= std::sqrt(squares);
    return {without_direction(H, normal), n - 1, rounding};
}

/// Fill in index and nullity for result.threshold, and what else the method yields.
void count_by_eigenvalues(TangentHessian& H, Certificate& result);
void count_by_inertia(TangentHessian const& H, Certificate& result);

}  // namespace critical_detail

/// Eigenvalues, ascending, of the Riemannian Hessian P (Hess - c) P on the tangent space at x.
template <DenseHessian L>
requires std::same_as<typename L::Real, double> && OnManifold<L> std::vector<double>
hessian_spectrum(L const& f, std::span<double const> x, std::span<double const> g,
                 typename L::Workspace& work) {
    auto H = critical_detail::tangent_hessian(f, x, g, work);
    return linalg::symmetric_eigenvalues(H.matrix, H.dimension);
}

template <DenseHessian L>
requires std::same_as<typename L::Real, double> && OnManifold<L> Certificate
certify(L const& f, std::span<double const> x, typename L::Workspace& work,
        CertifyOptions const& options = {}) {
    Certificate result{.hessians = 1, .gradients = 1};
    std::vector<double> g(x.size());
    f.value_and_gradient(BatchView<double const>(x), {&result.value, 1},
                         BatchView<double>(std::span<double>(g)), work);
    auto H = critical_detail::tangent_hessian(f, x, std::span<double const>(g), work);
    f.manifold().project(x, std::span<double>(g));
    double squares = 0;
    for (double const component : g) squares += component * component;
    result.gradient_norm = std::sqrt(squares);
    result.eigenvalue_error = H.rounding;
    result.threshold = options.threshold > 0 ? options.threshold : result.eigenvalue_error;
    if (options.by_inertia)
        critical_detail::count_by_inertia(H, result);
    else
        critical_detail::count_by_eigenvalues(H, result);
    if constexpr (Symmetric<L>) result.expected_nullity = f.symmetry_nullity();
    return result;
}

}  // namespace spinscape
