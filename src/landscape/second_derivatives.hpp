// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "elementwise.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

/// Second derivatives of activations and losses, for Hessian products and dense Hessians.
namespace spinscape::kernels {

/// Whether phi'' is anything but 0.
inline bool is_curved(Activation activation) {
    return activation == Activation::tanh || activation == Activation::sigmoid ||
           activation == Activation::softplus;
}

/// phi'' as a function of a = phi(z), in either precision.
template <class T>
T curvature(Activation activation, T a) {
    double const wide = static_cast<double>(a);
    double result = 0;
    curvature(activation, &wide, &result, 1);
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

}  // namespace spinscape::kernels
