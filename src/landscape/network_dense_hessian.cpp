// SPDX-License-Identifier: BSD-3-Clause
// For one sample, with e_{lj} a perturbation of pre-activation z_l[j], the entry between W_l[i,j]
// and W_m[i',j'] (l <= m) is
//   a_{l-1}[i] ( d^2 loss / d e_{lj} d e_{mj'}  a_{m-1}[i']  +  d loss / d z_m[j']  d a_{m-1}[i'] /
//   d e_{lj} ),
// a extended by 1 for the bias. Everything in brackets, for all samples of a chunk, is a matrix G
// made by one pass of derivatives through the network; the sum over samples is a_{l-1}^T G, a GEMM.
// A dot marks the derivative along e_{lj}.
#include "dense_kernels.hpp"
#include "elementwise.hpp"
#include "second_derivatives.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <vector>

namespace spinscape {

/// Sums the dense Hessian over chunks of samples: first the entries (l, i, j) x (k, i', j') with
/// k > l, or k = l and j' >= j; the rest by symmetry.
template <class T>
class Network<T>::HessianAssembly {
public:
    HessianAssembly(Network const& f, std::span<T const> x, std::span<T> out_H, Workspace& work);
    /// Samples first ... first + count - 1, at most a chunk of them.
    void add(index first, index count);
    void mirror();

private:
    [[nodiscard]] std::size_t layers() const { return f_.layers_.size(); }
    [[nodiscard]] Architecture::Layer const& shape(std::size_t l) const { return f_.layers_[l]; }
    /// Rows of a_{l-1}.
    [[nodiscard]] T const* const* below(std::size_t l) const {
        return l == 0 ? work_.input_.data() : work_.layers_[l - 1].activation.pointers.data();
    }
    /// d loss / d z_l: in the last layer it has replaced the outputs.
    [[nodiscard]] typename Workspace::Rows& slope(std::size_t l) const {
        return l + 1 == layers() ? work_.layers_[l].activation : work_.layers_[l].slope;
    }
    /// First unit of layer k that a row of unit j in layer l is paired with.
    static index first_unit(std::size_t l, index j, std::size_t k) { return k == l ? j : 0; }
    /// Number of the weight between input i and a unit; i = inputs is the bias, which follows.
    [[nodiscard]] index parameter(std::size_t l, index i, index unit) const {
        return shape(l).weights + i * shape(l).outputs + unit;
    }
    T& entry(index row, index column) { return H_[static_cast<std::size_t>(row * P_ + column)]; }

    void first_derivatives(index count);
    void extend_inputs(std::size_t l, index count);
    void perturb(std::size_t l, index j, index count);
    void propagate_back(std::size_t l, index count);
    [[nodiscard]] index bracket_width(std::size_t l, index j) const;
    void fill_brackets(std::size_t l, index j, index width, index count);
    void add_block(std::size_t l, index j, index width, index count);

    Network const& f_;
    std::span<T> H_;
    Workspace& work_;
    index P_;
    T scale_;
    std::vector<T> G_, extended_, block_;
    std::vector<std::vector<T>> phi_slope_;  ///< phi'(z_l)
    Batch<T> returned_;                      ///< slopes on their way down one layer
};

template <class T>
Network<T>::HessianAssembly::HessianAssembly(Network const& f, std::span<T const> x,
                                             std::span<T> out_H, Workspace& work)
    : f_(f),
      H_(out_H),
      work_(work),
      P_(f.dimension()),
      scale_(static_cast<T>(1.0 / static_cast<double>(f.samples()))),
      phi_slope_(f.layers_.size()),
      returned_(work.zero_.dimension(), Workspace::chunk) {
    f_.need_tangents(work_);
    f_.pack(x, work_.point_[0]);
    f_.point_at(work_.point_[0], work_);
    std::fill(H_.begin(), H_.end(), T(0));
    index widest = 0;
    for (auto const& layer : f_.layers_) widest = std::max(widest, layer.inputs + 1);
    G_.resize(static_cast<std::size_t>(Workspace::chunk * P_));
    extended_.resize(static_cast<std::size_t>(Workspace::chunk * widest));
    block_.resize(static_cast<std::size_t>(widest * P_));
}

template <class T>
void Network<T>::HessianAssembly::add(index first, index count) {
    for (index m = 0; m < count; ++m) {
        work_.input_[static_cast<std::size_t>(m)] = f_.features(first + m);
        work_.labels_[static_cast<std::size_t>(m)] = f_.data_->labels.data() + first + m;
    }
    first_derivatives(count);
    for (std::size_t l = 0; l < layers(); ++l) {
        extend_inputs(l, count);
        for (index j = 0; j < shape(l).outputs; ++j) {
            perturb(l, j, count);
            propagate_back(l, count);
            auto const width = bracket_width(l, j);
            fill_brackets(l, j, width, count);
            add_block(l, j, width, count);
        }
    }
}

/// Activations, slopes and phi' of all layers; d loss / d a is kept in `incoming`.
template <class T>
void Network<T>::HessianAssembly::first_derivatives(index count) {
    auto const phi = f_.architecture_.activation;
    auto const leak = f_.architecture_.leak;
    f_.forward(work_, count);
    auto& top = work_.layers_.back();
    kernels::loss_and_slope(f_.architecture_.loss, count, f_.architecture_.outputs,
                            top.activation.columns, work_.labels_.data(), scale_,
                            top.activation.data());
    for (auto l = layers(); l-- > 1;) {
        auto& lower = work_.layers_[l - 1];
        auto const n = count * lower.activation.columns;
        kernels::multiply(count, shape(l).outputs, lower.activation.columns,
                          slope(l).pointers.data(), work_.layers_[l].transposed.view().data(),
                          work_.zero_.view().data(), lower.incoming.data());
        std::copy_n(lower.incoming.data(), n, lower.slope.data());
        kernels::multiply_slope(phi, leak, lower.activation.data(), lower.slope.data(), n);
        phi_slope_[l - 1].assign(static_cast<std::size_t>(n), T(1));
        kernels::multiply_slope(phi, leak, lower.activation.data(), phi_slope_[l - 1].data(), n);
    }
}

/// Rows of a_{l-1}, extended by 1 for the bias.
template <class T>
void Network<T>::HessianAssembly::extend_inputs(std::size_t l, index count) {
    auto const rows = shape(l).inputs + 1;
    for (index m = 0; m < count; ++m) {
        std::copy_n(below(l)[m], rows - 1, extended_.data() + m * rows);
        extended_[static_cast<std::size_t>(m * rows + rows - 1)] = 1;
    }
}

/// Forward from z_dot_l = e_j; z_dot of each layer above is kept in slope_dot.
template <class T>
void Network<T>::HessianAssembly::perturb(std::size_t l, index j, index count) {
    for (std::size_t k = l; k < layers(); ++k) {
        auto& layer = work_.layers_[k];
        auto const columns = layer.activation.columns, n = count * columns;
        if (k == l) {
            std::fill_n(layer.slope_dot.data(), n, T(0));
            for (index m = 0; m < count; ++m) layer.slope_dot.data()[m * columns + j] = 1;
        } else {
            kernels::multiply(count, shape(k).inputs, columns,
                              work_.layers_[k - 1].activation_dot.pointers.data(), layer.weights,
                              work_.zero_.view().data(), layer.slope_dot.data());
        }
        if (k + 1 == layers()) break;
        for (index i = 0; i < n; ++i)
            layer.activation_dot.data()[i] =
                layer.slope_dot.data()[i] * phi_slope_[k][static_cast<std::size_t>(i)];
    }
}

/// From z_dot to the derivative of d loss / d z, from the outputs down to layer l.
template <class T>
void Network<T>::HessianAssembly::propagate_back(std::size_t l, index count) {
    auto const phi = f_.architecture_.activation;
    auto& top = work_.layers_.back();
    kernels::loss_curvature(f_.architecture_.loss, count, f_.architecture_.outputs,
                            top.activation.columns, work_.labels_, scale_, top.activation.data(),
                            top.slope_dot.data());
    T* const back = returned_.view().data();
    for (auto k = layers() - 1; k > l; --k) {
        auto& lower = work_.layers_[k - 1];
        auto const width = lower.activation.columns, n = count * width;
        T* z_dot = lower.slope_dot.data();
        for (index i = 0; i < n; ++i)
            z_dot[i] *=
                kernels::curvature(phi, lower.activation.data()[i]) * lower.incoming.data()[i];
        kernels::multiply(
            count, shape(k).outputs, width, work_.layers_[k].slope_dot.pointers.data(),
            work_.layers_[k].transposed.view().data(), work_.zero_.view().data(), back);
        for (index i = 0; i < n; ++i)
            z_dot[i] += back[i] * phi_slope_[k - 1][static_cast<std::size_t>(i)];
    }
}

template <class T>
index Network<T>::HessianAssembly::bracket_width(std::size_t l, index j) const {
    index width = 0;
    for (std::size_t k = l; k < layers(); ++k)
        width += (shape(k).outputs - first_unit(l, j, k)) * (shape(k).inputs + 1);
    return width;
}

/// G: a row per sample; columns for each layer k >= l and unit j', inputs i' = 0 ... and the bias.
template <class T>
void Network<T>::HessianAssembly::fill_brackets(std::size_t l, index j, index width, index count) {
    for (index m = 0; m < count; ++m) {
        T* g = G_.data() + m * width;
        for (std::size_t k = l; k < layers(); ++k) {
            auto& layer = work_.layers_[k];
            auto const columns = layer.activation.columns, inputs = shape(k).inputs;
            T const* a = below(k)[m];
            T const* a_dot =
                k > l ? work_.layers_[k - 1].activation_dot.pointers[static_cast<std::size_t>(m)]
                      : nullptr;
            for (index unit = first_unit(l, j, k); unit < shape(k).outputs;
                 ++unit, g += inputs + 1) {
                T const s_dot = layer.slope_dot.data()[m * columns + unit];
                T const s = slope(k).data()[m * columns + unit];
                for (index i = 0; i < inputs; ++i) g[i] = s_dot * a[i];
                if (a_dot != nullptr)
                    for (index i = 0; i < inputs; ++i) g[i] += s * a_dot[i];
                g[inputs] = s_dot;
            }
        }
    }
}

/// Adds the sum over samples, a_{l-1}^T G, to the rows of unit j in layer l.
template <class T>
void Network<T>::HessianAssembly::add_block(std::size_t l, index j, index width, index count) {
    auto const rows = shape(l).inputs + 1;
    linalg::gemm(linalg::Op::transposed, linalg::Op::plain, rows, width, count, T(1),
                 extended_.data(), rows, G_.data(), width, T(0), block_.data(), width);
    for (index i = 0; i < rows; ++i) {
        T const* from = block_.data() + i * width;
        T* row = H_.data() + parameter(l, i, j) * P_;
        for (std::size_t k = l; k < layers(); ++k)
            for (index unit = first_unit(l, j, k); unit < shape(k).outputs; ++unit)
                for (index i2 = 0; i2 <= shape(k).inputs; ++i2)
                    row[parameter(k, i2, unit)] += *from++;
    }
}

template <class T>
void Network<T>::HessianAssembly::mirror() {
    for (std::size_t l = 0; l < layers(); ++l)
        for (index i = 0; i <= shape(l).inputs; ++i)
            for (index j = 0; j < shape(l).outputs; ++j) {
                auto const row = parameter(l, i, j);
                for (index i2 = 0; i2 <= shape(l).inputs; ++i2)
                    for (index unit = j + 1; unit < shape(l).outputs; ++unit)
                        entry(parameter(l, i2, unit), row) = entry(row, parameter(l, i2, unit));
                for (auto column = shape(l).bias + shape(l).outputs; column < P_; ++column)
                    entry(column, row) = entry(row, column);
            }
}

template <class T>
void Network<T>::dense_hessian(std::span<T const> x, std::span<T> out_H, Workspace& work) const {
    HessianAssembly assembly(*this, x, out_H, work);
    for (index first = 0; first < samples(); first += Workspace::chunk)
        assembly.add(first, std::min(Workspace::chunk, samples() - first));
    assembly.mirror();
}

template void Network<float>::dense_hessian(std::span<float const>, std::span<float>,
                                            Workspace&) const;
template void Network<double>::dense_hessian(std::span<double const>, std::span<double>,
                                             Workspace&) const;

}  // namespace spinscape
