// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/landscape/dense_kernels.hpp"

#include "spinscape/base/batch.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace spinscape {
namespace {

/// A matrix as the kernels want it: rows padded with zeros to whole half vectors, with pointers.
template <class Real>
struct Matrix {
    Matrix(index row_count, index column_count, index salt = -1)
        : rows(row_count),
          columns(column_count),
          values(row_count * kernels::padded<Real>(column_count), 1) {
        for (index i = 0; i < rows; ++i) {
            Real* const row = data() + i * padded_columns();
            if (salt >= 0)
                Stream(1, Purpose::probe, i, salt)
                    .fill_normal(std::span(row, static_cast<std::size_t>(columns)));
            pointers.push_back(row);
        }
    }
    [[nodiscard]] double operator()(index i, index j) const {
        return pointers[static_cast<std::size_t>(i)][j];
    }
    [[nodiscard]] index padded_columns() const { return kernels::padded<Real>(columns); }
    [[nodiscard]] Real* data() { return values.view().data(); }

    index rows, columns;
    Batch<Real> values;
    std::vector<Real const*> pointers;
};

/// C <- start + A B, with start one row for all, or C itself.
template <class Real>
void multiply(Matrix<Real> const& A, Matrix<Real>& B, Matrix<Real>* start, Matrix<Real>& C) {
    kernels::multiply(A.rows, A.columns, C.padded_columns(), A.pointers.data(), B.data(),
                      start != nullptr ? start->data() : nullptr, C.data());
}

/// C <- [C +] A^T B.
template <class Real>
void multiply_transposed(Matrix<Real> const& A, Matrix<Real>& B, kernels::Into into,
                         Matrix<Real>& C) {
    kernels::multiply_transposed(A.rows, A.columns, C.padded_columns(), A.pointers.data(), B.data(),
                                 into, C.data());
}

/// Largest |C - start - sum_k a(i,k) b(k,j)| in units of the bound (n + 1) eps (|start| + sum
/// |a b|), n terms; infinite where the padding of C is not zero.
template <class Real, class Start, class A, class B>
double worst(Matrix<Real> const& C, index terms, Start const& start, A const& a, B const& b) {
    double worst = 0;
    for (index i = 0; i < C.rows; ++i) {
        for (index j = 0; j < C.columns; ++j) {
            double sum = start(i, j), size = std::abs(sum);
            for (index k = 0; k < terms; ++k) {
                sum += a(i, k) * b(k, j);
                size += std::abs(a(i, k) * b(k, j));
            }
            double const bound =
                static_cast<double>(terms + 1) * std::numeric_limits<Real>::epsilon() * size;
            worst = std::max(worst, std::abs(C(i, j) - sum) / bound);
        }
        for (index j = C.columns; j < C.padded_columns(); ++j)
            if (C.pointers[static_cast<std::size_t>(i)][j] != 0)
                return std::numeric_limits<double>::infinity();
    }
    return worst;
}

template <class Real>
class DenseKernels : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(DenseKernels, Precisions);

// Below, at and above the tiles' heights and the vectors' lengths.
std::vector<index> const sizes = {1, 2, 3, 5, 7, 10, 11, 17, 25, 100};

TYPED_TEST(DenseKernels, ProductOfAllSizes) {
    for (index const rows : sizes)
        for (index const inner : sizes)
            for (index const columns : sizes) {
                Matrix<TypeParam> const A(rows, inner, 1);
                Matrix<TypeParam> B(inner, columns, 2), bias(1, columns, 3), C(rows, columns);
                multiply(A, B, &bias, C);
                auto const start = [&](index, index j) { return bias(0, j); };
                ASSERT_LE(worst(C, inner, start, A, B), 1)
                    << rows << " x " << inner << " x " << columns;
            }
}

TYPED_TEST(DenseKernels, ProductIsAddedToTheResult) {
    for (index const rows : sizes)
        for (index const columns : sizes) {
            Matrix<TypeParam> const A(rows, 11, 1), old(rows, columns, 4);
            Matrix<TypeParam> B(11, columns, 2), C(rows, columns, 4);
            multiply<TypeParam>(A, B, nullptr, C);
            ASSERT_LE(worst(C, 11, old, A, B), 1) << rows << " x " << columns;
        }
}

TYPED_TEST(DenseKernels, TransposedProductOfAllSizes) {
    for (index const rows : sizes)
        for (index const inner : sizes)
            for (index const columns : sizes) {
                Matrix<TypeParam> const A(rows, inner, 1), old(inner, columns, 4);
                Matrix<TypeParam> B(rows, columns, 2), C(inner, columns, 4);
                auto const transposed = [&](index k, index m) { return A(m, k); };
                multiply_transposed(A, B, kernels::Into::add, C);
                ASSERT_LE(worst(C, rows, old, transposed, B), 1)
                    << rows << " x " << inner << " x " << columns;
                multiply_transposed(A, B, kernels::Into::replace, C);
                auto const nothing = [](index, index) { return 0.0; };
                ASSERT_LE(worst(C, rows, nothing, transposed, B), 1)
                    << rows << " x " << inner << " x " << columns;
            }
}

TYPED_TEST(DenseKernels, RowsAreSummed) {
    for (index const rows : sizes)
        for (index const columns : sizes) {
            Matrix<TypeParam> B(rows, columns, 2), old(1, columns, 4), c(1, columns, 4);
            auto const one = [](index, index) { return 1.0; };
            kernels::sum_rows(rows, B.padded_columns(), B.data(), kernels::Into::add, c.data());
            ASSERT_LE(worst(c, rows, old, one, B), 1) << rows << " x " << columns;
            kernels::sum_rows(rows, B.padded_columns(), B.data(), kernels::Into::replace, c.data());
            auto const nothing = [](index, index) { return 0.0; };
            ASSERT_LE(worst(c, rows, nothing, one, B), 1) << rows << " x " << columns;
        }
}

TYPED_TEST(DenseKernels, TransposeExchangesRowsAndColumns) {
    for (index const rows : sizes)
        for (index const columns : sizes) {
            Matrix<TypeParam> B(rows, columns, 2), C(kernels::padded<TypeParam>(columns), rows);
            kernels::transpose(rows, columns, B.data(), C.data());
            for (index i = 0; i < rows; ++i)
                for (index j = 0; j < columns; ++j)
                    ASSERT_EQ(C(j, i), B(i, j)) << rows << " x " << columns;
            for (index j = 0; j < columns; ++j)
                for (index i = rows; i < C.padded_columns(); ++i) ASSERT_EQ(C(j, i), 0);
        }
}

// Samples are used where they lie: rows of the left factor start anywhere, in any order.
TYPED_TEST(DenseKernels, RowsMayLieAnywhere) {
    index const rows = 13, inner = 7, columns = 10;
    std::vector<TypeParam> data(200);
    Stream(2, Purpose::probe, 0).fill_normal(std::span<TypeParam>(data));
    Matrix<TypeParam> A(rows, inner), B(inner, columns, 2), bias(1, columns, 3), C(rows, columns);
    for (index i = 0; i < rows; ++i)
        A.pointers[static_cast<std::size_t>(i)] = data.data() + (i * 37 + 1) % 190;
    multiply(A, B, &bias, C);
    auto const a = [&](index i, index k) {
        return static_cast<double>(A.pointers[static_cast<std::size_t>(i)][k]);
    };
    auto const start = [&](index, index j) { return bias(0, j); };
    EXPECT_LE(worst(C, inner, start, a, B), 1);
}

}  // namespace
}  // namespace spinscape
