// SPDX-License-Identifier: BSD-3-Clause
// The contract of include/spinscape/landscape/concepts.hpp as checks. violations() returns the
// names of the clauses that a model breaks at the given points: none for every model of ours,
// exactly the right one for each deliberately wrong model of tests/teeth.
#pragma once

#include "spinscape/base/batch.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/concepts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace spinscape::contract {

/// Scales of a check: largest step of central differences, and allowed relative rounding.
struct Options {
    double step = 1e-2;
    double rounding = 1e-11;
    /// Central differences err by O(h^2): halving h must quarter the error, within these bounds.
    double least_ratio = 3.0, largest_ratio = 5.5;
};

using Clauses = std::set<std::string>;

template <class Real>
double dot(std::span<Real const> a, std::span<Real const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

template <class Real>
double norm(std::span<Real const> a) {
    return std::sqrt(dot(a, a));
}

template <class Real>
std::vector<Real> displaced(std::span<Real const> x, double h, std::span<Real const> v) {
    std::vector<Real> y(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = static_cast<Real>(x[i] + h * v[i]);
    return y;
}

template <class Real>
std::vector<Real> random_direction(Stream& stream, index n) {
    std::vector<Real> v(static_cast<std::size_t>(n));
    stream.fill_normal(std::span<Real>(v));
    double const length = norm(std::span<Real const>(v));
    for (auto& component : v) component = static_cast<Real>(component / length);
    return v;
}

/// `error(h)` at three step sizes: small at once (rounding), or falling like h^2.
template <class Error>
bool falls_quadratically(Error const& error, double scale, Options const& options) {
    double const h = options.step;
    std::array const e = {error(h), error(h / 2), error(h / 4)};
    double const noise = options.rounding * scale / (h / 4);
    if (!(std::isfinite(e[0]) && std::isfinite(e[1]) && std::isfinite(e[2]))) return false;
    if (e[0] <= noise) return true;  // exact for this model (a quadratic form, a linear piece)
    for (int i = 0; i < 2; ++i) {
        if (e[static_cast<std::size_t>(i) + 1] <= noise) return true;
        double const ratio = e[static_cast<std::size_t>(i)] / e[static_cast<std::size_t>(i) + 1];
        if (ratio < options.least_ratio || ratio > options.largest_ratio) return false;
    }
    return true;
}

template <class L>
struct Evaluated {
    std::vector<double> energy;
    Batch<typename L::Real> gradient;
};

template <class L>
Evaluated<L> evaluate(L const& f, BatchView<typename L::Real const> x) {
    Evaluated<L> result{std::vector<double>(static_cast<std::size_t>(x.replicas())),
                        Batch<typename L::Real>(f.dimension(), x.replicas())};
    auto work = f.workspace(x.replicas());
    f.value_and_gradient(x, result.energy, result.gradient.view(), work);
    return result;
}

template <class L>
double value(L const& f, std::span<typename L::Real const> x) {
    double energy = 0;
    auto work = f.workspace(1);
    f.value(BatchView<typename L::Real const>(x), {&energy, 1}, work);
    return energy;
}

template <class L>
std::vector<typename L::Real> product(L const& f, std::span<typename L::Real const> x,
                                      std::span<typename L::Real const> v) {
    using Real = typename L::Real;
    std::vector<Real> Hv(x.size());
    auto work = f.workspace(1);
    f.hessian_times(BatchView<Real const>(x), BatchView<Real const>(v),
                    BatchView<Real>(std::span<Real>(Hv)), work);
    return Hv;
}

template <class L>
void check_value(L const& f, BatchView<typename L::Real const> x, Options const& options,
                 Clauses& broken) {
    auto const n = x.replicas();
    auto const fused = evaluate(f, x);
    std::vector<double> separate(static_cast<std::size_t>(n));
    auto work = f.workspace(n);
    f.value(x, separate, work);
    double most = 0;
    for (index r = 0; r < n; ++r) {
        auto const a = fused.energy[static_cast<std::size_t>(r)],
                   b = separate[static_cast<std::size_t>(r)];
        if (!(std::abs(a - b) <= options.rounding * (std::abs(a) + std::abs(b) + 1e-300)))
            broken.insert("value equals fused value");
        most = std::max(most, norm(fused.gradient[r]));
    }
    if (!(most > 1e3 * options.rounding)) broken.insert("not zero everywhere");
}

/// Replica r alone, and with other neighbours in another order, bitwise as in the batch.
template <class L>
void check_batch(L const& f, BatchView<typename L::Real const> x, Clauses& broken) {
    using Real = typename L::Real;
    auto const n = x.replicas();
    auto const together = evaluate(f, x);
    Batch<Real> reversed(f.dimension(), n + 1);
    for (index r = 0; r <= n; ++r) {
        auto const from = x[r == 0 ? 0 : n - r];
        std::copy(from.begin(), from.end(), reversed[r].begin());
    }
    auto const again = evaluate(f, BatchView<Real const>(reversed.view()));
    for (index r = 0; r < n; ++r) {
        auto const alone = evaluate(f, x.slice(r, 1));
        auto const same = [&](Evaluated<L> const& other, index at) {
            return other.energy[static_cast<std::size_t>(at)] ==
                       together.energy[static_cast<std::size_t>(r)] &&
                   std::equal(together.gradient[r].begin(), together.gradient[r].end(),
                              other.gradient[at].begin());
        };
        if (!same(alone, 0) || !same(again, n - r)) broken.insert("replicas independent");
    }
    if constexpr (TwiceDifferentiable<L>) {
        Batch<Real> Hv(f.dimension(), n);
        auto work = f.workspace(n);
        // The direction of a replica is the point of the next one.
        Batch<Real> v(f.dimension(), n);
        for (index r = 0; r < n; ++r)
            std::copy(x[(r + 1) % n].begin(), x[(r + 1) % n].end(), v[r].begin());
        f.hessian_times(x, BatchView<Real const>(v.view()), Hv.view(), work);
        for (index r = 0; r < n; ++r) {
            auto const alone = product(f, x[r], std::span<Real const>(v[r]));
            if (!std::equal(alone.begin(), alone.end(), Hv[r].begin()))
                broken.insert("replicas independent");
        }
    }
    if constexpr (Stochastic<L>) {
        auto const size = std::min<index>(3, f.samples());
        std::vector<std::int32_t> rows;
        for (index k = 0; k < n * size; ++k)
            rows.push_back(static_cast<std::int32_t>((5 * k + 1) % f.samples()));
        BatchView<std::int32_t const> const samples(rows.data(), size, n, size);
        Batch<Real> g(f.dimension(), n), one(f.dimension(), 1);
        std::vector<double> energy(static_cast<std::size_t>(n));
        auto work = f.workspace(n);
        f.minibatch_value_and_gradient(x, samples, energy, g.view(), work);
        for (index r = 0; r < n; ++r) {
            double alone = 0;
            f.minibatch_value_and_gradient(x.slice(r, 1), samples.slice(r, 1), {&alone, 1},
                                           one.view(), work);
            if (alone != energy[static_cast<std::size_t>(r)] ||
                !std::equal(one[0].begin(), one[0].end(), g[r].begin()))
                broken.insert("replicas independent");
        }
    }
}

/// All calls that take a point, on a copy that is compared with the original afterwards.
template <class L>
void check_untouched(L const& f, BatchView<typename L::Real const> x, Clauses& broken) {
    using Real = typename L::Real;
    auto const n = x.replicas();
    Batch<Real> copy(f.dimension(), n), g(f.dimension(), n);
    std::vector<double> energy(static_cast<std::size_t>(n));
    auto work = f.workspace(n);
    auto const with_copy = [&](auto const& call) {
        for (index r = 0; r < n; ++r) std::copy(x[r].begin(), x[r].end(), copy[r].begin());
        call(BatchView<Real const>(copy.view()));
        for (index r = 0; r < n; ++r)
            if (!std::equal(x[r].begin(), x[r].end(), copy[r].begin()))
                broken.insert("input untouched");
    };
    with_copy([&](auto y) { f.value(y, energy, work); });
    with_copy([&](auto y) { f.value_and_gradient(y, energy, g.view(), work); });
    if constexpr (TwiceDifferentiable<L>)
        with_copy([&](auto y) { f.hessian_times(y, x, g.view(), work); });
    if constexpr (DenseHessian<L>)
        with_copy([&](auto y) {
            std::vector<Real> H(static_cast<std::size_t>(f.dimension() * f.dimension()));
            f.dense_hessian(y[0], std::span<Real>(H), work);
        });
    if constexpr (Stochastic<L>)
        with_copy([&](auto y) {
            std::vector<std::int32_t> const rows(static_cast<std::size_t>(n), 0);
            f.minibatch_value_and_gradient(y, BatchView<std::int32_t const>(rows.data(), 1, n, 1),
                                           energy, g.view(), work);
        });
}

template <class L>
void check_gradient(L const& f, std::span<typename L::Real const> x, Stream& stream,
                    Options const& options, Clauses& broken) {
    using Real = typename L::Real;
    auto const at = evaluate(f, BatchView<Real const>(x));
    for (int trial = 0; trial < 2; ++trial) {
        auto const v = random_direction<Real>(stream, f.dimension());
        double const slope = dot(at.gradient[0], std::span<Real const>(v));
        auto const error = [&](double h) {
            auto const plus = displaced(x, h, std::span<Real const>(v)),
                       minus = displaced(x, -h, std::span<Real const>(v));
            return std::abs(
                (value(f, std::span<Real const>(plus)) - value(f, std::span<Real const>(minus))) /
                    (2 * h) -
                slope);
        };
        double const scale = std::abs(at.energy[0]) + norm(at.gradient[0]);
        if (!falls_quadratically(error, scale, options))
            broken.insert("gradient is the derivative");
    }
}

template <class L>
void check_hessian(L const& f, std::span<typename L::Real const> x, Stream& stream,
                   Options const& options, Clauses& broken) {
    using Real = typename L::Real;
    auto const n = f.dimension();
    auto const v = random_direction<Real>(stream, n), u = random_direction<Real>(stream, n);
    std::span<Real const> const vs = v, us = u;
    auto const Hv = product(f, x, vs), Hu = product(f, x, us);
    std::span<Real const> const Hvs = Hv, Hus = Hu;
    double const size = norm(Hvs) + norm(Hus);
    if (!(size > 1e3 * options.rounding)) broken.insert("not zero everywhere");
    if (!(std::abs(dot(us, Hvs) - dot(vs, Hus)) <= 100 * options.rounding * size))
        broken.insert("Hessian symmetric");
    auto const sum = displaced(vs, 0.5, us);
    auto const Hsum = product(f, x, std::span<Real const>(sum));
    double nonlinear = 0;
    for (std::size_t i = 0; i < Hsum.size(); ++i)
        nonlinear += std::abs(static_cast<double>(Hsum[i]) - static_cast<double>(Hv[i]) -
                              0.5 * static_cast<double>(Hu[i]));
    if (!(nonlinear <= 1000 * options.rounding * size * std::sqrt(static_cast<double>(n))))
        broken.insert("Hessian linear");
    auto const error = [&](double h) {
        auto const plus = displaced(x, h, vs), minus = displaced(x, -h, vs);
        auto const gp = evaluate(f, BatchView<Real const>(std::span<Real const>(plus)));
        auto const gm = evaluate(f, BatchView<Real const>(std::span<Real const>(minus)));
        double sum_of_squares = 0;
        for (std::size_t i = 0; i < Hv.size(); ++i) {
            double const d =
                (static_cast<double>(gp.gradient[0][i]) - static_cast<double>(gm.gradient[0][i])) /
                    (2 * h) -
                static_cast<double>(Hv[i]);
            sum_of_squares += d * d;
        }
        return std::sqrt(sum_of_squares);
    };
    auto const at = evaluate(f, BatchView<Real const>(x));
    if (!falls_quadratically(error, size + norm(at.gradient[0]), options))
        broken.insert("Hessian is the derivative of the gradient");
}

template <class L>
void check_dense_hessian(L const& f, std::span<typename L::Real const> x, Options const& options,
                         Clauses& broken) {
    using Real = typename L::Real;
    auto const n = static_cast<std::size_t>(f.dimension());
    std::vector<Real> H(n * n), unit(n);
    auto work = f.workspace(1);
    f.dense_hessian(x, std::span<Real>(H), work);
    for (std::size_t i = 0; i < n; ++i) {
        unit.assign(n, Real(0));
        unit[i] = 1;
        auto const column = product(f, x, std::span<Real const>(unit));
        double const size = norm(std::span<Real const>(column)) + 1e-3;
        for (std::size_t j = 0; j < n; ++j)
            if (!(std::abs(static_cast<double>(H[i * n + j]) - static_cast<double>(column[j])) <=
                  1000 * options.rounding * size))
                broken.insert("dense Hessian equals products");
    }
}

/// Minibatches of equal size that together hold every sample average to the whole.
template <class L>
void check_minibatches(L const& f, std::span<typename L::Real const> x, Options const& options,
                       Clauses& broken) {
    using Real = typename L::Real;
    index parts = 2;  // the smallest divisor above 1
    while (f.samples() % parts != 0) ++parts;
    auto const size = f.samples() / parts;
    auto const whole = evaluate(f, BatchView<Real const>(x));
    std::vector<double> mean(x.size());
    double energy = 0;
    std::vector<Real> g(x.size());
    auto work = f.workspace(1);
    for (index part = 0; part < parts; ++part) {
        std::vector<std::int32_t> rows;
        for (index i = 0; i < size; ++i)
            rows.push_back(static_cast<std::int32_t>((f.samples() - 1 - (i * parts + part))));
        double e = 0;
        f.minibatch_value_and_gradient(
            BatchView<Real const>(x),
            BatchView<std::int32_t const>(std::span<std::int32_t const>(rows)), {&e, 1},
            BatchView<Real>(std::span<Real>(g)), work);
        energy += e / static_cast<double>(parts);
        for (std::size_t i = 0; i < g.size(); ++i)
            mean[i] += static_cast<double>(g[i]) / static_cast<double>(parts);
    }
    double off = 0;
    for (std::size_t i = 0; i < g.size(); ++i)
        off += std::abs(mean[i] - static_cast<double>(whole.gradient[0][i]));
    double const scale =
        norm(whole.gradient[0]) * std::sqrt(static_cast<double>(g.size())) + 1e-300;
    if (!(off <= 1000 * options.rounding * scale) ||
        !(std::abs(energy - whole.energy[0]) <= 1000 * options.rounding * (std::abs(energy) + 1)))
        broken.insert("minibatches average to the whole");
}

template <class L>
void check_manifold(L const& f, std::span<typename L::Real const> x, Stream& stream,
                    Options const& options, Clauses& broken) {
    using Real = typename L::Real;
    auto const manifold = f.manifold();
    auto v = random_direction<Real>(stream, f.dimension());
    manifold.project(x, std::span<Real>(v));
    auto once = v;
    manifold.project(x, std::span<Real>(once));
    double change = 0;
    for (std::size_t i = 0; i < v.size(); ++i)
        change += std::abs(static_cast<double>(once[i]) - static_cast<double>(v[i]));
    if (!(change <= 100 * options.rounding * std::sqrt(static_cast<double>(v.size()))))
        broken.insert("projection is tangent");
    // Retracting x + h v errs from x + h v by O(h^2) only if v is tangent.
    auto const error = [&](double h) {
        auto y = displaced(x, h, std::span<Real const>(v));
        auto const straight = y;
        manifold.retract(std::span<Real>(y));
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            double const d = static_cast<double>(y[i]) - static_cast<double>(straight[i]);
            sum += d * d;
        }
        return std::sqrt(sum);
    };
    double const noise = 100 * options.rounding * norm(x), e1 = error(options.step),
                 e2 = error(options.step / 2);
    if (e1 > noise && e2 > noise && e1 / e2 < 3) broken.insert("projection is tangent");
}

template <class L>
void check_symmetry(L const& f, std::span<typename L::Real const> x, Options const& options,
                    Clauses& broken) {
    using Real = typename L::Real;
    auto const count = f.symmetry_generators();
    if (count == 0) return;
    Batch<Real> T(f.dimension(), count);
    f.symmetry_tangents(x, T.view());
    auto const at = evaluate(f, BatchView<Real const>(x));
    for (index k = 0; k < count; ++k) {
        std::span<Real const> const t = T[k];
        if (!(std::abs(dot(at.gradient[0], t)) <=
              1000 * options.rounding * (norm(at.gradient[0]) + 1e-6) * norm(t)))
            broken.insert("symmetry leaves the value");
    }
    // Gram-Schmidt: as many directions must be left as the landscape says are independent.
    index independent = 0;
    std::vector<std::vector<double>> basis;
    for (index k = 0; k < count; ++k) {
        std::vector<double> t(T[k].begin(), T[k].end());
        double const length = norm(std::span<double const>(t));
        for (auto const& b : basis) {
            double const along = dot(std::span<double const>(t), std::span<double const>(b));
            for (std::size_t i = 0; i < t.size(); ++i) t[i] -= along * b[i];
        }
        double const left = norm(std::span<double const>(t));
        if (!(left > 1e-4 * length)) continue;
        for (auto& component : t) component /= left;
        basis.push_back(std::move(t));
        ++independent;
    }
    if (independent != f.symmetry_nullity()) broken.insert("symmetries independent");
}

template <Landscape L>
std::vector<std::string> violations(L const& f, BatchView<typename L::Real const> x,
                                    Options const& options = {}) {
    Clauses broken;
    Stream stream(11, Purpose::probe, 0);
    check_value(f, x, options, broken);
    check_batch(f, x, broken);
    check_untouched(f, x, broken);
    for (index r = 0; r < x.replicas(); ++r) {
        check_gradient(f, x[r], stream, options, broken);
        if constexpr (TwiceDifferentiable<L>) check_hessian(f, x[r], stream, options, broken);
        if constexpr (OnManifold<L>) check_manifold(f, x[r], stream, options, broken);
        if constexpr (Symmetric<L>) check_symmetry(f, x[r], options, broken);
        if constexpr (Stochastic<L>) check_minibatches(f, x[r], options, broken);
    }
    if constexpr (DenseHessian<L>) check_dense_hessian(f, x[0], options, broken);
    return {broken.begin(), broken.end()};
}

}  // namespace spinscape::contract
