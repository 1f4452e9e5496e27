// SPDX-License-Identifier: BSD-3-Clause
// Curvature of 100-h-10 over 60,000 samples, full batch, double precision: Hessian products at a
// fixed point, ten largest eigenvalues, spectral density. pytorch_spectra.py does the same work.
#include "limits.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/end_eigenvalues.hpp"
#include "spinscape/critical/network_hessians.hpp"
#include "spinscape/critical/spectral_density.hpp"
#include "spinscape/linalg/blas.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace spinscape {
namespace {

constexpr index inputs = 100, classes = 10, hidden = 50, samples = 60000;

/// Raw numbers from the file `name` of the folder in SPECTRA_DATA, so that both sides work on the
/// same point; without it synthetic samples and a random point.
template <class T>
bool read_raw(std::string const& name, std::vector<T>& out) {
    char const* folder = std::getenv("SPECTRA_DATA");
    if (folder == nullptr) return false;
    std::ifstream file(std::string(folder) + "/" + name, std::ios::binary);
    file.read(reinterpret_cast<char*>(out.data()),
              static_cast<std::streamsize>(out.size() * sizeof(T)));
    return static_cast<bool>(file);
}

struct Problem {
    Network<double> network;
    std::vector<double> x;

    static std::shared_ptr<Samples const> data() {
        Samples data;
        data.features.resize(samples * inputs);
        data.labels.resize(samples);
        if (!read_raw("features", data.features) || !read_raw("labels", data.labels)) {
            Stream stream(1, Purpose::disorder, 0);
            stream.fill_uniform(std::span<float>(data.features));
            for (auto& label : data.labels)
                label = static_cast<std::int32_t>(stream.below(classes));
        }
        return std::make_shared<Samples const>(std::move(data));
    }
    Problem()
        : network({.inputs = inputs, .hidden = {hidden}, .outputs = classes}, data()),
          x(static_cast<std::size_t>(network.dimension())) {
        linalg::use_one_thread();
        if (read_raw("point", x)) return;
        Stream(1, Purpose::start, 0).fill_normal(std::span<double>(x));
        for (auto& component : x) component *= 0.1;
    }
};

Problem const& problem() {
    static Problem const only;
    return only;
}

void prepare(benchmark::State& state) {
    auto const& [network, x] = problem();
    for (auto _ : state) PreparedHessian hessian(network, x);
}
BENCHMARK(prepare)->Unit(benchmark::kMillisecond);

/// A product needs 2 n (2 D h + 6 h C) operations once the point is prepared.
void prepared_product(benchmark::State& state) {
    auto const& [network, x] = problem();
    PreparedHessian hessian(network, x);
    std::vector<double> v(x.size(), 0.01), Hv(x.size());
    for (auto _ : state) hessian.times(PreparedHessian::Part::whole, v, Hv);
    double const flops = 2.0 * samples * (2 * inputs * hidden + 6 * hidden * classes);
    double const runs = static_cast<double>(state.iterations());
    state.counters["of_dgemm_%"] = benchmark::Counter(
        100 * runs * flops / limits::gemm_rate<double>(), benchmark::Counter::kIsRate);
}
BENCHMARK(prepared_product)->Unit(benchmark::kMillisecond);

/// Ten largest eigenvalues to |Hv - lambda v| <= 10^-digits lambda_1; checked: also that there are
/// no further copies.
void top_eigenvalues(benchmark::State& state) {
    auto const& [network, x] = problem();
    EndEigenvalues ends;
    for (auto _ : state) {
        PreparedHessian hessian(network, x);
        ends = end_eigenvalues(hessian_operator(hessian),
                               {.lowest = 0,
                                .highest = 10,
                                .tolerance = std::pow(10.0, -static_cast<double>(state.range(0))),
                                .multiplicities = state.range(1) != 0},
                               Stream(1, Purpose::probe, 0));
    }
    state.counters["products"] = static_cast<double>(ends.products);
    state.counters["first"] = ends.highest.front().value;
    state.counters["tenth"] = ends.highest.back().value;
    state.counters["bound"] = ends.highest.back().bound;
}
BENCHMARK(top_eigenvalues)
    ->ArgNames({"digits", "checked"})
    ->ArgsProduct({{1, 2, 3, 6}, {0, 1}})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

/// With the ten highest Ritz values of the first probe: how good they are in units of lambda_1.
/// limited: steps end where the density, smoothed by `width` as PyHessian does, stands; error is
/// the integral of its absolute difference from that of all steps, spread that from another probe.
void density(benchmark::State& state) {
    auto const& [network, x] = problem();
    bool const limited = state.range(1) != 0;
    auto const steps = state.range(0);
    double constexpr width = 4.3e-3;
    auto const compute = [&, &network = network, &x = x](double at_width, index probe) {
        PreparedHessian hessian(network, x);
        return spectral_density(hessian_operator(hessian),
                                {.probes = 1, .steps = steps, .width = at_width, .highest = 10},
                                Stream(1, Purpose::probe, probe));
    };
    SpectralDensity result;
    for (auto _ : state) result = compute(limited ? width : 0, 0);
    double worst = 0;
    for (auto const& pair : result.highest) worst = std::max(worst, pair.bound);
    state.counters["products"] = static_cast<double>(result.products);
    state.counters["worst_bound"] = worst / result.highest.front().value;
    state.counters["tenth"] = result.highest.back().value;
    if (!limited) return;
    std::vector<double> grid;
    double const step = width / 4;
    for (double t = -1; t < 10; t += step) grid.push_back(t);
    auto const density = result.smoothed(grid, width);
    for (index const probe : {0, 1}) {
        auto const other = compute(0, probe).smoothed(grid, width);
        double sum = 0;
        for (std::size_t i = 0; i < grid.size(); ++i)
            sum += step * std::abs(density[i].value - other[i].value);
        state.counters[probe == 0 ? "error" : "spread"] = sum;
    }
}
BENCHMARK(density)
    ->ArgNames({"steps", "limited"})
    ->Args({100, 0})
    ->Args({100, 1})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

}  // namespace
}  // namespace spinscape
