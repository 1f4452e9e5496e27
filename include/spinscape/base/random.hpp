// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cstdint>
#include <span>

namespace spinscape {

/// What a random number is for. Streams of different purposes never overlap, so that one can be
/// changed (say, another start in the same disorder) without touching the others. The numbers are
/// part of the meaning of a master seed: append, never renumber.
enum class Purpose : std::uint32_t {
    disorder = 1,      ///< couplings of a Hamiltonian, random teachers, synthetic data
    start = 2,         ///< initial point of a dynamics
    data_order = 3,    ///< order in which training samples are visited
    noise = 4,         ///< noise added by a dynamics (Langevin, perturbed gradient descent)
    probe = 5,         ///< probe vectors and directions of a measurement
    bootstrap = 6,     ///< resampling in the statistics of a finished sweep
    perturbation = 7,  ///< displaced copies of a point
    exchange = 8  ///< decisions between replicas: temperatures of parallel tempering, resampling
};

/// A counter-based stream of random numbers (Philox4x32-10, [Salmon2011]).
///
/// key     = mix(master seed, purpose, salt),
/// counter = (draw, step, replica);
/// the rank, the block and the order of execution never enter. `salt` separates problems that must
/// be independent though they share master seed and replica numbers (for example system sizes).
/// Draw n of a stream is addressable: `skip_to(n)`.
///
/// uniform() is (k + 1/2) 2^-32 with k a 32-bit word: never 0, never 1.
/// normal() follows Box-Muller on pairs of words; draws 2m and 2m+1 come from words 2m and 2m+1.
/// The bits are the same on every instruction set: no libm call and no contraction is involved.
class Stream {
public:
    Stream(std::uint64_t master_seed, Purpose purpose, index replica, index step = 0,
           std::uint64_t salt = 0);

    /// Continue at draw `n` (a count of 32-bit words from the start of the stream).
    void skip_to(std::uint64_t n) { position_ = n; }
    [[nodiscard]] std::uint64_t position() const { return position_; }

    std::uint32_t bits();
    double uniform();
    /// Standard normal.
    double normal();
    /// Uniform on 0, 1, ..., n - 1; n < 2^31. Rejection, hence without bias.
    index below(index n);

    /// Bulk forms; the same numbers as repeated single calls, many times faster.
    void fill_uniform(std::span<double> out);
    /// (j + 1/2) 2^-23 with j the upper 23 bits of the word: exact, never 0, never 1, and within
    /// 2^-24 of uniform().
    void fill_uniform(std::span<float> out);
    /// An odd position is rounded up first: normals start on a pair.
    void fill_normal(std::span<double> out);
    /// normal() rounded to float.
    void fill_normal(std::span<float> out);
    /// Random order of the numbers 0 ... n-1 (Fisher-Yates).
    void permutation(std::span<std::int32_t> out);

private:
    template <class Consume>
    void for_words(index count, Consume&& consume);
    template <class Real>
    void fill_uniform_any(std::span<Real> out);
    template <class Real>
    void fill_normal_any(std::span<Real> out);

    std::uint64_t key_;
    std::uint32_t replica_, step_;
    std::uint64_t position_ = 0;
    std::uint64_t cached_block_ = ~std::uint64_t{0};
    std::uint32_t cache_[4] = {};
};

}  // namespace spinscape
