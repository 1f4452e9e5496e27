// SPDX-License-Identifier: BSD-3-Clause
#include "../../src/landscape/lane_kernels.hpp"

#include "../../src/landscape/elementwise.hpp"
#include "spinscape/base/batch.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace spinscape {
namespace {

/// Random numbers, rows `stride` apart.
template <class Real>
struct Matrix {
    Matrix(index rows, index row_stride, index salt)
        : stride(row_stride), values(rows * stride, 1) {
        Stream(1, Purpose::probe, salt).fill_normal(values[0]);
        for (index i = 0; i < rows; ++i) pointers.push_back(data() + i * stride);
    }
    Real* data() { return values.view().data(); }
    Real& operator()(index i, index j) { return data()[i * stride + j]; }

    index stride;
    Batch<Real> values;
    std::vector<Real const*> pointers;
};

template <class Real>
class LaneKernels : public testing::Test {
protected:
    /// |x - y| within n roundings of terms of size `size`.
    static bool near(double x, double y, double size, index n) {
        return std::abs(x - y) <=
               static_cast<double>(n + 1) * std::numeric_limits<Real>::epsilon() * (size + 1);
    }
    static constexpr Real marker = 77;
};
using Precisions = testing::Types<float>;
TYPED_TEST_SUITE(LaneKernels, Precisions);

std::vector<index> const sample_counts = {1, 3, 4, 8, 13, 32, 100, 128};
std::vector<index> const widths = {1, 2, 3, 4, 7, 10, 17, 25, 64};

TYPED_TEST(LaneKernels, RowsAreWholeCacheLinesOddInNumber) {
    constexpr index line = 64 / sizeof(TypeParam);
    for (index n = 1; n < 300; ++n) {
        auto const stride = kernels::lane_stride<TypeParam>(n);
        EXPECT_GE(stride, n);
        EXPECT_LT(stride, n + 2 * line);
        EXPECT_EQ(stride % (2 * line), line);
    }
}

TYPED_TEST(LaneKernels, RowsAreTransposed) {
    for (index const rows : sample_counts)
        for (index const columns : widths) {
            auto const stride = kernels::lane_stride<TypeParam>(rows);
            Matrix<TypeParam> A(rows, columns + 3, 1), T(columns, stride, 2);
            auto const before = T(columns - 1, stride - 1);
            kernels::transpose_rows(rows, columns, A.pointers.data(), T.data(), stride);
            for (index k = 0; k < columns; ++k)
                for (index m = 0; m < kernels::padded<TypeParam>(rows); ++m)
                    ASSERT_EQ(T(k, m), m < rows ? A(m, k) : TypeParam(0))
                        << rows << " x " << columns << ": " << m << ' ' << k;
            if (kernels::padded<TypeParam>(rows) < stride) {
                ASSERT_EQ(T(columns - 1, stride - 1), before);
            }
        }
}

TYPED_TEST(LaneKernels, ProductOfAllSizes) {
    using kernels::Finish;
    for (index const samples : sample_counts)
        for (index const units : widths)
            for (index const inner : widths) {
                auto const stride = kernels::lane_stride<TypeParam>(samples);
                Matrix<TypeParam> W(units, inner, 1), V(inner, units, 1), X(inner, stride, 2),
                    bias(1, units, 3);
                for (auto const how : {Finish::as_is, Finish::rectified, Finish::where_positive}) {
                    bool const transposed = how == Finish::where_positive;
                    Matrix<TypeParam> Z(units, stride, 4), old(units, stride, 4);
                    kernels::Strided<TypeParam> const factor =
                        transposed ? kernels::Strided<TypeParam>{V.data(), 1, units}
                                   : kernels::Strided<TypeParam>{W.data(), inner, 1};
                    kernels::multiply_lanes(units, inner, samples, factor,
                                            transposed ? nullptr : bias.data(), X.data(), how,
                                            Z.data(), stride);
                    for (index u = 0; u < units; ++u)
                        for (index m = 0; m < samples; ++m) {
                            double sum = transposed ? 0 : bias(0, u), size = std::abs(sum);
                            for (index k = 0; k < inner; ++k) {
                                double const term =
                                    double{transposed ? V(k, u) : W(u, k)} * double{X(k, m)};
                                sum += term;
                                size += std::abs(term);
                            }
                            if (how == Finish::rectified) sum = std::max(sum, 0.0);
                            if (transposed && !(old(u, m) > 0)) sum = 0;
                            ASSERT_TRUE(this->near(Z(u, m), sum, size, inner))
                                << samples << ' ' << units << ' ' << inner << ": " << Z(u, m)
                                << " is not " << sum;
                        }
                }
            }
}

TYPED_TEST(LaneKernels, InnerProducts) {
    using kernels::Finish;
    for (index const samples : sample_counts)
        for (index const units : widths)
            for (index const inner : {16, 17, 20, 31, 100}) {
                auto const stride = kernels::lane_stride<TypeParam>(samples);
                Matrix<TypeParam> W(units, inner + 3, 1), X(samples, inner, 2), bias(1, units, 3),
                    Z(units, stride, 4), alone(units, stride, 5);
                for (auto const how : {Finish::as_is, Finish::rectified}) {
                    auto const last = samples - 1;
                    kernels::inner_products(units, inner, samples, W.data(), inner + 3, bias.data(),
                                            X.pointers.data(), how, Z.data(), stride);
                    kernels::inner_products(units, inner, 1, W.data(), inner + 3, bias.data(),
                                            X.pointers.data() + last, how, alone.data(), stride);
                    for (index u = 0; u < units; ++u) {
                        ASSERT_EQ(Z(u, last), alone(u, 0)) << "a sample's neighbours matter";
                        for (index m = 0; m < samples; ++m) {
                            double sum = bias(0, u), size = std::abs(sum);
                            for (index k = 0; k < inner; ++k) {
                                double const term = double{W(u, k)} * double{X(m, k)};
                                sum += term;
                                size += std::abs(term);
                            }
                            if (how == Finish::rectified) sum = std::max(sum, 0.0);
                            ASSERT_TRUE(this->near(Z(u, m), sum, size, inner))
                                << samples << ' ' << units << ' ' << inner << ": " << Z(u, m)
                                << " is not " << sum;
                        }
                    }
                }
            }
}

TYPED_TEST(LaneKernels, OuterProductsAndSums) {
    using kernels::Into;
    for (index const samples : sample_counts)
        for (index const units : widths)
            for (index const columns : widths)
                for (auto const into : {Into::replace, Into::add}) {
                    auto const stride = kernels::lane_stride<TypeParam>(samples),
                               row = kernels::padded<TypeParam>(columns);
                    Matrix<TypeParam> D(units, stride, 1), X(samples, columns, 2), G(units, row, 3),
                        old(units, row, 3), g(1, units, 4), old_g(1, units, 4);
                    for (index u = 0; u < units; ++u)
                        for (index m = samples; m < stride; ++m) D(u, m) = 0;
                    kernels::outer_lanes(units, samples, columns, D.data(), stride,
                                         X.pointers.data(), into, G.data(), row);
                    kernels::sum_lanes(units, samples, D.data(), stride, into, g.data());
                    for (index u = 0; u < units; ++u) {
                        double total = into == Into::add ? old_g(0, u) : 0, total_size = 0;
                        for (index m = 0; m < samples; ++m) {
                            total += D(u, m);
                            total_size += std::abs(D(u, m));
                        }
                        ASSERT_TRUE(this->near(g(0, u), total, total_size, samples));
                        for (index k = 0; k < row; ++k) {
                            double sum = into == Into::add || k >= columns ? old(u, k) : 0;
                            double size = std::abs(sum);
                            for (index m = 0; m < samples && k < columns; ++m) {
                                sum += double{D(u, m)} * double{X(m, k)};
                                size += std::abs(double{D(u, m)} * double{X(m, k)});
                            }
                            ASSERT_TRUE(this->near(G(u, k), sum, size, samples))
                                << samples << ' ' << units << ' ' << columns;
                        }
                    }
                }
}

// The same loss and slope as of samples in rows.
TYPED_TEST(LaneKernels, CrossEntropy) {
    for (index const samples : sample_counts)
        for (index const classes : {2, 3, 10, 17}) {
            auto const stride = kernels::lane_stride<TypeParam>(samples),
                       row = kernels::padded<TypeParam>(classes);
            Matrix<TypeParam> Z(classes, stride, 1), rows(samples, row, 2);
            std::vector<std::int32_t> labels;
            std::vector<std::int32_t const*> label_pointers;
            for (index m = 0; m < samples; ++m) {
                labels.push_back(static_cast<std::int32_t>((7 * m + 1) % classes));
                for (index c = 0; c < classes; ++c) {
                    Z(c, m) *= 5;
                    rows(m, c) = Z(c, m);
                }
            }
            Z(0, 0) = rows(0, 0) = 1000;  // no overflow
            for (auto const& label : labels) label_pointers.push_back(&label);
            auto const scale = TypeParam(1) / static_cast<TypeParam>(samples);
            double const loss = kernels::cross_entropy_lanes(
                samples, classes, label_pointers.data(), scale, Z.data(), stride);
            double const expected =
                kernels::loss_and_slope(Loss::cross_entropy, samples, classes, row,
                                        label_pointers.data(), scale, rows.data());
            EXPECT_TRUE(this->near(loss, expected, expected, 4)) << loss << ' ' << expected;
            for (index c = 0; c < classes; ++c) {
                for (index m = 0; m < samples; ++m)
                    ASSERT_TRUE(this->near(Z(c, m), rows(m, c), 0, 4)) << c << ' ' << m;
                for (index m = samples; m < kernels::padded<TypeParam>(samples); ++m)
                    ASSERT_EQ(Z(c, m), 0);
            }
        }
}

}  // namespace
}  // namespace spinscape
