// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/types.hpp"

#include <concepts>
#include <cstdint>
#include <span>

namespace spinscape {

/// A function on R^dimension, evaluated for a batch of independent replicas at once. The object
/// itself is immutable and shared (couplings, data, architecture); scratch memory is a Workspace,
/// created by the landscape and owned by the caller.
///
/// Contract, checked for every model by tests/contract:
///  * x is not modified;
///  * value and value_and_gradient give the same energies to rounding;
///  * replica r of a batch gets bitwise what it gets alone, whatever its neighbours are.
template <class L>
concept Landscape = requires(L const& f, typename L::Workspace& work,
                             BatchView<typename L::Real const> x, BatchView<typename L::Real> out_g,
                             std::span<double> out_energy) {
    requires std::floating_point<typename L::Real>;
    { f.dimension() } -> std::same_as<index>;
    { f.workspace(index{}) } -> std::same_as<typename L::Workspace>;  // argument: replicas
    { f.value(x, out_energy, work) } -> std::same_as<void>;
    { f.value_and_gradient(x, out_energy, out_g, work) } -> std::same_as<void>;
};

/// Contract: hessian_times is linear in v, symmetric, and the derivative of the gradient.
template <class L>
concept TwiceDifferentiable = Landscape<L> &&
    requires(L const& f, typename L::Workspace& work, BatchView<typename L::Real const> x,
             BatchView<typename L::Real const> v, BatchView<typename L::Real> out_Hv) {
    { f.hessian_times(x, v, out_Hv, work) } -> std::same_as<void>;
};

/// Contract: out_H is the full symmetric matrix, dimension x dimension, row-major, with columns
/// H e_i equal to hessian_times of the unit vectors.
template <class L>
concept DenseHessian = TwiceDifferentiable<L> &&
    requires(L const& f, typename L::Workspace& work, std::span<typename L::Real const> x,
             std::span<typename L::Real> out_H) {
    { f.dense_hessian(x, out_H, work) } -> std::same_as<void>;
};

/// A mean over samples, of which a part can be evaluated.
/// Contract: `samples` holds one row of sample numbers per replica; averaging over all samples in
/// minibatches of equal size gives value_and_gradient.
template <class L>
concept Stochastic = Landscape<L> &&
    requires(L const& f, typename L::Workspace& work, BatchView<typename L::Real const> x,
             BatchView<std::int32_t const> samples, BatchView<typename L::Real> out_g,
             std::span<double> out_energy) {
    { f.samples() } -> std::same_as<index>;
    { f.minibatch_value_and_gradient(x, samples, out_energy, out_g, work) } -> std::same_as<void>;
};

/// The landscape lives on a manifold (`Flat` or `Sphere`, manifold.hpp); value and gradients above
/// are those of the surrounding space.
template <class L>
concept OnManifold = Landscape<L> && requires(L const& f) {
    f.manifold();
};

/// Continuous symmetries: out_T has symmetry_generators() rows of dimension() numbers, the tangent
/// vectors at x along which the value does not change.
/// Contract: gradient . t = 0 for every row t, at every x; `symmetry_nullity()` of them are
/// linearly independent at generic x, and every Hessian at a critical point has that many zero
/// eigenvalues for this reason.
template <class L>
concept Symmetric = Landscape<L> &&
    requires(L const& f, std::span<typename L::Real const> x, BatchView<typename L::Real> out_T) {
    { f.symmetry_generators() } -> std::same_as<index>;
    { f.symmetry_tangents(x, out_T) } -> std::same_as<void>;
};

}  // namespace spinscape
