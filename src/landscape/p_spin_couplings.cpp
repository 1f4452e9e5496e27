// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/p_spin_couplings.hpp"

#include "p_spin_terms.hpp"
#include "spinscape/base/memory.hpp"
#include "spinscape/base/multiversion.hpp"
#include "spinscape/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace spinscape {

namespace {

/// Floats of one prefix whose last index is `first`: groups of four padded rows.
index leaf_size(index N, index first) {
    index size = 0;
    for (index j = first; j < N; j += 4) size += 4 * (N - j);
    return size;
}

/// out_i = factor g_i, rounded once.
SPINSCAPE_INLINE void scale(float const* g, double factor, float* out, index n) {
    for (index i = 0; i < n; ++i) out[i] = static_cast<float>(factor * static_cast<double>(g[i]));
}

/// Fills the couplings of one term in the order of their layout.
class Drawing {
public:
    Drawing(index N, PSpinTerm term, std::uint64_t seed, index disorder, CouplingLaw law,
            std::vector<float>& out)
        : N_(N),
          law_(law),
          p_(static_cast<std::size_t>(term.p)),
          scale_(term.coefficient * std::pow(static_cast<double>(N), -0.5 * (term.p - 1))),
          stream_(seed, Purpose::disorder, disorder, term.p, coupling_salt(N, law)),
          tuple_(p_),
          out_(out) {
        draw_below(0, 0);
    }

private:
    void draw_below(std::size_t level, index first) {
        if (level + 2 == p_) return draw_leaf(first);
        for (index i = first; i < N_; ++i) {
            tuple_[level] = i;
            draw_below(level + 1, i);
        }
    }

    void draw_leaf(index first) {
        auto const m = N_ - first;
        drawn_.resize(static_cast<std::size_t>(m * (m + 1) / 2));
        stream_.skip_to((stream_.position() + 1) / 2 * 2);
        draw_couplings(law_, stream_, drawn_);
        auto const* g = drawn_.data();
        for (index j = first; j < N_; j += 4)
            for (index row = j; row < j + 4; ++row) {
                auto const start = out_.size();
                out_.resize(start + static_cast<std::size_t>(N_ - j));
                if (row >= N_) continue;
                auto* target = out_.data() + start;  // element k is at k - j
                tuple_[p_ - 2] = tuple_[p_ - 1] = row;
                target[row - j] = static_cast<float>(factor() * *g++);
                tuple_[p_ - 1] = row + 1;
                multiversion<scale>(g, factor(), target + (row + 1 - j), N_ - row - 1);
                g += N_ - row - 1;
            }
    }

    [[nodiscard]] double factor() const {
        return scale_ * std::sqrt(p_spin::multinomial(std::span<index const>(tuple_)));
    }

    index N_;
    CouplingLaw law_;
    std::size_t p_;
    double scale_;
    Stream stream_;
    std::vector<index> tuple_;
    std::vector<float> drawn_;
    std::vector<float>& out_;
};

double stored_floats(index N, int p) {
    if (p == 2) return static_cast<double>(leaf_size(N, 0));
    // binomial(last + p - 3, p - 3) prefixes of length p - 2 end in `last`.
    double total = 0, prefixes = 1;
    for (index last = 0; last < N; ++last) {
        total += prefixes * static_cast<double>(leaf_size(N, last));
        prefixes *= static_cast<double>(last + p - 2) / static_cast<double>(last + 1);
    }
    return std::round(total);
}

}  // namespace

PSpinCouplings::PSpinCouplings(index N, std::vector<PSpinTerm> terms, std::uint64_t master_seed,
                               index disorder, CouplingLaw law)
    : N_(N), terms_(std::move(terms)) {
    p_spin::check_terms(N_, terms_);
    for (auto const& term : terms_) {
        auto& values = values_.emplace_back();
        values.reserve(static_cast<std::size_t>(stored_floats(N_, term.p)));
        wish_for_large_pages(values.data(), values.capacity() * sizeof(float));
        Drawing(N_, term, master_seed, disorder, law, values);
    }
}

std::vector<std::shared_ptr<PSpinCouplings const>> PSpinCouplings::split(index parts,
                                                                         std::uint64_t master_seed,
                                                                         index number) const {
    std::vector<std::shared_ptr<PSpinCouplings>> list;
    for (index s = 0; s < parts; ++s)
        list.push_back(
            std::make_shared<PSpinCouplings>(N_, terms_, ~master_seed, parts * number + s));
    auto const n = static_cast<double>(parts);
    for (std::size_t t = 0; t < values_.size(); ++t)
        for (std::size_t i = 0; i < values_[t].size(); ++i) {
            double mean = 0;
            for (auto const& part : list) mean += static_cast<double>(part->values_[t][i]) / n;
            for (auto const& part : list) {
                auto& value = part->values_[t][i];
                value = static_cast<float>(static_cast<double>(values_[t][i]) / n +
                                           (static_cast<double>(value) - mean) / std::sqrt(n));
            }
        }
    return {list.begin(), list.end()};
}

double PSpinCouplings::memory_bytes(index N, std::span<PSpinTerm const> terms) {
    double floats = 0;
    for (auto const& term : terms) floats += stored_floats(N, term.p);
    return floats * sizeof(float);
}

double PSpinCouplings::count(index N, int p) {
    double result = 1;
    for (int a = 1; a <= p; ++a) result *= static_cast<double>(N + a - 1) / a;
    return std::round(result);
}

}  // namespace spinscape
