// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/dataset.hpp"
#include "spinscape/landscape/architecture.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

template <class T>
class MinibatchGradient;

/// Mean loss per sample and share of misclassified samples.
struct Evaluation {
    double loss = missing;
    double error = missing;
};

/// The training loss of a fully connected network over labelled samples:
///   f(x) = 1/n sum_i loss(z(x; features_i), label_i),   x as laid out by Architecture.
/// A Landscape with Hessian products ([Pearlmutter1994]), dense Hessian, minibatches and
/// symmetries. Piecewise linear activations count with second derivative 0. T is float (training)
/// or double (measuring).
template <class T>
class Network {
public:
    using Real = T;
    class Workspace;

    /// Samples must have `architecture.inputs` features each and labels below
    /// `architecture.outputs`; Error(bad_input) otherwise. Labels and features are shared, not
    /// copied, in single precision.
    Network(Architecture architecture, std::shared_ptr<Samples const> data);

    [[nodiscard]] Architecture const& architecture() const { return architecture_; }
    [[nodiscard]] index dimension() const { return architecture_.parameter_count(); }
    [[nodiscard]] index samples() const { return data_->count(); }
    [[nodiscard]] Workspace workspace(index replicas) const;
    [[nodiscard]] Flat manifold() const { return {}; }

    void value(BatchView<T const> x, std::span<double> out_loss, Workspace& work) const;
    void value_and_gradient(BatchView<T const> x, std::span<double> out_loss, BatchView<T> out_g,
                            Workspace& work) const;
    /// Mean over the samples in row r of `samples`, for replica r.
    void minibatch_value_and_gradient(BatchView<T const> x, BatchView<std::int32_t const> samples,
                                      std::span<double> out_loss, BatchView<T> out_g,
                                      Workspace& work) const;

    /// For training loops, which would otherwise copy all parameters twice per step: the parameters
    /// of one replica with all rows padded by zeros to whole vectors. Sums and element-wise updates
    /// of packed vectors keep the zeros.
    [[nodiscard]] index packed_dimension() const { return packing_.dimension; }
    void pack(std::span<T const> x, std::span<T> out_packed) const;
    void unpack(std::span<T const> packed, std::span<T> out_x) const;
    /// Mean loss over `samples` and its gradient; packed vectors start on 32-byte boundaries.
    /// Memory is asked for the samples `next`, which may be none, ahead of time.
    double packed_value_and_gradient(std::span<T const> packed,
                                     std::span<std::int32_t const> samples,
                                     std::span<std::int32_t const> next, std::span<T> out_packed_g,
                                     Workspace& work) const;

    void hessian_times(BatchView<T const> x, BatchView<T const> v, BatchView<T> out_Hv,
                       Workspace& work) const;
    /// About n P^2 multiply-adds for n samples and P parameters, 8 times fewer than P products.
    void dense_hessian(std::span<T const> x, std::span<T> out_H, Workspace& work) const;

    /// Loss and error over all samples.
    [[nodiscard]] Evaluation evaluate(std::span<T const> x, Workspace& work) const;

    /// Rescaling of each hidden unit (incoming t, outgoing 1/t) for piecewise linear activations;
    /// the same number added to all outputs for losses that see only their differences.
    [[nodiscard]] index symmetry_generators() const;
    [[nodiscard]] index symmetry_nullity() const { return symmetry_generators(); }
    void symmetry_tangents(std::span<T const> x, BatchView<T> out_T) const;

private:
    template <class>
    friend class MinibatchGradient;
    class HessianAssembly;
    friend class PreparedHessian;

    [[nodiscard]] T const* features(index sample) const {
        return features_ + sample * architecture_.inputs;
    }
    /// Layer l of a packed vector: W with rows of `columns` numbers, then b.
    struct Packing {
        struct Layer {
            index weights, bias, columns;
        };
        std::vector<Layer> layers;
        index dimension = 0;
        static Packing of(std::vector<Architecture::Layer> const& layers);
    };

    void point_at(std::span<T const> packed, Workspace& work) const;
    void need_tangents(Workspace& work) const;
    void point_along(std::span<T const> v, Workspace& work) const;
    void forward(Workspace& work, index count) const;
    void backward(Workspace& work, index count, T* packed_g, bool first_chunk) const;
    double mean_loss(std::span<T const> packed, std::int32_t const* samples, index count,
                     T* packed_g, Workspace& work) const;

    Architecture architecture_;
    std::vector<Architecture::Layer> layers_;
    Packing packing_;
    std::shared_ptr<Samples const> data_;
    std::vector<T> converted_;  // features in double; empty in single precision
    T const* features_;
};

/// Scratch memory of a Network for one replica at a time and chunks of samples.
template <class T>
class Network<T>::Workspace {
public:
    Workspace(std::vector<Architecture::Layer> const& layers, Packing const& packing);

private:
    friend class Network;
    static constexpr index chunk = 128;

    /// Rows padded to whole vectors; pointers to each row.
    struct Rows {
        Rows() = default;
        Rows(index count, index width);
        Batch<T> values;
        std::vector<T const*> pointers;
        index columns = 0;
        T* data() { return values.view().data(); }
    };
    struct Layer {
        Rows activation;  ///< a_l, and d loss / d z_L in the last layer
        Rows slope;       ///< d loss / d z_l
        T const *weights = nullptr, *bias = nullptr;
        Batch<T> transposed;  ///< W_l^T, rows padded
        // For Hessian products: derivatives of the above along a direction, made when first needed.
        Rows activation_dot, slope_dot, incoming;
        T const *weights_dot = nullptr, *bias_dot = nullptr;
        T *gradient_dot = nullptr, *bias_gradient_dot = nullptr;
        Batch<T> transposed_dot;
    };

    Batch<T> point_, gradient_, tangent_, gradient_dot_;  ///< packed
    std::vector<Layer> layers_;
    std::vector<T const*> input_;
    std::vector<std::int32_t const*> labels_;
    Batch<T> zero_;  ///< a row of zeros as wide as the widest layer
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace spinscape
