// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/spherical_p_spin.hpp"

#include "p_spin_walks.hpp"
#include "replica_lanes.hpp"

#include <algorithm>
#include <utility>

namespace spinscape {

/// So few replicas take less time one by one.
constexpr index one_by_one = 4;

using p_spin::for_each_group, p_spin::from_lanes, p_spin::one_to_lanes, p_spin::to_lanes;

// Three more rows than spins: the last group of four rows of couplings may reach beyond N - 1.
template <class Real>
SphericalPSpin<Real>::Workspace::Workspace(index N, int largest_p)
    : s_(lanes, N + 3),
      v_(lanes, N + 3),
      gradient_(lanes, N + 3),
      product_(lanes, N + 3),
      prefix_(lanes, largest_p - 1),
      prefix_v_(lanes, largest_p - 1),
      row_(N, 1) {
    std::ranges::fill(prefix_[0], Real{1});
}

template <class Real>
SphericalPSpin<Real>::SphericalPSpin(index N, std::vector<PSpinTerm> terms,
                                     std::uint64_t master_seed, index disorder, CouplingLaw law)
    : couplings_(std::make_shared<PSpinCouplings const>(N, std::move(terms), master_seed, disorder,
                                                        law)) {}

template <class Real>
SphericalPSpin<Real>::SphericalPSpin(std::shared_ptr<PSpinCouplings const> couplings)
    : couplings_(std::move(couplings)) {
    SPINSCAPE_EXPECT(couplings_ != nullptr);
}

template <class Real>
typename SphericalPSpin<Real>::Workspace SphericalPSpin<Real>::workspace(index) const {
    auto const largest = std::ranges::max_element(terms(), {}, &PSpinTerm::p)->p;
    return Workspace(dimension(), largest);
}

/// From the points in work.s_, `side_by_side` replicas: gradients to work.gradient_; energies in
/// double by Euler's identity, sum over terms of s . grad_p / p.
template <class Real>
template <index side_by_side>
void SphericalPSpin<Real>::evaluate(std::span<double> out_energy, Workspace& work) const {
    p_spin::sum_terms<Real, side_by_side>(
        terms(), dimension(), work.s_[0].data(), work.product_[0].data(), work.gradient_[0].data(),
        out_energy, [&](std::size_t t, Real const* s, Real* g) {
            alignas(64) Real sum[side_by_side];
            p_spin::GradientWalk<Real, side_by_side>(
                dimension(), terms()[t].p, couplings_->values(t).data(), s, work.prefix_, g)
                .run(0, 0, sum);
        });
}

/// Energies and gradients (in work.gradient_) of replicas first ... first + n - 1.
template <class Real>
void SphericalPSpin<Real>::evaluate_group(BatchView<Real const> x, index first, index n,
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
void SphericalPSpin<Real>::value(BatchView<Real const> x, std::span<double> out_energy,
                                 Workspace& work) const {
    SPINSCAPE_EXPECT(x.dimension() == dimension());
    SPINSCAPE_EXPECT(std::ssize(out_energy) == x.replicas());
    for_each_group<one_by_one>(
        x, [&](index first, index n) { evaluate_group(x, first, n, out_energy, work); });
}

template <class Real>
void SphericalPSpin<Real>::value_and_gradient(BatchView<Real const> x, std::span<double> out_energy,
                                              BatchView<Real> out_g, Workspace& work) const {
    SPINSCAPE_EXPECT(x.dimension() == dimension() && out_g.dimension() == dimension());
    SPINSCAPE_EXPECT(x.replicas() == out_g.replicas());
    SPINSCAPE_EXPECT(std::ssize(out_energy) == x.replicas());
    for_each_group<one_by_one>(x, [&](index first, index n) {
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
void SphericalPSpin<Real>::multiply_hessian(Workspace& work) const {
    auto* h = work.gradient_[0].data();
    std::fill_n(h, (dimension() + 3) * side_by_side, Real{0});
    for (std::size_t t = 0; t < terms().size(); ++t) {
        alignas(64) Real sum[side_by_side];
        alignas(64) Real sum_v[side_by_side];
        p_spin::TangentWalk<Real, side_by_side>(dimension(), terms()[t].p,
                                                couplings_->values(t).data(), work.s_[0].data(),
                                                work.v_[0].data(), work.prefix_, work.prefix_v_, h)
            .run(0, 0, sum, sum_v);
    }
}

template <class Real>
void SphericalPSpin<Real>::hessian_times(BatchView<Real const> x, BatchView<Real const> v,
                                         BatchView<Real> out_Hv, Workspace& work) const {
    SPINSCAPE_EXPECT(x.dimension() == dimension() && v.dimension() == dimension());
    SPINSCAPE_EXPECT(out_Hv.dimension() == dimension());
    SPINSCAPE_EXPECT(x.replicas() == v.replicas() && x.replicas() == out_Hv.replicas());
    for_each_group<one_by_one>(x, [&](index first, index n) {
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
void SphericalPSpin<Real>::dense_hessian(std::span<Real const> x, std::span<Real> out_H,
                                         Workspace& work) const {
    auto const N = dimension();
    SPINSCAPE_EXPECT(std::ssize(x) == N && std::ssize(out_H) == N * N);
    auto* H = out_H.data();
    std::ranges::fill(out_H, Real{0});
    for (std::size_t t = 0; t < terms().size(); ++t)
        p_spin::HessianWalk<Real>(N, terms()[t].p, couplings_->values(t).data(), x.data(), H,
                                  work.row_[0].data())
            .run(0, 0);
    p_spin::add_transpose(H, N);
}

template <class Real>
double SphericalPSpin<Real>::flops_per_gradient() const {
    double flops = 0;
    for (auto const& term : terms()) flops += 4 * PSpinCouplings::count(dimension(), term.p);
    return flops;
}

template class SphericalPSpin<float>;
template class SphericalPSpin<double>;

}  // namespace spinscape
