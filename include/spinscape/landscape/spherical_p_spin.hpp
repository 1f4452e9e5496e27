// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/manifold.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

/// The spherical p-spin glass, pure or mixed, in unit normalisation [Choromanska2015]:
///
///   H(s) = sum_p c_p N^{-(p-1)/2} sum_{i1..ip} J_{i1..ip} s_i1 ... s_ip,   J iid N(0,1)
///   or of another law of mean 0 and variance 1 (see PSpinCouplings),
///   |s|^2 = N,   E[H(s)H(s')] = N sum_p c_p^2 q^p,  q = s.s'/N.
///
/// Energies are H itself (extensive: not divided by N), gradients and Hessians those of H in R^N;
/// `manifold()` turns them into Riemannian ones. For a pure model s . grad = p H.
/// Evaluations are for any s in R^N, on the sphere or not. Arithmetic is in Real (float or double)
/// on couplings that are floats in both cases; several landscapes can share them:
///
///   SphericalPSpin<float> descending(200, {{.p = 3}}, seed, disorder);
///   SphericalPSpin<double> measuring(descending.couplings());
///
/// Single precision of the couplings is a disorder that differs by 3.6e-8 in root mean square: H/N
/// moves by 3.6e-8/sqrt(N), a gradient by 3.6e-8 of its length, ten million times less than samples
/// differ from each other. Arithmetic in float adds, at N = 100, 5e-8 to H/N and 7e-7 to the
/// gradient (tests/landscape/single_precision_test.cpp measures both).
///
/// Replicas that share the disorder are evaluated in vector lanes, 64 bytes at a time (16 floats, 8
/// doubles); each coupling is read once per group. Groups of up to four are computed one by one, at
/// the speed of memory. The result of a replica is the same to the last bit in either form.
template <class RealT>
class SphericalPSpin {
public:
    using Real = RealT;
    static constexpr index lanes = 64 / sizeof(Real);

    /// Scratch memory of one group of replicas and of one dense Hessian.
    class Workspace {
    public:
        explicit Workspace(index N, int largest_p);

    private:
        friend class SphericalPSpin;
        Batch<Real> s_, v_, gradient_, product_;  // one row per spin, one lane per replica
        Batch<Real> prefix_, prefix_v_;           // products of the spins in a prefix, per depth
        Batch<Real> row_;                         // dense Hessian: sums over a leaf
    };

    /// Errors as PSpinCouplings.
    SphericalPSpin(index N, std::vector<PSpinTerm> terms, std::uint64_t master_seed, index disorder,
                   CouplingLaw law = CouplingLaw::gaussian);
    explicit SphericalPSpin(std::shared_ptr<PSpinCouplings const> couplings);

    [[nodiscard]] index dimension() const { return couplings_->dimension(); }
    [[nodiscard]] std::vector<PSpinTerm> const& terms() const { return couplings_->terms(); }
    [[nodiscard]] std::shared_ptr<PSpinCouplings const> const& couplings() const {
        return couplings_;
    }
    [[nodiscard]] Sphere manifold() const { return {static_cast<double>(dimension())}; }
    [[nodiscard]] Workspace workspace(index replicas) const;

    void value(BatchView<Real const> x, std::span<double> out_energy, Workspace& work) const;
    void value_and_gradient(BatchView<Real const> x, std::span<double> out_energy,
                            BatchView<Real> out_g, Workspace& work) const;
    /// Hess H(x) v, in R^N.
    void hessian_times(BatchView<Real const> x, BatchView<Real const> v, BatchView<Real> out_Hv,
                       Workspace& work) const;
    void dense_hessian(std::span<Real const> x, std::span<Real> out_H, Workspace& work) const;

    /// Useful floating-point operations of one gradient of one replica: four per coupling.
    [[nodiscard]] double flops_per_gradient() const;
    /// Memory of the couplings in bytes; workspaces are small against it.
    static double memory_bytes(index N, std::span<PSpinTerm const> terms) {
        return PSpinCouplings::memory_bytes(N, terms);
    }

private:
    template <index side_by_side>
    void evaluate(std::span<double> out_energy, Workspace& work) const;
    void evaluate_group(BatchView<Real const> x, index first, index n, std::span<double> out_energy,
                        Workspace& work) const;
    template <index side_by_side>
    void multiply_hessian(Workspace& work) const;

    std::shared_ptr<PSpinCouplings const> couplings_;
};

extern template class SphericalPSpin<float>;
extern template class SphericalPSpin<double>;

}  // namespace spinscape
