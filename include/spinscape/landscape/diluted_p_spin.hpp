// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/landscape/diluted_couplings.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

/// The spherical p-spin glass with diluted couplings, for sizes whose complete disorder does not
/// fit into memory (N = 2000, p = 3: 5.3 GB; with one coupling in a hundred kept, 0.1 GB). Members,
/// units and normalisation are those of SphericalPSpin; what differs is DilutedCouplings.
///
///   std::vector<PSpinTerm> const terms = {{.p = 3}};
///   auto const f = DilutedCouplings::kept_for(2000, 3, 20000);
///   DilutedPSpin<float> glass(2000, terms, {f}, seed, disorder);
///
/// Replicas that share the disorder lie in vector lanes, which pays from two replicas on. The
/// result of a replica is the same to the last bit alone and in a group.
template <class RealT>
class DilutedPSpin {
public:
    using Real = RealT;
    static constexpr index lanes = 64 / sizeof(Real);

    /// Scratch memory of one group of replicas.
    class Workspace {
    public:
        explicit Workspace(index N);

    private:
        friend class DilutedPSpin;
        Batch<Real> s_, v_, gradient_, product_;  // one row per spin, one lane per replica
    };

    /// Errors as DilutedCouplings.
    DilutedPSpin(index N, std::vector<PSpinTerm> terms, std::vector<double> kept,
                 std::uint64_t master_seed, index disorder,
                 CouplingLaw law = CouplingLaw::gaussian);
    explicit DilutedPSpin(std::shared_ptr<DilutedCouplings const> couplings);

    [[nodiscard]] index dimension() const { return couplings_->dimension(); }
    [[nodiscard]] std::vector<PSpinTerm> const& terms() const { return couplings_->terms(); }
    [[nodiscard]] std::shared_ptr<DilutedCouplings const> const& couplings() const {
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
    /// Expected memory of the couplings in bytes; workspaces are small against it.
    static double memory_bytes(index N, std::span<PSpinTerm const> terms,
                               std::span<double const> kept) {
        return DilutedCouplings::memory_bytes(N, terms, kept);
    }

private:
    template <index side_by_side>
    void evaluate(std::span<double> out_energy, Workspace& work) const;
    void evaluate_group(BatchView<Real const> x, index first, index n, std::span<double> out_energy,
                        Workspace& work) const;
    template <index side_by_side>
    void multiply_hessian(Workspace& work) const;

    std::shared_ptr<DilutedCouplings const> couplings_;
};

extern template class DilutedPSpin<float>;
extern template class DilutedPSpin<double>;

}  // namespace spinscape
