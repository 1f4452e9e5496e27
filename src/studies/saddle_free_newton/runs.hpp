// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/saddle_free_newton.hpp"
#include "spinscape/study/study.hpp"

#include <vector>

/// The two sides of the study `saddle_free_newton`: saddles with a known answer, and networks.
namespace spinscape::saddle_free {

/// Iterations at which curves are recorded: steps of Newton's methods, epochs of SGD.
std::vector<double> const& curve_iterations();

/// Rule, dampings and Krylov dimension of a point whose method is no gradient method.
NewtonOptions newton_options(Parameters const& parameters);

void run_analytic(Task& task);  ///< system = quadratic, monkey
void run_network(Task& task);   ///< system = network

}  // namespace spinscape::saddle_free
