// SPDX-License-Identifier: BSD-3-Clause
// Glasses: where descents end and the best of them, and the lowest points of every index.
#include "spinscape/critical/all_critical_points.hpp"
#include "spinscape/critical/certificate.hpp"
#include "spinscape/dynamics/sphere_descent.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/stats/moments.hpp"
#include "systems.hpp"

#include <algorithm>
#include <cmath>

namespace spinscape::depths {

namespace {

struct Glass {
    index N, starts;
    int p;
    SphericalPSpin<float> f;

    Glass(Task const& task, index replica)
        : N(task.parameters().integer("N")),
          starts(task.parameters().integer("starts")),
          p(static_cast<int>(task.parameters().integer("p"))),
          f(N, {{.p = p}}, task.master_seed(), replica) {}

    [[nodiscard]] Batch<float> points_at_start(std::uint64_t master_seed, index replica) const {
        Batch<float> s(N, starts);
        for (index i = 0; i < starts; ++i) {
            Stream stream(master_seed, Purpose::start, replica, 1 + i,
                          static_cast<std::uint64_t>(100 * N + p));
            random_on_sphere(stream, s[i]);
        }
        return s;
    }
};

/// Index at the end of a descent, by its Hessian.
index index_at(SphericalPSpin<double> const& f, std::span<float const> end) {
    std::vector<double> x(end.begin(), end.end());
    f.manifold().retract(std::span<double>(x));
    return certify(f, std::span<double const>(x)).index;
}

void record(Task& task, index replica, Glass const& glass, BatchView<float const> ends,
            std::vector<DescentEnd> const& result) {
    Moments energy, index_0;
    std::vector<double> energies;
    bool all = true;
    auto const certified = std::min<index>(glass.starts, task.parameters().integer("certified"));
    SphericalPSpin<double> const measuring(glass.f.couplings());
    for (index i = 0; i < glass.starts; ++i) {
        auto const& end = result[static_cast<std::size_t>(i)];
        all = all && end.outcome == Outcome::converged;
        energy.add(end.energy);
        energies.push_back(end.energy);
        if (i < certified) index_0.add(index_at(measuring, ends[i]) == 0 ? 1 : 0);
    }
    task.finish(replica, all ? Outcome::converged : Outcome::out_of_budget);
    task.record(replica, "energy", energy.mean);
    task.record(replica, "energy_deviation", energy.standard_deviation());
    task.record(replica, "lowest_energy", energy.minimum);
    task.record(replica, "lowest_of_half", expected_smallest(energies, glass.starts / 2));
    task.record(replica, "gap", energy.mean - energy.minimum);
    if (certified > 0) task.record(replica, "share_of_index_0", index_0.mean);
}

}  // namespace

void run_glass(Task& task) {
    auto const end = task.first() + task.count();
    auto first = task.first();
    std::string state;
    task.resume([&](ByteReader& in) {
        first = in.get<index>();
        state = in.get_text();
    });
    auto const& p = task.parameters();
    SphereDescent::Options const options{
        .schedule = StepSchedule::safe(static_cast<int>(p.integer("p"))),
        .tolerance = p.real("tolerance"),
        .max_steps = p.integer("max_steps"),
        .patience = p.integer("max_steps")};
    for (auto replica = first; replica < end; ++replica) {
        Glass const glass(task, replica);
        auto s = glass.points_at_start(task.master_seed(), replica);
        Descent<SphericalPSpin<float>> descent(glass.f, s.view(), options);
        if (!state.empty()) {
            ByteReader in(state);
            descent.load(in);
            state.clear();
        }
        {
            auto const timer = task.phase("descent");
            constexpr int between_looks = 8;
            for (int k = 1; descent.advance(); ++k)
                if (k % between_looks == 0 && task.pause([&](ByteWriter& out) {
                        ByteWriter inner;
                        descent.save(inner);
                        out.put(replica);
                        out.put_text(inner.bytes());
                    }))
                    return;
        }
        auto const timer = task.phase("certificates");
        record(task, replica, glass, s.view(), descent.result().ends);
    }
}

void run_layers(Task& task) {
    auto const N = task.parameters().integer("N");
    auto const p = static_cast<int>(task.parameters().integer("p"));
    auto const timer = task.phase("all critical points");
    for (auto replica = task.first(); replica < task.first() + task.count(); ++replica) {
        SphericalPSpin<double> const f(N, {{.p = p}}, task.master_seed(), replica);
        auto const all = all_critical_points(f);
        task.finish(replica, all.complete() ? Outcome::converged : Outcome::stalled);
        std::vector<double> lowest(static_cast<std::size_t>(levels), missing);
        for (auto const& [s, certificate] : all.points) {
            if (certificate.index >= levels) continue;
            auto& here = lowest[static_cast<std::size_t>(certificate.index)];
            auto const u = certificate.value / static_cast<double>(N);
            if (!(here <= u)) here = u;
        }
        task.record(replica, "lowest_by_index", lowest);
        task.record(replica, "points", static_cast<double>(all.points.size()));
    }
}

}  // namespace spinscape::depths
