// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/theory/catalogue.hpp"

#include <vector>

namespace spinscape::theory {

/// Adds mean numbers and energies of critical points at finite N for a model with these arguments.
void append_critical_points(std::vector<Quantity>& quantities, std::string const& model,
                            std::vector<Argument> const& arguments,
                            std::vector<PSpinTerm> (*terms)(Arguments const&));

}  // namespace spinscape::theory
