// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/base/types.hpp"
#include "spinscape/landscape/coupling_law.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spinscape {

/// The disorder of a p-spin Hamiltonian: for each term one float per multiset i1 <= ... <= ip,
///   A_{i1..ip} = c_p N^{-(p-1)/2} sqrt(p! / prod m_a!) g,   g iid,  m_a multiplicities.
/// For normal g, equal in law to summing iid N(0,1) couplings over all ordered tuples; for any law
/// of variance 1 the covariance of H is the same. The g come from Stream(master_seed,
/// Purpose::disorder, disorder, step = p, salt = coupling_salt(N, law)), in lexicographic order
/// (every prefix i1..i_{p-2} starts on an even draw), so nothing need ever be stored on disk.
///
/// Layout of a term: prefixes i1 <= ... <= i_{p-2} in lexicographic order; for each, groups of four
/// values j, j+1, j+2, j+3 of i_{p-1}, starting at j = i_{p-2}; for each group four rows over
/// ip = j, ..., N-1, contiguous, with zeros where ip < i_{p-1} or i_{p-1} >= N.
class PSpinCouplings {
public:
    /// Throws Error(bad_input) unless N >= 2, terms are not empty, every p >= 2 appears once and
    /// coefficients are finite and not zero.
    PSpinCouplings(index N, std::vector<PSpinTerm> terms, std::uint64_t master_seed, index disorder,
                   CouplingLaw law = CouplingLaw::gaussian);

    [[nodiscard]] index dimension() const { return N_; }
    [[nodiscard]] std::vector<PSpinTerm> const& terms() const { return terms_; }
    /// Couplings of term number t in the layout above.
    [[nodiscard]] std::span<float const> values(std::size_t t) const { return values_[t]; }

    /// Couplings that are independent N(0, 1/parts), given that their sum is these ones (to the
    /// rounding of floats): X_s = J / parts + (Y_s - mean Y) / sqrt(parts), Y_s the couplings of
    /// (N, terms, ~master_seed, parts number + s). So the source of [Choromanska2015] splits the
    /// disorder for stochastic descent.
    [[nodiscard]] std::vector<std::shared_ptr<PSpinCouplings const>> split(
        index parts, std::uint64_t master_seed, index number) const;

    /// Memory of the couplings.
    static double memory_bytes(index N, std::span<PSpinTerm const> terms);
    /// Number of multisets, that is of different couplings: binomial(N + p - 1, p).
    static double count(index N, int p);

private:
    index N_;
    std::vector<PSpinTerm> terms_;
    std::vector<std::vector<float>> values_;
};

}  // namespace spinscape
