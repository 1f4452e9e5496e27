// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <span>
#include <vector>

namespace spinscape {

/// A deep linear network with squared loss [Kawaguchi2016]:
///   L(W) = |W_L ... W_1 X - Y|_F^2 / 2   (a sum over the samples, no biases),
/// L = H + 1 layers with H hidden ones of widths d_1 ... d_H. Parameters: W_1 (d_1 x d_0,
/// row-major), then W_2, ... The data enter by C = X X^T, B = Y X^T and tr Y Y^T alone.
///
/// Every local minimum is global and all other critical points are saddles. A saddle whose unused
/// channels vanish in three or more layers in a row has no negative curvature: not strict.
/// The invertible changes of basis between layers leave L unchanged, but their tangents depend on
/// each other where matrices lose rank, which is what saddles are: no fixed nullity to declare.
class DeepLinear {
public:
    using Real = double;
    /// Products of layers and their derivatives along a direction.
    struct Workspace {
        std::vector<std::vector<double>> below, above, below_dot, above_dot;
        std::vector<double> end, end_dot, product;
    };

    /// X: d_0 x samples, Y: d_L x samples, row-major. C must be invertible: at least d_0 samples
    /// that span R^d_0, Error(bad_input) otherwise.
    DeepLinear(std::vector<index> widths, std::span<double const> X, std::span<double const> Y);

    [[nodiscard]] index layers() const { return std::ssize(widths_) - 1; }
    [[nodiscard]] std::vector<index> const& widths() const { return widths_; }
    [[nodiscard]] index dimension() const { return offsets_.back(); }
    /// Place of W_k in a point, k = 1 ... layers().
    [[nodiscard]] index offset(index k) const { return offsets_[static_cast<std::size_t>(k - 1)]; }
    [[nodiscard]] Workspace workspace(index replicas) const;
    [[nodiscard]] Flat manifold() const { return {}; }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const;
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const;
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace& work) const;

    /// Eigenvalues of Y X^T (X X^T)^-1 X Y^T, descending: lambda_i below.
    [[nodiscard]] std::vector<double> const& strengths() const { return strengths_; }
    /// The narrowest of all layers but the input: how many modes fit through.
    [[nodiscard]] index bottleneck() const;
    /// The critical point that has learnt the modes in `modes` (numbers from 0, at most
    /// bottleneck()), one channel each: W_1 has rows u_i^T B C^-1, the layers between are the
    /// identity on these channels, W_L has columns u_i; all else is 0.
    [[nodiscard]] std::vector<double> critical_point(std::vector<index> const& modes) const;
    /// A displacement of norm `size` in each layer along which the network learns mode `mode`
    /// through channel `channel`, all layers alike: from a critical point whose channel is unused
    /// and with C = 1, that mode evolves on its own.
    [[nodiscard]] std::vector<double> mode_direction(index mode, index channel, double size) const;
    /// Loss there: (tr Y Y^T - sum of lambda_i over the modes) / 2.
    [[nodiscard]] double level(std::vector<index> const& modes) const;
    /// Loss of all minima: that of the bottleneck() strongest modes.
    [[nodiscard]] double minimum() const;

private:
    [[nodiscard]] index width(index k) const { return widths_[static_cast<std::size_t>(k)]; }
    void multiply_layers(double const* W, Workspace& work) const;
    double loss(double const* W, Workspace& work) const;

    std::vector<index> widths_, offsets_;
    std::vector<double> C_, B_;  // d_0 x d_0, d_L x d_0
    double trace_;
    std::vector<double> strengths_;
    std::vector<double> outputs_;  // row i: u_i
    std::vector<double> inputs_;   // row i: u_i^T B C^-1
};

}  // namespace spinscape
