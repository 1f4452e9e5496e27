// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/contract.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/symmetric_operator.hpp"
#include "spinscape/linalg/blas.hpp"

#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace spinscape::critical_detail {

inline double norm(std::span<double const> v) {
    double squares = 0;
    for (double const component : v) squares += component * component;
    return std::sqrt(squares);
}

inline void normalise(std::span<double> v) {
    double const scale = 1 / norm(v);
    for (auto& component : v) component *= scale;
}

/// A growing orthonormal basis of a subspace of R^n.
class OrthonormalRows {
public:
    explicit OrthonormalRows(index dimension) : dimension_(dimension) {}

    [[nodiscard]] index size() const { return size_; }
    [[nodiscard]] std::span<double const> operator[](index i) const {
        return std::span(values_).subspan(static_cast<std::size_t>(i * dimension_),
                                          static_cast<std::size_t>(dimension_));
    }

    /// v must be a unit vector orthogonal to all rows.
    void append(std::span<double const> v) {
        values_.resize(static_cast<std::size_t>(size_ * dimension_));
        values_.insert(values_.end(), v.begin(), v.end());
        ++size_;
    }

    /// v <- v - Q^T Q v, twice ("twice is enough" [Parlett1998]); returns Q v.
    std::vector<double> remove_from(std::span<double> v) const {
        std::vector<double> total(static_cast<std::size_t>(size_)), part(total.size());
        if (size_ == 0) return total;
        for (int pass = 0; pass < 2; ++pass) {
            linalg::gemv(linalg::Op::plain, size_, dimension_, 1, values_.data(), v.data(), 0,
                         part.data());
            linalg::gemv(linalg::Op::transposed, size_, dimension_, -1, values_.data(), part.data(),
                         1, v.data());
            for (std::size_t i = 0; i < total.size(); ++i) total[i] += part[i];
        }
        return total;
    }

    /// v, from which the rows have been removed already, to unit length and orthogonal to the rows
    /// to rounding, however short it was; false if nothing but rounding is left.
    bool make_unit(std::span<double> v) const {
        normalise(v);
        remove_from(v);
        if (!(norm(v) > 0.5)) return false;
        normalise(v);
        return true;
    }

    /// A unit vector of the operator's subspace, orthogonal to all rows; empty if there is none.
    std::vector<double> random_direction(SymmetricOperator const& H, Stream& stream) const {
        if (size_ >= H.subspace_dimension) return {};
        std::vector<double> v(static_cast<std::size_t>(dimension_));
        for (;;) {
            stream.fill_normal(std::span<double>(v));
            if (H.project) H.project(v);
            normalise(v);
            remove_from(v);
            if (H.project) H.project(v);
            if (norm(v) > 1e-6 && make_unit(v)) return v;
        }
    }

    /// Rows <- S Q: row i of the result is sum_j S[i][j] Q[j]; S has size() columns.
    void combine(std::span<double const> S) {
        auto const rows = std::ssize(S) / size_;
        std::vector<double> combined(static_cast<std::size_t>(rows * dimension_));
        linalg::gemm(linalg::Op::plain, linalg::Op::plain, rows, dimension_, size_, 1.0, S.data(),
                     size_, values_.data(), dimension_, 0.0, combined.data(), dimension_);
        values_ = std::move(combined);
        size_ = rows;
    }

private:
    index dimension_, size_ = 0;
    std::vector<double> values_;
};

}  // namespace spinscape::critical_detail
