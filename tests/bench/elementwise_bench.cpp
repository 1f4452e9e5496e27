// SPDX-License-Identifier: BSD-3-Clause
// Passes over activations that lie in the first-level cache, as those of a minibatch do: billions
// of elements per second, and the bytes read and written against read bandwidth of the memory.
#include "elementwise.hpp"
#include "limits.hpp"
#include "spinscape/base/multiversion.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace spinscape {
namespace {

constexpr index n = 2048;

template <class Real>
void count(benchmark::State& state, double elements, double passes) {
    using benchmark::Counter;
    double const all = static_cast<double>(state.iterations()) * elements;
    state.counters["G/s"] = Counter(1e-9 * all, Counter::kIsRate);
    state.counters["of_read_%"] =
        Counter(100 * all * passes * sizeof(Real) / limits::read_rate(), Counter::kIsRate);
}

template <class Real>
std::vector<Real> ramp() {
    std::vector<Real> x(n);
    for (index i = 0; i < n; ++i)
        x[static_cast<std::size_t>(i)] = static_cast<Real>(i - n / 2) / static_cast<Real>(n / 4);
    return x;
}

template <class Real>
void exponential(benchmark::State& state) {
    auto const from = ramp<Real>();
    auto x = from;
    for (auto _ : state) {
        x = from;
        kernels::exponential(x.data(), n);
        benchmark::DoNotOptimize(x.data());
    }
    count<Real>(state, n, 2);
}
BENCHMARK(exponential<float>);
BENCHMARK(exponential<double>);

template <class Real>
void activate(benchmark::State& state) {
    auto const from = ramp<Real>();
    auto x = from;
    for (auto _ : state) {
        x = from;
        kernels::activate(static_cast<Activation>(state.range(0)), 0.01, x.data(), n);
        benchmark::DoNotOptimize(x.data());
    }
    count<Real>(state, n, 2);
}

template <class Real>
void multiply_slope(benchmark::State& state) {
    auto const a = ramp<Real>();
    std::vector<Real> d(n, 1);
    for (auto _ : state) {
        kernels::multiply_slope(static_cast<Activation>(state.range(0)), 0.01, a.data(), d.data(),
                                n);
        benchmark::DoNotOptimize(d.data());
    }
    count<Real>(state, n, 3);
}

void activations(benchmark::internal::Benchmark* rows) {
    rows->ArgName("activation");
    for (std::size_t i = 0; i < activation_names().size(); ++i) rows->Arg(static_cast<index>(i));
}
BENCHMARK(activate<float>)->Apply(activations);
BENCHMARK(activate<double>)->Apply(activations);
BENCHMARK(multiply_slope<float>)->Apply(activations);

/// 100 samples of 10 classes, in rows of 16.
template <class Real>
void loss_and_slope(benchmark::State& state) {
    constexpr index rows = 100, classes = 10, columns = 16;
    std::int32_t const label = 3;
    std::vector<std::int32_t const*> const labels(rows, &label);
    auto from = ramp<Real>();
    from.resize(rows * columns);
    auto z = from;
    for (auto _ : state) {
        z = from;
        benchmark::DoNotOptimize(kernels::loss_and_slope(
            Loss::cross_entropy, rows, classes, columns, labels.data(), Real(1) / rows, z.data()));
    }
    count<Real>(state, rows * classes, 2);
}
BENCHMARK(loss_and_slope<float>);
BENCHMARK(loss_and_slope<double>);

SPINSCAPE_INLINE double next(double x) {
    return x + 1;
}

/// What it costs to choose the instruction set: a call that does nothing else.
void dispatch(benchmark::State& state) {
    double x = 0;
    for (auto _ : state) {
        x = multiversion<next>(x);
        benchmark::DoNotOptimize(x);
    }
}
BENCHMARK(dispatch);

}  // namespace
}  // namespace spinscape
