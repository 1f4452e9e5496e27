// SPDX-License-Identifier: BSD-3-Clause
// Steps of every dynamics of a glass. of_evaluations_%: the time of the energies, gradients,
// Hessian products or fields that a step needs, measured alone in the same run, over the time of
// the step: what the dynamics itself leaves.
#include "limits.hpp"
#include "spinscape/dynamics/conjugate_gradient.hpp"
#include "spinscape/dynamics/greedy_rotation.hpp"
#include "spinscape/dynamics/hessian_ascent.hpp"
#include "spinscape/dynamics/incremental_amp.hpp"
#include "spinscape/dynamics/ising_metropolis.hpp"
#include "spinscape/dynamics/ising_search.hpp"
#include "spinscape/dynamics/langevin.hpp"
#include "spinscape/dynamics/momentum_descent.hpp"
#include "spinscape/dynamics/random_walk_metropolis.hpp"
#include "spinscape/dynamics/split_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace spinscape {
namespace {

using Glass = SphericalPSpin<float>;
constexpr index replicas = 16;

struct Setting {
    Glass f;
    Glass::Workspace work;
    Batch<float> x, out;
    std::vector<double> energy = std::vector<double>(replicas);
    double gradient_seconds, value_seconds, product_seconds;

    explicit Setting(benchmark::State const& state)
        : f(state.range(0), {{.p = 3}}, 1, 0),
          work(f.workspace(replicas)),
          x(f.dimension(), replicas),
          out(f.dimension(), replicas) {
        restart();
        gradient_seconds =
            limits::best_seconds(20, [&] { f.value_and_gradient(x, energy, out.view(), work); });
        value_seconds = limits::best_seconds(20, [&] { f.value(x, energy, work); });
        product_seconds =
            limits::best_seconds(20, [&] { f.hessian_times(x, x, out.view(), work); });
    }
    void restart() {
        for (index r = 0; r < replicas; ++r) {
            Stream stream(1, Purpose::start, r);
            random_on_sphere(stream, x[r]);
        }
    }
};

/// `evaluations`: seconds of what one step of all replicas evaluates.
void count(benchmark::State& state, double evaluations, double walkers = replicas) {
    using benchmark::Counter;
    auto const steps = static_cast<double>(state.iterations());
    state.counters["steps/s"] = Counter(steps * walkers, Counter::kIsRate);
    state.counters["of_evaluations_%"] = Counter(100 * steps * evaluations, Counter::kIsRate);
}

void descent(benchmark::State& state) {
    Setting at(state);
    MomentumDescent<Glass> dynamics(at.f, at.x.view(),
                                    {.momentum = state.range(1) == 0 ? 0 : 0.9, .tolerance = 0});
    for (auto _ : state) dynamics.advance();
    count(state, at.gradient_seconds);
}

void greedy_rotation(benchmark::State& state) {
    Setting at(state);
    GreedyRotation<Glass> dynamics(at.f, at.x.view(), {.tolerance = 0});
    for (auto _ : state) dynamics.advance();
    count(state, at.gradient_seconds);
}

void conjugate_gradient(benchmark::State& state) {
    Setting at(state);
    auto dynamics = std::make_unique<ConjugateGradient<Glass>>(
        at.f, at.x.view(), ConjugateGradientOptions{.tolerance = 1});
    for (auto _ : state) {
        if (dynamics->walkers().active() == replicas && dynamics->advance()) continue;
        state.PauseTiming();  // only with all replicas active
        at.restart();
        dynamics = std::make_unique<ConjugateGradient<Glass>>(
            at.f, at.x.view(), ConjugateGradientOptions{.tolerance = 1});
        state.ResumeTiming();
        dynamics->advance();
    }
    count(state, at.gradient_seconds);
}

void langevin(benchmark::State& state) {
    Setting at(state);
    Langevin<Glass> dynamics(
        at.f, at.x.view(),
        {.scheme = state.range(1) == 0 ? LangevinOptions::Scheme::euler_maruyama
                                       : LangevinOptions::Scheme::mala,
         .step = 0.03,
         .temperature = 0.5},
        {.master_seed = 1});
    for (auto _ : state) dynamics.advance();
    count(state, at.gradient_seconds);
}

void random_walk_metropolis(benchmark::State& state) {
    Setting at(state);
    RandomWalkMetropolis<Glass> dynamics(at.f, at.x.view(), {.temperature = 0.5, .step = 0.05},
                                         {.master_seed = 1});
    for (auto _ : state) dynamics.advance();
    count(state, at.value_seconds);
}

void split_descent(benchmark::State& state) {
    Setting at(state);
    std::vector<Glass> parts;
    for (auto const& part : at.f.couplings()->split(2, 1, 0)) parts.emplace_back(part);
    SplitDescent<Glass> dynamics(parts, at.x.view(), StepSchedule::constant(0.05));
    for (auto _ : state) dynamics.advance();
    count(state, at.gradient_seconds);
}

void hessian_ascent(benchmark::State& state) {
    Setting at(state);
    HessianAscentOptions const options{.steps = 1 << 30, .products = 16};
    HessianAscent<Glass> dynamics(at.f, at.x.view(), static_cast<double>(at.f.dimension()), options,
                                  {.master_seed = 1});
    for (auto _ : state) dynamics.advance();
    count(state, at.gradient_seconds + 16 * at.product_seconds);
}

/// A whole journey of 50 steps.
void incremental_amp(benchmark::State& state) {
    Setting at(state);
    for (auto _ : state) {
        IncrementalAmp dynamics(at.f, at.x.view(), {.steps = 50}, {.master_seed = 1});
        while (dynamics.advance()) {
        }
    }
    count(state, 49 * at.gradient_seconds, 49 * replicas);
}

BENCHMARK(descent)->ArgNames({"N", "momentum"})->Args({100, 0})->Args({100, 1})->Args({250, 1});
BENCHMARK(greedy_rotation)->ArgName("N")->Arg(100)->Arg(250);
BENCHMARK(conjugate_gradient)->ArgName("N")->Arg(100)->Arg(250);
BENCHMARK(langevin)->ArgNames({"N", "corrected"})->Args({100, 0})->Args({100, 1})->Args({250, 1});
BENCHMARK(random_walk_metropolis)->ArgName("N")->Arg(100)->Arg(250);
BENCHMARK(split_descent)->ArgName("N")->Arg(100)->Arg(250);
BENCHMARK(hessian_ascent)->ArgName("N")->Arg(100)->Arg(250);
BENCHMARK(incremental_amp)->ArgName("N")->Arg(100)->Arg(250);

/// A sweep of 16 Ising walkers; steps/s counts visits of a spin.
void ising_metropolis(benchmark::State& state) {
    auto const N = state.range(0);
    IsingPSpin const model(N, 3, CouplingLaw::gaussian, 1, 0);
    IsingFields const fields(model);
    IsingWalkers walkers(model, fields, 1, 0, 0, replicas);
    std::vector<double> const betas(replicas, 1.0);
    std::vector<float> storage(static_cast<std::size_t>((N + IsingFields::padding + 1) * 16), 1.0F);
    auto* spins = storage.data();
    while (reinterpret_cast<std::uintptr_t>(spins) % 64 != 0) ++spins;
    alignas(64) float out[16];
    double const visits = limits::best_seconds(20, [&] {
        for (index i = 0; i < N; ++i) fields(i, spins, out);
    });
    index sweep = 0;
    for (auto _ : state) walkers.sweep(sweep++, betas);
    count(state, visits, static_cast<double>(N) * replicas);
}
BENCHMARK(ising_metropolis)->ArgName("N")->Arg(64)->Arg(128)->Unit(benchmark::kMicrosecond);

/// A flip of one configuration.
void extremal_optimisation(benchmark::State& state) {
    auto const N = state.range(0);
    IsingPSpin const model(N, 3, CouplingLaw::gaussian, 1, 0);
    IsingFields const fields(model);
    IsingConfiguration at(model, fields, Stream(1, Purpose::start, 0));
    ExtremalOptimisation search(at, 1.4, Stream(1, Purpose::noise, 0));
    std::vector<double> response(static_cast<std::size_t>(N));
    double const flip = limits::best_seconds(20,
                                             [&] {
                                                 for (int k = 0; k < 100; ++k)
                                                     fields.response(k % N, at.spins(), response);
                                             }) /
                        100;
    for (auto _ : state) search.advance();
    count(state, flip, 1);
}
BENCHMARK(extremal_optimisation)->ArgName("N")->Arg(64)->Arg(128)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinscape
