// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/dynamics/walkers.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

namespace spinscape {

/// Greedy search on the sphere, what single flips are on the hypercube: of all rotations in the
/// plane of two coordinates, the one along which f falls fastest,
///   (i, j) = argmax |d_ij|,  d_ij = x_i g_j - x_j g_i = df/d(angle),
/// by the angle -h d_ij / (x_i^2 + x_j^2), at most pi/4: a gradient step of size h in that plane.
/// Each replica has an h of its own, which grows by a fifth where f falls and is halved, the
/// rotation being taken back, where it does not. One evaluation per rotation; at N = 50 a
/// descent on a 3-spin glass takes some seven times those of one along the gradient.
struct GreedyRotationOptions {
    double rate = 0.1;        ///< first h
    double tolerance = 0.01;  ///< a replica ends, converged, where |P g| is below this
};

template <OnManifold L>
class GreedyRotation {
public:
    using Real = typename L::Real;

    /// Starts from the points in x, which gets the end points. Both must outlive this.
    GreedyRotation(L const& f, BatchView<Real> x, GreedyRotationOptions const& options)
        : options_(options),
          walkers_(f, x),
          rate_(static_cast<std::size_t>(x.replicas()), options.rate),
          point_(f.dimension(), x.replicas()),
          gradient_(f.dimension(), x.replicas()) {}

    /// One rotation of each active replica; false when there is none.
    bool advance();

    [[nodiscard]] Walkers<L>& walkers() { return walkers_; }
    [[nodiscard]] index steps() const { return steps_; }

    void save(ByteWriter& out) const {
        walkers_.save(out);
        out.put(steps_);
        out.put_all(std::span<double const>(rate_));
    }
    void load(ByteReader& in) {
        walkers_.load(in);
        steps_ = in.get<index>();
        in.get_into(std::span<double>(rate_));
    }

private:
    /// Of coordinates i and j, with d_ij.
    struct Plane {
        std::size_t i = 0, j = 1;
        double slope = 0;
    };
    static double slope(Plane const& plane, std::span<Real const> x, std::span<Real const> g);
    static Plane steepest(std::span<Real const> x, std::span<Real const> g);
    void rotate(std::span<Real> x, Plane const& plane, double rate) const;

    GreedyRotationOptions options_;
    Walkers<L> walkers_;
    std::vector<double> rate_;      // by replica
    Batch<Real> point_, gradient_;  // by replica, before the rotation
    std::vector<double> energy_{};  // by slot, likewise
    std::vector<Plane> plane_{};    // by slot
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
double GreedyRotation<L>::slope(Plane const& plane, std::span<Real const> x,
                                std::span<Real const> g) {
    return static_cast<double>(x[plane.i]) * static_cast<double>(g[plane.j]) -
           static_cast<double>(x[plane.j]) * static_cast<double>(g[plane.i]);
}

template <OnManifold L>
auto GreedyRotation<L>::steepest(std::span<Real const> x, std::span<Real const> g) -> Plane {
    Plane best;
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = i + 1; j < x.size(); ++j)
            if (double const d = slope({i, j, 0}, x, g); std::abs(d) > std::abs(best.slope))
                best = {i, j, d};
    return best;
}

template <OnManifold L>
void GreedyRotation<L>::rotate(std::span<Real> x, Plane const& plane, double rate) const {
    double const xi = x[plane.i], xj = x[plane.j], most = std::numbers::pi / 4;
    double const angle = std::clamp(-rate * plane.slope / (xi * xi + xj * xj), -most, most);
    x[plane.i] = static_cast<Real>(std::cos(angle) * xi - std::sin(angle) * xj);
    x[plane.j] = static_cast<Real>(std::sin(angle) * xi + std::cos(angle) * xj);
    walkers_.landscape().manifold().retract(x);  // against rounding
}

template <OnManifold L>
bool GreedyRotation<L>::advance() {
    constexpr double rounding = 1e-6;  // of energies in single precision, relative
    for (auto a = walkers_.active() - 1; a >= 0; --a)
        if (walkers_.gradient_norm(a) < options_.tolerance) walkers_.end(walkers_.replica(a));
    if (walkers_.active() == 0) return false;
    energy_.clear();
    plane_.clear();
    for (index a = 0; a < walkers_.active(); ++a) {
        auto const r = walkers_.replica(a);
        energy_.push_back(walkers_.energy(r));
        std::ranges::copy(walkers_.point(a), point_[r].begin());
        std::ranges::copy(walkers_.gradient(a), gradient_[r].begin());
        plane_.push_back(steepest(point_[r], gradient_[r]));
        rotate(walkers_.point(a), plane_.back(), rate_[static_cast<std::size_t>(r)]);
    }
    ++steps_;
    walkers_.evaluate();
    for (index a = 0; a < walkers_.active(); ++a) {
        auto const r = walkers_.replica(a);
        auto const before = energy_[static_cast<std::size_t>(a)];
        double const rise = walkers_.energy(r) - before, noise = rounding * std::abs(before);
        // Near a minimum energies no longer tell, but slopes do.
        auto const& plane = plane_[static_cast<std::size_t>(a)];
        bool const fell =
            rise < -noise ||
            (rise <= noise && std::abs(slope(plane, walkers_.point(a), walkers_.gradient(a))) <
                                  std::abs(plane.slope));
        rate_[static_cast<std::size_t>(r)] *= fell ? 1.2 : 0.5;
        if (fell) continue;
        std::ranges::copy(point_[r], walkers_.point(a).begin());
        std::ranges::copy(gradient_[r], walkers_.gradient(a).begin());
        walkers_.set_energy(a, before);
    }
    return true;
}

}  // namespace spinscape
