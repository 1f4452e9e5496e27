// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/saddle_free_newton.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace spinscape {

namespace {

double dot(std::span<double const> a, std::span<double const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void add_multiple(double factor, std::span<double const> v, std::span<double> to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * v[i];
}

/// The Hessian, or its restriction to a subspace, in its own eigenbasis.
struct Eigenbasis {
    std::vector<double> eigenvalues;  ///< ascending
    std::vector<double> gradient;     ///< coordinates of the gradient along the eigenvectors
    /// The tangent vector with these coordinates.
    std::function<void(std::span<double const> coordinates, std::span<double> out)> embed;
};

/// V^T c with V the rows of a square matrix.
std::vector<double> combine_rows(std::vector<double> const& rows,
                                 std::span<double const> coefficients) {
    auto const n = coefficients.size();
    std::vector<double> sum(n);
    for (std::size_t k = 0; k < n; ++k)
        add_multiple(coefficients[k], std::span(rows).subspan(k * n, n), sum);
    return sum;
}

Eigenbasis exact(Surface& surface) {
    auto H = surface.hessian();
    auto const n = static_cast<std::size_t>(H.dimension);
    Eigenbasis basis;
    basis.eigenvalues = linalg::symmetric_eigen(H.matrix, H.dimension);  // rows: eigenvectors
    std::vector<double> g(n);
    H.coordinates_of(surface.gradient(), g);
    for (std::size_t k = 0; k < n; ++k)
        basis.gradient.push_back(dot(std::span(H.matrix).subspan(k * n, n), g));
    basis.embed = [H = std::move(H)](std::span<double const> c, std::span<double> out) {
        H.embed(combine_rows(H.matrix, c), out);
    };
    return basis;
}

/// Orthonormal basis of the Krylov space from the gradient, a vector after the other, and the
/// Hessian on it: tridiagonal but for rounding, and ends where the space is invariant.
Eigenbasis krylov(Surface& surface, index dimension) {
    auto const n = static_cast<std::size_t>(surface.dimension());
    std::vector<std::vector<double>> V;
    std::vector<double> diagonal, below;
    std::vector<double> v(surface.gradient().begin(), surface.gradient().end()), w(n);
    double norm = surface.gradient_norm(), scale = 0;
    while (std::ssize(V) < std::min(dimension, surface.tangent_dimension())) {
        for (auto& component : v) component /= norm;
        V.push_back(v);
        surface.hessian_times(v, w);
        diagonal.push_back(dot(v, w));
        scale = std::max(scale, std::sqrt(dot(w, w)));
        for (int pass = 0; pass < 2; ++pass)  // twice is enough
            for (auto const& earlier : V) add_multiple(-dot(earlier, w), earlier, w);
        norm = std::sqrt(dot(w, w));
        if (!(norm > 1e-12 * scale)) break;
        below.push_back(norm);
        std::swap(v, w);
    }
    auto const k = V.size();
    std::vector<double> T(k * k);
    for (std::size_t i = 0; i < k; ++i) {
        T[i * k + i] = diagonal[i];
        if (i + 1 < k) T[i * k + i + 1] = T[(i + 1) * k + i] = below[i];
    }
    Eigenbasis basis;
    basis.eigenvalues = linalg::symmetric_eigen(T, static_cast<index>(k));
    for (std::size_t i = 0; i < k; ++i)
        basis.gradient.push_back(surface.gradient_norm() * T[i * k]);
    basis.embed = [V = std::move(V), T = std::move(T)](std::span<double const> c,
                                                       std::span<double> out) {
        std::ranges::fill(out, 0.0);
        auto const coordinates = combine_rows(T, c);
        for (std::size_t i = 0; i < V.size(); ++i) add_multiple(coordinates[i], V[i], out);
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
        add_multiple(1, surface.point(), trial);
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
