// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/error.hpp"
#include "spinscape/dynamics/noise.hpp"
#include "spinscape/dynamics/walkers.hpp"

#include <cmath>
#include <optional>
#include <vector>

namespace spinscape {

/// Steps of  dx = -P grad f dt + sqrt(2 T) P dW  on the landscape's manifold, whose stationary law
/// is exp(-f / T). P projects on the tangent space, xi are normal numbers, h is the step:
struct LangevinOptions {
    enum class Scheme {
        /// x <- retract(x - h P grad f + sqrt(2 T h) P xi): weak order 1. T = 0 is plain gradient
        /// descent. Stationary energies are wrong in order h. In flat space the law is that of
        /// f + h (T/2 laplacian f - |grad f|^2 / 4) [LeimkuhlerMatthews2013]; on the sphere |x|^2 =
        /// N, N large, retraction shortens steps by 1 + T h and so lowers the temperature by
        /// h T^2. For a spherical p-spin glass above freezing the energy per spin is therefore
        ///   -1/T + h (p/2 - 1) + O(h^2).
        euler_maruyama,
        /// x <- x - h grad f + sqrt(2 T h) (xi_k + xi_k+1) / 2: stationary averages of order 2
        /// [LeimkuhlerMatthews2013]. In flat space only.
        leimkuhler_matthews,
        /// A step of euler_maruyama is accepted or rejected so that exp(-f / T) is exact for any h
        /// [RobertsTweedie1996].
        mala
    };
    Scheme scheme = Scheme::euler_maruyama;
    double step = 0.01;      ///< h > 0
    double temperature = 1;  ///< T >= 0, for mala > 0
};

/// A batch of replicas under Langevin dynamics, each with noise of its own: none depends on its
/// neighbours. Energies, gradients and positions (in `walkers`) always belong together.
template <OnManifold L>
class Langevin {
public:
    using Real = typename L::Real;
    using Scheme = LangevinOptions::Scheme;

    /// Starts from the points in x, which gets the end points. Landscape and points must outlive
    /// this. Error(bad_input) for leimkuhler_matthews on a curved manifold.
    Langevin(L const& f, BatchView<Real> x, LangevinOptions const& options, NoiseKey const& key);

    /// One step of each active replica; false when there is none.
    bool advance();
    /// For annealing: from the next step on.
    void set_temperature(double temperature) {
        options_.temperature = temperature;
        temperatures_.clear();
    }
    void set_step(double step) { options_.step = step; }
    /// One of each replica, for tempering: from the next step on.
    void set_temperatures(std::vector<double> temperatures) {
        SPINSCAPE_EXPECT(std::ssize(temperatures) == walkers_.replicas());
        temperatures_ = std::move(temperatures);
    }

    [[nodiscard]] LangevinOptions const& options() const { return options_; }
    [[nodiscard]] Walkers<L>& walkers() { return walkers_; }
    [[nodiscard]] Walkers<L> const& walkers() const { return walkers_; }
    [[nodiscard]] index steps() const { return steps_; }
    /// Steps of mala that a replica accepted.
    [[nodiscard]] index accepted(index replica) const {
        return accepted_[static_cast<std::size_t>(replica)];
    }

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

private:
    /// `xi` is empty where T = 0.
    void move(index slot, std::span<Real> x, std::span<Real const> g, std::span<Real const> xi);
    void propose_and_choose();
    /// |v + h g|^2 / (4 T h): minus the logarithm of the density of a tangent step v.
    [[nodiscard]] double action(std::span<Real const> v, std::span<Real const> g,
                                double temperature) const;
    [[nodiscard]] double temperature(index replica) const {
        return temperatures_.empty() ? options_.temperature
                                     : temperatures_[static_cast<std::size_t>(replica)];
    }

    LangevinOptions options_;
    NoiseKey key_;
    Walkers<L> walkers_;
    std::vector<double> temperatures_;  // by replica; empty: that of the options
    std::vector<NoiseTape<Real>> tapes_;
    Batch<Real> previous_;  // leimkuhler_matthews: xi_k, by replica
    Batch<Real> proposal_, proposal_gradient_;
    std::vector<double> proposal_energy_;
    std::vector<Real> step_, back_;
    std::vector<index> accepted_;
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
Langevin<L>::Langevin(L const& f, BatchView<Real> x, LangevinOptions const& options,
                      NoiseKey const& key)
    : options_(options),
      key_(key),
      walkers_(f, x),
      step_(static_cast<std::size_t>(f.dimension())),
      back_(step_.size()),
      accepted_(static_cast<std::size_t>(x.replicas())) {
    for (index r = 0; r < x.replicas(); ++r) tapes_.emplace_back(key, r, f.dimension());
    if (options.scheme == Scheme::leimkuhler_matthews) {
        if (f.manifold().codimension() > 0)
            throw Error(ExitCode::bad_input,
                        "leimkuhler_matthews is a scheme for flat space: use mala or "
                        "euler_maruyama on a sphere");
        previous_ = Batch<Real>(f.dimension(), x.replicas());
        for (index r = 0; r < x.replicas(); ++r)
            std::ranges::copy(tapes_[static_cast<std::size_t>(r)].next(), previous_[r].begin());
    }
    if (options.scheme == Scheme::mala) {
        proposal_ = Batch<Real>(f.dimension(), x.replicas());
        proposal_gradient_ = Batch<Real>(f.dimension(), x.replicas());
        proposal_energy_.resize(accepted_.size());
    }
}

template <OnManifold L>
void Langevin<L>::move(index slot, std::span<Real> x, std::span<Real const> g,
                       std::span<Real const> xi) {
    auto const h = options_.step,
               amplitude = std::sqrt(2 * temperature(walkers_.replica(slot)) * h);
    auto const manifold = walkers_.landscape().manifold();
    if (options_.scheme == Scheme::leimkuhler_matthews) {
        auto const before = previous_[walkers_.replica(slot)];
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = static_cast<Real>(x[i] - h * g[i] + amplitude / 2 * (before[i] + xi[i]));
            before[i] = xi[i];
        }
        return;
    }
    std::ranges::fill(step_, Real(0));
    if (!xi.empty()) {
        for (std::size_t i = 0; i < x.size(); ++i) step_[i] = static_cast<Real>(amplitude * xi[i]);
        manifold.project(std::span<Real const>(walkers_.point(slot)), std::span<Real>(step_));
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
        step_[i] = static_cast<Real>(step_[i] - h * g[i]);
        x[i] += step_[i];
    }
    manifold.retract(x);
}

template <OnManifold L>
bool Langevin<L>::advance() {
    if (walkers_.active() == 0) return false;
    ++steps_;
    if (options_.scheme == Scheme::mala) {
        propose_and_choose();
        return true;
    }
    bool const noisy = options_.temperature > 0 || !temperatures_.empty() ||
                       options_.scheme == Scheme::leimkuhler_matthews;
    for (index a = 0; a < walkers_.active(); ++a)
        move(a, walkers_.point(a), walkers_.gradient(a),
             noisy ? tapes_[static_cast<std::size_t>(walkers_.replica(a))].next()
                   : std::span<Real const>());
    walkers_.evaluate();
    return true;
}

template <OnManifold L>
double Langevin<L>::action(std::span<Real const> v, std::span<Real const> g,
                           double temperature) const {
    double squares = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        double const d = static_cast<double>(v[i]) + options_.step * static_cast<double>(g[i]);
        squares += d * d;
    }
    return squares / (4 * temperature * options_.step);
}

// The volume elements of the map from tangent steps to points cancel between a step and its
// reverse: on a sphere both depend on the angle between the points alone.
template <OnManifold L>
void Langevin<L>::propose_and_choose() {
    auto const& f = walkers_.landscape();
    auto const manifold = f.manifold();
    auto const active = walkers_.active();
    std::vector<double> forward(static_cast<std::size_t>(active));
    for (index a = 0; a < active; ++a) {
        std::ranges::copy(walkers_.point(a), proposal_[a].begin());
        move(a, proposal_[a], walkers_.gradient(a),
             tapes_[static_cast<std::size_t>(walkers_.replica(a))].next());
        forward[static_cast<std::size_t>(a)] =
            action(step_, walkers_.gradient(a), temperature(walkers_.replica(a)));
    }
    auto const gradients = proposal_gradient_.view().slice(0, active);
    f.value_and_gradient(proposal_.view().slice(0, active),
                         {proposal_energy_.data(), static_cast<std::size_t>(active)}, gradients,
                         walkers_.workspace());
    for (index a = 0; a < active; ++a) {
        auto const r = walkers_.replica(a);
        std::span<Real const> const there = proposal_[a];
        manifold.project(there, gradients[a]);
        manifold.inverse_retract(there, std::span<Real const>(walkers_.point(a)),
                                 std::span<Real>(back_));
        double const gain =
            (walkers_.energy(r) - proposal_energy_[static_cast<std::size_t>(a)]) / temperature(r) +
            forward[static_cast<std::size_t>(a)] - action(back_, gradients[a], temperature(r));
        // One uniform number per step, beside the normals.
        Stream choice(key_.master_seed, Purpose::noise, key_.first_replica + r, 1, key_.salt);
        choice.skip_to(static_cast<std::uint64_t>(steps_));
        if (!(std::log(choice.uniform()) < gain)) continue;  // also where f is not finite
        ++accepted_[static_cast<std::size_t>(r)];
        std::ranges::copy(there, walkers_.point(a).begin());
        std::ranges::copy(gradients[a], walkers_.gradient(a).begin());
        walkers_.set_energy(a, proposal_energy_[static_cast<std::size_t>(a)]);
    }
}

template <OnManifold L>
void Langevin<L>::save(ByteWriter& out) const {
    walkers_.save(out);
    out.put(steps_);
    out.put(options_.temperature);
    out.put(options_.step);
    out.put_all(std::span<double const>(temperatures_));
    out.put_all(std::span<index const>(accepted_));
    for (auto const& tape : tapes_) out.put(tape.step());
    if (options_.scheme == Scheme::leimkuhler_matthews)
        for (index r = 0; r < walkers_.replicas(); ++r)
            out.put_all(std::span<Real const>(previous_[r]));
}

template <OnManifold L>
void Langevin<L>::load(ByteReader& in) {
    walkers_.load(in);
    steps_ = in.get<index>();
    options_.temperature = in.get<double>();
    options_.step = in.get<double>();
    temperatures_ = in.get_all<double>();
    in.get_into(std::span<index>(accepted_));
    for (auto& tape : tapes_) tape.skip_to(in.get<index>());
    if (options_.scheme == Scheme::leimkuhler_matthews)
        for (index r = 0; r < walkers_.replicas(); ++r) in.get_into(previous_[r]);
}

}  // namespace spinscape
