// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/bytes.hpp"
#include "spinscape/base/outcome.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/concepts.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace spinscape {

/// Uniform on the sphere |x|^2 = dimension: a normalised vector of normals.
template <class Real>
void random_on_sphere(Stream& stream, std::span<Real> out) {
    stream.fill_normal(out);
    Sphere{static_cast<double>(out.size())}.retract(out);
}

/// Step sizes by phases: step k of a phase has size rate / (1 + decay k); the last phase goes on.
struct StepSchedule {
    struct Phase {
        double rate = 0.15;
        double decay = 0;
        index steps = std::numeric_limits<index>::max();
    };
    std::vector<Phase> phases = {Phase{}};

    [[nodiscard]] double operator()(index step) const;
    static StepSchedule constant(double rate) { return {{{.rate = rate}}}; }
    /// 0.3/(1 + 0.0015 t) for `first_steps` steps, then 0.2/(1 + 0.0015 k), as in the program
    /// released with [Choromanska2015] (there 500 steps per part of the couplings).
    static StepSchedule source(index first_steps = 500);
    /// 0.735 of the stability limit 2/(4 sqrt(p(p-1))) set by the largest curvature at threshold;
    /// 0.15 for p = 3.
    static StepSchedule safe(int p);
};

/// x <- retract(x - rate P grad), P the projector on the tangent space.
struct SphereDescent {
    struct Options {
        StepSchedule schedule;
        double tolerance = 0.01;  ///< converged at |P grad| below this (absolute, as the source)
        index max_steps = 20000;  ///< then out_of_budget
        index patience = 2000;    ///< stalled after so many steps without a new lowest energy
                                  ///< or gradient norm
        double largest_energy = 1e6;  ///< diverged at |energy per dimension| above this, or NaN
    };

    /// One step of one replica; `g` is the projected gradient.
    template <class Manifold, class Real>
    static void step(Manifold const& manifold, std::span<Real> x, std::span<Real const> g,
                     double rate) {
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<Real>(x[i] - rate * static_cast<double>(g[i]));
        manifold.retract(x);
    }
};

/// How one replica's descent ended, at its final point.
struct DescentEnd {
    Outcome outcome = Outcome::out_of_budget;
    index steps = 0;
    double time = 0;                 ///< sum of the step sizes
    double energy = missing;         ///< value / dimension
    double gradient_norm = missing;  ///< |P grad|
};

struct DescentResult {
    std::vector<DescentEnd> ends;  ///< one per replica
    /// Row r: value / dimension of replica r at the requested times, interpolated linearly in the
    /// sum of step sizes; after the end, the final energy if converged, else `missing`.
    Batch<double> energies;
};

/// Descends all replicas of x in place. A replica that has ended is frozen and costs nothing more;
/// none depends on its neighbours. `record_times` ascend and are not negative. Between steps all of
/// its state can be saved and loaded: the descent continues with the same bits.
template <OnManifold L>
class Descent {
public:
    using Real = typename L::Real;

    /// Landscape and points must outlive this.
    Descent(L const& f, BatchView<Real> x, SphereDescent::Options const& options = {},
            std::span<double const> record_times = {});

    /// One step of each replica that has not ended; false when all had.
    bool advance();
    [[nodiscard]] DescentResult const& result() const { return result_; }
    DescentResult take() && { return std::move(result_); }

    void save(ByteWriter& out);
    /// Error(bad_input) if it was saved from another landscape or number of replicas.
    void load(ByteReader& in);

private:
    /// What is remembered of one replica between steps.
    struct Progress {
        index replica = 0;
        std::size_t recorded = 0;
        double previous_energy = missing;
        double previous_time = 0;
        double lowest_energy = std::numeric_limits<double>::infinity();
        double lowest_norm = std::numeric_limits<double>::infinity();
        index last_progress = 0;

        void record(double energy, double time, std::span<double const> times,
                    std::span<double> out);
        /// True while lower energies or gradient norms keep turning up.
        bool progresses(index step, double energy, double norm, index patience);
    };

    L const& f_;
    BatchView<Real> x_;
    SphereDescent::Options options_;
    std::vector<double> record_times_;
    DescentResult result_;
    typename L::Workspace work_;
    // Active replicas are kept dense in front, so that evaluating them wastes nothing.
    Batch<Real> point_, gradient_;
    std::vector<double> energy_;
    std::vector<Progress> active_;
    double time_ = 0;
    index step_ = 0;
};

/// Descends until all replicas have ended.
template <OnManifold L>
DescentResult descend(L const& f, BatchView<typename L::Real> x,
                      SphereDescent::Options const& options = {},
                      std::span<double const> record_times = {});

// --- implementation ---

template <OnManifold L>
void Descent<L>::Progress::record(double energy, double time, std::span<double const> times,
                                  std::span<double> out) {
    for (; recorded < times.size() && times[recorded] <= time; ++recorded) {
        auto const span = time - previous_time;
        auto const weight = span > 0 ? (times[recorded] - previous_time) / span : 1.0;
        out[recorded] = weight < 1 ? previous_energy + weight * (energy - previous_energy) : energy;
    }
    previous_energy = energy;
    previous_time = time;
}

template <OnManifold L>
bool Descent<L>::Progress::progresses(index step, double energy, double norm, index patience) {
    if (energy < lowest_energy || norm < lowest_norm) last_progress = step;
    lowest_energy = std::min(lowest_energy, energy);
    lowest_norm = std::min(lowest_norm, norm);
    return step - last_progress < patience;
}

template <OnManifold L>
Descent<L>::Descent(L const& f, BatchView<Real> x, SphereDescent::Options const& options,
                    std::span<double const> record_times)
    : f_(f),
      x_(x),
      options_(options),
      record_times_(record_times.begin(), record_times.end()),
      result_{std::vector<DescentEnd>(static_cast<std::size_t>(x.replicas())),
              Batch<double>(std::ssize(record_times), x.replicas())},
      work_(f.workspace(x.replicas())),
      point_(f.dimension(), x.replicas()),
      gradient_(f.dimension(), x.replicas()),
      energy_(static_cast<std::size_t>(x.replicas())) {
    for (index r = 0; r < x.replicas(); ++r) {
        active_.push_back({.replica = r});
        std::ranges::copy(x[r], point_[r].begin());
        std::ranges::fill(result_.energies[r], missing);
    }
}

template <OnManifold L>
bool Descent<L>::advance() {
    if (active_.empty()) return false;
    auto const n = f_.dimension();
    auto const manifold = f_.manifold();
    auto const count = std::ssize(active_);
    auto const front = gradient_.view().slice(0, count);
    f_.value_and_gradient(point_.view().slice(0, count),
                          {energy_.data(), static_cast<std::size_t>(count)}, front, work_);
    auto const rate = options_.schedule(step_);
    for (auto a = count - 1; a >= 0; --a) {
        auto& progress = active_[static_cast<std::size_t>(a)];
        auto const g = front[a];
        auto const here = point_[a];
        manifold.project(std::span<Real const>(here), g);
        double const squared = std::inner_product(
            g.begin(), g.end(), g.begin(), 0.0, std::plus<>(),
            [](Real u, Real v) { return static_cast<double>(u) * static_cast<double>(v); });
        auto const norm = std::sqrt(squared);
        auto const e = energy_[static_cast<std::size_t>(a)] / static_cast<double>(n);
        auto const times_out = result_.energies[progress.replica];
        progress.record(e, time_, record_times_, times_out);

        Outcome outcome;
        if (!(std::abs(e) <= options_.largest_energy) || !std::isfinite(norm))
            outcome = Outcome::diverged;
        else if (norm < options_.tolerance)
            outcome = Outcome::converged;
        else if (!progress.progresses(step_, e, norm, options_.patience))
            outcome = Outcome::stalled;
        else if (step_ >= options_.max_steps)
            outcome = Outcome::out_of_budget;
        else {
            SphereDescent::step(manifold, here, std::span<Real const>(g), rate);
            continue;
        }
        result_.ends[static_cast<std::size_t>(progress.replica)] = {outcome, step_, time_, e, norm};
        std::ranges::copy(here, x_[progress.replica].begin());
        if (outcome == Outcome::converged)
            std::ranges::fill(times_out.subspan(progress.recorded), e);
        // Replicas behind `a` have been stepped already: the last one may take its place.
        std::ranges::copy(point_[std::ssize(active_) - 1], here.begin());
        progress = active_.back();
        active_.pop_back();
    }
    time_ += rate;
    ++step_;
    return true;
}

template <OnManifold L>
void Descent<L>::save(ByteWriter& out) {
    out.put(step_);
    out.put(time_);
    out.put_all(std::span<Progress const>(active_));
    out.put_all(std::span<DescentEnd const>(result_.ends));
    for (index r = 0; r < x_.replicas(); ++r) {
        out.put_all(std::span<double const>(result_.energies[r]));
        out.put_all(std::span<Real const>(x_[r]));
        out.put_all(std::span<Real const>(point_[r]));
    }
}

template <OnManifold L>
void Descent<L>::load(ByteReader& in) {
    step_ = in.get<index>();
    time_ = in.get<double>();
    auto active = in.get_all<Progress>();
    in.get_into(std::span<DescentEnd>(result_.ends));
    for (index r = 0; r < x_.replicas(); ++r) {
        in.get_into(result_.energies[r]);
        in.get_into(x_[r]);
        in.get_into(point_[r]);
    }
    active_ = std::move(active);  // last, for it must fit the rest
}

template <OnManifold L>
DescentResult descend(L const& f, BatchView<typename L::Real> x,
                      SphereDescent::Options const& options, std::span<double const> record_times) {
    Descent<L> descent(f, x, options, record_times);
    while (descent.advance()) {
    }
    return std::move(descent).take();
}

}  // namespace spinscape
