// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/landscape/p_spin_couplings.hpp"

#include <cstdint>
#include <vector>

namespace spinscape {

/// The couplings of a pure p-spin glass as a symmetric tensor C on the unit sphere: H(s)/N = C x^p
/// at s = sqrt(N) x. Entries are kept for sorted indices i1 <= ... <= ip in lexicographic order.
class SymmetricTensor {
public:
    /// Of a model with a single term.
    explicit SymmetricTensor(PSpinCouplings const& couplings);

    [[nodiscard]] index dimension() const { return N_; }
    [[nodiscard]] int order() const { return p_; }
    [[nodiscard]] std::vector<double> const& entries() const { return entries_; }
    /// Number of sorted tuples of `length` indices.
    [[nodiscard]] std::size_t count(int length) const;
    /// Row m: places of the sorted tuples that tuple m of `length` indices becomes by one more
    /// index 0, ..., N - 1; 2 <= length < p.
    [[nodiscard]] std::vector<std::int32_t> const& extensions(int length) const {
        return extensions_[static_cast<std::size_t>(length)];
    }
    /// Frobenius norm over all p-tuples; bounds |C x^p|.
    [[nodiscard]] double norm() const { return norm_; }

private:
    index N_;
    int p_;
    double norm_ = 0;
    std::vector<double> entries_;
    std::vector<std::vector<std::int32_t>> extensions_;
};

}  // namespace spinscape
