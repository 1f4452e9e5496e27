// SPDX-License-Identifier: BSD-3-Clause
#include "sample.hpp"

#include "planted_glass.hpp"
#include "shared/critical_points.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/diluted_p_spin.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/stats/moments.hpp"
#include "spinscape/stats/unseen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>

namespace spinscape::glass {

namespace {

/// Two ends are the same minimum above this overlap: a descent that stops at gradient norm g is
/// within g / (softest curvature) of its minimum, different minima are nearly orthogonal.
constexpr double same_minimum = 0.99;

/// Step at time t: the flow is fast at first. Everywhere proportional to `largest`, so that results
/// can be extrapolated in it.
double step_at(double t, double largest) {
    return largest * std::clamp(t / 2, 0.1, 1.0);
}

std::uint64_t salt_of(Parameters const& parameters) {
    std::uint64_t salt = 0;
    for (auto const p : parameters.integers("p")) salt = 100 * salt + static_cast<std::uint64_t>(p);
    return 10000 * salt + static_cast<std::uint64_t>(parameters.integer("N"));
}

double overlap(std::span<float const> a, std::span<float const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum / static_cast<double>(a.size());
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
          start_(points_at_start()),
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
    [[nodiscard]] Batch<float> points_at_start() const {
        Batch<float> points(parameters_.integer("N"), parameters_.integer("starts"));
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

/// Different minima among the ends of converged starts: the first end of each, and how many met it.
struct Minima {
    std::vector<index> start, hits;
};

Minima different_minima(BatchView<float const> ends, std::vector<double> const& halting_times) {
    Minima minima;
    for (index i = 0; i < ends.replicas(); ++i) {
        if (std::isnan(halting_times[static_cast<std::size_t>(i)])) continue;
        std::size_t m = 0;
        while (m < minima.start.size() && overlap(ends[i], ends[minima.start[m]]) < same_minimum)
            ++m;
        if (m == minima.start.size()) {
            minima.start.push_back(i);
            minima.hits.push_back(0);
        }
        ++minima.hits[m];
    }
    return minima;
}

void record_overlaps(Task& task, index replica, BatchView<float const> ends, Minima const& minima) {
    if (minima.start.size() < 2) return;
    Moments first, second;
    std::vector<double> counts(overlap_centres().size(), 0.0);
    for (std::size_t a = 0; a < minima.start.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            auto const q = overlap(ends[minima.start[a]], ends[minima.start[b]]);
            first.add(q);
            second.add(q * q);
            auto const bin = std::lround((q - overlap_centres().front()) /
                                         (overlap_centres()[1] - overlap_centres()[0]));
            ++counts[static_cast<std::size_t>(std::clamp<long>(bin, 0, std::ssize(counts) - 1))];
        }
    task.record(replica, "overlap", first.mean);
    task.record(replica, "overlap_squared", second.mean);
    for (auto& count : counts) count /= static_cast<double>(first.count);
    task.record(replica, "overlap_share", counts);
}

/// Certificates of the different minima that were met.
template <class Measuring>
void record_minima(Task& task, index replica, Measuring const& measuring,
                   BatchView<float const> starts, BatchView<float const> ends,
                   Minima const& minima) {
    auto const timer = task.phase("certificates");
    auto const& parameters = task.parameters();
    auto const N = parameters.integer("N");
    auto const size = static_cast<double>(N);
    auto const terms = terms_of(parameters);
    auto const b = parameters.real("start_beta");
    Moments energy, softest, upper_edge, of_index_0;
    std::vector<double> planted(static_cast<std::size_t>(N)), x(planted);
    for (std::size_t m = 0; m < minima.start.size(); ++m) {
        std::ranges::copy(starts[minima.start[m]], planted.begin());
        std::ranges::copy(ends[minima.start[m]], x.begin());
        PlantedGlass<Measuring> const glass(
            measuring, terms, b, BatchView<double const>(std::span<double const>(planted)));
        glass.manifold().retract(std::span<double>(x));
        auto const certificate = certify(glass, std::span<double const>(x));
        auto const hits = minima.hits[m];
        energy.add(certificate.value / size);
        for (index h = 0; h < hits; ++h) {
            softest.add(certificate.lowest);
            of_index_0.add(certificate.index == 0 ? 1 : 0);
        }
        // Only a pure model, nothing planted, has its shift known from its energy.
        if (terms.size() == 1 && b == 0)
            upper_edge.add(certificate.highest + terms[0].p * certificate.value / size);
        task.add_point(
            replica,
            studies::critical_point_values(
                "energy", certificate, N - 1,
                {.kind = studies::kind_of(certificate, N - 1),
                 .distance = std::sqrt(2 * size) *
                             std::sqrt(1 - overlap(starts[minima.start[m]], ends[minima.start[m]])),
                 .hits = hits},
                1 / size));
    }
    task.record(replica, "minima_energy", energy.mean);
    task.record(replica, "lowest_eigenvalue", softest.mean);
    task.record(replica, "share_of_index_0", of_index_0.mean);
    if (upper_edge.count > 0) task.record(replica, "upper_edge", upper_edge.mean);
    if (minima.hits.size() > 0) {
        task.record(replica, "minima_met", static_cast<double>(minima.hits.size()));
        task.record(replica, "minima_estimated", richness(minima.hits).value);
    }
}

template <class Glass>
void record_ends(Task& task, index replica, Sample<Glass> const& sample) {
    auto const ends = sample.ends();
    Moments energy, halting;
    double lowest = std::numeric_limits<double>::infinity();
    for (index i = 0; i < ends.replicas(); ++i) {
        energy.add(sample.energy(i));
        lowest = std::min(lowest, sample.energy(i));
        auto const t = sample.halting_times()[static_cast<std::size_t>(i)];
        if (!std::isnan(t)) halting.add(t);
    }
    task.record(replica, "energy", energy.mean);
    if (ends.replicas() > 1) task.record(replica, "energy_deviation", energy.standard_deviation());
    task.record(replica, "lowest_energy", lowest);
    task.record(replica, "energy_curve", sample.curves().energy());
    task.record(replica, "correlation_curve", sample.curves().correlation());
    if (task.parameters().real("temperature") > 0 || task.parameters().real("tolerance") == 0)
        return task.finish(replica, Outcome::completed);
    task.finish(replica,
                halting.count == ends.replicas() ? Outcome::converged : Outcome::out_of_budget);
    if (halting.count > 0) task.record(replica, "halting_time", halting.mean);
}

/// `make(replica)` draws the couplings of a sample; `Measuring` evaluates them in double precision.
template <class Measuring, class Make>
void run_with(Task& task, Make const& make) {
    using Glass = std::invoke_result_t<Make, index>;
    auto const& parameters = task.parameters();
    auto const end = task.first() + task.count();
    auto first = task.first();
    std::string state;
    task.resume([&](ByteReader& in) {
        first = in.get<index>();
        state = in.get_text();
    });
    for (auto replica = first; replica < end; ++replica) {
        auto const key =
            fmt::format("{} {} {} {} {}", salt_of(parameters), task.master_seed(), replica,
                        to_text(parameters.value("weights")), parameters.real("kept"));
        auto const glass = task.cache().get<Glass>("glass", key, [&] {
            auto const timer = task.phase("disorder");
            return make(replica);
        });
        Sample<Glass> sample(task, *glass, replica);
        if (!state.empty()) {
            ByteReader in(state);
            sample.load(in);
            state.clear();
        }
        if (!sample.follow()) return;
        record_ends(task, replica, sample);
        auto const minima = different_minima(sample.ends(), sample.halting_times());
        if (minima.start.empty()) continue;
        record_overlaps(task, replica, sample.ends(), minima);
        if (parameters.flag("certificates"))
            record_minima(task, replica, Measuring(glass->couplings()), sample.starts(),
                          sample.ends(), minima);
    }
}

}  // namespace

std::vector<double> const& curve_times() {
    static std::vector<double> const times = {0.4, 0.8, 1.6, 3.2, 4.8, 8,  12,
                                              16,  20,  24,  32,  48,  64, 96};
    return times;
}

std::vector<double> overlap_centres() {
    std::vector<double> centres;
    for (int i = -25; i <= 25; ++i) centres.push_back(0.04 * i);
    return centres;
}

std::vector<PSpinTerm> terms_of(Parameters const& parameters) {
    auto const& orders = parameters.integers("p");
    auto const& weights = parameters.reals("weights");
    std::vector<PSpinTerm> terms;
    for (std::size_t i = 0; i < orders.size(); ++i)
        terms.push_back(
            {.p = static_cast<int>(orders[i]),
             .coefficient =
                 std::sqrt(weights.empty() ? 1 / static_cast<double>(orders.size()) : weights[i])});
    return terms;
}

std::vector<double> kept_of(Parameters const& parameters) {
    return std::vector<double>(parameters.integers("p").size(), parameters.real("kept"));
}

void run(Task& task) {
    auto const& parameters = task.parameters();
    auto const N = parameters.integer("N");
    auto const terms = terms_of(parameters);
    if (parameters.real("kept") < 1)
        run_with<DilutedPSpin<double>>(task, [&](index replica) {
            return DilutedPSpin<float>(N, terms, kept_of(parameters), task.master_seed(), replica);
        });
    else
        run_with<SphericalPSpin<double>>(task, [&](index replica) {
            return SphericalPSpin<float>(N, terms, task.master_seed(), replica);
        });
}

}  // namespace spinscape::glass
