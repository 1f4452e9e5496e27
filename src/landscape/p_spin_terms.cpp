// SPDX-License-Identifier: BSD-3-Clause
#include "p_spin_terms.hpp"

#include "spinscape/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace spinscape::p_spin {

void check_terms(index N, std::vector<PSpinTerm> const& terms) {
    auto const reject = [](std::string const& what) {
        throw Error(ExitCode::bad_input, "p-spin glass: " + what);
    };
    if (N < 2) reject("N = " + std::to_string(N) + " is too small; use N >= 2");
    if (terms.empty()) reject("no terms; give at least one p");
    for (auto const& term : terms) {
        auto const name = "p = " + std::to_string(term.p);
        if (term.p < 2) reject(name + " is not allowed; use p >= 2");
        if (!std::isfinite(term.coefficient) || term.coefficient == 0)
            reject("the coefficient of " + name + " must be finite and not zero");
        auto const same = [&](PSpinTerm const& other) { return other.p == term.p; };
        if (std::ranges::count_if(terms, same) > 1)
            reject(name + " appears twice and would share couplings; merge the two terms");
    }
}

}  // namespace spinscape::p_spin
