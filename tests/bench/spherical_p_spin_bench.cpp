// SPDX-License-Identifier: BSD-3-Clause
// Spin glasses: energy, gradient (with energy) and Hessian products, of one replica and of replicas
// that share the disorder. Useful operations per coupling and replica: 2, 4 and 6; their share is
// of SGEMM (DGEMM for double), and of one replica also the share of read bandwidth, each coupling
// read once.
#include "limits.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <utility>
#include <vector>

namespace spinscape {
namespace {

constexpr index mixed = 0;

std::vector<PSpinTerm> terms_of(index p) {
    if (p == mixed) return {{.p = 2}, {.p = 3, .coefficient = 0.5}};
    return {{.p = static_cast<int>(p)}};
}

/// Drawn once for all rows of one size, one after the other.
std::shared_ptr<PSpinCouplings const> const& couplings(index p, index N) {
    static std::pair<index, index> made_for = {-1, -1};
    static std::shared_ptr<PSpinCouplings const> made;
    if (std::pair const wanted(p, N); made_for != wanted) {
        made.reset();  // it may be large
        made = std::make_shared<PSpinCouplings const>(N, terms_of(p), 1, 0);
        made_for = wanted;
    }
    return made;
}

template <class Real>
Batch<Real> points(index N, index replicas) {
    Batch<Real> x(N, replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(1, Purpose::start, r);
        random_on_sphere(stream, x[r]);
    }
    return x;
}

/// What is evaluated: a landscape, points, room for the results.
template <class Real>
struct Setting {
    SphericalPSpin<Real> f;
    index replicas;
    typename SphericalPSpin<Real>::Workspace work;
    Batch<Real> x, out;
    std::vector<double> energy;

    explicit Setting(benchmark::State const& state)
        : f(couplings(state.range(0), state.range(1))),
          replicas(state.range(2)),
          work(f.workspace(replicas)),
          x(points<Real>(f.dimension(), replicas)),
          out(f.dimension(), replicas),
          energy(static_cast<std::size_t>(replicas)) {}

    void count(benchmark::State& state, double flops_per_coupling) const {
        double const runs = static_cast<double>(state.iterations());
        double const useful =
            runs * flops_per_coupling / 4 * f.flops_per_gradient() * static_cast<double>(replicas);
        double const bytes = runs * PSpinCouplings::memory_bytes(f.dimension(), f.terms());
        using benchmark::Counter;
        state.counters["GF/s"] = Counter(1e-9 * useful, Counter::kIsRate);
        state.counters["of_gemm_%"] =
            Counter(100 * useful / limits::gemm_rate<Real>(), Counter::kIsRate);
        if (replicas == 1)
            state.counters["of_read_%"] =
                Counter(100 * bytes / limits::read_rate(), Counter::kIsRate);
    }
};

template <class Real>
void energy(benchmark::State& state) {
    Setting<Real> at(state);
    for (auto _ : state) at.f.value(at.x, at.energy, at.work);
    at.count(state, 2);
}

template <class Real>
void gradient(benchmark::State& state) {
    Setting<Real> at(state);
    for (auto _ : state) at.f.value_and_gradient(at.x, at.energy, at.out, at.work);
    at.count(state, 4);
}

template <class Real>
void hessian_product(benchmark::State& state) {
    Setting<Real> at(state);
    auto const v = points<Real>(at.f.dimension(), at.replicas);
    for (auto _ : state) at.f.hessian_times(at.x, v, at.out, at.work);
    at.count(state, 6);
}

/// Sizes whose couplings fill at most 0.7 GB.
void sizes(benchmark::internal::Benchmark* rows) {
    rows->ArgNames({"p", "N", "replicas"})->Unit(benchmark::kMillisecond);
    std::vector<std::pair<index, std::vector<index>>> const all = {
        {2, {25, 50, 100, 250, 500, 800, 1000}},
        {3, {25, 50, 100, 250, 500, 800, 1000}},
        {4, {25, 50, 100, 250}},
        {5, {25, 50, 100}},
        {mixed, {25, 50, 100, 250, 500, 800, 1000}}};
    for (auto const& [p, list] : all)
        for (index const N : list)
            for (index const replicas : {1, 4, 16, 64}) rows->Args({p, N, replicas});
}
void sizes_of_double(benchmark::internal::Benchmark* rows) {
    rows->ArgNames({"p", "N", "replicas"})->Unit(benchmark::kMillisecond);
    for (index const N : {100, 250, 500})
        for (index const replicas : {1, 16}) rows->Args({3, N, replicas});
}
BENCHMARK(energy<float>)->Apply(sizes);
BENCHMARK(gradient<float>)->Apply(sizes);
BENCHMARK(hessian_product<float>)->Apply(sizes);
BENCHMARK(energy<double>)->Apply(sizes_of_double);
BENCHMARK(gradient<double>)->Apply(sizes_of_double);
BENCHMARK(hessian_product<double>)->Apply(sizes_of_double);

void dense_hessian(benchmark::State& state) {
    auto const N = state.range(0);
    SphericalPSpin<double> const f(couplings(3, N));
    auto work = f.workspace(1);
    std::vector<double> x(static_cast<std::size_t>(N), 1.0), H(static_cast<std::size_t>(N * N));
    for (auto _ : state) f.dense_hessian(x, H, work);
    // Per coupling: one product for U, two for the row sums.
    double const useful = static_cast<double>(state.iterations()) * 6 / 4 * f.flops_per_gradient();
    state.counters["GF/s"] = benchmark::Counter(1e-9 * useful, benchmark::Counter::kIsRate);
    state.counters["of_gemm_%"] =
        benchmark::Counter(100 * useful / limits::gemm_rate<double>(), benchmark::Counter::kIsRate);
}
BENCHMARK(dense_hessian)->ArgName("N")->Arg(100)->Arg(250)->Arg(500)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spinscape
