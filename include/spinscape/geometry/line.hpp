// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/contract.hpp"
#include "spinscape/base/types.hpp"
#include "spinscape/landscape/network.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

namespace spinscape {

/// A curve from a (t = 0) to b (t = 1), defined for all t ([Keskar2017]).
enum class Path {
    line,  ///< (1 - t) a + t b
    arc    ///< cos(pi t / 2) a + sin(pi t / 2) b
};

template <class Real>
void point_on(Path path, std::span<Real const> a, std::span<Real const> b, double t,
              std::span<Real> out) {
    SPINSCAPE_EXPECT(a.size() == b.size() && out.size() == a.size());
    double const angle = std::numbers::pi * t / 2;
    double const from_a = path == Path::line ? 1 - t : std::cos(angle),
                 from_b = path == Path::line ? t : std::sin(angle);
    for (std::size_t i = 0; i < a.size(); ++i)
        out[i] = static_cast<Real>(from_a * static_cast<double>(a[i]) +
                                   from_b * static_cast<double>(b[i]));
}

/// Loss and share of errors of the network's samples at each t.
template <class Real>
std::vector<Evaluation> along(Network<Real> const& network, Path path, std::span<Real const> a,
                              std::span<Real const> b, std::span<double const> t) {
    std::vector<Real> point(a.size());
    auto work = network.workspace(1);
    std::vector<Evaluation> result;
    for (double const at : t) {
        point_on(path, a, b, at, std::span<Real>(point));
        result.push_back(network.evaluate(point, work));
    }
    return result;
}

/// How far the values of a path, from its one end to its other at ascending t in [0, 1], rise above
/// the straight line between the values at the ends: max over t of f(t) - (1 - t) f(0) - t f(1),
/// never negative when the ends are on the path.
inline double barrier(std::span<double const> t, std::span<double const> f) {
    SPINSCAPE_EXPECT(t.size() == f.size() && t.size() >= 2);
    double highest = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
        double const share = (t[i] - t.front()) / (t.back() - t.front());
        highest = std::max(highest, f[i] - (1 - share) * f.front() - share * f.back());
    }
    return highest;
}

}  // namespace spinscape
