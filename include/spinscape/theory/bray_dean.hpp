// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Critical points of a stationary Gaussian field phi on R^N with E[phi(x) phi(y)] =
/// N f(|x - y|^2 / 2N) in high dimension ([BrayDean2007]). Everything depends on f(0), f'(0) < 0
/// and f''(0) > 0 alone. At a critical point of energy eps = phi / N the Hessian's eigenvalues
/// follow a semicircle of radius R = 2 sqrt(f'') whose centre c is tied to the energy, eps =
/// (f'/f'') c.
namespace spinscape::theory {

/// Derivatives of f at 0.
struct FieldCovariance {
    double value, first, second;

    static FieldCovariance gaussian() { return {1, -1, 1}; }  ///< f(u) = exp(-u)
    static FieldCovariance rational() { return {1, -1, 2}; }  ///< f(u) = 1 / (1 + u)
};

/// Share of negative eigenvalues of a semicircle of radius R centred at c, y = c / R:
/// 1/2 - (y sqrt(1 - y^2) + asin y) / pi; 0 above 1, 1 below -1.
double index_fraction_of_centre(double y);
/// Its inverse, for fractions in [0, 1].
double centre_of_index_fraction(double alpha);

/// Energy per dimension of critical points of this index fraction, f'/sqrt(f'') 2 y(alpha): an
/// exact straight line between energy and centre as N -> infinity, of width O(N^(-1/2)).
double energy_of_index_fraction(FieldCovariance const& f, double alpha);
/// The inverse; 0 below the energy of minima, 1 above that of maxima.
double index_fraction_of_energy(FieldCovariance const& f, double energy);

/// lim ln(number of critical points per unit volume with centre R y) / N =
/// ln(f'' / (2 pi e |f'|)) / 2 - y^2, |y| <= 1.
double field_complexity(FieldCovariance const& f, double y);

/// Regression of the energy on the mean eigenvalue t = tr Hessian / N, exact at every N and at any
/// set of points that is chosen by the Hessian alone, so at critical points of any index: the field
/// and its Hessian at a point are jointly Gaussian, independent of the gradient, with
/// Cov(phi/N, t) = f'/N and Var(t) = f'' (1 + 2/N) / N.
struct EnergyLine {
    double slope;     ///< f' / (f'' (1 + 2/N)); eps = slope t on average
    double variance;  ///< of eps around it, (f - f'^2 / (f'' (1 + 2/N))) / N
};
EnergyLine energy_line(FieldCovariance const& f, double N);

}  // namespace spinscape::theory
