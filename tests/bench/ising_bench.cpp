// SPDX-License-Identifier: BSD-3-Clause
// Ising p-spin glasses: local fields of 16 configurations, Metropolis sweeps, and steps of parallel
// tempering (a sweep of every walker and the exchange of temperatures). A visit of a spin needs its
// local field: 2 operations per coupling of that spin. of_gemm_%: the share of SGEMM that these
// operations alone reach; of_read_%: the share of read bandwidth, couplings read once for 16 lanes.
#include "limits.hpp"
#include "spinscape/dynamics/ising_metropolis.hpp"
#include "spinscape/dynamics/temperature_exchange.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

namespace spinscape {
namespace {

/// A model and walkers between temperatures 2.2 and 0.7, as the study parallel_tempering has them.
struct Setting {
    index N;
    int p;
    index walkers;
    IsingPSpin model;
    IsingFields fields;
    IsingWalkers all;
    std::vector<double> betas;

    explicit Setting(benchmark::State const& state)
        : N(state.range(1)),
          p(static_cast<int>(state.range(0))),
          walkers(state.range(2)),
          model(N, p, CouplingLaw::gaussian, 1, 0),
          fields(model),
          all(model, fields, 1, 0, 0, walkers) {
        for (index w = 0; w < walkers; ++w)
            betas.push_back(1 / (2.2 * std::pow(0.7 / 2.2, static_cast<double>(w) /
                                                               static_cast<double>(walkers))));
    }

    /// (N-1 choose p-1)
    [[nodiscard]] double couplings_per_spin() const {
        double count = 1;
        for (int k = 1; k < p; ++k) count *= static_cast<double>(N - k) / k;
        return count;
    }

    void count(benchmark::State& state, double updates_per_run) const {
        using benchmark::Counter;
        double const updates = static_cast<double>(state.iterations()) * updates_per_run;
        double const flops = updates * 2 * couplings_per_spin();
        double const bytes = updates / IsingFields::lanes * sizeof(float) * couplings_per_spin();
        state.counters["updates/s"] = Counter(updates, Counter::kIsRate);
        state.counters["GF/s"] = Counter(1e-9 * flops, Counter::kIsRate);
        state.counters["of_gemm_%"] =
            Counter(100 * flops / limits::gemm_rate<float>(), Counter::kIsRate);
        state.counters["of_read_%"] = Counter(100 * bytes / limits::read_rate(), Counter::kIsRate);
    }
};

void local_fields(benchmark::State& state) {
    Setting const at(state);
    constexpr auto lanes = static_cast<std::size_t>(IsingFields::lanes);
    std::vector<float> storage(static_cast<std::size_t>(at.N + IsingFields::padding + 1) * lanes);
    auto* spins = storage.data();
    while (reinterpret_cast<std::uintptr_t>(spins) % 64 != 0) ++spins;
    for (std::size_t i = 0; i < static_cast<std::size_t>(at.N) * lanes; ++i)
        spins[i] = i * i % 7 < 3 ? -1.0F : 1.0F;
    alignas(64) float field[lanes];
    for (auto _ : state)
        for (index i = 0; i < at.N; ++i) {
            at.fields(i, spins, field);
            benchmark::DoNotOptimize(field);
        }
    at.count(state, static_cast<double>(at.N) * IsingFields::lanes);
}

void metropolis_sweep(benchmark::State& state) {
    Setting at(state);
    index sweep = 0;
    for (auto _ : state) at.all.sweep(sweep++, at.betas);
    at.count(state, static_cast<double>(at.N * at.walkers));
}

void tempering_step(benchmark::State& state) {
    Setting at(state);
    TemperatureExchange exchange(at.betas, 1, 0);
    index step = 0;
    for (auto _ : state) {
        at.all.sweep(step, exchange.betas_of(0, at.walkers));
        exchange.exchange(step++, at.all.energies());
    }
    at.count(state, static_cast<double>(at.N * at.walkers));
}

void sizes(benchmark::internal::Benchmark* rows) {
    rows->ArgNames({"p", "N", "walkers"})->Unit(benchmark::kMicrosecond);
    for (index const N : {20, 64, 128, 192}) rows->Args({3, N, 16});
    for (index const N : {64, 1024}) rows->Args({2, N, 16});
    rows->Args({4, 64, 16});
}
void ladders(benchmark::internal::Benchmark* rows) {
    rows->ArgNames({"p", "N", "walkers"})->Unit(benchmark::kMicrosecond);
    for (index const N : {20, 64, 128, 192}) rows->Args({3, N, 48});
    rows->Args({3, 64, 12});  // a fourth of them: one of four ranks
}
BENCHMARK(local_fields)->Apply(sizes);
BENCHMARK(metropolis_sweep)->Apply(sizes);
BENCHMARK(tempering_step)->Apply(ladders);

}  // namespace
}  // namespace spinscape
