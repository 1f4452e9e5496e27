// SPDX-License-Identifier: BSD-3-Clause
// Exact graphs of small glasses: all critical points by homotopy, connected by steepest descents;
// next to them what elastic bands between all pairs of minima find.
#include "sample.hpp"
#include "spinscape/critical/all_critical_points.hpp"
#include "spinscape/geometry/elastic_band.hpp"
#include "spinscape/geometry/steepest_descent.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::disconnection {

namespace {

using Vectors = std::vector<std::vector<double>>;

/// Displacement from a saddle, and distance within which two points are one, in units of sqrt(N).
constexpr double displacement = 1e-3, same = 1e-6;

/// Number of the point in the list, -1 if it is not there.
index find(Vectors const& list, std::span<double const> x) {
    auto const limit = same * linalg::norm(x);
    auto const at =
        std::ranges::find_if(list, [&](auto const& y) { return linalg::distance(x, y) <= limit; });
    return at == list.end() ? -1 : at - list.begin();
}

struct GlassSample {
    Sample sample{};
    Vectors minima{}, saddles{};
    bool complete = false;
};

GlassSample exact_sample(SphericalPSpin<double> const& f, Surface& surface) {
    auto const all = all_critical_points(f);
    auto const N = f.dimension();
    GlassSample result{.sample = {.tangent_dimension = N - 1, .scale = 1 / static_cast<double>(N)},
                       .complete = all.complete()};
    // No point has a search of its own: each bears an equal share of the linear systems solved.
    auto const cost = 6 * static_cast<double>(all.steps) / static_cast<double>(all.points.size());
    for (auto const& [s, certificate] : all.points) {
        if (certificate.index > 1) continue;
        bool const minimum = certificate.index == 0;
        (minimum ? result.minima : result.saddles).push_back(s);
        auto& list = minimum ? result.sample.minima : result.sample.saddles;
        list.push_back({.certificate = certificate, .cost = cost});
    }
    for (std::size_t i = 0; i < result.saddles.size(); ++i) {
        auto const ends = connected_minima(surface, result.saddles[i],
                                           displacement * std::sqrt(static_cast<double>(N)));
        auto const number = [&](CriticalPoint const& end) {
            return end.kind == PointKind::minimum ? find(result.minima, end.x) : index{-1};
        };
        result.sample.saddles[i].one = number(ends[0]);
        result.sample.saddles[i].other = number(ends[1]);
    }
    return result;
}

/// The saddles to which bands between all pairs of minima lead, next to the exact passes.
void compare_bands(Task& task, index replica, Surface& surface, GlassSample const& exact,
                   DisconnectivityGraph const& graph) {
    auto const n = graph.minima();
    auto const N = static_cast<double>(surface.dimension());
    double const step = task.parameters().real("band_step");
    double bands = 0, at_saddle = 0, unlisted = 0, below = 0, at_pass = 0;
    Sample found{.minima = exact.sample.minima, .scale = exact.sample.scale};
    for (index a = 0; a < n; ++a)
        for (index b = 0; b < a; ++b) {
            auto const &x = exact.minima[static_cast<std::size_t>(a)],
                       &y = exact.minima[static_cast<std::size_t>(b)];
            // Between antipodes, for even p, there is no straight line on the sphere.
            if (linalg::distance(x, y) > 1.999 * std::sqrt(N)) continue;
            ++bands;
            auto const saddle =
                find_transition_state(surface, x, y,
                                      {.images = task.parameters().integer("images"), .step = step})
                    .saddle;
            if (saddle.kind != PointKind::saddle || saddle.certificate.index != 1) continue;
            ++at_saddle;
            auto const difference = saddle.certificate.value / N - graph.pass(a, b);
            constexpr double rounding = 1e-9;
            below += difference < -rounding;
            at_pass += std::abs(difference) <= rounding;
            auto const number = find(exact.saddles, saddle.x);
            if (number < 0)
                ++unlisted;
            else
                found.saddles.push_back(exact.sample.saddles[static_cast<std::size_t>(number)]);
        }
    task.record(replica, "bands", bands);
    if (bands == 0) return;
    task.record(replica, "bands_at_saddle", at_saddle / bands);
    if (at_saddle > 0) {
        task.record(replica, "bands_unlisted", unlisted / at_saddle);
        task.record(replica, "bands_below", below / at_saddle);
        task.record(replica, "bands_at_pass", at_pass / at_saddle);
    }
    auto const by_bands = found.graph();
    double equal = 0;
    for (index a = 0; a < n; ++a)
        for (index b = 0; b < a; ++b) equal += by_bands.pass(a, b) == graph.pass(a, b);
    task.record(replica, "band_passes_equal", 2 * equal / static_cast<double>(n * (n - 1)));
}

}  // namespace

void run_glasses(Task& task) {
    auto const N = task.parameters().integer("N");
    auto const p = static_cast<int>(task.parameters().integer("p"));
    for (auto replica = task.first(); replica < task.first() + task.count(); ++replica) {
        SphericalPSpin<double> const f(N, {{.p = p}}, task.master_seed(), replica);
        auto const surface = surface_of(f);
        auto const exact = [&] {
            auto const timer = task.phase("critical points");
            return exact_sample(f, *surface);
        }();
        auto const graph = exact.sample.graph();
        task.finish(replica, exact.complete ? Outcome::converged : Outcome::stalled);
        task.record(replica, "complete", exact.complete ? 1 : 0);
        record(task, replica, exact.sample, graph, replica < task.parameters().integer("listed"));
        auto const timer = task.phase("elastic bands");
        compare_bands(task, replica, *surface, exact, graph);
    }
}

double glass_seconds(Parameters const& parameters) {
    auto const N = parameters.real("N");
    auto const paths =
        complex_solutions(static_cast<int>(parameters.integer("p")), parameters.integer("N"));
    // Bands between all minima: 4.5, 6.6, 13 and 18 a sample at p = 3, N = 4, 6, 8, 10.
    double const bands = 1.5 * std::pow(1.28, N);
    return paths * 1e-5 * N + bands * 3e-3;
}

}  // namespace spinscape::disconnection
