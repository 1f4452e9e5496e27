// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "model.hpp"
#include "planted_glass.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/stats/moments.hpp"
#include "spinscape/study/study.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace spinscape::glass {

/// Step at time t: the flow is fast at first. Everywhere proportional to `largest`, so that results
/// can be extrapolated in it.
inline double step_at(double t, double largest) {
    return largest * std::clamp(t / 2, 0.1, 1.0);
}

/// Means over the starts at the times of the curves, linear between two steps.
class Curves {
public:
    Curves() : energy_(curve_times().size(), missing), correlation_(energy_) {}

    void add(double t, double energy, double correlation) {
        for (; next_ < energy_.size() && curve_times()[next_] <= t + 1e-9; ++next_) {
            double const weight =
                t > t_ ? std::min(1.0, (curve_times()[next_] - t_) / (t - t_)) : 1;
            energy_[next_] = weight * energy + (1 - weight) * last_energy_;
            correlation_[next_] = weight * correlation + (1 - weight) * last_correlation_;
        }
        t_ = t;
        last_energy_ = energy;
        last_correlation_ = correlation;
    }
    [[nodiscard]] std::vector<double> const& energy() const { return energy_; }
    [[nodiscard]] std::vector<double> const& correlation() const { return correlation_; }

    void save(ByteWriter& out) const {
        out.put_all(std::span<double const>(energy_));
        out.put_all(std::span<double const>(correlation_));
        for (double const x : {t_, last_energy_, last_correlation_}) out.put(x);
        out.put(next_);
    }
    void load(ByteReader& in) {
        in.get_into(std::span<double>(energy_));
        in.get_into(std::span<double>(correlation_));
        for (double* x : {&t_, &last_energy_, &last_correlation_}) *x = in.get<double>();
        next_ = in.get<std::size_t>();
    }

private:
    std::vector<double> energy_, correlation_;
    double t_ = 0, last_energy_ = 0, last_correlation_ = 0;
    std::size_t next_ = 0;
};

/// All starts in one disorder sample, from the beginning to the end of the dynamics.
template <class Glass>
class Sample {
public:
    Sample(Task& task, Glass const& glass, index replica)
        : task_(task),
          parameters_(task.parameters()),
          replica_(replica),
          temperature_(parameters_.real("temperature")),
          tolerance_(temperature_ > 0 ? 0 : parameters_.real("tolerance")),
          start_(points_at_start(glass)),
          x_(start_.dimension(), start_.replicas()),
          planted_(glass, terms_of(parameters_), parameters_.real("start_beta"), start_),
          halting_time_(static_cast<std::size_t>(start_.replicas()), missing) {
        for (index i = 0; i < start_.replicas(); ++i) std::ranges::copy(start_[i], x_[i].begin());
        dynamics_.emplace(planted_, x_.view(),
                          LangevinOptions{.step = step_at(0, parameters_.real("step_size")),
                                          .temperature = temperature_},
                          NoiseKey{.master_seed = task.master_seed(),
                                   .first_replica = replica * start_.replicas(),
                                   .salt = salt_of(parameters_)});
    }

    /// False if the run is to stop and the state is saved.
    bool follow() {
        auto const timer = task_.phase(temperature_ > 0 ? "Langevin" : "descent");
        auto const duration = parameters_.real("duration"), step = parameters_.real("step_size");
        constexpr int between_looks = 8;
        observe();
        for (int k = 1; t_ < duration - 1e-9 && dynamics_->walkers().active() > 0; ++k) {
            auto const h = std::min(step_at(t_, step), duration - t_);
            dynamics_->set_step(h);
            dynamics_->advance();
            t_ += h;
            observe();
            if (k % between_looks == 0 && task_.pause([&](ByteWriter& out) { save(out); }))
                return false;
        }
        // Where all have ended the curves stay where they are.
        if (dynamics_->walkers().active() == 0) {
            t_ = duration;
            observe();
        }
        end_all();
        return true;
    }

    void load(ByteReader& in) {
        // The rows must be known before the dynamics evaluates what it loads.
        planted_.set_rows(in.get_all<index>());
        t_ = in.get<double>();
        in.get_into(std::span<double>(halting_time_));
        curves_.load(in);
        dynamics_->load(in);
    }

    [[nodiscard]] BatchView<float const> ends() const { return x_; }
    [[nodiscard]] BatchView<float const> starts() const { return start_; }
    [[nodiscard]] std::vector<double> const& halting_times() const { return halting_time_; }
    [[nodiscard]] double energy(index i) const {
        return dynamics_->walkers().energy(i) / static_cast<double>(start_.dimension());
    }
    [[nodiscard]] Curves const& curves() const { return curves_; }

private:
    [[nodiscard]] Batch<float> points_at_start(Glass const& glass) const {
        Batch<float> points(parameters_.integer("N"), parameters_.integer("starts"));
        if constexpr (requires { glass.hidden(); })
            if (parameters_.text("start") == "signal") {
                std::ranges::transform(glass.hidden(), points[0].begin(),
                                       [](double v) { return static_cast<float>(v); });
                return points;
            }
        for (index i = 0; i < points.replicas(); ++i) {
            Stream stream(task_.master_seed(), Purpose::start, replica_, 1 + i,
                          salt_of(parameters_));
            random_on_sphere(stream, points[i]);
        }
        return points;
    }

    /// Records where time has come to, and ends the starts that have converged.
    void observe() {
        auto& walkers = dynamics_->walkers();
        Moments energies, correlations;
        for (index i = 0; i < start_.replicas(); ++i) {
            energies.add(energy(i));
            correlations.add(overlap(walkers.position(i), start_[i]));
        }
        curves_.add(t_, energies.mean, correlations.mean);
        if (tolerance_ == 0) return;
        auto const before = walkers.active();
        for (auto a = before - 1; a >= 0; --a)
            if (walkers.gradient_norm(a) < tolerance_) {
                halting_time_[static_cast<std::size_t>(walkers.replica(a))] = t_;
                walkers.end(walkers.replica(a));
            }
        if (walkers.active() < before) planted_.set_rows(rows());
    }

    void end_all() {
        auto& walkers = dynamics_->walkers();
        for (auto a = walkers.active() - 1; a >= 0; --a) walkers.end(walkers.replica(a));
    }

    [[nodiscard]] std::vector<index> rows() const {
        std::vector<index> all;
        for (index a = 0; a < dynamics_->walkers().active(); ++a)
            all.push_back(dynamics_->walkers().replica(a));
        return all;
    }

    void save(ByteWriter& out) const {
        out.put(replica_);
        ByteWriter inner;
        inner.put_all(std::span<index const>(rows()));
        inner.put(t_);
        inner.put_all(std::span<double const>(halting_time_));
        curves_.save(inner);
        dynamics_->save(inner);
        out.put_text(inner.bytes());
    }

    Task& task_;
    Parameters const& parameters_;
    index replica_;
    double temperature_, tolerance_;
    Batch<float> start_, x_;
    PlantedGlass<Glass> planted_;
    std::optional<Langevin<PlantedGlass<Glass>>> dynamics_;
    double t_ = 0;
    std::vector<double> halting_time_;
    Curves curves_;
};

}  // namespace spinscape::glass
