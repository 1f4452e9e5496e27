// SPDX-License-Identifier: BSD-3-Clause
#include "model.hpp"
#include "sample.hpp"
#include "shared/critical_points.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/critical/search.hpp"
#include "spinscape/landscape/diluted_p_spin.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/landscape/spiked.hpp"
#include "spinscape/stats/unseen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace spinscape::glass {

namespace {

/// Two ends are the same minimum above this overlap: a descent that stops at gradient norm g is
/// within g / (softest curvature) of its minimum, different minima are nearly orthogonal.
constexpr double same_minimum = 0.99;

/// Different minima among the ends of converged starts: the first end of each, and how many met it.
struct Minima {
    std::vector<index> start, hits;
};

Minima different_minima(BatchView<float const> ends, std::vector<double> const& halting_times) {
    Minima minima;
    for (index i = 0; i < ends.replicas(); ++i) {
        if (std::isnan(halting_times[static_cast<std::size_t>(i)])) continue;
        std::size_t m = 0;
        while (m < minima.start.size() && overlap(ends[i], ends[minima.start[m]]) < same_minimum)
            ++m;
        if (m == minima.start.size()) {
            minima.start.push_back(i);
            minima.hits.push_back(0);
        }
        ++minima.hits[m];
    }
    return minima;
}

void record_overlaps(Task& task, index replica, BatchView<float const> ends, Minima const& minima) {
    if (minima.start.size() < 2) return;
    Moments first, second;
    std::vector<double> counts(overlap_centres().size(), 0.0);
    for (std::size_t a = 0; a < minima.start.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            auto const q = overlap(ends[minima.start[a]], ends[minima.start[b]]);
            first.add(q);
            second.add(q * q);
            auto const bin = std::lround((q - overlap_centres().front()) /
                                         (overlap_centres()[1] - overlap_centres()[0]));
            ++counts[static_cast<std::size_t>(std::clamp<long>(bin, 0, std::ssize(counts) - 1))];
        }
    task.record(replica, "overlap", first.mean);
    task.record(replica, "overlap_squared", second.mean);
    for (auto& count : counts) count /= static_cast<double>(first.count);
    task.record(replica, "overlap_share", counts);
}

/// Certificates of the different minima that were met.
template <class Measuring>
void record_minima(Task& task, index replica, Measuring const& measuring,
                   BatchView<float const> starts, BatchView<float const> ends,
                   Minima const& minima) {
    auto const timer = task.phase("certificates");
    auto const& parameters = task.parameters();
    auto const N = parameters.integer("N");
    auto const size = static_cast<double>(N);
    auto const terms = terms_of(parameters);
    auto const b = parameters.real("start_beta");
    Moments energy, softest, upper_edge, of_index_0;
    std::vector<double> planted(static_cast<std::size_t>(N)), x(planted);
    for (std::size_t m = 0; m < minima.start.size(); ++m) {
        std::ranges::copy(starts[minima.start[m]], planted.begin());
        std::ranges::copy(ends[minima.start[m]], x.begin());
        PlantedGlass<Measuring> const glass(
            measuring, terms, b, BatchView<double const>(std::span<double const>(planted)));
        glass.manifold().retract(std::span<double>(x));
        auto const certificate = certify(glass, std::span<double const>(x));
        auto const hits = minima.hits[m];
        energy.add(certificate.value / size);
        for (index h = 0; h < hits; ++h) {
            softest.add(certificate.lowest);
            of_index_0.add(certificate.index == 0 ? 1 : 0);
        }
        // Only a pure model, nothing planted, has its shift known from its energy.
        if (terms.size() == 1 && b == 0 && parameters.real("signal") == 0)
            upper_edge.add(certificate.highest + terms[0].p * certificate.value / size);
        task.add_point(
            replica,
            studies::critical_point_values(
                "energy", certificate, N - 1,
                {.kind = kind_of(certificate, N - 1),
                 .distance = std::sqrt(2 * size) *
                             std::sqrt(1 - overlap(starts[minima.start[m]], ends[minima.start[m]])),
                 .hits = hits},
                1 / size));
    }
    task.record(replica, "minima_energy", energy.mean);
    task.record(replica, "lowest_eigenvalue", softest.mean);
    task.record(replica, "share_of_index_0", of_index_0.mean);
    if (upper_edge.count > 0) task.record(replica, "upper_edge", upper_edge.mean);
    if (minima.hits.size() > 0) {
        task.record(replica, "minima_met", static_cast<double>(minima.hits.size()));
        task.record(replica, "minima_estimated", richness(minima.hits).value);
    }
}

template <class Glass>
void record_ends(Task& task, index replica, Glass const& glass, Sample<Glass> const& sample) {
    auto const ends = sample.ends();
    if constexpr (requires { glass.hidden(); }) {
        Moments squared;
        for (index i = 0; i < ends.replicas(); ++i)
            squared.add(std::pow(glass.overlap(ends[i]), 2));
        task.record(replica, "signal_overlap_squared", squared.mean);
    }
    Moments energy, halting;
    double lowest = std::numeric_limits<double>::infinity();
    for (index i = 0; i < ends.replicas(); ++i) {
        energy.add(sample.energy(i));
        lowest = std::min(lowest, sample.energy(i));
        auto const t = sample.halting_times()[static_cast<std::size_t>(i)];
        if (!std::isnan(t)) halting.add(t);
    }
    task.record(replica, "energy", energy.mean);
    if (ends.replicas() > 1) task.record(replica, "energy_deviation", energy.standard_deviation());
    task.record(replica, "lowest_energy", lowest);
    task.record(replica, "energy_curve", sample.curves().energy());
    task.record(replica, "correlation_curve", sample.curves().correlation());
    if (task.parameters().real("temperature") > 0 || task.parameters().real("tolerance") == 0)
        return task.finish(replica, Outcome::completed);
    task.finish(replica,
                halting.count == ends.replicas() ? Outcome::converged : Outcome::out_of_budget);
    if (halting.count > 0) task.record(replica, "halting_time", halting.mean);
}

/// `make(replica)` draws the couplings of a sample; what `precise(glass, replica)` returns
/// evaluates them in double precision.
template <class Make, class Precise>
void run_with(Task& task, Make const& make, Precise const& precise) {
    using Glass = std::invoke_result_t<Make, index>;
    auto const& parameters = task.parameters();
    auto const end = task.first() + task.count();
    auto first = task.first();
    std::string state;
    task.resume([&](ByteReader& in) {
        first = in.get<index>();
        state = in.get_text();
    });
    for (auto replica = first; replica < end; ++replica) {
        auto const key = fmt::format("{} {} {} {} {} {}", salt_of(parameters), task.master_seed(),
                                     replica, to_text(parameters.value("weights")),
                                     parameters.real("kept"), parameters.real("signal"));
        auto const glass = task.cache().get<Glass>("glass", key, [&] {
            auto const timer = task.phase("disorder");
            return make(replica);
        });
        Sample<Glass> sample(task, *glass, replica);
        if (!state.empty()) {
            ByteReader in(state);
            sample.load(in);
            state.clear();
        }
        if (!sample.follow()) return;
        record_ends(task, replica, *glass, sample);
        auto const minima = different_minima(sample.ends(), sample.halting_times());
        if (minima.start.empty()) continue;
        record_overlaps(task, replica, sample.ends(), minima);
        if (parameters.flag("certificates"))
            record_minima(task, replica, precise(*glass, replica), sample.starts(), sample.ends(),
                          minima);
    }
}

}  // namespace

void run(Task& task) {
    auto const& parameters = task.parameters();
    auto const N = parameters.integer("N");
    auto const terms = terms_of(parameters);
    Spike const spike{.lambda = parameters.real("signal"), .order = terms.front().p};
    auto const complete = [&](index replica) {
        return SphericalPSpin<float>(N, terms, task.master_seed(), replica);
    };
    if (spike.lambda > 0)
        run_with(
            task,
            [&](index replica) {
                return Spiked(complete(replica), spike, task.master_seed(), replica);
            },
            [&](auto const& spiked, index replica) {
                return Spiked(SphericalPSpin<double>(spiked.glass().couplings()), spike,
                              task.master_seed(), replica);
            });
    else if (parameters.real("kept") < 1)
        run_with(
            task,
            [&](index replica) {
                return DilutedPSpin<float>(N, terms, kept_of(parameters), task.master_seed(),
                                           replica);
            },
            [](auto const& glass, index) { return DilutedPSpin<double>(glass.couplings()); });
    else
        run_with(task, complete, [](auto const& glass, index) {
            return SphericalPSpin<double>(glass.couplings());
        });
}

}  // namespace spinscape::glass
