// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/saddle_free_newton.hpp"

#include "orthonormal_rows.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace spinscape {

namespace {

using critical_detail::OrthonormalRows;

/// The Hessian, or its restriction to a subspace, in its own eigenbasis.
struct Eigenbasis {
    std::vector<double> eigenvalues;  ///< ascending
    std::vector<double> gradient;     ///< coordinates of the gradient along the eigenvectors
    /// The tangent vector with these coordinates.
    std::function<void(std::span<double const> coordinates, std::span<double> out)> embed;
};

/// out <- op(V) c with V a square matrix of n rows.
void multiply(linalg::Op op, index n, std::vector<double> const& V, std::span<double const> c,
              std::span<double> out) {
    linalg::gemv(op, n, n, 1, V.data(), c.data(), 0, out.data());
}

Eigenbasis exact(Surface& surface) {
    auto H = surface.hessian();
    auto const n = H.dimension;
    Eigenbasis basis;
    basis.eigenvalues = linalg::symmetric_eigen(H.matrix, n);  // rows: eigenvectors
    basis.gradient.resize(basis.eigenvalues.size());
    std::vector<double> g(basis.eigenvalues.size());
    H.coordinates_of(surface.gradient(), g);
    multiply(linalg::Op::plain, n, H.matrix, g, basis.gradient);
    basis.embed = [H = std::move(H), g](std::span<double const> c, std::span<double> out) mutable {
        multiply(linalg::Op::transposed, H.dimension, H.matrix, c, g);
        H.embed(g, out);
    };
    return basis;
}

/// Orthonormal basis of the Krylov space from the gradient, a vector after the other, and the
/// Hessian on it: tridiagonal but for rounding. Ends early where the space is invariant.
Eigenbasis krylov(Surface& surface, index dimension) {
    OrthonormalRows V(surface.dimension());
    std::vector<double> diagonal, beside;
    std::vector<double> next(surface.gradient().begin(), surface.gradient().end()),
        image(next.size());
    double scale = 0;
    critical_detail::normalise(next);
    while (V.size() < std::min(dimension, surface.tangent_dimension())) {
        V.append(next);
        surface.hessian_times(next, image);
        scale = std::max(scale, critical_detail::norm(image));
        diagonal.push_back(V.remove_from(image).back());
        beside.push_back(critical_detail::norm(image));
        if (!(beside.back() > 1e-12 * scale) || !V.make_unit(image)) break;
        std::swap(next, image);
    }
    beside.pop_back();
    auto const k = V.size();
    Eigenbasis basis;
    std::vector<double> vectors(static_cast<std::size_t>(k * k));  // a row each, in the basis V
    basis.eigenvalues = linalg::tridiagonal_eigen(diagonal, beside, vectors);
    for (index i = 0; i < k; ++i)  // the gradient is |g| times the first vector of V
        basis.gradient.push_back(surface.gradient_norm() *
                                 vectors[static_cast<std::size_t>(i * k)]);
    V.combine(vectors);
    basis.embed = [V = std::move(V)](std::span<double const> c, std::span<double> out) {
        std::ranges::fill(out, 0.0);
        for (index i = 0; i < V.size(); ++i)
            for (std::size_t j = 0; j < out.size(); ++j)
                out[j] += c[static_cast<std::size_t>(i)] * V[i][j];
    };
    return basis;
}

}  // namespace

NewtonStep newton_step(Surface& surface, NewtonOptions const& options) {
    SPINSCAPE_EXPECT(!options.dampings.empty() && options.krylov >= 0);
    NewtonStep result{.value = surface.value()};
    if (!(surface.gradient_norm() > 0)) return result;
    auto const basis = options.krylov > 0 ? krylov(surface, options.krylov) : exact(surface);
    auto const& l = basis.eigenvalues;
    result.lowest = l.front();
    result.highest = l.back();
    std::vector<double> coordinates(l.size()), trial(surface.point().size()), best;
    double lowest = missing;
    for (double const damping : options.dampings) {
        for (std::size_t k = 0; k < l.size(); ++k) {
            double const curvature =
                options.rule == NewtonRule::saddle_free ? std::abs(l[k]) : l[k];
            coordinates[k] = -basis.gradient[k] / (curvature + damping);
        }
        basis.embed(coordinates, trial);
        for (std::size_t i = 0; i < trial.size(); ++i) trial[i] += surface.point()[i];
        surface.retract(trial);
        double const value = surface.value_at(trial);
        if (std::isfinite(value) && !(value >= lowest)) {
            lowest = value;
            result.damping = damping;
            best = trial;
        }
    }
    if (best.empty()) return result;
    surface.move_to(best);
    result.moved = true;
    return result;
}

}  // namespace spinscape
