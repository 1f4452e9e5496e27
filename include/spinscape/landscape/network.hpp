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
    enum class Derive { nothing, gradient };
    class HessianAssembly;

    [[nodiscard]] T const* features(index sample) const {
        return features_ + sample * architecture_.inputs;
    }
    void forward(Workspace& work, index count) const;
    void backward(Workspace& work, index count) const;
    double mean_loss(std::span<T const> x, std::int32_t const* samples, index count, Derive derive,
                     T* out_g, Workspace& work) const;

    Architecture architecture_;
    std::vector<Architecture::Layer> layers_;
    std::shared_ptr<Samples const> data_;
    std::vector<T> converted_;  // features in double; empty in single precision
    T const* features_;
};

/// Scratch memory of a Network for one replica at a time and chunks of samples.
template <class T>
class Network<T>::Workspace {
public:
    explicit Workspace(std::vector<Architecture::Layer> const& layers);

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
        Rows activation;                     ///< a_l, and d loss / d z_L in the last layer
        Rows slope;                          ///< d loss / d z_l
        Batch<T> weights, transposed, bias;  ///< packed copies of the parameters
        Batch<T> gradient, bias_gradient;
        // For Hessian products: derivatives of the above along a direction, made when first needed.
        Rows activation_dot, slope_dot, incoming;
        Batch<T> weights_dot, transposed_dot, bias_dot, gradient_dot, bias_gradient_dot;
    };
    void pack(std::vector<Architecture::Layer> const& shape, T const* x);
    void need_tangents(std::vector<Architecture::Layer> const& shape);
    void pack_tangents(std::vector<Architecture::Layer> const& shape, T const* v);

    std::vector<Layer> layers_;
    std::vector<T const*> input_;
    std::vector<std::int32_t const*> labels_;
    Batch<T> zero_;  ///< a row of zeros as wide as the widest layer
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace spinscape
