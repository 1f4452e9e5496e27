// SPDX-License-Identifier: BSD-3-Clause
#include "limits.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <benchmark/benchmark.h>

namespace spinscape {
namespace {

void draw_disorder(benchmark::State& state) {
    for (auto _ : state) {
        PSpinCouplings const c(state.range(0), {{.p = 3}}, 1, 0);
        benchmark::DoNotOptimize(c.values(0).data());
    }
}
BENCHMARK(draw_disorder)->Arg(500)->Unit(benchmark::kMillisecond);

template <class Real>
Batch<Real> points(index N, index replicas) {
    Batch<Real> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(1, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

/// Useful operations, and what part of the limits is reached: `flops` per coupling and replica,
/// each coupling read once per group of replicas.
template <class Real>
void count(benchmark::State& state, SphericalPSpin<Real> const& f, index replicas, double flops) {
    double const runs = static_cast<double>(state.iterations());
    double const useful = runs * flops / 4 * f.flops_per_gradient() * static_cast<double>(replicas);
    double const bytes = runs * PSpinCouplings::memory_bytes(f.dimension(), f.terms());
    using benchmark::Counter;
    state.counters["GF/s"] = Counter(1e-9 * useful, Counter::kIsRate);
    state.counters["of_gemm_%"] =
        Counter(100 * useful / limits::gemm_rate<Real>(), Counter::kIsRate);
    if (replicas == 1)
        state.counters["of_read_%"] = Counter(100 * bytes / limits::read_rate(), Counter::kIsRate);
}

/// Arguments: p (0: 2 and 3 mixed), N, replicas.
std::vector<PSpinTerm> terms_of(index p) {
    if (p == 0) return {{.p = 2}, {.p = 3, .coefficient = 0.5}};
    return {{.p = static_cast<int>(p)}};
}

template <class Real>
void gradient(benchmark::State& state) {
    auto const N = state.range(1), replicas = state.range(2);
    SphericalPSpin<Real> const f(N, terms_of(state.range(0)), 1, 0);
    auto work = f.workspace(replicas);
    auto const x = points<Real>(N, replicas);
    Batch<Real> g(N, replicas);
    std::vector<double> energy(static_cast<std::size_t>(replicas));
    for (auto _ : state) f.value_and_gradient(x, energy, g, work);
    count(state, f, replicas, 4);
}

template <class Real>
void hessian_product(benchmark::State& state) {
    auto const N = state.range(1), replicas = state.range(2);
    SphericalPSpin<Real> const f(N, terms_of(state.range(0)), 1, 0);
    auto work = f.workspace(replicas);
    auto const x = points<Real>(N, replicas);
    Batch<Real> Hv(N, replicas);
    for (auto _ : state) f.hessian_times(x, x, Hv, work);
    count(state, f, replicas, 6);
}

void sizes(benchmark::internal::Benchmark* rows) {
    rows->ArgNames({"p", "N", "replicas"})->Unit(benchmark::kMillisecond);
    for (auto const N : {25, 50, 100, 250, 500, 800})
        for (auto const replicas : {1, 4, 16, 64})
            if (N < 800 || replicas <= 16) rows->Args({3, N, replicas});
    for (auto const replicas : {1, 16}) {
        rows->Args({2, 1000, replicas});
        rows->Args({4, 100, replicas});
        rows->Args({5, 50, replicas});
        rows->Args({0, 250, replicas});
    }
}
BENCHMARK(gradient<float>)->Apply(sizes);
BENCHMARK(gradient<double>)->Apply(sizes);
BENCHMARK(hessian_product<double>)->Apply(sizes);

void dense_hessian(benchmark::State& state) {
    auto const N = state.range(0);
    SphericalPSpin<double> const f(N, {{.p = 3}}, 1, 0);
    auto work = f.workspace(1);
    std::vector<double> x(static_cast<std::size_t>(N), 1.0), H(static_cast<std::size_t>(N * N));
    for (auto _ : state) f.dense_hessian(x, H, work);
}
BENCHMARK(dense_hessian)->Arg(250)->Arg(500)->Unit(benchmark::kMillisecond);

void normals(benchmark::State& state) {
    std::vector<float> out(1 << 20);
    Stream stream(1, Purpose::noise, 0);
    for (auto _ : state) stream.fill_normal(std::span<float>(out));
    state.SetItemsProcessed(state.iterations() << 20);
}
BENCHMARK(normals);

}  // namespace
}  // namespace spinscape
