// SPDX-License-Identifier: BSD-3-Clause
// Saddles on which every method's path is known in closed form: the way out is both walked and
// predicted, and the two are compared in the claims.
#include "runs.hpp"
#include "spinscape/landscape/monkey_saddle.hpp"
#include "spinscape/landscape/quadratic.hpp"

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

namespace spinscape::saddle_free {

namespace {

/// A saddle has been left when the value is below this.
constexpr double left_below = -1;
/// A descent has ended at the saddle when the gradient is below this share of the first one.
constexpr double arrived_below = 1e-9;

/// Eigenvalues of the quadratic saddle, evenly spaced in (-1, 1), none of them 0 for even n.
std::vector<double> spectrum(index n) {
    std::vector<double> l;
    for (index i = 0; i < n; ++i)
        l.push_back(-1 + (2 * static_cast<double>(i) + 1) / static_cast<double>(n));
    return l;
}

/// Q = 1 - 2 w w^T with the same unit vector in every replica: the eigenvectors of the saddle.
class Reflection {
public:
    Reflection(std::uint64_t master_seed, index n) : w_(static_cast<std::size_t>(n)) {
        Stream(master_seed, Purpose::disorder, 0, 0, static_cast<std::uint64_t>(n))
            .fill_normal(std::span<double>(w_));
        double squares = 0;
        for (double const component : w_) squares += component * component;
        for (auto& component : w_) component /= std::sqrt(squares);
    }
    [[nodiscard]] std::vector<double> operator()(std::vector<double> x) const {
        double product = 0;
        for (std::size_t i = 0; i < x.size(); ++i) product += w_[i] * x[i];
        for (std::size_t i = 0; i < x.size(); ++i) x[i] -= 2 * product * w_[i];
        return x;
    }
    /// Q diag(l) Q.
    [[nodiscard]] std::vector<double> matrix(std::vector<double> const& l) const {
        auto const n = l.size();
        std::vector<double> A;
        for (std::size_t j = 0; j < n; ++j) {
            std::vector<double> axis(n);
            axis[j] = 1;
            auto column = (*this)(axis);
            for (std::size_t i = 0; i < n; ++i) column[i] *= l[i];
            column = (*this)(column);
            A.insert(A.end(), column.begin(), column.end());
        }
        return A;
    }

private:
    std::vector<double> w_;
};

/// First t <= most at which `value_at(t)`, asked for in ascending order, is below the border.
double first_below(index most, std::function<double(index)> const& value_at) {
    for (index t = 0; t <= most; ++t)
        if (value_at(t) < left_below) return static_cast<double>(t);
    return missing;
}

/// f_t = 1/2 sum l y^2 m^2t, with m what a step multiplies a component by.
double predicted_quadratic(Parameters const& p, std::vector<double> const& l,
                           std::vector<double> y) {
    auto const& method = p.text("method");
    double const rate = p.real("learning_rate"), d = p.reals("dampings").front();
    std::vector<double> factor;
    for (double const curvature : l)
        factor.push_back(method == "sgd"             ? 1 - rate * curvature
                         : method == "damped_newton" ? d / (curvature + d)
                                                     : 1 - curvature / (std::abs(curvature) + d));
    return first_below(p.integer("max_steps"), [&](index t) {
        double value = 0;
        for (std::size_t i = 0; i < l.size(); ++i) {
            if (t > 0) y[i] *= factor[i];
            value += l[i] * y[i] * y[i] / 2;
        }
        return value;
    });
}

/// In the complex plane f = Re z^3, gradient g = 3 conj(z)^2, H v = 6 conj(z v), H^2 = 36 |z|^2.
double predicted_monkey(Parameters const& p, std::complex<double> z) {
    auto const& method = p.text("method");
    double const rate = p.real("learning_rate"), d = p.reals("dampings").front();
    return first_below(p.integer("max_steps"), [&](index t) {
        if (t > 0) {
            auto const g = 3.0 * std::conj(z) * std::conj(z);
            double const r = std::abs(z);
            if (method == "sgd")
                z -= rate * g;
            else if (method == "damped_newton")
                z -= (d * g - 6.0 * std::conj(z * g)) / (d * d - 36 * r * r);
            else
                z -= g / (6 * r + d);
        }
        return (z * z * z).real();
    });
}

void descend(Task& task, index replica, Surface& surface, std::vector<double> const& start,
             double predicted) {
    auto const timer = task.phase("descent");
    auto const& p = task.parameters();
    bool const by_gradient = p.text("method") == "sgd";
    auto const options = newton_options(p);
    surface.move_to(start);
    double const first_gradient = surface.gradient_norm();
    auto outcome = Outcome::out_of_budget;
    index steps = 0;
    double escaped = missing;
    for (; outcome == Outcome::out_of_budget && steps <= p.integer("max_steps"); ++steps) {
        if (surface.value() < left_below) {
            escaped = static_cast<double>(steps);
            outcome = Outcome::converged;
        } else if (surface.gradient_norm() < arrived_below * first_gradient) {
            outcome = Outcome::stalled;  // at the saddle
        } else if (by_gradient) {
            std::vector<double> next(surface.point().begin(), surface.point().end());
            for (std::size_t i = 0; i < next.size(); ++i)
                next[i] -= p.real("learning_rate") * surface.gradient()[i];
            surface.move_to(next);
        } else if (!newton_step(surface, options).moved) {
            outcome = Outcome::diverged;
        }
    }
    double from_saddle = 0, at_start = 0;
    for (std::size_t i = 0; i < start.size(); ++i) {
        from_saddle += surface.point()[i] * surface.point()[i];
        at_start += start[i] * start[i];
    }
    task.finish(replica, outcome);
    task.record(replica, "escape_steps", escaped);
    task.record(replica, "predicted_steps", predicted);
    task.record(replica, "distance_ratio", std::sqrt(from_saddle / at_start));
    task.record(replica, "iterations", static_cast<double>(steps - 1));
}

void run_quadratic(Task& task) {
    auto const& p = task.parameters();
    auto const n = p.integer("dimension");
    auto const l = spectrum(n);
    Reflection const Q(task.master_seed(), n);
    Quadratic<Flat> const f(Q.matrix(l), n, {});
    auto const surface = surface_of(f);
    for (index replica = task.first(); replica < task.first() + task.count(); ++replica) {
        std::vector<double> x(static_cast<std::size_t>(n));
        Stream(task.master_seed(), Purpose::start, replica).fill_normal(std::span<double>(x));
        for (auto& component : x)
            component *= p.real("start_distance") / std::sqrt(static_cast<double>(n));
        descend(task, replica, *surface, x, predicted_quadratic(p, l, Q(x)));
    }
}

void run_monkey(Task& task) {
    auto const& p = task.parameters();
    MonkeySaddle const f;
    auto const surface = surface_of(f);
    for (index replica = task.first(); replica < task.first() + task.count(); ++replica) {
        Stream start(task.master_seed(), Purpose::start, replica);
        auto const z = std::polar(p.real("start_distance"), 2 * std::numbers::pi * start.uniform());
        descend(task, replica, *surface, {z.real(), z.imag()}, predicted_monkey(p, z));
    }
}

}  // namespace

void run_analytic(Task& task) {
    task.parameters().text("system") == "monkey" ? run_monkey(task) : run_quadratic(task);
}

}  // namespace spinscape::saddle_free
