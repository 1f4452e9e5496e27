// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"
#include "spinscape/theory/random_energy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape::levels {

/// A parameter point and the number of its spins or hidden units.
struct Size {
    index point;
    double size;
};
/// Points of the random energy model, independent levels only, by ascending size.
std::vector<Size> models(Results const& results);

/// Classifiers of one training, by ascending width.
struct Classifiers {
    std::string id;     ///< of claims: "" for the first training of the job
    std::string words;  ///< ", 100 epochs of 5000 images"; "" likewise
    std::vector<Size> sizes;
};
/// In the order of the job.
std::vector<Classifiers> classifiers(Results const& results);

/// A point that is a p-spin glass.
struct Glass {
    index point, N;
    int p;
};
/// By ascending N, then p.
std::vector<Glass> glasses(Results const& results);

/// The exact states of N spins at each of betas(); computed once.
std::vector<theory::RandomEnergyState> const& exact_states(index N);

/// Mean of an element of a curve over the replicas of a point.
Estimate mean_of(Results const& results, index point, std::string_view field, index element = 0);

/// N with which the classifiers of a point were compared; 0 if they were not.
index spins_of(Results const& results, index point);

std::vector<Claim> model_claims(Results const& results);
std::vector<Claim> glass_claims(Results const& results);
std::vector<Claim> classifier_claims(Results const& results);
std::vector<Figure> figures(Results const& results);

}  // namespace spinscape::levels
