// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/noise.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace spinscape {

/// Subag's walk from the centre of the ball |x|^2 <= N to the sphere along the Hessian's lowest
/// eigenvectors [Subag2021]: step k = 0 ... steps - 1 goes from x, |x|^2 = N k / steps, to
///   x + sqrt(N / steps) v,  v unit, orthogonal to x, v.Hess f(x) v lowest, grad f(x).v <= 0.
/// For a spherical glass of covariance N xi(q) the lowest eigenvalue is -2 sqrt(xi''(q)), so that
/// f / N -> -int sqrt(xi''(q)) dq = theory::algorithmic_energy (named for ascent on -f).
///
/// v is the Ritz vector of `products` Lanczos steps from a random vector; in a semicircle its value
/// is the lowest eigenvalue times cos(pi / (products + 1)).
struct HessianAscentOptions {
    index steps = 50;
    index products = 20;  ///< Hessian products per step and replica
};

template <TwiceDifferentiable L>
class HessianAscent {
public:
    using Real = typename L::Real;

    /// x gets the points; its contents do not matter. Both must outlive this. |x|^2 at the end:
    /// radius_squared.
    HessianAscent(L const& f, BatchView<Real> x, double radius_squared,
                  HessianAscentOptions const& options, NoiseKey const& key);

    /// One step of all replicas: products + 1 evaluations of each. False after the last.
    bool advance();
    [[nodiscard]] index step() const { return step_; }

    void save(ByteWriter& out) const {
        out.put(step_);
        for (index r = 0; r < x_.replicas(); ++r) out.put_all(std::span<Real const>(x_[r]));
    }
    void load(ByteReader& in) {
        step_ = in.get<index>();
        for (index r = 0; r < x_.replicas(); ++r) in.get_into(x_[r]);
    }

private:
    [[nodiscard]] std::span<Real> basis(index r, index j) { return basis_[r * products_ + j]; }
    void start(index r);
    void iterate(index r, index j);
    void move(index r);
    static double dot(std::span<Real const> a, std::span<Real const> b) {
        return std::inner_product(
            a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
            [](Real u, Real v) { return static_cast<double>(u) * static_cast<double>(v); });
    }
    /// v <- v without its parts along x and, twice, the first `count` basis vectors.
    void make_orthogonal(index r, index count, std::span<Real> v);

    L const& f_;
    BatchView<Real> x_;
    double step_squared_;
    index steps_, products_, step_ = 0;
    NoiseKey key_;
    typename L::Workspace work_;
    Batch<Real> basis_;  // `products` rows per replica
    Batch<Real> v_, Hv_, gradient_;
    std::vector<double> energy_;
    std::vector<std::vector<double>> diagonal_, beside_;  // of the tridiagonal matrices
};

// --- implementation ---

template <TwiceDifferentiable L>
HessianAscent<L>::HessianAscent(L const& f, BatchView<Real> x, double radius_squared,
                                HessianAscentOptions const& options, NoiseKey const& key)
    : f_(f),
      x_(x),
      step_squared_(radius_squared / static_cast<double>(options.steps)),
      steps_(options.steps),
      products_(std::min(options.products, f.dimension() - 1)),
      key_(key),
      work_(f.workspace(x.replicas())),
      basis_(f.dimension(), products_ * x.replicas()),
      v_(f.dimension(), x.replicas()),
      Hv_(f.dimension(), x.replicas()),
      gradient_(f.dimension(), x.replicas()),
      energy_(static_cast<std::size_t>(x.replicas())),
      diagonal_(energy_.size()),
      beside_(energy_.size()) {
    SPINSCAPE_EXPECT(options.steps > 0 && products_ > 0);
    for (index r = 0; r < x.replicas(); ++r) std::ranges::fill(x[r], Real(0));
}

template <TwiceDifferentiable L>
void HessianAscent<L>::make_orthogonal(index r, index count, std::span<Real> v) {
    auto const remove = [&](std::span<Real const> u, double squared) {
        if (squared == 0) return;
        double const share = dot(u, v) / squared;
        for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<Real>(v[i] - share * u[i]);
    };
    for (int twice = 0; twice < 2; ++twice) {
        remove(x_[r], dot(x_[r], x_[r]));
        for (index j = 0; j < count; ++j) remove(basis(r, j), 1);
    }
}

template <TwiceDifferentiable L>
void HessianAscent<L>::start(index r) {
    diagonal_[static_cast<std::size_t>(r)].clear();
    beside_[static_cast<std::size_t>(r)].clear();
    Stream stream(key_.master_seed, Purpose::probe, key_.first_replica + r, step_, key_.salt);
    stream.fill_normal(v_[r]);
    make_orthogonal(r, 0, v_[r]);
}

/// v becomes basis vector j; its product is taken later.
template <TwiceDifferentiable L>
void HessianAscent<L>::iterate(index r, index j) {
    double const length = std::sqrt(dot(v_[r], v_[r]));
    if (j > 0) beside_[static_cast<std::size_t>(r)].push_back(length);
    // At the centre of a glass without two-spin term the Hessian is zero: any basis does.
    double const scale = length > 0 ? 1 / length : 0;
    for (auto& component : v_[r]) component = static_cast<Real>(component * scale);
    std::ranges::copy(v_[r], basis(r, j).begin());
}

template <TwiceDifferentiable L>
void HessianAscent<L>::move(index r) {
    auto const& d = diagonal_[static_cast<std::size_t>(r)];
    std::vector<double> vectors(d.size() * d.size());
    linalg::tridiagonal_eigen(d, beside_[static_cast<std::size_t>(r)], vectors);
    auto const v = v_[r];
    std::ranges::fill(v, Real(0));
    for (index j = 0; j < products_; ++j) {
        auto const q = basis(r, j);
        double const share = vectors[static_cast<std::size_t>(j)];  // row 0: the lowest
        for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<Real>(v[i] + share * q[i]);
    }
    make_orthogonal(r, 0, v);
    double const sign = dot(v, gradient_[r]) > 0 ? -1 : 1;
    double const length = sign * std::sqrt(step_squared_ / dot(v, v));
    for (std::size_t i = 0; i < v.size(); ++i)
        x_[r][i] = static_cast<Real>(x_[r][i] + length * v[i]);
}

template <TwiceDifferentiable L>
bool HessianAscent<L>::advance() {
    if (step_ == steps_) return false;
    f_.value_and_gradient(x_, energy_, gradient_.view(), work_);
    for (index r = 0; r < x_.replicas(); ++r) start(r);
    for (index j = 0; j < products_; ++j) {
        for (index r = 0; r < x_.replicas(); ++r) iterate(r, j);
        f_.hessian_times(x_, v_, Hv_.view(), work_);
        for (index r = 0; r < x_.replicas(); ++r) {
            diagonal_[static_cast<std::size_t>(r)].push_back(dot(v_[r], Hv_[r]));
            std::ranges::copy(Hv_[r], v_[r].begin());
            make_orthogonal(r, j + 1, v_[r]);
        }
    }
    for (index r = 0; r < x_.replicas(); ++r) move(r);
    ++step_;
    return step_ < steps_;
}

}  // namespace spinscape
