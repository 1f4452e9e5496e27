// SPDX-License-Identifier: BSD-3-Clause
#include "eigenvector_paths.hpp"

#include "path_lanes.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace spinscape {

namespace {

using Complex = std::complex<double>;

std::vector<Complex> random_phases(index N, index draw) {
    Stream stream(1, Purpose::start, draw);
    std::vector<Complex> result(static_cast<std::size_t>(N));
    for (auto& a : result) a = std::polar(1.0, 2 * std::numbers::pi * stream.uniform());
    return result;
}

/// A point of D's set of eigenvectors. Up to a factor the first component that is not zero is one
/// chosen root, each later one zero or any of its p - 2 roots; paths are numbered by how many come
/// later, (p-1)^0 + (p-1)^1 + ... in all.
ComplexEigenvector start_of(index path, std::vector<Complex> const& a, int p) {
    auto const N = std::ssize(a);
    ComplexEigenvector result{.x = std::vector<Complex>(a.size()), .lambda = 1};
    if (p == 2) {
        result.x[static_cast<std::size_t>(path)] = 1;
        result.lambda = a[static_cast<std::size_t>(path)];
        return result;
    }
    index later = 0, choice = path;
    for (index block = 1; choice >= block; block *= p - 1) {
        choice -= block;
        ++later;
    }
    auto const root = [&](index i, index which) {
        auto const angle = std::arg(a[static_cast<std::size_t>(i)]);
        return std::polar(1.0,
                          (2 * std::numbers::pi * static_cast<double>(which) - angle) / (p - 2));
    };
    auto const first = N - 1 - later;
    result.x[static_cast<std::size_t>(first)] = root(first, 0);
    for (index i = first + 1; i < N; ++i, choice /= p - 1)
        if (choice % (p - 1) > 0) result.x[static_cast<std::size_t>(i)] = root(i, choice % (p - 1));
    return result;
}

/// One path on its way through a lane.
struct Traveller {
    index path = -1;  ///< -1: the lane is idle
    double t = 0, dt = 0;
    index steps = 0;
};

constexpr double first_step = 0.05, smallest_step = 1e-12;
/// Newton's method has converged when a step is below this, and is trusted where its second step is
/// so much smaller than the first.
constexpr double converged = 1e-12, contraction = 0.1;

}  // namespace

double eigenvector_count(int p, index N) {
    double result = 0;
    for (index i = 0; i < N; ++i) result = (p - 1) * result + 1;
    return result;
}

std::vector<ComplexEigenvector> follow_paths(SymmetricTensor const& tensor,
                                             std::span<index const> paths,
                                             PathOptions const& options) {
    auto const phases = random_phases(tensor.dimension(), options.phases);
    auto const p = tensor.order();
    std::vector<ComplexEigenvector> ends(paths.size());
    PathLanes lanes(tensor, phases);
    std::array<Traveller, PathLanes::most_lanes> travellers;
    PathLanes::Numbers t{}, dt{}, first{}, second{};
    std::size_t next = 0, travelling = 0;
    std::array<std::size_t, PathLanes::most_lanes> place{};

    auto const board = [&](index lane) {
        auto& traveller = travellers[static_cast<std::size_t>(lane)];
        traveller = {};
        if (next == paths.size()) return;
        auto const start = start_of(paths[next], phases, p);
        lanes.set(lane, start.x, start.lambda);
        place[static_cast<std::size_t>(lane)] = next;
        traveller = {.path = paths[next++], .dt = first_step};
        ++travelling;
    };
    auto const leave = [&](index lane, bool reached) {
        auto const l = static_cast<std::size_t>(lane);
        auto& end = ends[place[l]];
        end.x.resize(static_cast<std::size_t>(tensor.dimension()));
        lanes.get(lane, end.x, end.lambda);
        end.last_step = second[l];
        end.reached = reached;
        end.steps = travellers[l].steps;
        --travelling;
        board(lane);
    };
    auto const judge = [&](index lane) {
        auto const l = static_cast<std::size_t>(lane);
        auto& traveller = travellers[l];
        ++traveller.steps;
        bool const at_end = traveller.t == 1;  // only Newton's method is left to do
        bool const good = std::isfinite(second[l]) &&
                          (second[l] <= contraction * first[l] || first[l] < converged) &&
                          (at_end || first[l] <= 4 * options.tolerance);
        if (good) {
            lanes.accept(lane);
            if (at_end && second[l] < converged) return leave(lane, true);
            traveller.t = std::min(1.0, traveller.t + traveller.dt);
            if (1 - traveller.t < smallest_step) traveller.t = 1;
        } else if (at_end) {
            return leave(lane, second[l] < converged);
        }
        auto const ratio =
            std::isfinite(first[l]) && first[l] > 0 ? options.tolerance / first[l] : 0;
        auto factor = std::clamp(0.9 * std::pow(ratio, 0.2), 0.25, 2.0);
        if (!good) factor = std::min(factor, 0.5);
        traveller.dt = std::min(factor * traveller.dt, 1 - traveller.t);
        if ((traveller.t < 1 && traveller.dt < smallest_step) ||
            traveller.steps >= options.max_steps)
            leave(lane, false);
    };

    for (index lane = 0; lane < lanes.lanes(); ++lane) board(lane);
    while (travelling > 0) {
        for (std::size_t l = 0; l < travellers.size(); ++l) {
            t[l] = travellers[l].t;
            dt[l] = travellers[l].dt;
        }
        lanes.propose(t, dt, first, second);
        for (index lane = 0; lane < lanes.lanes(); ++lane)
            if (travellers[static_cast<std::size_t>(lane)].path >= 0) judge(lane);
    }
    return ends;
}

}  // namespace spinscape
