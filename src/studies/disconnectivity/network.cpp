// SPDX-License-Identifier: BSD-3-Clause
// Graphs of small networks, modulo permutations and signs of the hidden units: minima and
// transition states by searches from random starts; transition states between minima by elastic
// bands; minima on both sides of each transition state by steepest descent.
#include "spinscape/landscape/network.hpp"

#include "sample.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/point_database.hpp"
#include "spinscape/geometry/elastic_band.hpp"
#include "spinscape/geometry/steepest_descent.hpp"
#include "spinscape/landscape/ridge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <tuple>

namespace spinscape::disconnection {

namespace {

/// Searches that cannot end (a flat valley far out) are given up here.
SearchOptions search(index target) {
    return {
        .method = SearchMethod::eigenvector_following, .most_steps = 500, .target_index = target};
}
constexpr double displacement = 1e-2;  // from a saddle, in units of the parameters
constexpr SamePoint same{.distance = 1e-4, .value = 1e-7};

/// Exclusive or of the signs of two normal features; some labels are turned.
std::shared_ptr<Samples const> exclusive_or(Task const& task, index replica) {
    auto const& parameters = task.parameters();
    auto const n = parameters.integer("samples");
    Stream stream(task.master_seed(), Purpose::disorder, replica, 0, static_cast<std::uint64_t>(n));
    auto samples = std::make_shared<Samples>();
    std::vector<double> point(2);
    for (index i = 0; i < n; ++i) {
        stream.fill_normal(std::span<double>(point));
        bool const turned = stream.uniform() < parameters.real("noise");
        samples->features.push_back(static_cast<float>(point[0]));
        samples->features.push_back(static_cast<float>(point[1]));
        samples->labels.push_back((point[0] * point[1] > 0) != turned ? 1 : 0);
    }
    return samples;
}

/// What searches of one network have found so far.
class Explorer {
public:
    Explorer(Architecture architecture, Surface& surface)
        : architecture_(std::move(architecture)),
          surface_(surface),
          distance_(network_distance(architecture_)),
          minima_(distance_, same),
          saddles_(distance_, same) {}

    void search_from(std::span<double const> start) {
        add_minimum(find_critical_point(surface_, start, search(0)), Method::eigenvector_following);
        add_saddle(find_critical_point(surface_, start, search(1)), Method::eigenvector_following);
    }

    /// A band from each minimum (`all`), or from each that is not connected with the global one, to
    /// that and to the nearest other one that is. The number of bands.
    index connect(index images, double step, bool all) {
        auto const known = sample();
        auto const graph = known.graph();
        auto const points = minima_.points();
        auto const connected = [&](std::size_t a) {
            return std::isfinite(graph.pass(static_cast<index>(a), 0));
        };
        std::vector<std::pair<std::vector<double>, std::vector<double>>> pairs;
        for (std::size_t a = 1; a < points.size(); ++a) {
            if (!all && connected(a)) continue;
            std::size_t nearest = 0;
            auto least = distance_(points[a]->point.x, points[0]->point.x);
            for (std::size_t b = 1; b < points.size(); ++b) {
                if (b == a || !connected(b)) continue;
                auto const d = distance_(points[a]->point.x, points[b]->point.x);
                if (d < least) std::tie(least, nearest) = std::pair(d, b);
            }
            pairs.emplace_back(points[a]->point.x, points[0]->point.x);
            if (nearest != 0) pairs.emplace_back(points[a]->point.x, points[nearest]->point.x);
        }
        for (auto const& [a, b] : pairs) {
            auto const end = aligned_to(architecture_, a, b);
            at_saddle_ += add_saddle(
                find_transition_state(surface_, a, end, {.images = images, .step = step}, search(1))
                    .saddle,
                Method::elastic_band);
        }
        bands_ += std::ssize(pairs);
        return std::ssize(pairs);
    }

    [[nodiscard]] index bands() const { return bands_; }
    [[nodiscard]] index bands_at_saddle() const { return at_saddle_; }
    [[nodiscard]] bool separated() const { return minima_.separated() && saddles_.separated(); }

    [[nodiscard]] Sample sample() const {
        Sample result{.tangent_dimension = surface_.tangent_dimension()};
        for (auto const* minimum : minima_.points())
            result.minima.push_back(listed(*minimum, minimum_methods_));
        for (auto const* saddle : saddles_.points()) {
            auto point = listed(*saddle, saddle_methods_);
            auto const& ends = ends_.at(saddle->sources.front());
            point.one = number(ends[0]);
            point.other = number(ends[1]);
            result.saddles.push_back(point);
        }
        return result;
    }

private:
    void add_minimum(CriticalPoint found, Method method) {
        if (found.kind != PointKind::minimum) return;
        minima_.add(std::move(found), std::ssize(minimum_methods_));
        minimum_methods_.push_back(method);
    }

    /// True if it is a saddle of index 1, known before or not.
    bool add_saddle(CriticalPoint found, Method method) {
        if (found.kind != PointKind::saddle || found.certificate.index != 1) return false;
        auto const source = std::ssize(saddle_methods_);
        auto const x = found.x;
        auto const before = saddles_.points().size();
        saddles_.add(std::move(found), source);
        saddle_methods_.push_back(method);
        if (saddles_.points().size() == before) return true;
        auto ends = connected_minima(surface_, x, displacement);
        for (std::size_t side = 0; side < 2; ++side) {
            if (ends[side].kind == PointKind::minimum) ends_[source][side] = ends[side].x;
            add_minimum(std::move(ends[side]), Method::steepest_descent);
        }
        ends_[source];  // even if both descents failed
        return true;
    }

    [[nodiscard]] index number(std::vector<double> const& x) const {
        if (x.empty()) return -1;
        auto const points = minima_.points();
        auto const at = std::ranges::find_if(points, [&](auto const* minimum) {
            return distance_(minimum->point.x, x) <= same.distance;
        });
        return at == points.end() ? -1 : at - points.begin();
    }

    [[nodiscard]] ListedPoint listed(UniquePoint const& unique,
                                     std::vector<Method> const& methods) const {
        auto const& cost = unique.point.cost;
        return {.certificate = unique.point.certificate,
                .method = methods[static_cast<std::size_t>(unique.sources.front())],
                .hits = unique.hits(),
                .cost = static_cast<double>(cost.gradients + 2 * cost.products +
                                            cost.hessians * surface_.dimension())};
    }

    Architecture architecture_;
    Surface& surface_;
    RelativeDistance distance_;
    PointDatabase minima_, saddles_;
    std::vector<Method> minimum_methods_, saddle_methods_;      // of each search
    std::map<index, std::array<std::vector<double>, 2>> ends_;  // by search of a unique saddle
    index bands_ = 0, at_saddle_ = 0;
};

void run_network(Task& task, index replica) {
    auto const& parameters = task.parameters();
    auto const hidden = parameters.integer("hidden");
    Architecture const architecture{
        .inputs = 2, .hidden = {hidden}, .outputs = 2, .activation = Activation::tanh};
    Network<double> const network(architecture, exclusive_or(task, replica));
    Ridge<Network<double>> const f(network, parameters.real("ridge"));
    auto const surface = surface_of(f);
    Explorer explorer(architecture, *surface);
    {
        auto const timer = task.phase("searches");
        std::vector<double> start(static_cast<std::size_t>(f.dimension()));
        for (index i = 0; i < parameters.integer("searches"); ++i) {
            Stream(task.master_seed(), Purpose::start, replica, i,
                   static_cast<std::uint64_t>(hidden))
                .fill_normal(std::span<double>(start));
            explorer.search_from(start);
        }
    }
    task.record(replica, "components_without_bands",
                static_cast<double>(explorer.sample().graph().components()));
    {
        auto const timer = task.phase("elastic bands");
        for (index round = 0; round < parameters.integer("band_rounds"); ++round)
            if (explorer.connect(parameters.integer("images"), parameters.real("band_step"),
                                 round == 0) == 0)
                break;
    }
    auto const sample = explorer.sample();
    auto const graph = sample.graph();
    auto const bands = static_cast<double>(explorer.bands());
    task.record(replica, "bands", bands);
    if (bands > 0)
        task.record(replica, "bands_at_saddle",
                    static_cast<double>(explorer.bands_at_saddle()) / bands);
    record(task, replica, sample, graph, replica < parameters.integer("listed"));
    task.finish(replica, graph.components() == 1 && explorer.separated() ? Outcome::converged
                                                                         : Outcome::out_of_budget);
}

}  // namespace

void run_networks(Task& task) {
    for (auto replica = task.first(); replica < task.first() + task.count(); ++replica)
        run_network(task, replica);
}

double network_seconds(Parameters const& parameters) {
    auto const P = 5 * parameters.real("hidden") + 2;
    return parameters.real("searches") * 100 *
           (1e-8 * P * P * P + 2e-9 * parameters.real("samples") * P * P + 2e-5);
}

}  // namespace spinscape::disconnection
