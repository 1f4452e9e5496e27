// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/claim.hpp"

#include <span>

/// What a sample with replacement says about what it did not meet. `hits` counts how often each of
/// the different things met was met (all at least 1); n is their sum, f_k the number met k times.
namespace spinscape {

/// Probability that the next draw is something new: Good and Turing's f_1 / n, with the error
/// sqrt(f_1 (1 - f_1 / n) + 2 f_2) / n of [Esty1983]. Where f_1 = 0 the error is 1 / n: a share of
/// that size would be missed by chance. n of the estimate: draws.
Estimate unseen_mass(std::span<index const> hits);

/// Number of all things, those not met included, at least: Chao's estimate with the correction for
/// bias, S + (n-1)/n f_1 (f_1 - 1) / (2 (f_2 + 1)) ([Chao1984, Chao2005]), and the error of its
/// variance in the same form. A lower bound on average, exact for equal probabilities.
/// n of the estimate: draws.
Estimate richness(std::span<index const> hits);

}  // namespace spinscape
