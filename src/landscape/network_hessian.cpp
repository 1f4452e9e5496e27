// SPDX-License-Identifier: BSD-3-Clause
// Hessian products. A dot marks the derivative along the direction in parameter space.
#include "dense_kernels.hpp"
#include "elementwise.hpp"
#include "second_derivatives.hpp"
#include "spinscape/landscape/network.hpp"

#include <algorithm>

namespace spinscape {

template <class T>
void Network<T>::hessian_times(BatchView<T const> x, BatchView<T const> v, BatchView<T> out_Hv,
                               Workspace& work) const {
    auto const phi = architecture_.activation;
    auto const leak = architecture_.leak;
    bool const curved = kernels::is_curved(phi);
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
            kernels::loss_curvature(architecture_.loss, count, architecture_.outputs,
                                    top.activation.columns, work.labels_, scale,
                                    top.activation.data(), top.slope_dot.data());
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
                if (curved)
                    for (index i = 0; i < n; ++i)
                        bent[i] = kernels::curvature(phi, a[i]) * z_dot[i] * in[i];
                kernels::multiply(count, layers_[l].outputs, width, layer.slope_dot.pointers.data(),
                                  layer.transposed.view().data(), zero, z_dot);
                kernels::multiply(count, layers_[l].outputs, width, slope.pointers.data(),
                                  layer.transposed_dot.view().data(), nullptr, z_dot);
                kernels::multiply_slope(phi, leak, a, z_dot, n);
                if (curved)
                    for (index i = 0; i < n; ++i) z_dot[i] += bent[i];
                std::copy_n(in, n, lower.slope.data());
                kernels::multiply_slope(phi, leak, a, lower.slope.data(), n);
            }
        }
        unpack(work.gradient_dot_[0], out_Hv[r]);
    }
}

template void Network<float>::hessian_times(BatchView<float const>, BatchView<float const>,
                                            BatchView<float>, Workspace&) const;
template void Network<double>::hessian_times(BatchView<double const>, BatchView<double const>,
                                             BatchView<double>, Workspace&) const;

}  // namespace spinscape
