// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/critical/sampled_value.hpp"
#include "spinscape/critical/symmetric_operator.hpp"

#include <functional>
#include <span>
#include <vector>

namespace spinscape {

/// Gauss quadrature for the spectral measure of one unit vector v: sum_i weights_i nodes_i^p =
/// v^T H^p v for p <= 2 nodes - 1. Weights sum to 1.
struct Quadrature {
    std::vector<double> nodes, weights;  ///< nodes ascending
    std::vector<double> bounds;          ///< an eigenvalue lies within bounds_i of nodes_i
};

/// By `steps` steps of Lanczos from v with full reorthogonalisation; fewer nodes if the Krylov
/// space of v ends earlier (the rule is then exact for all p). Weights are missing if H gave a
/// number that is not finite.
Quadrature lanczos_quadrature(SymmetricOperator const& H, std::span<double const> v, index steps);

struct DensityOptions {
    index probes = 10;
    index steps = 90;  ///< products per probe, at most
    /// If positive, a probe takes no further steps once five of them have changed its density, each
    /// eigenvalue widened to a normal law of this deviation, by less than `change` (the integral of
    /// the absolute difference): finer detail than is looked at costs no products.
    double width = 0;
    double change = 1e-3;
    /// Ritz pairs wanted from the ends of the first probe's Krylov space. They cost no product; how
    /// good they are, their bounds say. Of a multiple eigenvalue there is one copy.
    index lowest = 0, highest = 0;
};

/// The spectral density of an operator by stochastic Lanczos quadrature ([Ghorbani2019]): means
/// over random probes of their Gauss quadratures. Unbiased for polynomials of degree 2 steps - 1;
/// errors are the spread between probes.
struct SpectralDensity {
    std::vector<Quadrature> rules;  ///< one per probe
    std::vector<RitzPair> lowest;   ///< ascending
    std::vector<RitzPair> highest;  ///< descending
    index products = 0;

    /// 1/n tr f(H) = mean over all eigenvalues of f.
    [[nodiscard]] SampledValue mean(std::function<double(double)> const& f) const;
    /// Share of the eigenvalues in [low, high), by the weights of the nodes there: sharp as far as
    /// nodes are denser than the spectrum varies.
    [[nodiscard]] SampledValue share(double low, double high) const;
    /// Density at these points, each eigenvalue widened to a normal law of deviation `width`.
    [[nodiscard]] std::vector<SampledValue> smoothed(std::span<double const> points,
                                                     double width) const;
};

/// Probes are uniform on the unit sphere of the operator's subspace.
SpectralDensity spectral_density(SymmetricOperator const& H, DensityOptions const& options,
                                 Stream stream);

}  // namespace spinscape
