// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Laws of Tracy and Widom: largest eigenvalue of the Gaussian orthogonal (beta = 1) and unitary
/// (beta = 2) ensembles at the edge of the spectrum, in units in which
///   lambda = sqrt(2N) + 2^{-1/2} N^{-1/6} s    for eigenvalue density exp(-beta sum lambda^2 / 2).
namespace spinscape::theory {

/// F_1(s) = det(1 - A_s), F_2(s) = det(1 - A_s) det(1 + A_s) with A_s(x, y) = Ai(x + y + s) on
/// x, y > 0 [FerrariSpohn2005]; determinants by Gauss-Legendre quadrature, which converges
/// exponentially [Bornemann2010].
struct TracyWidom {
    double below;    ///< F(s) = P(largest <= s)
    double density;  ///< F'(s)
    double error;    ///< of both, absolute
};
/// Any s; beta is 1 or 2, else Error(bad_input).
TracyWidom tracy_widom(int beta, double s);

struct TracyWidomMoments {
    double mean, variance, skewness, excess_kurtosis;
    double error;  ///< of all, absolute
};
TracyWidomMoments tracy_widom_moments(int beta);

}  // namespace spinscape::theory
