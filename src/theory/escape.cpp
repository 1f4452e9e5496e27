// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/escape.hpp"

#include "spinscape/base/contract.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace spinscape::theory {

namespace {

using boost::math::constants::euler;
using boost::math::constants::pi;
using Quadrature = boost::math::quadrature::gauss_kronrod<double, 15>;

/// Over [from, to] by way of [-1, 1]: Boost 1.74 compares errors with tolerances before it
/// multiplies them by the length, so that short intervals would be split for nothing.
template <class F>
double integrate(F const& f, double from, double to, unsigned depth, double tolerance,
                 double& error) {
    double const middle = (from + to) / 2, half = (to - from) / 2;
    return Quadrature::integrate([&](double u) { return half * f(middle + half * u); }, -1.0, 1.0,
                                 depth, tolerance, &error);
}

/// Of the outer integral; the inner one, over a panel at most, is far more accurate.
constexpr double tolerance = 1e-9;

/// Behind the start, where e^-Phi has become negligible.
double far_behind(std::function<double(double)> const& exponent, double start, double target) {
    double lowest = exponent(start), step = target - start, at = start;
    for (int i = 0; i < 200; ++i) {
        at -= step;
        double const here = exponent(at);
        if (here > lowest + 60) return at;
        lowest = std::min(lowest, here);
        step *= 1.2;
    }
    return at;
}

/// Marches through the double integral of mean_first_passage, wall < start < target, panel by
/// panel. What is carried along is  R(y) = e^Phi(y) int_wall^y e^-Phi(z) / D(z) dz,  never larger
/// than the answer's own scale however far Phi falls or rises.
class Passage {
public:
    explicit Passage(Diffusion const& process) : process_(process) {}

    void march(double from, double to, bool counts) {
        constexpr int stretches = 64;
        double const width = (to - from) / stretches;
        for (int i = 0; i < stretches; ++i) {
            // Phi changes moderately within a panel.
            double const left = from + i * width,
                         change = process_.exponent(left + width) - process_.exponent(left);
            int const panels = 1 + static_cast<int>(std::abs(change) / 2);
            for (int k = 0; k < panels; ++k)
                panel(left + width * k / panels, left + width * (k + 1) / panels, counts);
        }
    }
    [[nodiscard]] Integral result() const { return {sum_, sum_error_}; }

private:
    /// R at y, given R at the left end of the panel.
    double carried(double left, double y, double& error) const {
        if (!(y > left)) return R_;
        double const here = process_.exponent(y);
        double const inner = integrate(
            [&](double z) { return std::exp(here - process_.exponent(z)) / process_.diffusion(z); },
            left, y, 0, tolerance, error);
        return std::exp(here - process_.exponent(left)) * R_ + inner;
    }
    void panel(double left, double right, bool counts) {
        if (counts) {
            double error = 0, ignored = 0;
            double const part = integrate([&](double y) { return carried(left, y, ignored); }, left,
                                          right, 6, tolerance, error);
            sum_ += part;
            sum_error_ += error + part * (relative_error_ + tolerance);
        }
        double error = 0;
        R_ = carried(left, right, error);
        relative_error_ = std::max(relative_error_, error / R_);
    }

    Diffusion const& process_;
    double R_ = 0, relative_error_ = 0, sum_ = 0, sum_error_ = 0;
};

Integral passage_upwards(Diffusion const& process, double start, double target, double wall) {
    if (std::isinf(wall)) wall = far_behind(process.exponent, start, target);
    Passage passage(process);
    if (wall < start) passage.march(wall, start, false);
    passage.march(start, target, true);
    return passage.result();
}

/// ln M(a, 1/2, z) for z >= 0 by its series, rescaled on the way.
std::complex<double> log_kummer(std::complex<double> a, double z) {
    constexpr double large = 1e200;
    std::complex<double> term = 1, sum = 1;
    double logarithm = 0;
    for (int n = 0;; ++n) {
        term *= (a + static_cast<double>(n)) * z / ((0.5 + n) * (n + 1.0));
        sum += term;
        if (std::abs(term) > large) {
            term /= large;
            sum /= large;
            logarithm += std::log(large);
        }
        double const next = std::abs(a + (n + 1.0)) * z / ((1.5 + n) * (n + 2.0));
        if (next < 1 && std::abs(term) <= 1e-17 * (1 - next) * std::abs(sum)) break;
    }
    return std::log(sum) + logarithm;
}

}  // namespace

Diffusion overdamped(std::function<double(double)> V, double epsilon) {
    SPINSCAPE_EXPECT(epsilon > 0);
    return {[V = std::move(V), epsilon](double x) { return V(x) / epsilon; },
            [epsilon](double) { return epsilon; }};
}

Integral mean_first_passage(Diffusion const& process, double start, double target, double wall) {
    SPINSCAPE_EXPECT((wall <= start && start < target) || (wall >= start && start > target));
    if (target > start) return passage_upwards(process, start, target, wall);
    Diffusion const mirrored{[&](double x) { return process.exponent(-x); },
                             [&](double x) { return process.diffusion(-x); }};
    return passage_upwards(mirrored, -start, -target, -wall);
}

Integral deep_linear_mode_time(double sigma, index hidden_layers, double start, double target) {
    auto const H = static_cast<double>(hidden_layers);
    SPINSCAPE_EXPECT(0 < start && start < target && std::pow(target, H + 1) < sigma);
    Integral time;
    time.value = integrate(  // over ln s
        [&](double x) { return std::exp(-(H - 1) * x) / (sigma - std::exp((H + 1) * x)); },
        std::log(start), std::log(target), 12, tolerance, time.error);
    return time;
}

double eyring_kramers_time(Barrier const& barrier, double epsilon) {
    return 2 * pi<double>() / barrier.unstable_curvature *
           std::exp((barrier.log_abs_determinant_saddle - barrier.log_determinant_minimum) / 2 +
                    barrier.height / epsilon);
}

QuadraticSaddle::QuadraticSaddle(double lambda, double epsilon, double a, double x0)
    : lambda_(lambda), epsilon_(epsilon), a_(a), x0_(std::abs(x0)) {
    SPINSCAPE_EXPECT(lambda > 0 && epsilon > 0 && a > x0_);
}

Integral QuadraticSaddle::mean() const {
    auto const process =
        overdamped([lambda = lambda_](double x) { return -lambda * x * x / 2; }, epsilon_);
    return mean_first_passage(process, x0_, a_, 0);
}

double QuadraticSaddle::asymptotic_mean() const {
    return (std::log(2 * lambda_ * a_ * a_ / epsilon_) + euler<double>()) / (2 * lambda_);
}

double QuadraticSaddle::asymptotic_standard_deviation() const {
    return pi<double>() / (std::sqrt(8.0) * lambda_);
}

std::complex<double> QuadraticSaddle::laplace(std::complex<double> s) const {
    auto const log_u = [&](double x) {
        double const z = lambda_ * x * x / (2 * epsilon_);
        return log_kummer(0.5 + s / (2 * lambda_), z) - z;
    };
    return std::exp(log_u(x0_) - log_u(a_));
}

// Euler summation of the Bromwich integral [AbateWhitt1995]: the error of discretisation is e^-A.
double QuadraticSaddle::probability_by(double t) const {
    if (t <= 0) return 0;
    constexpr double A = 18.4;
    constexpr int plain = 40, averaged = 12;
    auto const term = [&](int k) {
        std::complex<double> const s(A / (2 * t), k * pi<double>() / t);
        double const real = (laplace(s) / s).real() * (k % 2 == 0 ? 1 : -1);
        return k == 0 ? real / 2 : real;
    };
    double sum = 0, mean = 0, weight = std::ldexp(1.0, -averaged);
    for (int k = 0; k < plain; ++k) sum += term(k);
    for (int j = 0; j <= averaged; ++j) {
        sum += term(plain + j);
        mean += weight * sum;
        weight *= static_cast<double>(averaged - j) / (j + 1);
    }
    return std::clamp(std::exp(A / 2) / t * mean, 0.0, 1.0);
}

}  // namespace spinscape::theory
