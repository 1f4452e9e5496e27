// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/landscape/architecture.hpp"

#include <functional>
#include <span>
#include <vector>

/// When two points are the same but for a symmetry of their landscape.
namespace spinscape {

/// Distance of two points relative to their size, the smallest over all images of the second one
/// under the symmetries: 0 for equivalent points, sqrt(2) for unrelated ones of high dimension.
using RelativeDistance =
    std::function<double(std::span<double const> a, std::span<double const> b)>;

/// |a - b| / max(|a|, |b|); 0 if both vanish.
double plain_distance(std::span<double const> a, std::span<double const> b);

/// The symmetries of a p-spin glass: H(-s) = H(s) if all p are even; none if one is odd, where -s
/// has another energy.
RelativeDistance glass_distance(std::span<PSpinTerm const> terms);

/// Point `b` of a network as close as possible to `a` among all points with the same function
/// (part of the loss that the data see): hidden units of each layer permuted by an assignment
/// problem on incoming weights, from the first layer to the last, where outgoing weights count too;
/// signs turned (tanh); both points are in normal form first. For points that are equivalent this
/// finds the exact permutation, unless two units of an inner layer have equal incoming weights.
/// Not for linear units, whose symmetries are all regular matrices.
std::vector<double> aligned_to(Architecture const& architecture, std::span<double const> a,
                               std::span<double const> b);

/// Normal form under the continuous symmetries: |incoming| = |outgoing| for rectified units
/// (incoming with the bias; units with a vanishing side become 0), the mean over outputs taken out
/// of the last layer where the loss sees differences only; sigmoid units are written as tanh, with
/// halved weights, their constant part in the next bias.
std::vector<double> normal_form(Architecture const& architecture, std::span<double const> x);

/// Different points with the same function and the same norm as x, itself included, of a network
/// with one hidden layer of h units: units permuted, and their signs turned where the activation is
/// odd (tanh, linear). h! 2^h, or h! without signs; fewer where units are equal or idle (all their
/// weights 0). Units count as equal within `tolerance` |x|.
double symmetric_images(Architecture const& architecture, std::span<double const> x,
                        double tolerance = 1e-4);

/// plain_distance of normal forms after alignment.
RelativeDistance network_distance(Architecture const& architecture);

}  // namespace spinscape
