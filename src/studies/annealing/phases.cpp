// SPDX-License-Identifier: BSD-3-Clause
#include "phases.hpp"

#include "search.hpp"
#include "spinscape/dynamics/conjugate_gradient.hpp"
#include "spinscape/dynamics/cooling.hpp"
#include "spinscape/dynamics/greedy_rotation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinscape::searches {

namespace {

constexpr double end_of_descent = 0.03;  // |P grad H|: H is within 1e-3 of the minimum then
constexpr index between_exchanges = 10;
// Of a step. A Hessian product takes half as many operations again as a gradient.
constexpr double ascent_cost = 1 + 1.5 * static_cast<double>(ascent_products);

/// A dynamics that ends its walkers itself.
template <class Dynamics>
class Downhill final : public Phase {
public:
    template <class... Arguments>
    explicit Downhill(Arguments const&... arguments) : dynamics_(arguments...) {}

    double advance() override {
        auto const active = dynamics_.walkers().active();
        return dynamics_.advance() ? static_cast<double>(active) : 0;
    }
    void finish() override {
        if constexpr (requires { dynamics_.finish(); })
            dynamics_.finish();
        else
            dynamics_.walkers().end_all();
    }
    void save(ByteWriter& out) override { dynamics_.save(out); }
    void load(ByteReader& in) override { dynamics_.load(in); }

private:
    Dynamics dynamics_;
};

/// A dynamics of fixed length that costs the same in each of its steps.
template <class Dynamics>
class Journey final : public Phase {
public:
    Journey(Dynamics dynamics, double cost) : dynamics_(std::move(dynamics)), cost_(cost) {}

    double advance() override {
        if (over_) return 0;
        over_ = !dynamics_.advance();
        return cost_;
    }
    void save(ByteWriter& out) override {
        out.put(over_);
        dynamics_.save(out);
    }
    void load(ByteReader& in) override {
        over_ = in.get<bool>();
        dynamics_.load(in);
    }

private:
    Dynamics dynamics_;
    double cost_;
    bool over_ = false;
};

class Split final : public Phase {
public:
    Split(std::vector<Glass> parts, BatchView<float> x, index steps)
        : parts_(std::move(parts)),
          replicas_(x.replicas()),
          steps_(steps),
          descent_(parts_, x, StepSchedule::source(std::numeric_limits<index>::max())) {}

    double advance() override {
        if (descent_.steps() >= steps_) return 0;
        descent_.advance();
        return static_cast<double>(replicas_);
    }
    void save(ByteWriter& out) override { descent_.save(out); }
    void load(ByteReader& in) override { descent_.load(in); }

private:
    std::vector<Glass> parts_;
    index replicas_, steps_;
    SplitDescent<Glass> descent_;
};

class Thermal : public Phase {
public:
    Thermal(Glass const& f, BatchView<float> x, double step, double temperature, index steps,
            NoiseKey const& key)
        : langevin_(
              f, x,
              {.scheme = LangevinOptions::Scheme::mala, .step = step, .temperature = temperature},
              key),
          steps_(steps) {}

    double advance() override {
        if (langevin_.steps() >= steps_) return 0;
        before();
        langevin_.advance();
        after();
        return static_cast<double>(langevin_.walkers().active());
    }
    void finish() override { langevin_.walkers().end_all(); }
    void save(ByteWriter& out) override { langevin_.save(out); }
    void load(ByteReader& in) override { langevin_.load(in); }

protected:
    virtual void before() {}
    virtual void after() {}
    Langevin<Glass> langevin_;
    index steps_;
};

class Annealed final : public Thermal {
public:
    Annealed(Glass const& f, BatchView<float> x, double step, Cooling const& cooling,
             NoiseKey const& key, Curve* curve)
        : Thermal(f, x, step, cooling.hottest, cooling.steps, key),
          cooling_(cooling),
          curve_(curve) {}

private:
    void before() override { langevin_.set_temperature(cooling_.at(langevin_.steps())); }
    /// Counts for the nearest temperature of the curve.
    void after() override {
        if (curve_ == nullptr) return;
        double const T = langevin_.options().temperature;
        auto const& grid = curve_temperatures();
        auto const nearest = static_cast<std::size_t>(
            std::ranges::min_element(grid, {}, [T](double t) { return std::abs(t - T); }) -
            grid.begin());
        auto const n = langevin_.walkers().replicas();
        auto const N = static_cast<double>(langevin_.walkers().landscape().dimension());
        for (index r = 0; r < n; ++r) curve_->sums[nearest] += langevin_.walkers().energy(r) / N;
        curve_->counts[nearest] += static_cast<double>(n);
    }
    Cooling cooling_;
    Curve* curve_;
};

class Tempered final : public Thermal {
public:
    Tempered(Glass const& f, BatchView<float> x, double step, std::vector<double> const& ladder,
             index steps, NoiseKey const& key, index disorder)
        : Thermal(f, x, step, ladder.front(), steps, key),
          exchange_(inverse(ladder), key.master_seed, disorder) {
        set_temperatures();
    }
    void save(ByteWriter& out) override {
        Thermal::save(out);
        exchange_.write(out);
    }
    void load(ByteReader& in) override {
        Thermal::load(in);
        exchange_.read(in);
    }

private:
    static std::vector<double> inverse(std::vector<double> values) {
        for (double& v : values) v = 1 / v;
        return values;
    }
    void set_temperatures() {
        langevin_.set_temperatures(inverse(exchange_.betas_of(0, exchange_.levels())));
    }
    void after() override {
        if (langevin_.steps() % between_exchanges != 0) return;
        std::vector<double> energies;
        for (index r = 0; r < exchange_.levels(); ++r)
            energies.push_back(langevin_.walkers().energy(r));
        exchange_.exchange(langevin_.steps() / between_exchanges, energies);
        set_temperatures();
    }
    TemperatureExchange exchange_;
};

}  // namespace

index ascent_steps(double budget) {
    return std::max<index>(4, static_cast<index>((1 - last_share) * budget / ascent_cost));
}

index passing_steps(double budget) {
    return std::min<index>(100, static_cast<index>((1 - last_share) * budget));
}

double langevin_step(index N) {
    return 0.06 * std::cbrt(100 / static_cast<double>(N));
}

std::unique_ptr<Phase> descent_phase(Glass const& f, BatchView<float> x, double momentum,
                                     double rate) {
    return std::make_unique<Downhill<MomentumDescent<Glass>>>(
        f, x,
        MomentumOptions{.schedule = StepSchedule::constant(rate),
                        .momentum = momentum,
                        .tolerance = end_of_descent});
}

std::unique_ptr<Phase> greedy_phase(Glass const& f, BatchView<float> x) {
    return std::make_unique<Downhill<GreedyRotation<Glass>>>(
        f, x, GreedyRotationOptions{.tolerance = end_of_descent});
}

std::unique_ptr<Phase> conjugate_phase(Glass const& f, BatchView<float> x) {
    return std::make_unique<Downhill<ConjugateGradient<Glass>>>(
        f, x, ConjugateGradientOptions{.tolerance = end_of_descent});
}

std::unique_ptr<Phase> split_phase(std::vector<Glass> parts, BatchView<float> x, index steps) {
    return std::make_unique<Split>(std::move(parts), x, steps);
}

std::unique_ptr<Phase> ascent_phase(Glass const& f, BatchView<float> x, index steps,
                                    NoiseKey const& key) {
    return std::make_unique<Journey<HessianAscent<Glass>>>(
        HessianAscent<Glass>(f, x, static_cast<double>(f.dimension()),
                             {.steps = steps, .products = ascent_products}, key),
        ascent_cost * static_cast<double>(x.replicas()));
}

std::unique_ptr<Phase> passing_phase(Glass const& f, BatchView<float> x, index steps,
                                     NoiseKey const& key) {
    return std::make_unique<Journey<IncrementalAmp>>(IncrementalAmp(f, x, {.steps = steps}, key),
                                                     static_cast<double>(x.replicas()));
}

std::unique_ptr<Phase> cooling_phase(Glass const& f, BatchView<float> x, double step,
                                     Cooling const& cooling, NoiseKey const& key, Curve* curve) {
    return std::make_unique<Annealed>(f, x, step, cooling, key, curve);
}

std::unique_ptr<Phase> tempering_phase(Glass const& f, BatchView<float> x, double step,
                                       std::vector<double> const& ladder, index steps,
                                       NoiseKey const& key, index disorder) {
    return std::make_unique<Tempered>(f, x, step, ladder, steps, key, disorder);
}

}  // namespace spinscape::searches
