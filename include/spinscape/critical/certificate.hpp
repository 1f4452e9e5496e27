// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"
#include "spinscape/linalg/blas.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace spinscape {

/// What must be known of a point before it may be called critical, minimum or saddle. Computed in
/// double precision from the dense Riemannian Hessian.
struct Certificate {
    double value = missing;                      ///< of the landscape (for a glass extensive)
    double gradient_norm = missing;              ///< |Riemannian gradient|, Euclidean norm
    double lowest = missing, highest = missing;  ///< extreme eigenvalues
    /// Bound on the error of every eigenvalue: backward error of the dense solver, n eps |H|_2.
    double eigenvalue_error = missing;
    double threshold = missing;             ///< eigenvalues within +- threshold count as zero
    spinscape::index index = 0;             ///< eigenvalues below -threshold
    spinscape::index nullity = 0;           ///< eigenvalues within the threshold
    spinscape::index expected_nullity = 0;  ///< known symmetries of the landscape
    spinscape::index hessians = 0, gradients = 0;  ///< cost
};

struct CertifyOptions {
    /// 0: eigenvalue_error.
    double threshold = 0;
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

}  // namespace critical_detail

/// Eigenvalues, ascending, of the Riemannian Hessian P (Hess - c) P on the tangent space at x.
template <DenseHessian L>
requires std::same_as<typename L::Real, double> && OnManifold<L> std::vector<double>
hessian_spectrum(L const& f, std::span<double const> x, std::span<double const> g,
                 typename L::Workspace& work) {
    auto const n = f.dimension();
    std::vector<double> H(static_cast<std::size_t>(n * n));
    f.dense_hessian(x, std::span<double>(H), work);
    double const shift = f.manifold().curvature_shift(x, g);
    for (index i = 0; i < n; ++i) H[static_cast<std::size_t>(i * n + i)] -= shift;
    if (f.manifold().codimension() == 0) return linalg::symmetric_eigenvalues(H, n);
    // The only constrained manifold is a sphere: x itself is the normal.
    std::vector<double> normal(x.begin(), x.end());
    double squares = 0;
    for (double const component : normal) squares += component * component;
    for (auto& component : normal) component /= std::sqrt(squares);
    auto tangent = critical_detail::without_direction(H, normal);
    return linalg::symmetric_eigenvalues(tangent, n - 1);
}

template <DenseHessian L>
requires std::same_as<typename L::Real, double> && OnManifold<L> Certificate
certify(L const& f, std::span<double const> x, typename L::Workspace& work,
        CertifyOptions const& options = {}) {
    Certificate result{.hessians = 1, .gradients = 1};
    std::vector<double> g(x.size());
    f.value_and_gradient(BatchView<double const>(x), {&result.value, 1},
                         BatchView<double>(std::span<double>(g)), work);
    auto const spectrum = hessian_spectrum(f, x, std::span<double const>(g), work);
    f.manifold().project(x, std::span<double>(g));
    double squares = 0;
    for (double const component : g) squares += component * component;
    result.gradient_norm = std::sqrt(squares);
    result.lowest = spectrum.front();
    result.highest = spectrum.back();
    result.eigenvalue_error = static_cast<double>(spectrum.size()) *
                              std::numeric_limits<double>::epsilon() *
                              std::max(std::abs(result.lowest), std::abs(result.highest));
    result.threshold = options.threshold > 0 ? options.threshold : result.eigenvalue_error;
    for (double const eigenvalue : spectrum) {
        if (eigenvalue < -result.threshold)
            ++result.index;
        else if (eigenvalue <= result.threshold)
            ++result.nullity;
    }
    if constexpr (Symmetric<L>) result.expected_nullity = f.symmetry_nullity();
    return result;
}

}  // namespace spinscape
