// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/base/types.hpp"

#include <limits>
#include <span>
#include <vector>

/// Exact mean numbers of critical points of spherical p-spin glasses at finite N, pure and mixed,
/// in unit normalisation E[H(s)H(s')] = N f(q). By the Kac-Rice formula [Auffinger2013,
/// AuffingerBenArous2013]
///   E[number of index k] = 2 sqrt(2 f'/(f' + f'')) (f''/f')^{N/2}
///                          E_GOE(N)[ exp(-x_k^2 (f'' - f') / (2 (f'' + f'))) ],   f at q = 1,
/// with x_0 <= ... <= x_{N-1} the eigenvalues of a GOE matrix of density exp(-tr M^2 / 2). The
/// Hessian at such a point is centred at -r, r = x_k sqrt(2 f''/N); its energy per spin is normal
/// with mean r f'/(f' + f'') and variance (f - f'^2/(f' + f''))/N, which vanishes in pure models.
namespace spinscape::theory {

/// Critical points of one index, or of all.
struct CriticalPointMean {
    double log_number;  ///< ln E[number]: numbers grow like exp(N); -infinity if there are none
    double energy;      ///< per spin, mean over points: E[sum of energies] / E[number]
    double error;       ///< of log_number, that is the relative error of the number

    [[nodiscard]] double number() const;
};

/// Critical points of every index with energy below N u. Any N >= 1, from the density of
/// eigenvalues in closed form; some 10^5 N operations times sqrt(N). Error(bad_input) unless every
/// p >= 2.
CriticalPointMean mean_critical_points(std::span<PSpinTerm const> terms, index N,
                                       double u = std::numeric_limits<double>::infinity());

/// Mean of the lowest energy per spin of a pure model, p >= 3, if critical points below a level
/// are as good as independent: int (1 - exp(-n(u))) du with n(u) their exact mean number, that of
/// pairs +-s for even p. theory::ground_state has the sharp asymptotics of n(u) instead; both are
/// right up to O(1/N^2) [SubagZeitouni2017], their difference tells how much that is.
double ground_state_by_count(int p, index N);

/// Largest N of mean_critical_points_by_index: beyond, rounding in the many saddles drowns minima.
inline constexpr index largest_N_by_index = 50;

/// The same for index 0, ..., N - 1. The order statistics of the GOE come from a Pfaffian
/// [deBruijn1955]: given an eigenvalue x, E[z^(number below x)] is the Pfaffian of a matrix of
/// integrals over Hermite functions, a polynomial in z, whose coefficients a discrete Fourier
/// transform takes out. N = 10 takes 0.1 s, N = 50 some seconds.
/// Error(bad_input) beyond largest_N_by_index.
std::vector<CriticalPointMean> mean_critical_points_by_index(
    std::span<PSpinTerm const> terms, index N, double u = std::numeric_limits<double>::infinity());

}  // namespace spinscape::theory
