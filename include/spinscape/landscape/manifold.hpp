// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cmath>
#include <span>

namespace spinscape {

/// R^n itself: projecting and retracting change nothing.
struct Flat {
    template <class Real>
    void project(std::span<Real const>, std::span<Real>) const {}
    template <class Real>
    void retract(std::span<Real>) const {}
    /// out <- the tangent vector v at `from` with retract(from + v) = to.
    template <class Real>
    void inverse_retract(std::span<Real const> from, std::span<Real const> to,
                         std::span<Real> out) const {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = to[i] - from[i];
    }
    /// Number of constrained directions: the tangent space has dimension - codimension() of them.
    [[nodiscard]] static index codimension() { return 0; }
    /// Coefficient c of the identity in  Riemannian Hessian = P (Hess - c I) P.
    template <class Real>
    [[nodiscard]] double curvature_shift(std::span<Real const>, std::span<Real const>) const {
        return 0;
    }
};

/// The sphere |x|^2 = radius_squared in R^n. With g the gradient in R^n:
///   Riemannian gradient  g - (x.g / radius^2) x,
///   Riemannian Hessian   P Hess P - (x.g / radius^2) P,   P the projector on the tangent space.
struct Sphere {
    double radius_squared;

    /// v <- v - (x.v / |x|^2) x.
    template <class Real>
    void project(std::span<Real const> x, std::span<Real> v) const {
        double const coefficient = dot(x, std::span<Real const>(v)) / radius_squared;
        for (std::size_t i = 0; i < v.size(); ++i)
            v[i] = static_cast<Real>(v[i] - coefficient * x[i]);
    }
    /// x <- radius x / |x|.
    template <class Real>
    void retract(std::span<Real> x) const {
        std::span<Real const> const y = x;
        double const scale = std::sqrt(radius_squared / dot(y, y));
        for (auto& component : x) component = static_cast<Real>(component * scale);
    }
    /// v = to |x|^2 / (x.to) - x with x = `from`; points more than a right angle apart have none.
    template <class Real>
    void inverse_retract(std::span<Real const> from, std::span<Real const> to,
                         std::span<Real> out) const {
        double const scale = radius_squared / dot(from, to);
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<Real>(scale * to[i] - from[i]);
    }
    [[nodiscard]] static index codimension() { return 1; }
    template <class Real>
    [[nodiscard]] double curvature_shift(std::span<Real const> x, std::span<Real const> g) const {
        return dot(x, g) / radius_squared;
    }

private:
    template <class Real>
    static double dot(std::span<Real const> a, std::span<Real const> b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
        return sum;
    }
};

}  // namespace spinscape
