// SPDX-License-Identifier: BSD-3-Clause
// Whole training steps (order of the data, minibatch, loss, gradient, update), evaluation passes
// and Hessians. "useful": the operations that the mathematics needs; their share is of SGEMM (of
// DGEMM for the Hessians, which are double) in the same run.
//   training_bench --benchmark_format=json
#include "limits.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/dynamics/initialisation.hpp"
#include "spinscape/dynamics/training.hpp"
#include "spinscape/store/dataset.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

namespace spinscape {
namespace {

constexpr index inputs = 100, classes = 10;

/// As many as MNIST has, of the width that the main study reduces it to.
std::shared_ptr<Samples const> const& data() {
    static auto const made = [] {
        index const count = 60000;
        Samples samples;
        Stream stream(1, Purpose::disorder, 0);
        samples.features.resize(static_cast<std::size_t>(count * inputs));
        stream.fill_uniform(std::span<float>(samples.features));
        for (index i = 0; i < count; ++i)
            samples.labels.push_back(static_cast<std::int32_t>(stream.below(classes)));
        return std::make_shared<Samples const>(std::move(samples));
    }();
    return made;
}

/// 10x10 MNIST: two thirds of its features are zero.
std::shared_ptr<Samples const> const& images() {
    static auto const read = std::make_shared<Samples const>(
        store::read_dataset(SPINSCAPE_DATA "/mnist_10x10.h5").train);
    return read;
}

Architecture network_of(std::vector<index> hidden) {
    return {.inputs = inputs, .hidden = std::move(hidden), .outputs = classes};
}

template <class Real>
Batch<Real> starts(Architecture const& architecture, index replicas) {
    Batch<Real> x(architecture.parameter_count(), replicas);
    for (index r = 0; r < replicas; ++r) {
        Stream stream(1, Purpose::start, r);
        initialise(architecture, Start::glorot_uniform, 1, stream, x[r]);
    }
    return x;
}

/// Sum of `first` multiply-adds per weight of the first layer and `later` per weight of the others.
double flops(Architecture const& architecture, double first, double later) {
    double sum = 0;
    for (auto const& layer : architecture.layers())
        sum += 2 * static_cast<double>(layer.inputs * layer.outputs) *
               (layer.weights == 0 ? first : later);
    return sum;
}

template <class Real>
void report(benchmark::State& state, char const* share, double useful) {
    using benchmark::Counter;
    state.counters["useful_GF"] = Counter(1e-9 * useful / static_cast<double>(state.iterations()));
    state.counters["GF/s"] = Counter(1e-9 * useful, Counter::kIsRate);
    state.counters[share] = Counter(100 * useful / limits::gemm_rate<Real>(), Counter::kIsRate);
}

/// Epochs of `seeds` replicas in one call; forward, and both products of the way back, of which the
/// first layer needs one.
void train_epochs(benchmark::State& state, Architecture const& architecture, index batch,
                  index seeds, std::shared_ptr<Samples const> const& samples = data()) {
    Network<float> const network(architecture, samples);
    auto x = starts<float>(architecture, seeds);
    TrainingOptions options{.epochs = 1000000, .batch = std::min(batch, network.samples())};
    options.learning_rate.initial = 0.01;
    Training<float> training(network, x.view(), 1, 0, 0, options);
    for (auto _ : state) training.advance();
    double const epochs = static_cast<double>(state.iterations() * seeds);
    double const steps =
        epochs * static_cast<double>((network.samples() + options.batch - 1) / options.batch);
    state.counters["us_per_step"] =
        benchmark::Counter(1e-6 * steps, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    report<float>(state, "of_sgemm_%",
                  epochs * static_cast<double>(network.samples()) * flops(architecture, 2, 3));
}

void training_step(benchmark::State& state) {
    train_epochs(state, network_of({state.range(0)}), state.range(1), 1);
}
BENCHMARK(training_step)
    ->ArgNames({"h", "batch"})
    ->ArgsProduct({{2, 5, 10, 25, 50, 100, 250, 500, 1000}, {10, 100}})
    ->ArgsProduct({{10, 25, 50, 100}, {32, 1000, 60000}})
    ->ArgsProduct({{10, 50}, {1}})
    ->Unit(benchmark::kMillisecond);

/// Of 1,000 samples, which the second-level cache keeps: what the distance to the data costs.
void training_step_near_data(benchmark::State& state) {
    static auto const near = [] {
        Samples some{.features = data()->features, .labels = data()->labels};
        some.features.resize(1000 * inputs);
        some.labels.resize(1000);
        return std::make_shared<Samples const>(std::move(some));
    }();
    train_epochs(state, network_of({state.range(0)}), state.range(1), 1, near);
}
BENCHMARK(training_step_near_data)
    ->ArgNames({"h", "batch"})
    ->ArgsProduct({{10, 25, 50, 100}, {100}})
    ->Unit(benchmark::kMillisecond);

/// The share counts the operations with zeros, too.
void training_step_on_images(benchmark::State& state) {
    train_epochs(state, network_of({state.range(0)}), state.range(1), 1, images());
}
BENCHMARK(training_step_on_images)
    ->ArgNames({"h", "batch"})
    ->ArgsProduct({{10, 25, 50, 100, 500}, {10, 100}})
    ->Unit(benchmark::kMillisecond);

void training_step_of_depth(benchmark::State& state) {
    train_epochs(state,
                 network_of(std::vector<index>(static_cast<std::size_t>(state.range(0)), 64)),
                 state.range(1), 1);
}
BENCHMARK(training_step_of_depth)
    ->ArgNames({"layers_of_64", "batch"})
    ->ArgsProduct({{1, 2, 3, 4, 5}, {10, 100}})
    ->Unit(benchmark::kMillisecond);

void training_step_of_seeds(benchmark::State& state) {
    train_epochs(state, network_of({25}), state.range(1), state.range(0));
}
BENCHMARK(training_step_of_seeds)
    ->ArgNames({"seeds", "batch"})
    ->ArgsProduct({{1, 4, 16, 64}, {10, 100}})
    ->Unit(benchmark::kMillisecond);

/// Loss and error over all samples.
template <class Real>
void evaluation(benchmark::State& state) {
    auto const architecture = network_of({state.range(0)});
    Network<Real> const network(architecture, data());
    auto const x = starts<Real>(architecture, 1);
    auto work = network.workspace(1);
    for (auto _ : state) benchmark::DoNotOptimize(network.evaluate(x[0], work));
    report<Real>(
        state, std::is_same_v<Real, float> ? "of_sgemm_%" : "of_dgemm_%",
        static_cast<double>(state.iterations() * network.samples()) * flops(architecture, 1, 1));
}
BENCHMARK(evaluation<float>)
    ->ArgName("h")
    ->Arg(10)
    ->Arg(50)
    ->Arg(250)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(evaluation<double>)
    ->ArgName("h")
    ->Arg(10)
    ->Arg(50)
    ->Arg(250)
    ->Unit(benchmark::kMillisecond);

/// Full batch. Needs the values and their derivatives along v, forward and back: 8 products with
/// every weight; 4 less at the first layer, whose input has neither derivative nor slope, and 1
/// less because its gradient is not asked for.
void hessian_product(benchmark::State& state) {
    auto const architecture = network_of({state.range(0)});
    Network<double> const network(architecture, data());
    auto const x = starts<double>(architecture, 1);
    Batch<double> v(network.dimension(), 1), Hv(network.dimension(), 1);
    Stream(1, Purpose::probe, 0).fill_normal(v[0]);
    auto work = network.workspace(1);
    for (auto _ : state) network.hessian_times(x.view(), v.view(), Hv.view(), work);
    report<double>(
        state, "of_dgemm_%",
        static_cast<double>(state.iterations() * network.samples()) * flops(architecture, 3, 8));
}
BENCHMARK(hessian_product)
    ->ArgName("h")
    ->Arg(10)
    ->Arg(25)
    ->Arg(50)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);

/// The whole matrix: P^2 multiply-adds per sample, half of them by symmetry.
void dense_hessian(benchmark::State& state) {
    auto const architecture = network_of({state.range(0)});
    Network<double> const network(architecture, data());
    auto const x = starts<double>(architecture, 1);
    auto const P = network.dimension();
    std::vector<double> H(static_cast<std::size_t>(P * P));
    auto work = network.workspace(1);
    for (auto _ : state) network.dense_hessian(x[0], H, work);
    report<double>(state, "of_dgemm_%",
                   static_cast<double>(state.iterations() * network.samples()) *
                       static_cast<double>(P) * static_cast<double>(P + 1));
}
BENCHMARK(dense_hessian)->ArgName("h")->Arg(5)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace spinscape
