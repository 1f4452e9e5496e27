// SPDX-License-Identifier: BSD-3-Clause
// The invariant: with rows Q of the basis, T = Q H Q^T and the next direction q,
//   H Q^T = Q^T T + q c^T + (what was dropped),
// c the `coupling`. Every dropped part is a vector of norm one times a row of coefficients, kept in
// `dropped_`, so that the residual of a Ritz pair is bounded by |c.s| + sum |row.s|, s being its
// coordinates, whatever restarts and breakdowns there have been.
#include "spinscape/critical/end_eigenvalues.hpp"

#include "orthonormal_rows.hpp"

#include <algorithm>
#include <limits>

namespace spinscape {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

double dot(std::span<double const> a, std::span<double const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

class Search {
public:
    Search(SymmetricOperator const& H, EndOptions const& options, Stream stream)
        : H_(H),
          options_(options),
          stream_(stream),
          basis_(H.dimension),
          image_(static_cast<std::size_t>(H.dimension)) {
        low_ = std::min(options.lowest, H.subspace_dimension);
        high_ = std::min(options.highest, H.subspace_dimension);
        auto const room = options.largest_basis > 0 ? options.largest_basis : 4 * wanted() + 80;
        largest_ = std::min(std::max(room, 2 * wanted() + 6), H.subspace_dimension);
    }

    EndEigenvalues run() {
        next_ = basis_.random_direction(H_, stream_);
        while (wanted() > 0 && result_.products < options_.most_products) {
            if (!grow()) return std::move(result_);
            bool const full = basis_.size() == largest_ || next_.empty();
            if (!full && basis_.size() < next_check_) continue;
            ritz();
            set_next_check();
            if (next_.empty() || (converged() && !search_on())) {
                result_.converged = true;
                break;
            }
            if (basis_.size() == largest_) compress(kept_low(), kept_high());
        }
        if (wanted() == 0) result_.converged = true;
        collect();
        return std::move(result_);
    }

private:
    [[nodiscard]] index wanted() const { return low_ + high_; }
    [[nodiscard]] index spare() const { return (largest_ - wanted()) / 4; }
    [[nodiscard]] index kept_low() const { return low_ + spare(); }
    [[nodiscard]] index kept_high() const { return high_ + spare(); }
    [[nodiscard]] std::span<double const> coordinates(index i) const {
        auto const m = std::size(ritz_values_);
        return std::span(ritz_vectors_).subspan(static_cast<std::size_t>(i) * m, m);
    }
    [[nodiscard]] double value(index i) const { return ritz_values_[static_cast<std::size_t>(i)]; }

    void set_next_check() { next_check_ = basis_.size() + std::max<index>(5, basis_.size() / 8); }

    /// Takes the next direction into the basis. False: H gave a number that is not finite.
    bool grow() {
        auto const m = basis_.size();
        basis_.append(next_);
        H_.times(next_, image_);
        ++result_.products;
        auto const column = basis_.remove_from(image_);
        double const beta = critical_detail::norm(image_);
        if (!std::isfinite(beta)) return false;
        std::vector<double> T(static_cast<std::size_t>((m + 1) * (m + 1)));
        for (index i = 0; i <= m; ++i) {
            for (index j = 0; j < m && i < m; ++j)
                T[static_cast<std::size_t>(i * (m + 1) + j)] =
                    T_[static_cast<std::size_t>(i * m + j)];
            T[static_cast<std::size_t>(i * (m + 1) + m)] =
                T[static_cast<std::size_t>(m * (m + 1) + i)] = column[static_cast<std::size_t>(i)];
            largest_entry_ =
                std::max(largest_entry_, std::abs(column[static_cast<std::size_t>(i)]));
        }
        T_ = std::move(T);
        for (auto& row : dropped_) row.push_back(0);
        coupling_.assign(static_cast<std::size_t>(m), 0);
        coupling_.push_back(beta);
        // Below this beta is rounding, and image / beta a direction without meaning.
        bool const rounding = beta <= 10 * epsilon * static_cast<double>(m + 10) * largest_entry_;
        if (rounding || basis_.size() == H_.subspace_dimension || !basis_.make_unit(image_))
            start_afresh();
        else
            next_.swap(image_);
        return true;
    }

    /// The next direction is a random one; the present coupling is dropped.
    void start_afresh() {
        dropped_.push_back(coupling_);
        coupling_.assign(coupling_.size(), 0);
        next_ = basis_.random_direction(H_, stream_);
    }

    void ritz() {
        ritz_vectors_ = T_;
        ritz_values_ = linalg::symmetric_eigen(ritz_vectors_, basis_.size());
        result_.scale = std::max(std::abs(ritz_values_.front()), std::abs(ritz_values_.back()));
    }

    [[nodiscard]] double bound(index i) const {
        auto const s = coordinates(i);
        double sum = std::abs(dot(coupling_, s)) +
                     epsilon * static_cast<double>(basis_.size() + 10) * result_.scale;
        for (auto const& row : dropped_) sum += std::abs(dot(row, s));
        return sum;
    }

    /// Position in the ascending Ritz values of the k-th from the bottom, or from the top.
    [[nodiscard]] index position(index k, bool top) const {
        return top ? std::ssize(ritz_values_) - 1 - k : k;
    }

    [[nodiscard]] bool converged() const {
        double const tolerance = options_.tolerance * result_.scale;
        if (basis_.size() < wanted() + 1) return false;
        for (bool const top : {false, true}) {
            auto const count = top ? high_ : low_;
            for (index k = 0; k < count; ++k)
                if (bound(position(k, top)) > tolerance) return false;
            // While searching on: the first value that is not wanted must be known well enough to
            // say that it is none of the wanted ones.
            if (count == 0 || found_.empty()) continue;
            auto const last = position(count - 1, top), beyond = position(count, top);
            double const gap = std::abs(value(last) - value(beyond));
            if (bound(beyond) > std::max(tolerance, gap / 2)) return false;
        }
        return true;
    }

    /// After convergence: false if nothing new has turned up since the last one.
    bool search_on() {
        if (!options_.multiplicities) return false;
        std::vector<double> found;
        for (index k = 0; k < low_; ++k) found.push_back(value(k));
        for (index k = 0; k < high_; ++k) found.push_back(value(position(k, true)));
        bool changed = found_.empty();
        for (std::size_t i = 0; i < found_.size(); ++i)
            changed |= std::abs(found[i] - found_[i]) > 2 * options_.tolerance * result_.scale;
        found_ = std::move(found);
        if (!changed) return false;
        compress(low_, high_);
        start_afresh();
        return !next_.empty();
    }

    /// The basis becomes the `low` lowest and `high` highest Ritz vectors.
    void compress(index low, index high) {
        auto const m = basis_.size();
        if (low + high >= m) return;
        std::vector<double> S, values;
        for (index i = 0; i < m; ++i) {
            if (i >= low && i < m - high) continue;
            auto const s = coordinates(i);
            S.insert(S.end(), s.begin(), s.end());
            values.push_back(value(i));
        }
        auto const kept = values.size();
        auto const turned = [&](std::vector<double> const& row) {
            std::vector<double> result(kept);
            for (std::size_t i = 0; i < kept; ++i)
                result[i] = dot(row, std::span(S).subspan(i * row.size(), row.size()));
            return result;
        };
        coupling_ = turned(coupling_);
        for (auto& row : dropped_) row = turned(row);
        basis_.combine(S);
        T_.assign(kept * kept, 0);
        for (std::size_t i = 0; i < kept; ++i) T_[i * kept + i] = values[i];
        set_next_check();
        ++result_.restarts;
    }

    void collect() {
        if (basis_.size() == 0) return;
        ritz();
        auto const m = basis_.size();
        auto const pair = [&](index i) {
            RitzPair result{.value = value(i), .bound = bound(i)};
            result.vector.assign(static_cast<std::size_t>(H_.dimension), 0);
            auto const s = coordinates(i);
            for (index j = 0; j < m; ++j)
                for (std::size_t k = 0; k < result.vector.size(); ++k)
                    result.vector[k] += s[static_cast<std::size_t>(j)] * basis_[j][k];
            return result;
        };
        for (index k = 0; k < std::min(low_, m); ++k) result_.lowest.push_back(pair(k));
        for (index k = 0; k < std::min(high_, m); ++k)
            result_.highest.push_back(pair(position(k, true)));
    }

    SymmetricOperator const& H_;
    EndOptions const& options_;
    Stream stream_;
    critical_detail::OrthonormalRows basis_;
    std::vector<double> next_, image_;
    index low_ = 0, high_ = 0, largest_ = 0;
    index next_check_ = 5;  ///< basis size at which Ritz values are looked at: they cost its cube
    std::vector<double> T_, coupling_;
    std::vector<std::vector<double>> dropped_;
    std::vector<double> ritz_values_, ritz_vectors_;
    std::vector<double> found_;  ///< wanted values at the last convergence
    double largest_entry_ = 0;
    EndEigenvalues result_;
};

}  // namespace

EndEigenvalues end_eigenvalues(SymmetricOperator const& H, EndOptions const& options,
                               Stream stream) {
    return Search(H, options, stream).run();
}

}  // namespace spinscape
