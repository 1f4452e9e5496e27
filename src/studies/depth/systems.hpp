// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <utility>
#include <vector>

/// The three systems of study `depth`, and what follows from them.
namespace spinscape::depths {

inline std::pair<std::string, std::string> const in_glass = {"system", "glass"},
                                                 in_network = {"system", "network"};

/// Levels of the lowest energies: indices 0 ... 4.
inline constexpr index levels = 5;

/// Descents from many starts in every disorder sample of the task.
void run_glass(Task& task);
/// All critical points of every disorder sample.
void run_layers(Task& task);
/// Trains the networks of the task.
void run_network(Task& task);

/// Width of `layers` equal hidden layers: that of one layer if `match` is "width", else such that
/// the number of parameters is nearest to that of one layer of this width.
index hidden_width(index width, index layers, std::string_view match, index inputs, index outputs);

std::vector<Claim> glass_claims(Results const& results);
std::vector<Claim> network_claims(Results const& results);
std::vector<Figure> figures(Results const& results);

/// Points of one system, in the order of the job.
std::vector<index> points_of(Results const& results, std::string_view system);

/// Expectation of the smallest of m among n values, drawn without replacement: unbiased for the
/// smallest of m independent ones, whatever their law. m <= n; missing values are left out.
double expected_smallest(std::vector<double> values, index m);

/// Typical loss less the best of m seeds.
struct Gap {
    Estimate typical, best, gap, relative;  ///< relative to the typical one
};
/// From all seeds of a point; errors by the jackknife.
Gap seed_gap(std::vector<double> const& losses, index m);

}  // namespace spinscape::depths
