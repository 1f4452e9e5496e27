// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cmath>
#include <span>
#include <vector>

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
    /// Coefficients c of the identity in  Riemannian Hessian = P (Hess - c I) P, g the gradient in
    /// R^n: one per sphere.
    template <class Real>
    [[nodiscard]] std::vector<double> curvature_shifts(std::span<Real const>,
                                                       std::span<Real const>) const {
        return {};
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
    [[nodiscard]] std::vector<double> curvature_shifts(std::span<Real const> x,
                                                       std::span<Real const> g) const {
        return {dot(x, g) / radius_squared};
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

/// A product of `count` spheres: x is as many vectors of equal length, one after another, each with
/// |x_i|^2 = radius_squared.
struct Spheres {
    index count;
    double radius_squared = 1;

    template <class Real>
    void project(std::span<Real const> x, std::span<Real> v) const {
        for (index i = 0; i < count; ++i) one().project(part(x, i), part(v, i));
    }
    template <class Real>
    void retract(std::span<Real> x) const {
        for (index i = 0; i < count; ++i) one().retract(part(x, i));
    }
    template <class Real>
    void inverse_retract(std::span<Real const> from, std::span<Real const> to,
                         std::span<Real> out) const {
        for (index i = 0; i < count; ++i)
            one().inverse_retract(part(from, i), part(to, i), part(out, i));
    }
    [[nodiscard]] index codimension() const { return count; }
    template <class Real>
    [[nodiscard]] std::vector<double> curvature_shifts(std::span<Real const> x,
                                                       std::span<Real const> g) const {
        std::vector<double> shifts;
        for (index i = 0; i < count; ++i)
            shifts.push_back(one().curvature_shifts(part(x, i), part(g, i))[0]);
        return shifts;
    }

private:
    [[nodiscard]] Sphere one() const { return {radius_squared}; }
    template <class Real>
    [[nodiscard]] std::span<Real> part(std::span<Real> x, index i) const {
        auto const length = x.size() / static_cast<std::size_t>(count);
        return x.subspan(static_cast<std::size_t>(i) * length, length);
    }
};

}  // namespace spinscape
