// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/dynamics/noise.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace spinscape {

/// Metropolis dynamics by values alone [Metropolis1953]: x' = retract(x + step P xi), xi normal, is
/// accepted with probability min(1, exp(-(f(x') - f(x)) / T)). The proposal is symmetric, so that
/// exp(-f / T) is stationary.
struct MetropolisOptions {
    double temperature = 1;  ///< T > 0
    double step = 0.1;
    /// In flat space: so many coordinates, drawn at random, move in a proposal; 0: all of them.
    index moved = 0;
    /// > 0: each replica changes its own step by 10 % after every proposal towards this share of
    /// accepted ones. Then exp(-f / T) is only nearly stationary: for annealing.
    double target_acceptance = 0;
    /// The step grows to this at most: in directions that change nothing it would without end.
    double largest_step = std::numeric_limits<double>::infinity();
};

template <OnManifold L>
class RandomWalkMetropolis {
public:
    using Real = typename L::Real;

    /// Starts from the points in x and moves them. Landscape and points must outlive this.
    RandomWalkMetropolis(L const& f, BatchView<Real> x, MetropolisOptions const& options,
                         NoiseKey const& key);

    /// One proposal for each replica.
    void advance();
    void set_temperature(double temperature) { options_.temperature = temperature; }

    [[nodiscard]] index steps() const { return steps_; }
    [[nodiscard]] double energy(index replica) const { return energy_[place(replica)]; }
    [[nodiscard]] double step(index replica) const { return step_[place(replica)]; }
    [[nodiscard]] index accepted(index replica) const { return accepted_[place(replica)]; }

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

private:
    static std::size_t place(index replica) { return static_cast<std::size_t>(replica); }
    void propose(index replica);

    L const& f_;
    BatchView<Real> x_;
    MetropolisOptions options_;
    NoiseKey key_;
    typename L::Workspace work_;
    std::vector<NoiseTape<Real>> tapes_;
    Batch<Real> proposal_;
    std::vector<double> energy_, proposal_energy_, step_;
    std::vector<index> accepted_;
    std::vector<Real> move_;
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
RandomWalkMetropolis<L>::RandomWalkMetropolis(L const& f, BatchView<Real> x,
                                              MetropolisOptions const& options, NoiseKey const& key)
    : f_(f),
      x_(x),
      options_(options),
      key_(key),
      work_(f.workspace(x.replicas())),
      proposal_(f.dimension(), x.replicas()),
      energy_(place(x.replicas())),
      proposal_energy_(energy_.size()),
      step_(energy_.size(), options.step),
      accepted_(energy_.size()),
      move_(place(f.dimension())) {
    SPINSCAPE_EXPECT(options.moved == 0 || f.manifold().codimension() == 0);
    auto const per_step = options.moved > 0 ? options.moved : f.dimension();
    for (index r = 0; r < x.replicas(); ++r) tapes_.emplace_back(key, r, per_step);
    f.value(x, energy_, work_);
}

template <OnManifold L>
void RandomWalkMetropolis<L>::propose(index r) {
    auto const xi = tapes_[place(r)].next();
    auto const y = proposal_[r];
    std::ranges::copy(x_[r], y.begin());
    auto const size = static_cast<Real>(step_[place(r)]);
    if (options_.moved > 0) {
        // Places beside the normals, addressed by the step; one may be drawn twice.
        Stream places(key_.master_seed, Purpose::noise, key_.first_replica + r, 3, key_.salt);
        places.skip_to(static_cast<std::uint64_t>(steps_ * options_.moved * 2));
        for (Real const amount : xi) y[place(places.below(std::ssize(y)))] += size * amount;
        return;
    }
    auto const manifold = f_.manifold();
    for (std::size_t i = 0; i < y.size(); ++i) move_[i] = size * xi[i];
    manifold.project(std::span<Real const>(x_[r]), std::span<Real>(move_));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += move_[i];
    manifold.retract(y);
}

template <OnManifold L>
void RandomWalkMetropolis<L>::advance() {
    for (index r = 0; r < x_.replicas(); ++r) propose(r);
    f_.value(proposal_, proposal_energy_, work_);
    for (index r = 0; r < x_.replicas(); ++r) {
        Stream choice(key_.master_seed, Purpose::noise, key_.first_replica + r, 1, key_.salt);
        choice.skip_to(static_cast<std::uint64_t>(steps_));
        double const gain = (energy_[place(r)] - proposal_energy_[place(r)]) / options_.temperature;
        bool const taken = std::log(choice.uniform()) < gain;  // not where f is not a number
        if (options_.target_acceptance > 0)
            step_[place(r)] = std::min(
                options_.largest_step,
                step_[place(r)] * std::exp(0.1 * ((taken ? 1 : 0) - options_.target_acceptance)));
        if (!taken) continue;
        ++accepted_[place(r)];
        std::ranges::copy(proposal_[r], x_[r].begin());
        energy_[place(r)] = proposal_energy_[place(r)];
    }
    ++steps_;
}

template <OnManifold L>
void RandomWalkMetropolis<L>::save(ByteWriter& out) const {
    out.put(steps_);
    out.put(options_.temperature);
    out.put_all(std::span<double const>(energy_));
    out.put_all(std::span<double const>(step_));
    out.put_all(std::span<index const>(accepted_));
    for (index r = 0; r < x_.replicas(); ++r) out.put_all(std::span<Real const>(x_[r]));
}

template <OnManifold L>
void RandomWalkMetropolis<L>::load(ByteReader& in) {
    steps_ = in.get<index>();
    options_.temperature = in.get<double>();
    in.get_into(std::span<double>(energy_));
    in.get_into(std::span<double>(step_));
    in.get_into(std::span<index>(accepted_));
    for (index r = 0; r < x_.replicas(); ++r) in.get_into(x_[r]);
    for (auto& tape : tapes_) tape.skip_to(steps_);
}

}  // namespace spinscape
