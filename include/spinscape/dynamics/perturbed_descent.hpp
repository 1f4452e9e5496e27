// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/dynamics/noise.hpp"
#include "spinscape/dynamics/walkers.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace spinscape {

/// Gradient descent that is kicked where the gradient is small, algorithm 2 of [Jin2017]: at
/// |grad f| <= gradient_threshold and more than `patience` steps after the last kick, x is stored
/// and displaced by a vector uniform in the ball of `radius` of the tangent space. If f has not
/// fallen by loss_threshold `patience` steps after a kick, the stored point is the answer.
struct PerturbedDescentOptions {
    double step = 0.01;  ///< eta
    double radius = 1e-3;
    double gradient_threshold = 1e-3;
    double loss_threshold = 1e-6;
    index patience = 1000;
    index max_steps = std::numeric_limits<index>::max();  ///< then out_of_budget

    /// The constants of the theorem for gradients with Lipschitz constant l, Hessians with rho,
    /// f(x_0) - min f <= height and dimension d: with probability 1 - delta the answer has
    /// |grad f| <= epsilon and no curvature below -sqrt(rho epsilon), for a small enough c <= 1.
    static PerturbedDescentOptions theorem(double l, double rho, double epsilon, double height,
                                           index d, double delta, double c);
};

template <OnManifold L>
class PerturbedDescent {
public:
    using Real = typename L::Real;

    /// Starts from the points in x, which gets the answers. Both must outlive this.
    PerturbedDescent(L const& f, BatchView<Real> x, PerturbedDescentOptions const& options,
                     NoiseKey const& key)
        : options_(options),
          walkers_(f, x),
          stored_(f.dimension(), x.replicas()),
          kick_(static_cast<std::size_t>(f.dimension())),
          outcomes_(static_cast<std::size_t>(x.replicas()), Outcome::out_of_budget),
          kicks_(outcomes_.size()),
          last_kick_(outcomes_.size(), -options.patience - 1),
          stored_energy_(outcomes_.size(), missing) {
        for (index r = 0; r < x.replicas(); ++r)
            streams_.emplace_back(key.master_seed, Purpose::noise, key.first_replica + r, 0,
                                  key.salt);
    }

    /// One step of each active replica; false when there is none.
    bool advance();

    [[nodiscard]] Walkers<L>& walkers() { return walkers_; }
    [[nodiscard]] index steps() const { return steps_; }
    /// converged: an answer was returned.
    [[nodiscard]] std::vector<Outcome> const& outcomes() const { return outcomes_; }
    [[nodiscard]] std::vector<index> const& kicks() const { return kicks_; }

private:
    /// Stores the point and displaces it.
    void kick(index slot);

    PerturbedDescentOptions options_;
    Walkers<L> walkers_;
    std::vector<Stream> streams_;
    Batch<Real> stored_;  // this and the following by replica
    std::vector<Real> kick_;
    std::vector<Outcome> outcomes_;
    std::vector<index> kicks_, last_kick_;
    std::vector<double> stored_energy_;
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
void PerturbedDescent<L>::kick(index slot) {
    auto const manifold = walkers_.landscape().manifold();
    auto const r = static_cast<std::size_t>(walkers_.replica(slot));
    auto const x = walkers_.point(slot);
    std::ranges::copy(x, stored_[walkers_.replica(slot)].begin());
    stored_energy_[r] = walkers_.energy(walkers_.replica(slot));
    last_kick_[r] = steps_;
    ++kicks_[r];
    std::span<Real> const v = kick_;
    streams_[r].fill_normal(v);
    manifold.project(std::span<Real const>(x), v);
    double squares = 0;
    for (Real const component : v) squares += static_cast<double>(component) * component;
    auto const d = static_cast<double>(walkers_.landscape().dimension() - manifold.codimension());
    double const length = options_.radius * std::pow(streams_[r].uniform(), 1 / d);
    for (std::size_t i = 0; i < v.size(); ++i)
        x[i] = static_cast<Real>(x[i] + length / std::sqrt(squares) * v[i]);
    manifold.retract(x);
}

template <OnManifold L>
bool PerturbedDescent<L>::advance() {
    if (walkers_.active() == 0) return false;
    auto const manifold = walkers_.landscape().manifold();
    bool kicked = false;
    for (auto a = walkers_.active() - 1; a >= 0; --a) {
        auto const replica = walkers_.replica(a);
        auto const r = static_cast<std::size_t>(replica);
        auto const waited = steps_ - last_kick_[r];
        if (!std::isfinite(walkers_.energy(replica))) {
            outcomes_[r] = Outcome::diverged;
            walkers_.end(replica);
        } else if (waited == options_.patience &&
                   walkers_.energy(replica) - stored_energy_[r] > -options_.loss_threshold) {
            std::ranges::copy(stored_[replica], walkers_.point(a).begin());
            walkers_.set_energy(a, stored_energy_[r]);
            outcomes_[r] = Outcome::converged;
            walkers_.end(replica);
        } else if (steps_ >= options_.max_steps) {
            walkers_.end(replica);
        } else if (waited > options_.patience &&
                   walkers_.gradient_norm(a) <= options_.gradient_threshold) {
            kick(a);
            kicked = true;
        }
    }
    if (kicked) walkers_.evaluate();
    for (index a = 0; a < walkers_.active(); ++a) {
        auto const x = walkers_.point(a);
        auto const g = walkers_.gradient(a);
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<Real>(x[i] - options_.step * g[i]);
        manifold.retract(x);
    }
    ++steps_;
    walkers_.evaluate();
    return true;
}

}  // namespace spinscape
