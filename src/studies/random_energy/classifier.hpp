// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "shared/network_task.hpp"

#include <span>
#include <vector>

/// Energies -ln p(y | x) of the test images of a trained classifier as the levels of a Hamiltonian.
namespace spinscape::levels {

/// Inverse temperatures of all curves; the fifth is that of freezing.
std::vector<double> const& betas();
inline constexpr index freezing = 4;  ///< number of beta_c among them

/// Overlaps of the funnel: 0, 0.1, ..., 1.
std::vector<double> const& overlaps();

inline constexpr index classes_recorded = 10;

std::vector<Field> classifier_fields();

/// The point with overlap q = x . b / |x| |b| on the sphere |x| = |b|, in the plane of a and b, on
/// a's side.
std::vector<float> point_at_overlap(std::span<float const> a, std::span<float const> b, double q);

/// Overlap at which energies that fall along ascending overlaps are last half-way between their
/// first and their last value, by linear interpolation.
double half_way(std::span<double const> overlaps, std::span<double const> energies);

/// Levels of a random energy model of the same number and variance, beside measured ones.
struct Comparison {
    std::vector<double> entropy, participation;  ///< at betas(); entropy per spin
};
/// 2^N levels E at temperatures where beta sd(E) = sqrt(N) betas(): there the random energy model
/// with N spins and this variance has its own betas(). `sign` = -1 turns the energies around.
/// Missing values if the levels do not differ.
Comparison compare(std::span<double const> levels, index N, int sign);

/// Records classifier_fields() of `replica`, whose network is at x.
void measure_classifier(Task& task, index replica, Architecture const& architecture,
                        studies::TrainingData const& data, std::span<float const> x,
                        std::uint64_t salt);

}  // namespace spinscape::levels
