// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/p_spin_term.hpp"
#include "spinscape/base/types.hpp"
#include "spinscape/landscape/coupling_law.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// The disorder of a diluted p-spin Hamiltonian [Folena2021]: each coupling of
/// PSpinCouplings (one per multiset i1 <= ... <= ip) is there with probability f of its term, and
/// then is
///   A_{i1..ip} = c_p N^{-(p-1)/2} sqrt(p! / prod m_a! / f) g,   g iid of mean 0 and variance 1,
/// so that E[H(s)H(s')] = N sum_p c_p^2 q^p as without dilution, on the average over which
/// couplings are there. f = 1 keeps all of them. The model behaves like the complete one as long as
/// no single coupling is worth more than the rest: the best point for one triple alone has energy
/// |J| sqrt(2 / (9 f N)) per spin for p = 3, J some 5 for a million couplings.
///
/// Gaps between couplings in lexicographic order, and then the g, come from two streams
/// Stream(master_seed, Purpose::disorder, disorder, step = p, salt), see the source.
///
/// Stored, not drawn anew for every evaluation: at N = 2000, p = 3, f = 0.01 a gradient takes 27 ms
/// for one replica and 45 ms for sixteen, of which reading the couplings (100 MB) is 8 ms at most;
/// drawing places and normal values anew would take 59 ms, with couplings +-1 still 23 ms
/// (tests/bench/glass_models_bench.cpp, one core with AVX2).
class DilutedCouplings {
public:
    static constexpr int largest_p = 16;
    static constexpr index largest_N = 65535;

    /// Couplings of one term by rows: what has the same i1..i_{p-1} lies together, ordered by ip.
    struct Rows {
        int p = 0;
        std::vector<std::uint16_t> heads;  ///< per row i1..i_{p-1} and how many couplings follow
        std::vector<std::uint16_t> last;   ///< ip of every coupling
        std::vector<float> values;         ///< A of every coupling
    };

    /// `kept`: f of each term. Throws Error(bad_input) as PSpinCouplings and unless N <= largest_N,
    /// p <= largest_p, there is one 0 < f <= 1 per term, and count(N, p) <= 2^53.
    DilutedCouplings(index N, std::vector<PSpinTerm> terms, std::vector<double> kept,
                     std::uint64_t master_seed, index disorder,
                     CouplingLaw law = CouplingLaw::gaussian);

    [[nodiscard]] index dimension() const { return N_; }
    [[nodiscard]] std::vector<PSpinTerm> const& terms() const { return terms_; }
    [[nodiscard]] Rows const& rows(std::size_t t) const { return rows_[t]; }

    /// f with which a spin has so many couplings on the average, at most 1.
    static double kept_for(index N, int p, double couplings_per_spin);
    /// Expected memory of the couplings (the spread is far below a percent).
    static double memory_bytes(index N, std::span<PSpinTerm const> terms,
                               std::span<double const> kept);

private:
    index N_;
    std::vector<PSpinTerm> terms_;
    std::vector<Rows> rows_;
};

}  // namespace spinscape
