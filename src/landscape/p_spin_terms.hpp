// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

/// What all p-spin Hamiltonians have in common, whatever their couplings look like.
namespace spinscape::p_spin {

/// p! / prod m_a! of a sorted tuple: the number of its orderings.
template <class Index>
double multinomial(std::span<Index const> tuple) {
    double result = 1;
    index run = 0;
    for (std::size_t a = 0; a < tuple.size(); ++a) {
        run = a > 0 && tuple[a] == tuple[a - 1] ? run + 1 : 1;
        result *= static_cast<double>(a + 1) / static_cast<double>(run);
    }
    return result;
}

/// Error(bad_input) unless N >= 2, terms are not empty, every p >= 2 appears once and coefficients
/// are finite and not zero.
void check_terms(index N, std::vector<PSpinTerm> const& terms);

}  // namespace spinscape::p_spin
