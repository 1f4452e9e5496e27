// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// A Riemannian Hessian as a matrix on the tangent space, in an orthonormal basis: in flat space
/// that of R^n; on a sphere the images of the axes 1 ... n-1 under the Householder reflection
/// Q = 1 - 2 w w^T that turns the normal into axis 0; on a product of spheres that of each one.
struct TangentHessian {
    std::vector<double> matrix;  ///< dimension x dimension, symmetric
    index dimension = 0;
    /// Bound on the error of an eigenvalue from rounding: n eps (|full Hessian| + |curvature
    /// shift|), for the projection and the shift round relative to the full Hessian, however small
    /// what is left.
    double rounding = 0;
    std::vector<double> reflection;  ///< w of each sphere, one after another; empty in flat space
    index spheres = 0;

    /// The vector of R^n with these coordinates.
    void embed(std::span<double const> coordinates, std::span<double> out) const;
    /// Coordinates of a tangent vector; a normal component is dropped.
    void coordinates_of(std::span<double const> v, std::span<double> out) const;
};

/// From the full Hessian (n x n), the curvature shift c of each sphere of the manifold (Riemannian
/// Hessian = P (H - c) P; none in flat space) and the point.
TangentHessian tangent_hessian(std::vector<double> full, std::span<double const> shifts,
                               std::span<double const> point);

/// An upper bound of |H|_2 for symmetric H (n x n), at most sqrt(n) too large: the smaller one of
/// largest row sum and Frobenius norm.
double norm_bound(std::span<double const> H, index n);

}  // namespace spinscape
