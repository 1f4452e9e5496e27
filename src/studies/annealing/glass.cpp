// SPDX-License-Identifier: BSD-3-Clause
// Searches on a spherical glass: a group of 16 walkers goes through rounds of two stages, a method
// of its own and a descent by conjugate gradients, until the budget is spent.
#include "phases.hpp"
#include "search.hpp"
#include "spinscape/dynamics/cooling.hpp"
#include "spinscape/dynamics/population_annealing.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinscape::searches {

namespace {

constexpr index split_parts = 4;

std::shared_ptr<Glass const> glass(Task& task, index disorder) {
    auto const N = task.parameters().integer("N");
    auto const p = static_cast<int>(task.parameters().integer("p"));
    auto const key = fmt::format("{} {} {} {}", p, N, disorder, task.master_seed());
    return task.cache().get<Glass>("glass", key, [&] {
        auto const timer = task.phase("disorder");
        return Glass(N, {{.p = p}}, task.master_seed(), disorder);
    });
}

/// Walkers of round k of a disorder sample have numbers of their own.
NoiseKey key_of(Task& task, index disorder, index round) {
    auto const& parameters = task.parameters();
    return {.master_seed = task.master_seed(),
            .first_replica = walkers * round,
            .salt = static_cast<std::uint64_t>(disorder << 32 | parameters.integer("N") << 8 |
                                               parameters.integer("p"))};
}

void start(BatchView<float> x, NoiseKey const& key) {
    for (index r = 0; r < x.replicas(); ++r) {
        Stream stream(key.master_seed, Purpose::start, key.first_replica + r, 0, key.salt);
        random_on_sphere(stream, x[r]);
    }
}

class Rounds final : public Search {
public:
    Rounds(Task& task, index disorder)
        : task_(task),
          method_(task.parameters().text("method")),
          budget_(task.parameters().real("budget")),
          disorder_(disorder),
          f_(glass(task, disorder)),
          x_(f_->dimension(), walkers),
          curve_{std::vector<double>(curve_temperatures().size()),
                 std::vector<double>(curve_temperatures().size())} {
        begin();
    }

    bool advance() override {
        double const cost = phase_->advance() / walkers;
        tally_.spent += cost;
        bool const out = tally_.spent >= budget_;
        if (cost > 0 && !out) return true;
        bool const over = cost == 0;
        phase_->finish();
        auto const energies = evaluate();
        if (stage_ == 0 && !out) {
            if (round_ == 0) tally_.before = mean(energies);
            ++stage_;
            begin();
            return true;
        }
        // What the budget cuts off counts only where nothing was finished before.
        for (double const e : energies) tally_.lowest = std::min(tally_.lowest, e);
        if (over || tally_.ends == 0) {
            for (double const e : energies) tally_.sum += e;
            tally_.ends += walkers;
        }
        if (out || !repeats()) return false;
        ++round_;
        stage_ = 0;
        begin();
        return true;
    }
    [[nodiscard]] std::vector<double> curve() const override {
        if (method_ != "annealing") return {};
        std::vector<double> means;
        for (std::size_t i = 0; i < curve_.sums.size(); ++i)
            means.push_back(curve_.counts[i] > 0 ? curve_.sums[i] / curve_.counts[i] : missing);
        return means;
    }

    void save(ByteWriter& out) override {
        out.put(tally_);
        out.put(round_);
        out.put(stage_);
        out.put_all(std::span<double const>(curve_.sums));
        out.put_all(std::span<double const>(curve_.counts));
        for (index r = 0; r < walkers; ++r) out.put_all(std::span<float const>(x_[r]));
        phase_->save(out);
    }
    void load(ByteReader& in) override {
        tally_ = in.get<Tally>();
        round_ = in.get<index>();
        stage_ = in.get<index>();
        in.get_into(std::span<double>(curve_.sums));
        in.get_into(std::span<double>(curve_.counts));
        Batch<float> points(f_->dimension(), walkers);
        for (index r = 0; r < walkers; ++r) in.get_into(points[r]);
        begin();
        for (index r = 0; r < walkers; ++r) std::ranges::copy(points[r], x_[r].begin());
        phase_->load(in);
    }

private:
    [[nodiscard]] bool descends() const {
        return method_ == "descent" || method_ == "momentum" || method_ == "conjugate_gradient" ||
               method_ == "greedy";
    }
    [[nodiscard]] bool repeats() const { return descends() || method_ == "message_passing"; }

    void begin() {
        auto const key = key_of(task_, disorder_, round_);
        if (stage_ == 0) start(x_, key);
        if (descends()) stage_ = 1;
        if (stage_ == 0)
            phase_ = explore(key);
        else if (method_ == "descent")
            phase_ = descent_phase(*f_, x_, 0, 0.15);
        else if (method_ == "momentum")
            phase_ = descent_phase(*f_, x_, 0.9, 0.1);
        else if (method_ == "greedy")
            phase_ = greedy_phase(*f_, x_);
        else
            phase_ = conjugate_phase(*f_, x_);
    }
    std::unique_ptr<Phase> explore(NoiseKey const& key) {
        auto const& parameters = task_.parameters();
        auto const N = f_->dimension();
        auto const steps = static_cast<index>((1 - last_share) * budget_);
        if (method_ == "split") {
            auto const timer = task_.phase("disorder");
            std::vector<Glass> parts;
            for (auto const& part :
                 f_->couplings()->split(split_parts, task_.master_seed(), disorder_))
                parts.emplace_back(part);
            return split_phase(std::move(parts), x_, steps);
        }
        if (method_ == "hessian_ascent") return ascent_phase(*f_, x_, ascent_steps(budget_), key);
        if (method_ == "message_passing")
            return passing_phase(*f_, x_, passing_steps(budget_), key);
        if (method_ == "tempering")
            return tempering_phase(*f_, x_, langevin_step(N), ladder(parameters), steps, key,
                                   disorder_);
        double const T = parameters.real("temperature");
        bool const cools = method_ == "annealing";
        return cooling_phase(*f_, x_, langevin_step(N),
                             {.hottest = cools ? parameters.real("hottest") : T,
                              .coldest = cools ? parameters.real("coldest") : T,
                              .steps = steps},
                             key, cools ? &curve_ : nullptr);
    }
    std::vector<double> evaluate() {
        std::vector<double> energies(walkers);
        auto work = f_->workspace(walkers);
        for (index r = 0; r < walkers; ++r) f_->manifold().retract(x_[r]);  // cut short: inside
        f_->value(x_, energies, work);
        for (double& e : energies) e /= static_cast<double>(f_->dimension());
        return energies;
    }
    static double mean(std::vector<double> const& values) {
        double sum = 0;
        for (double const v : values) sum += v;
        return sum / static_cast<double>(values.size());
    }

    Task& task_;
    std::string method_;
    double budget_;
    index disorder_;
    std::shared_ptr<Glass const> f_;
    Batch<float> x_;
    Curve curve_;
    std::unique_ptr<Phase> phase_;
    index round_ = 0, stage_ = 0;
};

/// Population annealing: walkers, of which there are as many as `population` says, share the budget
/// of a group and may live on several ranks. Resampled every few steps at growing inverse
/// temperature, then a descent.
class Population final : public Search {
public:
    Population(Task& task, index disorder)
        : crew_(task.crew()),
          size_(task.parameters().integer("population")),
          f_(glass(task, disorder)),
          N_(static_cast<double>(f_->dimension())),
          share_(crew_.share(size_)),
          budget_(task.parameters().real("budget") * walkers / static_cast<double>(size_)),
          stages_(
              std::max<index>(2, static_cast<index>((1 - descent_share) * budget_ / stage_cost))),
          coldest_(1 / task.parameters().real("coldest")),
          x_(f_->dimension(), share_.count),
          annealing_(size_, 0, task.master_seed(), disorder),
          key_(key_of(task, disorder, 0)),
          energies_(static_cast<std::size_t>(share_.count)) {
        key_.first_replica = share_.first;
        start(x_, key_);
        evaluate();
    }

    bool advance() override {
        if (stage_ < stages_) {
            move();
            ++stage_;
            return true;
        }
        descend();
        return false;
    }

    /// The same bytes whatever the size of the crew. Collective.
    void save(ByteWriter& out) override {
        out.put(tally_);
        out.put(stage_);
        annealing_.write(out);
        out.put_all(std::span<double const>(all_points()));
    }
    void load(ByteReader& in) override {
        tally_ = in.get<Tally>();
        stage_ = in.get<index>();
        annealing_.read(in);
        auto const points = in.get_all<double>();
        for (index r = 0; r < share_.count; ++r) take(r, points, share_.first + r);
        evaluate();
    }

private:
    static constexpr double descent_share = 0.3;  // walkers are many, their annealing short
    static constexpr index steps = 4;             // between resamplings
    static constexpr double stage_cost = steps + 1;

    void evaluate() {
        auto work = f_->workspace(share_.count);
        f_->value(x_, energies_, work);
    }
    std::vector<double> all_points() {
        std::vector<double> mine;
        for (index r = 0; r < share_.count; ++r)
            mine.insert(mine.end(), x_[r].begin(), x_[r].end());
        return crew_.all_gather(mine);
    }
    void take(index r, std::vector<double> const& points, index walker) {
        auto const n = f_->dimension();
        for (index i = 0; i < n; ++i)
            x_[r][static_cast<std::size_t>(i)] =
                static_cast<float>(points[static_cast<std::size_t>(walker * n + i)]);
    }

    void move() {
        double const beta =
            coldest_ * static_cast<double>(stage_ + 1) / static_cast<double>(stages_);
        auto const source = annealing_.resample(beta, crew_.all_gather(energies_));
        auto const points = all_points();
        for (index r = 0; r < share_.count; ++r)
            take(r, points, source[static_cast<std::size_t>(share_.first + r)]);
        auto key = key_;
        key.salt += static_cast<std::uint64_t>(stage_ + 1) << 48;  // noise of its own
        Langevin<Glass> langevin(*f_, x_,
                                 {.scheme = LangevinOptions::Scheme::mala,
                                  .step = langevin_step(f_->dimension()),
                                  .temperature = 1 / beta},
                                 key);
        for (index k = 0; k < steps; ++k) langevin.advance();
        for (index r = 0; r < share_.count; ++r)
            energies_[static_cast<std::size_t>(r)] = langevin.walkers().energy(r);
        langevin.walkers().end_all();
        tally_.spent += stage_cost * static_cast<double>(size_) / walkers;
    }

    void descend() {
        tally_.before = 0;
        for (double const e : crew_.all_gather(energies_))
            tally_.before += e / N_ / static_cast<double>(size_);
        // Each walker has what is left to it: how long a descent takes depends on no neighbour.
        auto const descent = conjugate_phase(*f_, x_);
        double cost = 0;
        for (double step = 0; step < descent_share * budget_; ++step) {
            double const active = descent->advance();
            if (active == 0) break;
            cost += active;
        }
        descent->finish();
        evaluate();
        for (double const c : crew_.all_gather(std::span(&cost, 1))) tally_.spent += c / walkers;
        for (double const e : crew_.all_gather(energies_)) {
            tally_.lowest = std::min(tally_.lowest, e / N_);
            tally_.sum += e / N_;
        }
        tally_.ends = static_cast<double>(size_);
        tally_.families = static_cast<double>(annealing_.families());
        tally_.log_ratio = annealing_.log_partition_ratio() / N_;
    }

    parallel::Crew& crew_;
    index size_;
    std::shared_ptr<Glass const> f_;
    double N_;
    parallel::Crew::Share share_;
    double budget_;
    index stages_, stage_ = 0;
    double coldest_;
    Batch<float> x_;
    PopulationAnnealing annealing_;
    NoiseKey key_;
    std::vector<double> energies_;  // of this rank's walkers
};

}  // namespace

std::vector<double> const& curve_temperatures() {
    static std::vector<double> const grid = [] {
        std::vector<double> T;
        for (int i = 30; i >= 1; --i) T.push_back(0.05 * i);
        return T;
    }();
    return grid;
}

std::vector<std::string> const& glass_methods() {
    static std::vector<std::string> const names = {
        "descent",   "split",     "momentum",   "conjugate_gradient", "greedy",         "langevin",
        "annealing", "tempering", "population", "hessian_ascent",     "message_passing"};
    return names;
}

std::vector<double> ladder(Parameters const& parameters) {
    double const hottest = parameters.real("ladder_top"), coldest = parameters.real("temperature");
    std::vector<double> temperatures;
    for (index l = 0; l < walkers; ++l)
        temperatures.push_back(hottest *
                               std::pow(coldest / hottest, static_cast<double>(l) / (walkers - 1)));
    return temperatures;
}

std::unique_ptr<Search> search_glass(Task& task, index disorder) {
    if (task.parameters().text("method") == "population")
        return std::make_unique<Population>(task, disorder);
    return std::make_unique<Rounds>(task, disorder);
}

}  // namespace spinscape::searches
