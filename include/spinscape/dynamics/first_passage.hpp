// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/dynamics/noise.hpp"
#include "spinscape/dynamics/walkers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace spinscape {

/// Where a passage ends: coordinate `coordinate` of the point outside of (low, high).
struct PassageOptions {
    index coordinate = 0;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    index max_steps = std::numeric_limits<index>::max();
    /// > 0: the points are observations, a step apart, of a path whose coordinate has this variance
    /// per step (2 T h). Between two points inside it was outside with the probability of a
    /// Brownian bridge, exp(-2 (level - x) (level - y) / variance) per level: drawn with a random
    /// number, so that times have an error of the step's order instead of its root.
    double bridge_variance = 0;
};

struct Passage {
    Outcome outcome = Outcome::out_of_budget;  ///< converged: it left
    /// After so many steps; if it left between two, half a step less than the later one.
    double steps = missing;
    bool upwards = false;  ///< through `high`
};

/// Times at which the replicas of a dynamics first leave an interval. Dynamics: anything with
/// advance(), walkers() and steps().
template <class Dynamics>
class FirstPassage {
public:
    /// The dynamics must outlive this; its replicas end as they leave.
    FirstPassage(Dynamics& dynamics, PassageOptions const& options, NoiseKey const& key)
        : dynamics_(dynamics),
          options_(options),
          key_(key),
          passages_(static_cast<std::size_t>(dynamics.walkers().replicas())),
          before_(passages_.size()) {}

    /// One step of each replica that is still inside; false when there is none.
    bool advance();
    [[nodiscard]] std::vector<Passage> const& passages() const { return passages_; }

    /// Results so far; the state of the dynamics is its own.
    void save(ByteWriter& out) const { out.put_all(std::span<Passage const>(passages_)); }
    void load(ByteReader& in) { in.get_into(std::span<Passage>(passages_)); }

private:
    [[nodiscard]] double coordinate(index slot) {
        return static_cast<double>(
            dynamics_.walkers().point(slot)[static_cast<std::size_t>(options_.coordinate)]);
    }
    [[nodiscard]] Passage observe(index replica, double x, double y) const;

    Dynamics& dynamics_;
    PassageOptions options_;
    NoiseKey key_;
    std::vector<Passage> passages_;
    std::vector<double> before_;  // by replica
};

// --- implementation ---

template <class Dynamics>
Passage FirstPassage<Dynamics>::observe(index replica, double x, double y) const {
    auto const now = static_cast<double>(dynamics_.steps());
    bool const bridges = options_.bridge_variance > 0;
    if (!std::isfinite(y)) return {Outcome::diverged, now, false};
    if (y <= options_.low || y >= options_.high)
        return {Outcome::converged, bridges ? now - 0.5 : now, y >= options_.high};
    if (bridges) {
        auto const exponent = [&](double level) {
            return -2 * (level - x) * (level - y) / options_.bridge_variance;
        };
        double const highest = exponent(options_.high), lowest = exponent(options_.low);
        if (std::max(highest, lowest) > -28) {  // e^-28: never in practice
            double const up = std::exp(highest), down = std::exp(lowest);
            // Uniform numbers of the replica, addressed by the step, beside its noise.
            Stream stream(key_.master_seed, Purpose::noise, key_.first_replica + replica, 2,
                          key_.salt);
            stream.skip_to(static_cast<std::uint64_t>(dynamics_.steps()));
            double const u = stream.uniform();
            if (u < up + down) return {Outcome::converged, now - 0.5, u < up};
        }
    }
    return {Outcome::out_of_budget, now, false};
}

template <class Dynamics>
bool FirstPassage<Dynamics>::advance() {
    auto& walkers = dynamics_.walkers();
    for (index a = 0; a < walkers.active(); ++a)
        before_[static_cast<std::size_t>(walkers.replica(a))] = coordinate(a);
    if (!dynamics_.advance()) return false;
    for (auto a = walkers.active() - 1; a >= 0; --a) {
        auto const replica = walkers.replica(a);
        auto& passage = passages_[static_cast<std::size_t>(replica)];
        passage = observe(replica, before_[static_cast<std::size_t>(replica)], coordinate(a));
        if (passage.outcome != Outcome::out_of_budget || dynamics_.steps() >= options_.max_steps)
            walkers.end(replica);
    }
    return true;
}

}  // namespace spinscape
