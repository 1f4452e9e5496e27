// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/network.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

/// The Hessian of a network's loss at a fixed point, prepared for many products: activations,
/// slopes and softmax of all samples are computed once and kept, so that a product costs
/// 2 D h + 6 h C multiply-adds per sample of D-h-C instead of 3 D h + 8 h C, and no exponential.
/// Where most features are zero, as in images, D counts those that are not: same bits, less work.
///
/// With J the derivatives of the outputs z by the parameters,
///   Hessian = G + rest,   G = 1/n sum_i J_i^T (d^2 loss / dz^2) J_i   (Gauss-Newton part),
///   rest = 1/n sum_i sum_c (d loss / dz_c) d^2 z_c / dx^2.
/// G is positive semidefinite for convex losses, of rank at most n (outputs - 1) for cross-entropy.
class PreparedHessian {
public:
    enum class Part { whole, gauss_newton, rest };

    /// Of the mean loss over the listed samples; over all of them if the list is empty. The network
    /// must outlive this.
    PreparedHessian(Network<double> const& network, std::span<double const> x,
                    std::span<std::int32_t const> samples = {});

    [[nodiscard]] index dimension() const { return network_.dimension(); }
    [[nodiscard]] index samples() const { return count_; }
    [[nodiscard]] double value() const { return value_; }  ///< mean loss
    void gradient(std::span<double> out_g) const;

    /// out <- part of the Hessian times v.
    void times(Part part, std::span<double const> v, std::span<double> out);
    /// As a matrix, dimension x dimension. By products with the axes, so that symmetry is one to
    /// rounding only; Network::dense_hessian is faster for the whole.
    void dense(Part part, std::span<double> out_H);

    static double memory_bytes(Architecture const& architecture, index samples);

private:
    static constexpr index chunk = 64;

    /// Rows of values, padded to `columns`, of all samples or of the chunk in work.
    struct Layer {
        index inputs, units, columns;
        Batch<double> activation{};  ///< a_l; hidden layers
        Batch<double> slope{};       ///< d loss / d z_l; not in the lowest layer of several
        Batch<double> bend{};        ///< phi''(z_l) d loss / d a_l; curved activations only
        Batch<double> z_dot{}, activation_dot{}, slope_dot{};  ///< of a chunk
        std::vector<double const*> activation_rows{}, slope_rows{}, activation_dot_rows{},
            slope_dot_rows{};
        Batch<double> transposed{}, transposed_dot{};  ///< W_l^T, V_l^T; above the first layer
    };

    /// Features of all samples, and transposed by chunks; only where most of them are zero.
    struct SparseInputs;

    void allocate();
    void find_zeros();
    void times_inputs(std::size_t l, index first, index count, double const* W,
                      double const* initial, double* z);
    void times_inputs_transposed(std::size_t l, index first, index count, double const* slope,
                                 double* W);
    void prepare(index first, index count);
    void forward_along(Part part, index first, index count);
    void backward_along(Part part, index first, index count);
    [[nodiscard]] double const* const* below(std::size_t l, index first) const;
    [[nodiscard]] double const* const* slope_rows(std::size_t l, index first) const {
        return layers_[l].slope_rows.data() + first;
    }
    double* weights(std::size_t l, Batch<double>& packed) const;
    double* bias(std::size_t l, Batch<double>& packed) const;

    Network<double> const& network_;
    index count_;
    bool curved_ = false;
    double value_ = 0;
    std::vector<Layer> layers_;
    std::vector<double const*> inputs_;
    std::shared_ptr<SparseInputs const> sparse_;
    std::vector<std::int32_t const*> labels_;
    Batch<double> probabilities_;  ///< softmax of all samples; cross-entropy only
    Batch<double> point_, tangent_, product_, gradient_;  ///< packed
    Batch<double> zero_;  ///< a row of zeros as wide as the widest layer
};

}  // namespace spinscape
