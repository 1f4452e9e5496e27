// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"
#include "spinscape/landscape/coupling_law.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace spinscape {

/// The Ising p-spin glass [Gardner1985] in the normalisation of the random energy model, which it
/// becomes for p -> infinity (levels of variance N):
///
///   H(s) = sqrt(p! / N^{p-1}) sum_{i1<...<ip} J_{i1..ip} s_i1 ... s_ip,   s_i = +-1,
///   E[H(s)H(s')] = N q^p up to terms of order 1,  q = s.s'/N,  J of mean 0 and variance 1.
///
/// The J come from Stream(master_seed, Purpose::disorder, disorder, step = p, salt = N with the
/// highest bit set) in lexicographic order.
class IsingPSpin {
public:
    /// Error(bad_input) unless 2 <= p <= N.
    IsingPSpin(index N, int p, CouplingLaw law, std::uint64_t master_seed, index disorder);

    [[nodiscard]] index dimension() const { return N_; }
    [[nodiscard]] int order() const { return p_; }

    /// H (not divided by N) by its definition, in double.
    [[nodiscard]] double energy(std::span<std::int8_t const> s) const;
    /// H of all 2^N configurations by a Walsh-Hadamard transform; bit i of the place is set where
    /// s_i = -1. N <= 26, else Error(bad_input).
    [[nodiscard]] std::vector<double> all_energies() const;

    /// Memory of the couplings.
    static double memory_bytes(index N, int p);

private:
    friend class IsingFields;

    index N_;
    int p_;
    double scale_;
    std::vector<float> couplings_;  // one per tuple, without the factor
};

/// Local fields of many configurations side by side, for Monte Carlo that visits one spin at a
/// time: nothing is kept between visits, so that nothing drifts.
class IsingFields {
public:
    static constexpr index lanes = 16;

    explicit IsingFields(IsingPSpin const& model);

    [[nodiscard]] index dimension() const { return N_; }
    /// Rows that `spins` has behind its N.
    static constexpr index padding = 4;
    /// out[l] = dH/ds_i of 16 configurations; `spins` holds +-1, a row of 16 lanes per spin, and
    /// `padding` rows of zeros; both aligned to 64 bytes. In float; a lane's result does not depend
    /// on the others. Useful work: 2 flops per coupling of spin i, (N-1 choose p-1), and lane.
    void operator()(index i, float const* spins, float* out) const;

    /// out_j = d^2 H / (ds_i ds_j) of one configuration (N numbers +-1), 0 for j = i: how the field
    /// of every spin changes with spin i. Reads the same couplings as a visit.
    void response(index i, std::span<double const> spins, std::span<double> out) const;

    static double memory_bytes(index N, int p);

private:
    index N_;
    int p_;
    std::size_t slab_;           // floats per spin
    std::vector<float> values_;  // couplings with their factor, in slabs (see the source)
};

}  // namespace spinscape
