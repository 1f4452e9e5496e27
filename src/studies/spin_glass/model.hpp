// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/study/study.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape::glass {

/// Times at which energy and correlation are recorded, those of the published N = infinity curve
/// and some later ones.
std::vector<double> const& curve_times();

/// Centres of the bins of overlaps, 0.04 wide.
std::vector<double> overlap_centres();

/// The mixture of a point: orders `p` with shares `weights` of the variance (equal ones if none are
/// given), f(q) = sum weight q^p.
std::vector<PSpinTerm> terms_of(Parameters const& parameters);

/// Share of the couplings that is kept, of each order.
std::vector<double> kept_of(Parameters const& parameters);

/// Separates the random numbers of different models and sizes.
std::uint64_t salt_of(Parameters const& parameters);

/// s.s'/N.
double overlap(std::span<float const> a, std::span<float const> b);

/// Runs the starts of every disorder sample of the task, and records.
void run(Task& task);

}  // namespace spinscape::glass
