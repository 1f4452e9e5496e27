// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/outcome.hpp"
#include "spinscape/dynamics/line_search.hpp"
#include "spinscape/dynamics/walkers.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace spinscape {

/// Nonlinear conjugate gradients on a manifold. From x, with Riemannian gradient g, a line search
/// along t -> retract(x + t d) finds a lower point; there, with P the projector on its tangent
/// space, y = g' - P g and the next direction is -g' + beta P d:
///   polak_ribiere_plus:  beta = max(0, g'.y / |g|^2) [PolakRibiere1969, GilbertNocedal1992],
///   hager_zhang:         beta = (y - 2 P d |y|^2 / (d.y)).g' / (d.y), not below
///                        -1 / (|d| min(0.01, |g|)) [HagerZhang2005],
///   steepest:            beta = 0.
/// A direction that does not point downhill enough is replaced by -g'.
struct ConjugateGradientOptions {
    enum class Formula { polak_ribiere_plus, hager_zhang, steepest };
    Formula formula = Formula::polak_ribiere_plus;
    LineSearchOptions search{};
    double first_step = 0.1;  ///< the first trial is x - first_step g
    double tolerance = 0.01;  ///< a replica ends, converged, where |g| is below this
};

/// A batch of replicas, each in a line search of its own: one evaluation of all of them at a time.
template <OnManifold L>
class ConjugateGradient {
public:
    using Real = typename L::Real;
    using Formula = ConjugateGradientOptions::Formula;

    /// Starts from the points in x, which gets the end points. Both must outlive this.
    ConjugateGradient(L const& f, BatchView<Real> x, ConjugateGradientOptions const& options);

    /// One evaluation of each active replica; false when there is none. Points of `walkers` are
    /// those that were tried last, until they end.
    bool advance();
    /// All replicas end, at the lowest points that their line searches accepted.
    void finish();

    [[nodiscard]] Walkers<L>& walkers() { return walkers_; }
    [[nodiscard]] index steps() const { return steps_; }  ///< evaluations after that of the start
    /// Energy at the last accepted point.
    [[nodiscard]] double energy(index replica) const { return line(replica).energy; }
    /// converged, stalled (rounding leaves no lower point) or, before it ended, out_of_budget.
    [[nodiscard]] Outcome outcome(index replica) const { return line(replica).outcome; }

    void save(ByteWriter& out) const;
    void load(ByteReader& in);

private:
    struct Line {
        double energy = 0, gradient_squared = 0;  // at the accepted point
        bool steepest = true;                     // the direction is -g
        Outcome outcome = Outcome::out_of_budget;
        LineSearch search{};
    };
    [[nodiscard]] Line const& line(index r) const { return lines_[static_cast<std::size_t>(r)]; }
    static double dot(std::span<Real const> a, std::span<Real const> b);
    void accept(index slot);
    void fall_back(index slot);
    void begin(index slot, double first_step);
    void restore(index slot);
    void end(index slot, Outcome outcome);
    void move_to_trial(index slot);
    [[nodiscard]] double beta(std::span<Real const> g, std::span<Real const> old_g,
                              std::span<Real const> d, double old_squared) const;

    ConjugateGradientOptions options_;
    Walkers<L> walkers_;
    Batch<Real> base_, base_gradient_, direction_;  // by replica
    std::vector<Line> lines_;                       // by replica
    index steps_ = 0;
};

// --- implementation ---

template <OnManifold L>
double ConjugateGradient<L>::dot(std::span<Real const> a, std::span<Real const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

template <OnManifold L>
ConjugateGradient<L>::ConjugateGradient(L const& f, BatchView<Real> x,
                                        ConjugateGradientOptions const& options)
    : options_(options),
      walkers_(f, x),
      base_(f.dimension(), x.replicas()),
      base_gradient_(f.dimension(), x.replicas()),
      direction_(f.dimension(), x.replicas()),
      lines_(static_cast<std::size_t>(x.replicas())) {
    for (auto a = walkers_.active() - 1; a >= 0; --a) {
        accept(a);
        if (line(walkers_.replica(a)).gradient_squared < options.tolerance * options.tolerance)
            end(a, Outcome::converged);
        else
            begin(a, options.first_step);
    }
}

/// The walker's point becomes the accepted one.
template <OnManifold L>
void ConjugateGradient<L>::accept(index slot) {
    auto const r = walkers_.replica(slot);
    auto const g = walkers_.gradient(slot);
    std::ranges::copy(walkers_.point(slot), base_[r].begin());
    std::ranges::copy(g, base_gradient_[r].begin());
    auto& line = lines_[static_cast<std::size_t>(r)];
    line.energy = walkers_.energy(r);
    line.gradient_squared = dot(g, g);
    if (!line.steepest) return;
    for (std::size_t i = 0; i < g.size(); ++i) direction_[r][i] = -g[i];
}

/// The walker goes back to the accepted point.
template <OnManifold L>
void ConjugateGradient<L>::restore(index slot) {
    auto const r = walkers_.replica(slot);
    std::ranges::copy(base_[r], walkers_.point(slot).begin());
    std::ranges::copy(base_gradient_[r], walkers_.gradient(slot).begin());
    walkers_.set_energy(slot, line(r).energy);
}

template <OnManifold L>
void ConjugateGradient<L>::end(index slot, Outcome outcome) {
    restore(slot);
    auto const r = walkers_.replica(slot);
    lines_[static_cast<std::size_t>(r)].outcome = outcome;
    walkers_.end(r);
}

template <OnManifold L>
void ConjugateGradient<L>::finish() {
    for (auto a = walkers_.active() - 1; a >= 0; --a) {
        restore(a);
        walkers_.end(walkers_.replica(a));
    }
}

template <OnManifold L>
void ConjugateGradient<L>::begin(index slot, double first_step) {
    auto const r = walkers_.replica(slot);
    auto& line = lines_[static_cast<std::size_t>(r)];
    double const slope = dot(base_gradient_[r], direction_[r]);
    line.search = LineSearch(line.energy, slope, first_step);
    move_to_trial(slot);
}

template <OnManifold L>
void ConjugateGradient<L>::move_to_trial(index slot) {
    auto const r = walkers_.replica(slot);
    auto const x = walkers_.point(slot);
    double const t = line(r).search.trial();
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<Real>(base_[r][i] + t * direction_[r][i]);
    walkers_.landscape().manifold().retract(x);
}

/// No lower point along the direction: the steepest one, or the end.
template <OnManifold L>
void ConjugateGradient<L>::fall_back(index slot) {
    auto const r = walkers_.replica(slot);
    auto& line = lines_[static_cast<std::size_t>(r)];
    if (line.steepest) return end(slot, Outcome::stalled);
    line.steepest = true;
    for (std::size_t i = 0; i < base_[r].size(); ++i) direction_[r][i] = -base_gradient_[r][i];
    begin(slot, options_.first_step);
}

/// From the old gradient and direction, both transported to the new point.
template <OnManifold L>
double ConjugateGradient<L>::beta(std::span<Real const> g, std::span<Real const> old_g,
                                  std::span<Real const> d, double old_squared) const {
    double const gg = dot(g, g), ga = dot(g, old_g), gy = gg - ga;
    if (options_.formula == Formula::steepest) return 0;
    if (options_.formula == Formula::polak_ribiere_plus) return std::max(0.0, gy / old_squared);
    double const gd = dot(g, d), dy = gd - dot(old_g, d);
    double const yy = gg - 2 * ga + dot(old_g, old_g);
    if (!(dy > 0)) return 0;
    double const floor = -1 / (std::sqrt(dot(d, d)) * std::min(0.01, std::sqrt(old_squared)));
    return std::max((gy - 2 * gd * yy / dy) / dy, floor);
}

template <OnManifold L>
bool ConjugateGradient<L>::advance() {
    if (walkers_.active() == 0) return false;
    walkers_.evaluate();
    ++steps_;
    auto const manifold = walkers_.landscape().manifold();
    for (auto a = walkers_.active() - 1; a >= 0; --a) {
        auto const r = walkers_.replica(a);
        auto& line = lines_[static_cast<std::size_t>(r)];
        auto const g = walkers_.gradient(a);
        auto const state =
            line.search.observe(walkers_.energy(r), dot(g, direction_[r]), options_.search);
        if (state == LineSearch::State::searching) {
            move_to_trial(a);
            continue;
        }
        if (state == LineSearch::State::failed) {
            fall_back(a);
            continue;
        }
        std::span<Real const> const here = walkers_.point(a);
        manifold.project(here, base_gradient_[r]);
        manifold.project(here, direction_[r]);
        double const b = beta(g, base_gradient_[r], direction_[r], line.gradient_squared);
        double const old_slope = line.search.first_slope(), step = line.search.trial();
        auto const d = direction_[r];
        for (std::size_t i = 0; i < d.size(); ++i) d[i] = static_cast<Real>(b * d[i] - g[i]);
        double const slope = dot(d, g);
        line.steepest = b == 0 || !(slope < -0.01 * std::sqrt(dot(d, d) * dot(g, g)));
        accept(a);
        if (line.gradient_squared < options_.tolerance * options_.tolerance) {
            end(a, Outcome::converged);
            continue;
        }
        // The same first-order change as by the last step, within a factor of ten.
        double const now = line.steepest ? -line.gradient_squared : slope;
        begin(a, step * std::clamp(old_slope / now, 0.1, 10.0));
    }
    return true;
}

template <OnManifold L>
void ConjugateGradient<L>::save(ByteWriter& out) const {
    walkers_.save(out);
    out.put(steps_);
    out.put_all(std::span<Line const>(lines_));
    for (index r = 0; r < walkers_.replicas(); ++r)
        for (auto const* rows : {&base_, &base_gradient_, &direction_})
            out.put_all(std::span<Real const>((*rows)[r]));
}

template <OnManifold L>
void ConjugateGradient<L>::load(ByteReader& in) {
    walkers_.load(in);
    steps_ = in.get<index>();
    in.get_into(std::span<Line>(lines_));
    for (index r = 0; r < walkers_.replicas(); ++r)
        for (auto* rows : {&base_, &base_gradient_, &direction_}) in.get_into((*rows)[r]);
}

}  // namespace spinscape
