// SPDX-License-Identifier: BSD-3-Clause
// Time of a whole training step (minibatch, loss, gradient, update, order of the data) per seed,
// and the useful multiply-adds 2 B (2 D h + 3 h C) per second, next to SGEMM of the same run.
#include "limits.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/initialisation.hpp"
#include "spinscape/dynamics/training.hpp"
#include "spinscape/linalg/blas.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace spinscape {
namespace {

constexpr index inputs = 100, classes = 10;

std::shared_ptr<Samples const> samples(index count) {
    Samples data;
    Stream stream(1, Purpose::disorder, 0);
    data.features.resize(static_cast<std::size_t>(count * inputs));
    stream.fill_uniform(std::span<float>(data.features));
    for (index i = 0; i < count; ++i)
        data.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
    return std::make_shared<Samples const>(std::move(data));
}

void training_step(benchmark::State& state) {
    linalg::use_one_thread();
    index const h = state.range(0), batch = state.range(1);
    static auto const data = samples(60000);
    Architecture const architecture{.inputs = inputs, .hidden = {h}, .outputs = classes};
    Network<float> const network(architecture, data);
    Batch<float> x(network.dimension(), 1);
    Stream stream(1, Purpose::start, 0);
    initialise(architecture, Start::glorot_uniform, 1, stream, x[0]);
    TrainingOptions options{.epochs = 1, .batch = batch};
    options.learning_rate.initial = 0.01;
    index steps = 0;
    for (auto _ : state)
        steps += train(network, x.view(), 1, 0, 0, options)[0].gradient_evaluations;
    double const flops = 2.0 * static_cast<double>(batch * (2 * inputs * h + 3 * h * classes));
    state.counters["us_per_step"] =
        benchmark::Counter(static_cast<double>(steps) * 1e-6,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["useful_GF/s"] =
        benchmark::Counter(static_cast<double>(steps) * flops * 1e-9, benchmark::Counter::kIsRate);
}
BENCHMARK(training_step)
    ->ArgNames({"h", "batch"})
    ->ArgsProduct({{10, 25, 50, 100, 250, 500}, {10, 100}})
    ->MinTime(0.3)
    ->Unit(benchmark::kMillisecond);

/// Full batch, double. The mathematics needs 2 n (3 D h + 8 h C) operations: forward, along v, and
/// both ways back.
void hessian_product(benchmark::State& state) {
    linalg::use_one_thread();
    index const h = state.range(0);
    static auto const data = samples(60000);
    Architecture const architecture{.inputs = inputs, .hidden = {h}, .outputs = classes};
    Network<double> const network(architecture, data);
    Batch<double> x(network.dimension(), 1), v(network.dimension(), 1), Hv(network.dimension(), 1);
    Stream stream(1, Purpose::start, 0);
    initialise(architecture, Start::glorot_uniform, 1, stream, x[0]);
    stream.fill_normal(v[0]);
    auto work = network.workspace(1);
    for (auto _ : state) network.hessian_times(x.view(), v.view(), Hv.view(), work);
    double const flops =
        2.0 * static_cast<double>(data->count() * (3 * inputs * h + 8 * h * classes));
    double const runs = static_cast<double>(state.iterations());
    state.counters["useful_GF/s"] =
        benchmark::Counter(1e-9 * runs * flops, benchmark::Counter::kIsRate);
    state.counters["of_dgemm_%"] = benchmark::Counter(
        100 * runs * flops / limits::gemm_rate<double>(), benchmark::Counter::kIsRate);
}
BENCHMARK(hessian_product)->ArgName("h")->Arg(50)->Unit(benchmark::kMillisecond);

void sgemm(benchmark::State& state) {
    linalg::use_one_thread();
    index const n = 1024;
    std::vector<float> A(n * n, 1), B(n * n, 1), C(n * n);
    for (auto _ : state)
        linalg::gemm(linalg::Op::plain, linalg::Op::plain, n, n, n, 1.0F, A.data(), n, B.data(), n,
                     0.0F, C.data(), n);
    state.counters["useful_GF/s"] =
        benchmark::Counter(2e-9 * n * n * n, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(sgemm)->MinTime(0.5);

}  // namespace
}  // namespace spinscape
