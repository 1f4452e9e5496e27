// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/contract.hpp"
#include "spinscape/landscape/concepts.hpp"

#include <utility>

namespace spinscape {

/// f(x) + strength / 2 |x|^2: a landscape in flat space with a ridge term (weight decay). With
/// strength > 0 its critical points are bounded, and continuous symmetries of f that do not keep
/// |x| are broken: at a critical point of the sum rectified units are balanced and the outputs of
/// the last layer centred, with positive curvature along those directions.
template <TwiceDifferentiable L>
requires std::same_as<typename L::Real, double>
class Ridge {
public:
    using Real = double;
    using Workspace = typename L::Workspace;

    /// `f` must outlive this. strength >= 0.
    Ridge(L const& f, double strength) : f_(f), strength_(strength) {
        SPINSCAPE_EXPECT(strength >= 0);
    }

    [[nodiscard]] index dimension() const { return f_.dimension(); }
    [[nodiscard]] Workspace workspace(index replicas) const { return f_.workspace(replicas); }
    [[nodiscard]] auto manifold() const { return f_.manifold(); }

    void value(BatchView<double const> x, std::span<double> out_energy, Workspace& work) const {
        f_.value(x, out_energy, work);
        for (index r = 0; r < x.replicas(); ++r) add_value(x[r], out_energy, r);
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                            BatchView<double> out_g, Workspace& work) const {
        f_.value_and_gradient(x, out_energy, out_g, work);
        for (index r = 0; r < x.replicas(); ++r) {
            add_value(x[r], out_energy, r);
            add(x[r], out_g[r]);
        }
    }
    void hessian_times(BatchView<double const> x, BatchView<double const> v,
                       BatchView<double> out_Hv, Workspace& work) const {
        f_.hessian_times(x, v, out_Hv, work);
        for (index r = 0; r < x.replicas(); ++r) add(v[r], out_Hv[r]);
    }
    void dense_hessian(std::span<double const> x, std::span<double> out_H,
                       Workspace& work) const requires DenseHessian<L> {
        f_.dense_hessian(x, out_H, work);
        auto const n = x.size();
        for (std::size_t i = 0; i < n; ++i) out_H[i * n + i] += strength_;
    }

    /// With a ridge none; without one, those of f.
    [[nodiscard]] index symmetry_generators() const requires Symmetric<L> {
        return strength_ > 0 ? 0 : f_.symmetry_generators();
    }
    [[nodiscard]] index symmetry_nullity() const requires Symmetric<L> {
        return strength_ > 0 ? 0 : f_.symmetry_nullity();
    }
    void symmetry_tangents(std::span<double const> x,
                           BatchView<double> out_T) const requires Symmetric<L> {
        if (!(strength_ > 0)) f_.symmetry_tangents(x, out_T);
    }

private:
    void add_value(std::span<double const> x, std::span<double> energy, index r) const {
        double squares = 0;
        for (double const component : x) squares += component * component;
        energy[static_cast<std::size_t>(r)] += 0.5 * strength_ * squares;
    }
    void add(std::span<double const> x, std::span<double> out) const {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += strength_ * x[i];
    }

    L const& f_;
    double strength_;
};

}  // namespace spinscape
