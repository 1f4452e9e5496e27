// SPDX-License-Identifier: BSD-3-Clause
// Random numbers: millions per second, and the bytes written against read bandwidth.
#include "limits.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace spinscape {
namespace {

void count(benchmark::State& state, double numbers, double bytes_each) {
    using benchmark::Counter;
    state.counters["M/s"] = Counter(1e-6 * numbers, Counter::kIsRate);
    state.counters["of_read_%"] =
        Counter(100 * numbers * bytes_each / limits::read_rate(), Counter::kIsRate);
}

template <class Real>
void uniform(benchmark::State& state) {
    std::vector<Real> out(static_cast<std::size_t>(state.range(0)));
    Stream stream(1, Purpose::noise, 0);
    for (auto _ : state) stream.fill_uniform(std::span<Real>(out));
    count(state, static_cast<double>(state.iterations() * state.range(0)), sizeof(Real));
}

template <class Real>
void normal(benchmark::State& state) {
    std::vector<Real> out(static_cast<std::size_t>(state.range(0)));
    Stream stream(1, Purpose::noise, 0);
    for (auto _ : state) stream.fill_normal(std::span<Real>(out));
    count(state, static_cast<double>(state.iterations() * state.range(0)), sizeof(Real));
}

void sizes(benchmark::internal::Benchmark* rows) {
    rows->ArgName("n")->Arg(1000)->Arg(1 << 20);
}
BENCHMARK(uniform<float>)->Apply(sizes);
BENCHMARK(uniform<double>)->Apply(sizes);
BENCHMARK(normal<float>)->Apply(sizes);
BENCHMARK(normal<double>)->Apply(sizes);

/// Disorder of a 3-spin glass: normal numbers, scaled and put into their places; in new memory.
void couplings(benchmark::State& state) {
    auto const N = state.range(0);
    for (auto _ : state) {
        PSpinCouplings const c(N, {{.p = 3}}, 1, 0);
        benchmark::DoNotOptimize(c.values(0).data());
    }
    count(state, static_cast<double>(state.iterations()) * PSpinCouplings::count(N, 3),
          sizeof(float));
}
BENCHMARK(couplings)->ArgName("N")->Arg(50)->Arg(100)->Arg(500)->Unit(benchmark::kMillisecond);

void permutation(benchmark::State& state) {
    std::vector<std::int32_t> out(static_cast<std::size_t>(state.range(0)));
    Stream stream(1, Purpose::data_order, 0);
    for (auto _ : state) stream.permutation(out);
    count(state, static_cast<double>(state.iterations() * state.range(0)), sizeof(std::int32_t));
}
BENCHMARK(permutation)->ArgName("n")->Arg(60000);

}  // namespace
}  // namespace spinscape
