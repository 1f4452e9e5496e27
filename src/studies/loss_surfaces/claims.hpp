// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <vector>

namespace spinscape::surfaces {

/// The parameter points of one side of the study, by ascending size (width or N).
struct Size {
    index point;
    double size;
};
std::vector<Size> sizes(Results const& results, std::string_view system);

std::vector<Claim> network_claims(Results const& results);
std::vector<Claim> glass_claims(Results const& results);

std::vector<Figure> figures(Results const& results);
std::vector<Reference> references(Results const& results);

/// Numbers of [Choromanska2015] for networks: Pearson r of train and test loss over 1000 runs
/// (Table 1; widths 2, 5, 10 from the points of its figure); NaN for other widths.
double published_correlation(index width);
/// Mean of the final energies per spin of its 1000 descents at this N; NaN for other sizes.
double published_energy(index N);

/// The N = infinity energy of gradient flow at these times, by the dynamical equations.
std::vector<double> flow_energies(int p, std::vector<double> const& times);

}  // namespace spinscape::surfaces
