// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"
#include "spinscape/stats/figure.hpp"

#include <string>

namespace spinscape::surfaces {

/// The published histograms of [Choromanska2015], digitised (jobs/data/choromanska2015), as faint
/// outlines normalised to densities. Empty series for sizes that the paper does not have.
Series published_energy_density(index N, std::string const& job_folder);
Series published_loss_density(index width, std::string const& job_folder);

}  // namespace spinscape::surfaces
