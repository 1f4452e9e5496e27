// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/landscape/manifold.hpp"
#include "spinscape/theory/mixed_p_spin.hpp"

#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace spinscape::glass {

/// A spherical glass H in which each replica r has a point s0_r of its own planted as a
/// configuration of equilibrium at inverse temperature b:
///   H_r(s) = H(s) - b N f(s.s0_r / N),   E[H(s)H(s')] = N f(q).
/// Weighting Gaussian couplings with exp(-b H(s0)) shifts H by its covariance with -b H(s0), so
/// that s0_r and H_r have the joint law of a random disorder and an equilibrium configuration of
/// it, wherever the annealed average is right (above the Kauzmann temperature)
/// [KrzakalaZdeborova2009]. Replicas share what H has of the disorder, hence lanes. b = 0: H
/// itself.
template <class Glass>
class PlantedGlass {
public:
    using Real = typename Glass::Real;
    using Workspace = typename Glass::Workspace;

    /// `planted` holds one row per replica, or none if b = 0; glass and planted must outlive this.
    PlantedGlass(Glass const& glass, std::vector<PSpinTerm> terms, double b,
                 BatchView<Real const> planted)
        : glass_(glass),
          terms_(std::move(terms)),
          b_(b),
          planted_(planted),
          rows_(static_cast<std::size_t>(planted.replicas())) {
        std::iota(rows_.begin(), rows_.end(), index{0});
    }

    /// From now on row a of a batch is replica rows[a].
    void set_rows(std::vector<index> rows) { rows_ = std::move(rows); }

    [[nodiscard]] index dimension() const { return glass_.dimension(); }
    [[nodiscard]] Sphere manifold() const { return glass_.manifold(); }
    [[nodiscard]] Workspace workspace(index replicas) const { return glass_.workspace(replicas); }

    void value(BatchView<Real const> x, std::span<double> energy, Workspace& work) const {
        glass_.value(x, energy, work);
        if (b_ == 0) return;
        for (index a = 0; a < x.replicas(); ++a)
            energy[static_cast<std::size_t>(a)] -= b_ * size() * covariance(overlap(x[a], a)).value;
    }
    void value_and_gradient(BatchView<Real const> x, std::span<double> energy, BatchView<Real> g,
                            Workspace& work) const {
        glass_.value_and_gradient(x, energy, g, work);
        if (b_ == 0) return;
        for (index a = 0; a < x.replicas(); ++a) {
            auto const f = covariance(overlap(x[a], a));
            energy[static_cast<std::size_t>(a)] -= b_ * size() * f.value;
            add(-b_ * f.slope, a, g[a]);
        }
    }
    void hessian_times(BatchView<Real const> x, BatchView<Real const> v, BatchView<Real> out,
                       Workspace& work) const {
        glass_.hessian_times(x, v, out, work);
        if (b_ == 0) return;
        for (index a = 0; a < x.replicas(); ++a)
            add(-b_ * covariance(overlap(x[a], a)).curvature * overlap(v[a], a), a, out[a]);
    }
    void dense_hessian(std::span<Real const> x, std::span<Real> H, Workspace& work) const requires
        requires(Glass const& glass) {
        glass.dense_hessian(x, H, work);
    }
    {
        glass_.dense_hessian(x, H, work);
        if (b_ == 0) return;
        auto const s0 = planted_[rows_[0]];
        double const c = -b_ * covariance(overlap(x, 0)).curvature / size();
        for (std::size_t i = 0; i < s0.size(); ++i)
            for (std::size_t j = 0; j < s0.size(); ++j)
                H[i * s0.size() + j] += static_cast<Real>(c * s0[i] * s0[j]);
    }

private:
    [[nodiscard]] theory::Covariance covariance(double q) const {
        return theory::covariance(terms_, q);
    }
    [[nodiscard]] double size() const { return static_cast<double>(dimension()); }
    [[nodiscard]] double overlap(std::span<Real const> x, index row) const {
        auto const s0 = planted_[rows_[static_cast<std::size_t>(row)]];
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            sum += static_cast<double>(x[i]) * static_cast<double>(s0[i]);
        return sum / size();
    }
    void add(double c, index row, std::span<Real> g) const {
        auto const s0 = planted_[rows_[static_cast<std::size_t>(row)]];
        for (std::size_t i = 0; i < g.size(); ++i)
            g[i] = static_cast<Real>(g[i] + c * static_cast<double>(s0[i]));
    }

    Glass const& glass_;
    std::vector<PSpinTerm> terms_;
    double b_;
    BatchView<Real const> planted_;
    std::vector<index> rows_;
};

}  // namespace spinscape::glass
