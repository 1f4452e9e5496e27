// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace spinscape {

/// A landscape on the plane from a function that gives value, gradient and Hessian (xx, xy, yy).
class FunctionLandscape {
public:
    using Real = double;
    struct Workspace {};
    struct Derivatives {
        double value;
        std::pair<double, double> gradient;
        double xx, xy, yy;
    };
    using Function = std::function<Derivatives(double x, double y)>;

    explicit FunctionLandscape(Function f, index nullity = 0)
        : f_(std::move(f)), nullity_(nullity) {}

    [[nodiscard]] index dimension() const { return 2; }
    [[nodiscard]] Workspace workspace(index) const { return {}; }
    [[nodiscard]] Flat manifold() const { return {}; }
    void value(BatchView<double const> x, std::span<double> out, Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r)
            out[static_cast<std::size_t>(r)] = f_(x[r][0], x[r][1]).value;
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> out, BatchView<double> g,
                            Workspace& work) const {
        value(x, out, work);
        for (index r = 0; r < x.replicas(); ++r)
            std::tie(g[r][0], g[r][1]) = f_(x[r][0], x[r][1]).gradient;
    }
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r) {
            auto const d = f_(x[r][0], x[r][1]);
            double const a = v[r][0], b = v[r][1];
            Hv[r][0] = d.xx * a + d.xy * b;
            Hv[r][1] = d.xy * a + d.yy * b;
        }
    }
    [[nodiscard]] index symmetry_generators() const { return nullity_; }
    [[nodiscard]] index symmetry_nullity() const { return nullity_; }
    void symmetry_tangents(std::span<double const>, BatchView<double>) const {}

private:
    Function f_;
    index nullity_;
};

}  // namespace spinscape
