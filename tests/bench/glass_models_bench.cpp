// SPDX-License-Identifier: BSD-3-Clause
// Models around the dense p-spin glass: steps of gradient descent per second and core, and the
// share of what limits them: SGEMM where replicas lie in lanes, reading memory for one replica.
#include "limits.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/diluted_p_spin.hpp"
#include "spinscape/landscape/gaussian_field.hpp"
#include "spinscape/landscape/ising_p_spin.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/landscape/spiked.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace spinscape {
namespace {

using benchmark::Counter;

template <class Real>
Batch<Real> points(index N, index replicas) {
    Batch<Real> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(1, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

/// Steps x <- retract(x - rate P grad) of all replicas; `flops` useful ones and `bytes` to be read
/// per step of all replicas.
template <class L>
void descend_for(benchmark::State& state, L const& f, index replicas, double flops, double bytes) {
    using Real = typename L::Real;
    auto x = points<Real>(f.dimension(), replicas);
    Batch<Real> g(f.dimension(), replicas);
    std::vector<double> energy(static_cast<std::size_t>(replicas));
    auto work = f.workspace(replicas);
    for (auto _ : state) {
        f.value_and_gradient(x, energy, g, work);
        for (index r = 0; r < replicas; ++r) {
            f.manifold().project(std::span<Real const>(x[r]), g[r]);
            SphereDescent::step(f.manifold(), x[r], std::span<Real const>(g[r]), 0.05);
        }
    }
    double const runs = static_cast<double>(state.iterations());
    state.counters["steps/s"] = Counter(runs * static_cast<double>(replicas), Counter::kIsRate);
    state.counters["of_gemm_%"] =
        Counter(100 * runs * flops / limits::gemm_rate<Real>(), Counter::kIsRate);
    if (replicas == 1)
        state.counters["of_read_%"] =
            Counter(100 * runs * bytes / limits::read_rate(), Counter::kIsRate);
}

/// Drawn once for all rows of one dilution, one after the other.
std::shared_ptr<DilutedCouplings const> const& diluted(index kept_per_mille) {
    static index made_for = 0;
    static std::shared_ptr<DilutedCouplings const> made;
    if (made_for != kept_per_mille) {
        made.reset();
        made = std::make_shared<DilutedCouplings const>(
            2000, std::vector<PSpinTerm>{{.p = 3}},
            std::vector<double>{1e-3 * static_cast<double>(kept_per_mille)}, 1, 0);
        made_for = kept_per_mille;
    }
    return made;
}

double bytes_of(DilutedCouplings const& couplings) {
    auto const& rows = couplings.rows(0);
    return 6.0 * static_cast<double>(rows.values.size()) +
           2.0 * static_cast<double>(rows.heads.size());
}

template <class Real>
void diluted_step(benchmark::State& state) {
    DilutedPSpin<Real> const f(diluted(state.range(0)));
    auto const replicas = state.range(1);
    descend_for(state, f, replicas, f.flops_per_gradient() * static_cast<double>(replicas),
                bytes_of(*f.couplings()));
}
void dilutions(benchmark::internal::Benchmark* rows) {
    rows->ArgNames({"kept_per_mille", "replicas"})->Unit(benchmark::kMillisecond);
    for (index const kept : {1, 10, 50})
        for (index const replicas : {1, 2, 4, 5, 16}) rows->Args({kept, replicas});
}
BENCHMARK(diluted_step<float>)->Apply(dilutions);
BENCHMARK(diluted_step<double>)->Apply(dilutions);

template <class Real>
void diluted_hessian_product(benchmark::State& state) {
    DilutedPSpin<Real> const f(diluted(state.range(0)));
    auto const replicas = state.range(1);
    auto const x = points<Real>(2000, replicas), v = points<Real>(2000, replicas);
    Batch<Real> out(2000, replicas);
    auto work = f.workspace(replicas);
    for (auto _ : state) f.hessian_times(x, v, out, work);
    state.counters["of_gemm_%"] = Counter(150 * static_cast<double>(state.iterations() * replicas) *
                                              f.flops_per_gradient() / limits::gemm_rate<Real>(),
                                          Counter::kIsRate);
}
BENCHMARK(diluted_hessian_product<float>)
    ->Args({10, 1})
    ->Args({10, 16})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(diluted_hessian_product<double>)->Args({10, 1})->Unit(benchmark::kMillisecond);

/// What has to be drawn to regenerate couplings instead of reading them, at the least: a word for
/// the place of each and its value. The time of diluted_step comes on top, without its reading.
void draw_places_and_values(benchmark::State& state, bool normal) {
    auto const n = diluted(10)->rows(0).values.size();
    std::vector<float> places(4096), values(4096);
    Stream stream(1, Purpose::disorder, 0);
    for (auto _ : state)
        for (std::size_t done = 0; done < n; done += values.size()) {
            stream.fill_uniform(std::span<float>(places));
            if (normal)
                stream.fill_normal(std::span<float>(values));
            else
                stream.fill_uniform(std::span<float>(values));
            benchmark::DoNotOptimize(values.data());
        }
}
void draw_diluted_normal(benchmark::State& state) {
    draw_places_and_values(state, true);
}
void draw_diluted_sign(benchmark::State& state) {
    draw_places_and_values(state, false);
}
BENCHMARK(draw_diluted_normal)->Unit(benchmark::kMillisecond);
BENCHMARK(draw_diluted_sign)->Unit(benchmark::kMillisecond);

void make_diluted(benchmark::State& state) {
    for (auto _ : state) {
        DilutedCouplings const couplings(2000, {{.p = 3}}, {0.01}, 1, state.iterations());
        benchmark::DoNotOptimize(couplings.rows(0).values.data());
    }
}
BENCHMARK(make_diluted)->Unit(benchmark::kMillisecond);

void dense_step(benchmark::State& state) {
    static SphericalPSpin<float> const f(500, {{.p = 3}}, 1, 0);
    auto const replicas = state.range(0);
    descend_for(state, f, replicas, f.flops_per_gradient() * static_cast<double>(replicas),
                f.memory_bytes(500, f.terms()));
}
void spiked_step(benchmark::State& state) {
    static Spiked const f(SphericalPSpin<float>(500, {{.p = 3}}, 1, 0), {.lambda = 2, .order = 3},
                          1, 0);
    auto const replicas = state.range(0);
    descend_for(state, f, replicas, f.glass().flops_per_gradient() * static_cast<double>(replicas),
                f.glass().memory_bytes(500, f.glass().terms()));
}
BENCHMARK(dense_step)->ArgName("replicas")->Arg(1)->Arg(16)->Unit(benchmark::kMillisecond);
BENCHMARK(spiked_step)->ArgName("replicas")->Arg(1)->Arg(16)->Unit(benchmark::kMillisecond);

/// Phases and gradient: four flops per component of every wave vector.
void field_gradient(benchmark::State& state) {
    auto const N = state.range(0);
    GaussianField const f(N, GaussianField::Covariance::gaussian, 1, 0);
    auto const x = points<double>(N, 1);
    Batch<double> g(N, 1);
    double energy = 0;
    auto work = f.workspace(1);
    for (auto _ : state) f.value_and_gradient(x, {&energy, 1}, g, work);
    double const runs = static_cast<double>(state.iterations());
    state.counters["steps/s"] = Counter(runs, Counter::kIsRate);
    state.counters["of_read_%"] =
        Counter(100 * runs * 8 * static_cast<double>(N * f.waves()) / limits::read_rate(),
                Counter::kIsRate);
}
BENCHMARK(field_gradient)->ArgName("N")->Arg(50)->Arg(200)->Unit(benchmark::kMicrosecond);

/// A sweep over all spins of 16 configurations; a field is two flops per coupling and lane.
void ising_sweep(benchmark::State& state) {
    index const N = state.range(0);
    int const p = static_cast<int>(state.range(1));
    IsingFields const fields(IsingPSpin(N, p, CouplingLaw::gaussian, 1, 0));
    Batch<float> spins(16, N + IsingFields::padding);
    for (index i = 0; i < N; ++i)
        for (index l = 0; l < 16; ++l)
            spins[i][static_cast<std::size_t>(l)] = (i + l) % 3 == 0 ? 1.0F : -1.0F;
    alignas(64) float out[16];
    for (auto _ : state)
        for (index i = 0; i < N; ++i) {
            fields(i, spins[0].data(), out);
            benchmark::DoNotOptimize(out);
        }
    double couplings = static_cast<double>(N);
    for (int a = 1; a < p; ++a) couplings *= static_cast<double>(N - a) / a;
    double const runs = static_cast<double>(state.iterations());
    state.counters["sweeps/s"] = Counter(16 * runs, Counter::kIsRate);
    state.counters["of_gemm_%"] =
        Counter(100 * runs * 32 * couplings / limits::gemm_rate<float>(), Counter::kIsRate);
}
BENCHMARK(ising_sweep)
    ->ArgNames({"N", "p"})
    ->Args({64, 3})
    ->Args({24, 4})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinscape
