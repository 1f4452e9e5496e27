// SPDX-License-Identifier: BSD-3-Clause
// Second derivatives. A dot marks the derivative along a direction: of the parameters (Hessian
// product) or of one pre-activation (dense Hessian).
#include "dense_kernels.hpp"
#include "elementwise.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace spinscape {

using kernels::padded;

namespace {

/// phi'' as a function of a = phi(z), in either precision.
template <class T>
T curvature(Activation activation, T a) {
    double const wide = static_cast<double>(a);
    double result = 0;
    kernels::curvature(activation, &wide, &result, 1);
    return static_cast<T>(result);
}

/// From z_dot to d/dt (scale d loss / d z): probabilities p for cross-entropy are got back from the
/// slope s = scale (p - e_y).
template <class T>
void loss_curvature(Loss loss, index rows, index classes, index columns,
                    std::vector<std::int32_t const*> const& labels, T scale, T const* slope,
                    T* z_dot) {
    for (index m = 0; m < rows; ++m) {
        T const* s = slope + m * columns;
        T* v = z_dot + m * columns;
        switch (loss) {
            case Loss::cross_entropy: {
                auto const p = [&](index c) {
                    return s[c] / scale + (c == *labels[static_cast<std::size_t>(m)] ? T(1) : T(0));
                };
                T mean = 0;
                for (index c = 0; c < classes; ++c) mean += p(c) * v[c];
                for (index c = 0; c < classes; ++c) v[c] = scale * p(c) * (v[c] - mean);
                break;
            }
            case Loss::squared:
                for (index c = 0; c < classes; ++c) v[c] *= scale;
                break;
            case Loss::hinge:
                std::fill_n(v, classes, T(0));
                break;
        }
        std::fill(v + classes, v + columns, T(0));
    }
}

}  // namespace

template <class T>
void Network<T>::hessian_times(BatchView<T const> x, BatchView<T const> v, BatchView<T> out_Hv,
                               Workspace& work) const {
    auto const phi = architecture_.activation;
    auto const leak = architecture_.leak;
    auto const* zero = work.zero_.view().data();
    auto const scale = static_cast<T>(1.0 / static_cast<double>(samples()));
    for (index r = 0; r < x.replicas(); ++r) {
        pack(x[r], work.point_[0]);
        point_at(work.point_[0], work);
        point_along(v[r], work);
        for (index first = 0; first < samples(); first += Workspace::chunk) {
            auto const count = std::min(Workspace::chunk, samples() - first);
            for (index m = 0; m < count; ++m) {
                work.input_[static_cast<std::size_t>(m)] = features(first + m);
                work.labels_[static_cast<std::size_t>(m)] = data_->labels.data() + first + m;
            }
            auto const into = first == 0 ? kernels::Into::replace : kernels::Into::add;
            forward(work, count);
            // z_dot_l = a_{l-1} V_l + v_l + a_dot_{l-1} W_l;  a_dot_l = phi'(z_l) z_dot_l.
            for (std::size_t l = 0; l < layers_.size(); ++l) {
                auto& layer = work.layers_[l];
                auto const columns = layer.activation.columns;
                auto const* below =
                    l == 0 ? work.input_.data() : work.layers_[l - 1].activation.pointers.data();
                kernels::multiply(count, layers_[l].inputs, columns, below, layer.weights_dot,
                                  layer.bias_dot, layer.activation_dot.data());
                if (l > 0)
                    kernels::multiply(count, layers_[l].inputs, columns,
                                      work.layers_[l - 1].activation_dot.pointers.data(),
                                      layer.weights, nullptr, layer.activation_dot.data());
                if (l + 1 < layers_.size()) {
                    std::copy_n(layer.activation_dot.data(), count * columns,
                                layer.slope_dot.data());  // z_dot
                    kernels::multiply_slope(phi, leak, layer.activation.data(),
                                            layer.activation_dot.data(), count * columns);
                }
            }
            auto& top = work.layers_.back();
            kernels::loss_and_slope(architecture_.loss, count, architecture_.outputs,
                                    top.activation.columns, work.labels_.data(), scale,
                                    top.activation.data());
            std::copy_n(top.activation_dot.data(), count * top.activation.columns,
                        top.slope_dot.data());
            loss_curvature(architecture_.loss, count, architecture_.outputs, top.activation.columns,
                           work.labels_, scale, top.activation.data(), top.slope_dot.data());
            for (auto l = layers_.size(); l-- > 0;) {
                auto& layer = work.layers_[l];
                auto const columns = layer.activation.columns;
                auto& slope = l + 1 == layers_.size() ? layer.activation : layer.slope;
                auto const* below =
                    l == 0 ? work.input_.data() : work.layers_[l - 1].activation.pointers.data();
                kernels::multiply_transposed(count, layers_[l].inputs, columns, below,
                                             layer.slope_dot.data(), into, layer.gradient_dot);
                if (l > 0)
                    kernels::multiply_transposed(count, layers_[l].inputs, columns,
                                                 work.layers_[l - 1].activation_dot.pointers.data(),
                                                 slope.data(), kernels::Into::add,
                                                 layer.gradient_dot);
                kernels::sum_rows(count, columns, layer.slope_dot.data(), into,
                                  layer.bias_gradient_dot);
                if (l == 0) break;
                auto& lower = work.layers_[l - 1];
                auto const width = lower.activation.columns, n = count * width;
                // incoming = d loss / d a; its derivative; then the product rule through phi'.
                kernels::multiply(count, layers_[l].outputs, width, slope.pointers.data(),
                                  layer.transposed.view().data(), zero, lower.incoming.data());
                T const* a = lower.activation.data();
                T const* in = lower.incoming.data();
                T* z_dot = lower.slope_dot.data();
                T* bent =
                    lower.slope.data();  // phi'' z_dot d loss / d a, before slope overwrites it
                for (index i = 0; i < n; ++i) bent[i] = curvature(phi, a[i]) * z_dot[i] * in[i];
                kernels::multiply(count, layers_[l].outputs, width, layer.slope_dot.pointers.data(),
                                  layer.transposed.view().data(), zero, z_dot);
                kernels::multiply(count, layers_[l].outputs, width, slope.pointers.data(),
                                  layer.transposed_dot.view().data(), nullptr, z_dot);
                kernels::multiply_slope(phi, leak, a, z_dot, n);
                for (index i = 0; i < n; ++i) z_dot[i] += bent[i];
                std::copy_n(in, n, lower.slope.data());
                kernels::multiply_slope(phi, leak, a, lower.slope.data(), n);
            }
        }
        unpack(work.gradient_dot_[0], out_Hv[r]);
    }
}

// For one sample, with e_{lj} a perturbation of pre-activation z_l[j], the entry between W_l[i,j]
// and W_m[i',j'] (l <= m) is
//   a_{l-1}[i] ( d^2 loss / d e_{lj} d e_{mj'}  a_{m-1}[i']  +  d loss / d z_m[j']  d a_{m-1}[i'] /
//   d e_{lj} ),
// a extended by 1 for the bias. Everything in brackets, for all samples of a chunk, is a matrix G
// made by one pass of derivatives through the network; the sum over samples is a_{l-1}^T G, a GEMM.
template <class T>
void Network<T>::dense_hessian(std::span<T const> x, std::span<T> out_H, Workspace& work) const {
    auto const P = dimension();
    auto const phi = architecture_.activation;
    auto const L = layers_.size();
    need_tangents(work);
    pack(x, work.point_[0]);
    point_at(work.point_[0], work);
    std::fill(out_H.begin(), out_H.end(), T(0));
    auto const scale = static_cast<T>(1.0 / static_cast<double>(samples()));
    auto const* zero = work.zero_.view().data();
    constexpr index chunk = Workspace::chunk;

    index widest = 0;
    for (auto const& shape : layers_) widest = std::max(widest, shape.inputs + 1);
    std::vector<T> G(static_cast<std::size_t>(chunk * P)),
        extended(static_cast<std::size_t>(chunk * widest)),
        block(static_cast<std::size_t>(widest * P));
    std::vector<std::vector<T>> phi_slope(L);          // phi'(z_l)
    Batch<T> returned(work.zero_.dimension(), chunk);  // slopes on their way down one layer
    T* const back = returned.view().data();

    for (index first = 0; first < samples(); first += chunk) {
        auto const count = std::min(chunk, samples() - first);
        for (index m = 0; m < count; ++m) {
            work.input_[static_cast<std::size_t>(m)] = features(first + m);
            work.labels_[static_cast<std::size_t>(m)] = data_->labels.data() + first + m;
        }
        forward(work, count);
        auto& top = work.layers_.back();
        kernels::loss_and_slope(architecture_.loss, count, architecture_.outputs,
                                top.activation.columns, work.labels_.data(), scale,
                                top.activation.data());
        for (auto l = L; l-- > 1;) {  // slopes of all layers, and d loss / d a kept in `incoming`
            auto& lower = work.layers_[l - 1];
            auto& slope = l + 1 == L ? work.layers_[l].activation : work.layers_[l].slope;
            auto const n = count * lower.activation.columns;
            kernels::multiply(count, layers_[l].outputs, lower.activation.columns,
                              slope.pointers.data(), work.layers_[l].transposed.view().data(), zero,
                              lower.incoming.data());
            std::copy_n(lower.incoming.data(), n, lower.slope.data());
            kernels::multiply_slope(phi, architecture_.leak, lower.activation.data(),
                                    lower.slope.data(), n);
            phi_slope[l - 1].assign(static_cast<std::size_t>(n), T(1));
            kernels::multiply_slope(phi, architecture_.leak, lower.activation.data(),
                                    phi_slope[l - 1].data(), n);
        }
        auto const below = [&](std::size_t l) {
            return l == 0 ? work.input_.data() : work.layers_[l - 1].activation.pointers.data();
        };
        for (std::size_t l = 0; l < L; ++l) {
            auto const rows = layers_[l].inputs + 1;
            for (index m = 0; m < count; ++m) {
                std::copy_n(below(l)[m], rows - 1, extended.data() + m * rows);
                extended[static_cast<std::size_t>(m * rows + rows - 1)] = 1;
            }
            for (index j = 0; j < layers_[l].outputs; ++j) {
                // Forward from z_dot_l = e_j; z_dot of each layer is kept in slope_dot.
                for (std::size_t k = l; k < L; ++k) {
                    auto& layer = work.layers_[k];
                    auto const columns = layer.activation.columns, n = count * columns;
                    if (k == l) {
                        std::fill_n(layer.slope_dot.data(), n, T(0));
                        for (index m = 0; m < count; ++m)
                            layer.slope_dot.data()[m * columns + j] = 1;
                    } else {
                        kernels::multiply(count, layers_[k].inputs, columns,
                                          work.layers_[k - 1].activation_dot.pointers.data(),
                                          layer.weights, zero, layer.slope_dot.data());
                    }
                    if (k + 1 == L) break;
                    for (index i = 0; i < n; ++i)
                        layer.activation_dot.data()[i] =
                            layer.slope_dot.data()[i] * phi_slope[k][static_cast<std::size_t>(i)];
                }
                loss_curvature(architecture_.loss, count, architecture_.outputs,
                               top.activation.columns, work.labels_, scale, top.activation.data(),
                               top.slope_dot.data());
                for (auto k = L - 1; k > l; --k) {
                    auto& lower = work.layers_[k - 1];
                    auto const width = lower.activation.columns, n = count * width;
                    T* z_dot = lower.slope_dot.data();
                    for (index i = 0; i < n; ++i)
                        z_dot[i] *=
                            curvature(phi, lower.activation.data()[i]) * lower.incoming.data()[i];
                    kernels::multiply(count, layers_[k].outputs, width,
                                      work.layers_[k].slope_dot.pointers.data(),
                                      work.layers_[k].transposed.view().data(), zero, back);
                    for (index i = 0; i < n; ++i)
                        z_dot[i] += back[i] * phi_slope[k - 1][static_cast<std::size_t>(i)];
                }
                // Columns of G: for each layer k >= l and unit j', inputs i' = 0 ... and the bias.
                // Within layer l only j' >= j; the rest follows from symmetry.
                index width = 0;
                for (std::size_t k = l; k < L; ++k)
                    width += (layers_[k].outputs - (k == l ? j : 0)) * (layers_[k].inputs + 1);
                for (index m = 0; m < count; ++m) {
                    T* g = G.data() + m * width;
                    for (std::size_t k = l; k < L; ++k) {
                        auto& layer = work.layers_[k];
                        auto& slope = k + 1 == L ? layer.activation : layer.slope;
                        auto const columns = layer.activation.columns, inputs = layers_[k].inputs;
                        T const* a = below(k)[m];
                        T const* a_dot =
                            k > l ? work.layers_[k - 1]
                                        .activation_dot.pointers[static_cast<std::size_t>(m)]
                                  : nullptr;
                        for (index unit = k == l ? j : 0; unit < layers_[k].outputs;
                             ++unit, g += inputs + 1) {
                            T const s_dot = layer.slope_dot.data()[m * columns + unit];
                            T const s = slope.data()[m * columns + unit];
                            for (index i = 0; i < inputs; ++i) g[i] = s_dot * a[i];
                            if (a_dot != nullptr)
                                for (index i = 0; i < inputs; ++i) g[i] += s * a_dot[i];
                            g[inputs] = s_dot;
                        }
                    }
                }
                linalg::gemm(linalg::Op::transposed, linalg::Op::plain, rows, width, count, T(1),
                             extended.data(), rows, G.data(), width, T(0), block.data(), width);
                for (index i = 0; i < rows; ++i) {
                    T const* from = block.data() + i * width;
                    T* H = out_H.data() + (layers_[l].weights + i * layers_[l].outputs + j) * P;
                    for (std::size_t k = l; k < L; ++k)
                        for (index unit = k == l ? j : 0; unit < layers_[k].outputs; ++unit)
                            for (index i2 = 0; i2 <= layers_[k].inputs; ++i2)
                                H[layers_[k].weights + i2 * layers_[k].outputs + unit] += *from++;
                }
            }
        }
    }
    // Filled so far: (l, i, j) x (k, i', j') with k > l, or k = l and j' >= j. Mirror the rest.
    for (std::size_t l = 0; l < L; ++l)
        for (index i = 0; i <= layers_[l].inputs; ++i)
            for (index j = 0; j < layers_[l].outputs; ++j) {
                auto const row = layers_[l].weights + i * layers_[l].outputs + j;
                for (index i2 = 0; i2 <= layers_[l].inputs; ++i2)
                    for (index unit = j + 1; unit < layers_[l].outputs; ++unit) {
                        auto const column = layers_[l].weights + i2 * layers_[l].outputs + unit;
                        out_H[static_cast<std::size_t>(column * P + row)] =
                            out_H[static_cast<std::size_t>(row * P + column)];
                    }
                for (auto column = layers_[l].bias + layers_[l].outputs; column < P; ++column)
                    out_H[static_cast<std::size_t>(column * P + row)] =
                        out_H[static_cast<std::size_t>(row * P + column)];
            }
}

#define SPINSCAPE_INSTANTIATE(T)                                                                  \
    template void Network<T>::hessian_times(BatchView<T const>, BatchView<T const>, BatchView<T>, \
                                            Workspace&) const;                                    \
    template void Network<T>::dense_hessian(std::span<T const>, std::span<T>, Workspace&) const;
SPINSCAPE_INSTANTIATE(float)
SPINSCAPE_INSTANTIATE(double)
#undef SPINSCAPE_INSTANTIATE

}  // namespace spinscape
