// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <complex>
#include <functional>
#include <limits>

/// How long noise takes to leave a saddle or a well, in continuous time:
/// dx = -V'(x) dt + sqrt(2 epsilon) dW and its relatives. Discrete steps: chain_exit.hpp.
namespace spinscape::theory {

/// A number found by quadrature and an estimate of its absolute error.
struct Integral {
    double value = missing, error = missing;
};

/// dx = f(x) dt + sqrt(2 D(x)) dW in one dimension, in the sense of Ito.
struct Diffusion {
    std::function<double(double)> exponent;   ///< Phi with Phi' = -f / D
    std::function<double(double)> diffusion;  ///< D > 0
};

/// f = -V', D = epsilon: Phi = V / epsilon.
Diffusion overdamped(std::function<double(double)> V, double epsilon);

/// Mean time from `start` to the first arrival at `target`, with a reflecting wall behind the start
/// (infinitely far: none; then Phi must grow without bound on that side):
///   int_start^target e^Phi(y) int_wall^y e^-Phi(z) / D(z) dz dy        (target > start).
/// Exact for every smooth Phi, small noise or not. Features narrower than 1/1000 of the distances
/// are not resolved.
Integral mean_first_passage(Diffusion const& process, double start, double target, double wall);

/// Time in which one mode of a deep linear network grows without noise: gradient flow of
/// (sigma - s^(H+1))^2 / 2 with all H + 1 layers equal to s,  ds/dt = s^H (sigma - s^(H+1)),  from
/// `start` to `target`, 0 < start < target < sigma^(1/(H+1)). As start -> 0 it grows like
/// ln(1/start) / sigma for H = 1 (a strict saddle at 0) and like start^-(H-1) / ((H-1) sigma)
/// above.
Integral deep_linear_mode_time(double sigma, index hidden_layers, double start, double target);

/// What the theory of Eyring and Kramers needs of a minimum m and the saddle s over which it is
/// left, in any dimension.
struct Barrier {
    double height = missing;                ///< V(s) - V(m)
    double unstable_curvature = missing;    ///< |lambda_1(s)|, of the one negative eigenvalue
    double log_determinant_minimum = 0;     ///< ln det Hess V(m)
    double log_abs_determinant_saddle = 0;  ///< ln |det Hess V(s)|
};

/// Mean time to reach the other well, to leading order as epsilon -> 0, with relative corrections
/// O(epsilon) [BovierEckhoffGayrardKlein2004]:
///   (2 pi / |lambda_1(s)|) sqrt(|det Hess V(s)| / det Hess V(m)) e^(height / epsilon).
/// Reaching the saddle itself takes half as long.
double eyring_kramers_time(Barrier const& barrier, double epsilon);

/// Time T at which dx = lambda x dt + sqrt(2 epsilon) dW, started at x0, first has |x| = a: the
/// unstable direction of a quadratic saddle with most negative eigenvalue -lambda. Exact.
class QuadraticSaddle {
public:
    /// lambda, epsilon, a > 0, |x0| < a.
    QuadraticSaddle(double lambda, double epsilon, double a, double x0 = 0);

    [[nodiscard]] Integral mean() const;
    /// For x0 = 0 and epsilon -> 0: (ln(lambda a^2 / epsilon) + gamma + ln 2) / (2 lambda),
    /// gamma = 0.5772... Euler's constant.
    [[nodiscard]] double asymptotic_mean() const;
    /// For x0 = 0 and epsilon -> 0 the law of ln(a / (s |Z|)) / lambda, Z a standard normal number
    /// and s^2 = epsilon / lambda: its standard deviation is pi / (2 sqrt 2 lambda).
    [[nodiscard]] double asymptotic_standard_deviation() const;
    /// P(T <= t), by numerical inversion of the Laplace transform, to 1e-7.
    [[nodiscard]] double probability_by(double t) const;
    /// E e^(-s T) for Re s > -lambda:  u(x0) / u(a) with
    ///   u(x) = e^-z M(1/2 + s / (2 lambda), 1/2, z),  z = lambda x^2 / (2 epsilon), M Kummer's.
    [[nodiscard]] std::complex<double> laplace(std::complex<double> s) const;

private:
    double lambda_, epsilon_, a_, x0_;
};

}  // namespace spinscape::theory
