// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <span>

namespace spinscape {

/// f(x, y) = x^3 - 3 x y^2 = Re (x + i y)^3: a degenerate saddle at 0 with three ways down, where
/// the Hessian vanishes. At distance r its eigenvalues are +-6 r.
class MonkeySaddle {
public:
    using Real = double;
    struct Workspace {};

    [[nodiscard]] static index dimension() { return 2; }
    [[nodiscard]] static Workspace workspace(index) { return {}; }
    [[nodiscard]] static Flat manifold() { return {}; }

    static void value(BatchView<double const> x, std::span<double> out_energy, Workspace&) {
        for (index r = 0; r < x.replicas(); ++r) {
            double const a = x[r][0], b = x[r][1];
            out_energy[static_cast<std::size_t>(r)] = a * a * a - 3 * a * b * b;
        }
    }
    static void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                                   BatchView<double> out_g, Workspace& work) {
        value(x, out_energy, work);
        for (index r = 0; r < x.replicas(); ++r) {
            double const a = x[r][0], b = x[r][1];
            out_g[r][0] = 3 * (a * a - b * b);
            out_g[r][1] = -6 * a * b;
        }
    }
    static void hessian_times(BatchView<double const> x, BatchView<double const> v,
                              BatchView<double> out_Hv, Workspace&) {
        for (index r = 0; r < x.replicas(); ++r) {
            double const a = x[r][0], b = x[r][1];
            out_Hv[r][0] = 6 * (a * v[r][0] - b * v[r][1]);
            out_Hv[r][1] = -6 * (b * v[r][0] + a * v[r][1]);
        }
    }
};

}  // namespace spinscape
