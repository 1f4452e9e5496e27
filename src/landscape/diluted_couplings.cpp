// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/diluted_couplings.hpp"

#include "p_spin_terms.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/landscape/p_spin_couplings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace spinscape {

namespace {

constexpr std::uint64_t for_gaps = std::uint64_t{1} << 61, for_values = std::uint64_t{1} << 62;
constexpr std::size_t piece = 256;  // random numbers drawn at once

/// How many couplings are left out before the next one that is there: geometric.
class Gaps {
public:
    Gaps(Stream stream, double kept) : stream_(stream), log_left_out_(std::log1p(-kept)) {}

    index operator()() {
        if (log_left_out_ == -std::numeric_limits<double>::infinity()) return 0;
        if (at_ == piece) {
            uniform_.resize(piece);
            stream_.fill_uniform(std::span<double>(uniform_));
            at_ = 0;
        }
        auto const gap = std::log(uniform_[at_++]) / log_left_out_;
        return static_cast<index>(std::min(gap, 0x1p62));
    }

private:
    Stream stream_;
    double log_left_out_;
    std::vector<double> uniform_;
    std::size_t at_ = piece;
};

/// Goes through the multisets in lexicographic order, jumping from one that is kept to the next.
class Drawing {
public:
    Drawing(index N, PSpinTerm term, double kept, std::uint64_t seed, index disorder,
            CouplingLaw law, DilutedCouplings::Rows& out)
        : N_(N),
          p_(term.p),
          scale_(term.coefficient * std::sqrt(std::pow(static_cast<double>(N), 1 - term.p) / kept)),
          law_(law),
          gaps_(stream(seed, disorder, for_gaps), kept),
          values_(stream(seed, disorder, for_values)),
          tuple_(static_cast<std::size_t>(p_)),
          out_(out) {
        next_ = gaps_();
        draw_below(0, 0);
    }

private:
    [[nodiscard]] Stream stream(std::uint64_t seed, index disorder, std::uint64_t part) const {
        return {seed, Purpose::disorder, disorder, p_, coupling_salt(N_, law_) | part};
    }

    /// All multisets with the first `level` numbers given, the others from `first` on; next_ counts
    /// from the first of them, in the end from the one behind.
    void draw_below(int level, index first) {
        if (level + 1 == p_) return draw_row(first);
        for (index i = first; i < N_; ++i) {
            // Numbers from i on in the p - level - 1 places behind this one.
            auto const below = static_cast<index>(PSpinCouplings::count(N_ - i, p_ - level - 1));
            if (next_ >= below) {
                next_ -= below;
                continue;
            }
            tuple_[static_cast<std::size_t>(level)] = static_cast<std::uint16_t>(i);
            draw_below(level + 1, i);
        }
    }

    void draw_row(index first) {
        auto const start = out_.values.size();
        for (; next_ < N_ - first; next_ += 1 + gaps_()) {
            tuple_.back() = static_cast<std::uint16_t>(first + next_);
            out_.last.push_back(tuple_.back());
            auto const orderings = p_spin::multinomial(std::span<std::uint16_t const>(tuple_));
            out_.values.push_back(
                static_cast<float>(scale_ * std::sqrt(orderings) * static_cast<double>(value())));
        }
        next_ -= N_ - first;
        if (out_.values.size() == start) return;
        out_.heads.insert(out_.heads.end(), tuple_.begin(), tuple_.end() - 1);
        out_.heads.push_back(static_cast<std::uint16_t>(out_.values.size() - start));
    }

    float value() {
        if (at_ == drawn_.size()) {
            drawn_.resize(piece);
            draw_couplings(law_, values_, drawn_);
            at_ = 0;
        }
        return drawn_[at_++];
    }

    index N_;
    int p_;
    double scale_;
    CouplingLaw law_;
    Gaps gaps_;
    Stream values_;
    std::vector<float> drawn_;
    std::size_t at_ = 0;
    index next_ = 0;
    std::vector<std::uint16_t> tuple_;
    DilutedCouplings::Rows& out_;
};

/// Expected number of rows that hold a coupling: those with first numbers i1..i_{p-1} have N -
/// i_{p-1} places.
double expected_rows(index N, int p, double kept) {
    double rows = 0, prefixes = 1;  // that end in `end`: binomial(end + p - 2, p - 2)
    for (index end = 0; end < N; ++end) {
        rows += prefixes * -std::expm1(static_cast<double>(N - end) * std::log1p(-kept));
        prefixes *= static_cast<double>(end + p - 1) / static_cast<double>(end + 1);
    }
    return rows;
}

void check_dilution(index N, std::vector<PSpinTerm> const& terms, std::vector<double> const& kept) {
    auto const reject = [](std::string const& what) {
        throw Error(ExitCode::bad_input, "diluted p-spin glass: " + what);
    };
    if (N > DilutedCouplings::largest_N)
        reject("N = " + std::to_string(N) +
               " is too large; use N <= " + std::to_string(DilutedCouplings::largest_N));
    if (kept.size() != terms.size())
        reject(std::to_string(kept.size()) + " kept fractions for " + std::to_string(terms.size()) +
               " terms; give one per term");
    for (auto const& term : terms) {
        if (term.p > DilutedCouplings::largest_p)
            reject("p = " + std::to_string(term.p) +
                   " is too large; use p <= " + std::to_string(DilutedCouplings::largest_p));
        if (PSpinCouplings::count(N, term.p) > 0x1p53)
            reject("more than 2^53 possible couplings for N = " + std::to_string(N) +
                   ", p = " + std::to_string(term.p) + "; use a smaller N or p");
    }
    for (double const f : kept)
        if (!(f > 0 && f <= 1))
            reject("kept fraction " + std::to_string(f) + " is not allowed; use 0 < f <= 1");
}

}  // namespace

DilutedCouplings::DilutedCouplings(index N, std::vector<PSpinTerm> terms, std::vector<double> kept,
                                   std::uint64_t master_seed, index disorder, CouplingLaw law)
    : N_(N), terms_(std::move(terms)), rows_(terms_.size()) {
    p_spin::check_terms(N_, terms_);
    check_dilution(N_, terms_, kept);
    for (std::size_t t = 0; t < terms_.size(); ++t) {
        auto& rows = rows_[t];
        rows.p = terms_[t].p;
        double const mean = kept[t] * PSpinCouplings::count(N, rows.p);
        auto const room = static_cast<std::size_t>(mean + 6 * std::sqrt(mean));
        rows.last.reserve(room);
        rows.values.reserve(room);
        Drawing(N_, terms_[t], kept[t], master_seed, disorder, law, rows);
    }
}

double DilutedCouplings::kept_for(index N, int p, double couplings_per_spin) {
    return std::min(
        1.0, couplings_per_spin * static_cast<double>(N) / (p * PSpinCouplings::count(N, p)));
}

double DilutedCouplings::memory_bytes(index N, std::span<PSpinTerm const> terms,
                                      std::span<double const> kept) {
    double bytes = 0;
    for (std::size_t t = 0; t < terms.size() && t < kept.size(); ++t)
        bytes += 6 * kept[t] * PSpinCouplings::count(N, terms[t].p) +
                 2 * terms[t].p * expected_rows(N, terms[t].p, kept[t]);
    return bytes;
}

}  // namespace spinscape
