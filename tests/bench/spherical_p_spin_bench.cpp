// SPDX-License-Identifier: BSD-3-Clause
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

/// Arguments: N, replicas. "useful" counts four operations per coupling and replica.
template <class Real>
void gradient(benchmark::State& state) {
    auto const N = state.range(0), replicas = state.range(1);
    SphericalPSpin<Real> const f(N, {{.p = 3}}, 1, 0);
    auto work = f.workspace(replicas);
    Batch<Real> x(N, replicas), g(N, replicas);
    std::vector<double> energy(static_cast<std::size_t>(replicas));
    for (index r = 0; r < replicas; ++r) {
        Stream stream(1, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    for (auto _ : state) f.value_and_gradient(x, energy, g, work);
    state.counters["useful"] =
        benchmark::Counter(f.flops_per_gradient() * static_cast<double>(replicas),
                           benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(gradient<float>)->ArgsProduct({{100, 250, 500}, {1, 16}})->Unit(benchmark::kMillisecond);
BENCHMARK(gradient<double>)->ArgsProduct({{100, 250, 500}, {1, 8}})->Unit(benchmark::kMillisecond);

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
