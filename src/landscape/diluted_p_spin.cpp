// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/diluted_p_spin.hpp"

#include "diluted_kernels.hpp"
#include "replica_lanes.hpp"

#include <algorithm>
#include <utility>

namespace spinscape {

using p_spin::for_each_group, p_spin::from_lanes, p_spin::one_to_lanes, p_spin::to_lanes;

template <class Real>
DilutedPSpin<Real>::Workspace::Workspace(index N)
    : s_(lanes, N + p_spin::rows_behind),
      v_(lanes, N + p_spin::rows_behind),
      gradient_(lanes, N + p_spin::rows_behind),
      product_(lanes, N + p_spin::rows_behind) {}

template <class Real>
DilutedPSpin<Real>::DilutedPSpin(index N, std::vector<PSpinTerm> terms, std::vector<double> kept,
                                 std::uint64_t master_seed, index disorder, CouplingLaw law)
    : couplings_(std::make_shared<DilutedCouplings const>(N, std::move(terms), std::move(kept),
                                                          master_seed, disorder, law)) {}

template <class Real>
DilutedPSpin<Real>::DilutedPSpin(std::shared_ptr<DilutedCouplings const> couplings)
    : couplings_(std::move(couplings)) {
    SPINSCAPE_EXPECT(couplings_ != nullptr);
}

template <class Real>
typename DilutedPSpin<Real>::Workspace DilutedPSpin<Real>::workspace(index) const {
    return Workspace(dimension());
}

/// From the points in work.s_: energies, and gradients to work.gradient_.
template <class Real>
template <index side_by_side>
void DilutedPSpin<Real>::evaluate(std::span<double> out_energy, Workspace& work) const {
    p_spin::sum_terms<Real, side_by_side>(
        terms(), dimension(), work.s_[0].data(), work.product_[0].data(), work.gradient_[0].data(),
        out_energy, [&](std::size_t t, Real const* s, Real* g) {
            diluted::add_gradient<Real, side_by_side>(couplings_->rows(t), s, g);
        });
}

template <class Real>
void DilutedPSpin<Real>::evaluate_group(BatchView<Real const> x, index first, index n,
                                        std::span<double> out_energy, Workspace& work) const {
    auto const energies =
        out_energy.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(n));
    if (n == 1) {
        one_to_lanes(x[first], work.s_);
        evaluate<1>(energies, work);
    } else {
        to_lanes(x, first, work.s_);
        evaluate<lanes>(energies, work);
    }
}

template <class Real>
void DilutedPSpin<Real>::value(BatchView<Real const> x, std::span<double> out_energy,
                               Workspace& work) const {
    SPINSCAPE_EXPECT(x.dimension() == dimension());
    SPINSCAPE_EXPECT(std::ssize(out_energy) == x.replicas());
    for_each_group<1>(x,
                      [&](index first, index n) { evaluate_group(x, first, n, out_energy, work); });
}

template <class Real>
void DilutedPSpin<Real>::value_and_gradient(BatchView<Real const> x, std::span<double> out_energy,
                                            BatchView<Real> out_g, Workspace& work) const {
    SPINSCAPE_EXPECT(x.dimension() == dimension() && out_g.dimension() == dimension());
    SPINSCAPE_EXPECT(x.replicas() == out_g.replicas());
    SPINSCAPE_EXPECT(std::ssize(out_energy) == x.replicas());
    for_each_group<1>(x, [&](index first, index n) {
        evaluate_group(x, first, n, out_energy, work);
        if (n == 1)
            std::copy_n(work.gradient_[0].data(), dimension(), out_g[first].data());
        else
            from_lanes(work.gradient_, first, out_g);
    });
}

/// From points in work.s_ and directions in work.v_ to products in work.gradient_.
template <class Real>
template <index side_by_side>
void DilutedPSpin<Real>::multiply_hessian(Workspace& work) const {
    auto* h = work.gradient_[0].data();
    std::fill_n(h, dimension() * side_by_side, Real{0});
    for (std::size_t t = 0; t < terms().size(); ++t)
        diluted::add_hessian_product<Real, side_by_side>(couplings_->rows(t), work.s_[0].data(),
                                                         work.v_[0].data(), h);
}

template <class Real>
void DilutedPSpin<Real>::hessian_times(BatchView<Real const> x, BatchView<Real const> v,
                                       BatchView<Real> out_Hv, Workspace& work) const {
    SPINSCAPE_EXPECT(x.dimension() == dimension() && v.dimension() == dimension());
    SPINSCAPE_EXPECT(out_Hv.dimension() == dimension());
    SPINSCAPE_EXPECT(x.replicas() == v.replicas() && x.replicas() == out_Hv.replicas());
    for_each_group<1>(x, [&](index first, index n) {
        if (n == 1) {
            one_to_lanes(x[first], work.s_);
            one_to_lanes(v[first], work.v_);
            multiply_hessian<1>(work);
            std::copy_n(work.gradient_[0].data(), dimension(), out_Hv[first].data());
        } else {
            to_lanes(x, first, work.s_);
            to_lanes(v, first, work.v_);
            multiply_hessian<lanes>(work);
            from_lanes(work.gradient_, first, out_Hv);
        }
    });
}

template <class Real>
void DilutedPSpin<Real>::dense_hessian(std::span<Real const> x, std::span<Real> out_H,
                                       Workspace&) const {
    auto const N = dimension();
    SPINSCAPE_EXPECT(std::ssize(x) == N && std::ssize(out_H) == N * N);
    auto* H = out_H.data();
    std::ranges::fill(out_H, Real{0});
    for (std::size_t t = 0; t < terms().size(); ++t)
        diluted::add_hessian(couplings_->rows(t), N, x.data(), H);
    p_spin::add_transpose(H, N);
}

template <class Real>
double DilutedPSpin<Real>::flops_per_gradient() const {
    double couplings = 0;
    for (std::size_t t = 0; t < terms().size(); ++t)
        couplings += static_cast<double>(couplings_->rows(t).values.size());
    return 4 * couplings;
}

template class DilutedPSpin<float>;
template class DilutedPSpin<double>;

}  // namespace spinscape
