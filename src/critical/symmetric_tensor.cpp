// SPDX-License-Identifier: BSD-3-Clause
#include "symmetric_tensor.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape {

namespace {

using Tuple = std::vector<index>;

/// The next one of the sorted tuples of numbers below N in lexicographic order; false after the
/// last.
bool advance(Tuple& tuple, index N) {
    for (auto i = tuple.size(); i-- > 0;)
        if (tuple[i] + 1 < N) {
            std::fill(tuple.begin() + static_cast<std::ptrdiff_t>(i), tuple.end(), tuple[i] + 1);
            return true;
        }
    return false;
}

/// Number of different orders of a sorted tuple, p! / prod m_a!.
double orders(Tuple const& tuple) {
    double result = 1, run = 0;
    for (std::size_t a = 0; a < tuple.size(); ++a) {
        run = a > 0 && tuple[a] == tuple[a - 1] ? run + 1 : 1;
        result *= static_cast<double>(a + 1) / run;
    }
    return result;
}

/// Couplings in lexicographic order, out of groups of four padded rows (p_spin_couplings.hpp).
std::vector<double> unpadded(PSpinCouplings const& couplings, int p) {
    auto const N = couplings.dimension();
    auto const values = couplings.values(0);
    std::vector<double> result;
    std::size_t at = 0;
    auto const take_leaf = [&](index first) {
        for (index j = first; j < N; j += 4)
            for (index row = j; row < j + 4; ++row)
                for (index k = j; k < N; ++k, ++at)
                    if (row < N && k >= row) result.push_back(values[at]);
    };
    if (p == 2) {
        take_leaf(0);
        return result;
    }
    Tuple prefix(static_cast<std::size_t>(p - 2));
    do take_leaf(prefix.back());
    while (advance(prefix, N));
    return result;
}

}  // namespace

std::size_t SymmetricTensor::count(int length) const {
    double result = 1;
    for (int a = 1; a <= length; ++a) result *= static_cast<double>(N_ + a - 1) / a;
    return static_cast<std::size_t>(std::llround(result));
}

SymmetricTensor::SymmetricTensor(PSpinCouplings const& couplings)
    : N_(couplings.dimension()),
      p_(couplings.terms().front().p),
      entries_(unpadded(couplings, p_)),
      extensions_(static_cast<std::size_t>(p_)) {
    SPINSCAPE_EXPECT(couplings.terms().size() == 1);
    auto const scale = std::pow(static_cast<double>(N_), 0.5 * p_ - 1);
    Tuple tuple(static_cast<std::size_t>(p_));
    for (auto& entry : entries_) {
        auto const n = orders(tuple);
        entry *= scale / n;
        norm_ += n * entry * entry;
        advance(tuple, N_);
    }
    norm_ = std::sqrt(norm_);
    for (int length = 2; length < p_; ++length) {
        std::map<Tuple, std::int32_t> place;
        Tuple longer(static_cast<std::size_t>(length + 1));
        do place.emplace(longer, static_cast<std::int32_t>(place.size()));
        while (advance(longer, N_));
        auto& table = extensions_[static_cast<std::size_t>(length)];
        Tuple shorter(static_cast<std::size_t>(length));
        do
            for (index l = 0; l < N_; ++l) {
                longer = shorter;
                longer.insert(std::ranges::upper_bound(longer, l), l);
                table.push_back(place.at(longer));
            }
        while (advance(shorter, N_));
    }
}

}  // namespace spinscape
