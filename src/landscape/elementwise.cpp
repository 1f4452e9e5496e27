// SPDX-License-Identifier: BSD-3-Clause
#include "elementwise.hpp"

#include "exponential.hpp"
#include "spinscape/base/multiversion.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace spinscape::kernels {

namespace {

template <class Real>
SPINSCAPE_INLINE Real exp_one(Real x) {
    return exp_of<Real, std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>>(x);
}

template <class Real>
SPINSCAPE_INLINE void exponential_body(Real* x, index n) {
#pragma omp simd
    for (index i = 0; i < n; ++i) x[i] = exp_one(x[i]);
}

template <class Real>
SPINSCAPE_INLINE void activate_body(Activation activation, double leak, Real* z, index n) {
    switch (activation) {
        case Activation::relu:
            for (index i = 0; i < n; ++i) z[i] = z[i] < 0 ? Real(0) : z[i];
            return;
        case Activation::leaky_relu: {
            auto const slope = static_cast<Real>(leak);
            for (index i = 0; i < n; ++i) z[i] = z[i] > 0 ? z[i] : slope * z[i];
            return;
        }
        case Activation::tanh:
            for (index i = 0; i < n; ++i) {
                // Small arguments by the odd series: 1 - 2 / (e + 1) would cancel there.
                Real const e = exp_one(2 * std::min(std::abs(z[i]), Real(30)));
                Real const large = 1 - 2 / (e + 1), s = z[i] * z[i];
                Real const small =
                    std::abs(z[i]) *
                    (1 + s * (Real(-1.0 / 3) + s * (Real(2.0 / 15) + s * (Real(-17.0 / 315) +
                                                                          s * Real(62.0 / 2835)))));
                Real const t =
                    s < Real(std::is_same_v<Real, float> ? 0.01 : 0.0004) ? small : large;
                z[i] = z[i] != z[i] ? z[i] : std::copysign(t, z[i]);
            }
            return;
        case Activation::sigmoid:
#pragma omp simd
            for (index i = 0; i < n; ++i) z[i] = 1 / (1 + exp_one(-z[i]));
            return;
        case Activation::softplus:
            for (index i = 0; i < n; ++i)
                z[i] = std::max(z[i], Real(0)) + std::log1p(exp_one(-std::abs(z[i])));
            return;
        case Activation::linear:
            return;
    }
}

template <class Real>
SPINSCAPE_INLINE void multiply_slope_body(Activation activation, double leak, Real const* a,
                                          Real* d, index n) {
    switch (activation) {
        case Activation::relu:
            for (index i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : Real(0);
            return;
        case Activation::leaky_relu: {
            auto const slope = static_cast<Real>(leak);
            for (index i = 0; i < n; ++i) d[i] = a[i] > 0 ? d[i] : slope * d[i];
            return;
        }
        case Activation::tanh:
            for (index i = 0; i < n; ++i) d[i] *= 1 - a[i] * a[i];
            return;
        case Activation::sigmoid:
            for (index i = 0; i < n; ++i) d[i] *= a[i] * (1 - a[i]);
            return;
        case Activation::softplus:  // phi' = sigmoid(z) = 1 - exp(-a)
            for (index i = 0; i < n; ++i) d[i] *= 1 - exp_one(-a[i]);
            return;
        case Activation::linear:
            return;
    }
}

/// Largest output other than the labelled one.
template <class Real>
index rival(Real const* z, index classes, index label) {
    index best = label == 0 ? 1 : 0;
    for (index c = 0; c < classes; ++c)
        if (c != label && z[c] > z[best]) best = c;
    return best;
}

/// Softmax and its loss. Rows are whole half vectors; the maximum and the sum of a row stay in
/// vectors, so that rows do not wait for each other.
template <class Real>
SPINSCAPE_INLINE double cross_entropy_body(index rows, index classes, index columns,
                                           std::int32_t const* const* labels, Real scale, Real* z) {
    using Vector = HalfVector<Real>;
    using Mask = HalfMask<Real>;
    constexpr index W = sizeof(Vector) / sizeof(Real);
    auto const lanes = lane_numbers<Real>();
    Vector const none{}, least = none + std::numeric_limits<Real>::lowest();
    auto const outputs = [&](Real const* row, index j) __attribute__((always_inline)) {
        // Beyond the last class there is no output: exp of the least number is 0.
        auto const left = static_cast<typename VectorOf<Real, 32>::Integer>(classes - j);
        Mask const counts = lanes < left;
        return counts ? load<Vector>(row + j) : least;
    };
    auto const larger = [](Vector a, Vector b) __attribute__((always_inline)) {
        return a > b ? a : b;
    };
    auto const plus = [](Vector a, Vector b) __attribute__((always_inline)) {
        return a + b;
    };
    double sum = 0, product = 1;
    for (index m = 0; m < rows; ++m) {
        Real* row = z + m * columns;
        Vector largest = outputs(row, 0);
        for (index j = W; j < columns; j += W) largest = larger(largest, outputs(row, j));
        Vector const top = reduce<Real>(largest, larger);
        sum += static_cast<double>(top[0]) - static_cast<double>(row[*labels[m]]);
        Vector part = none;
        for (index j = 0; j < columns; j += W) {
            Vector const e = exp_of<Real, Mask>(outputs(row, j) - top);
            part += e;
            store(e, row + j);
        }
        Vector const total = reduce<Real>(part, plus);
        // One logarithm for many rows: totals are between 1 and the number of classes.
        product *= static_cast<double>(total[0]);
        if (!(product < 1e200)) {
            sum += std::log(product);
            product = 1;
        }
        Vector const factor = scale / total;
        for (index j = 0; j < columns; j += W) store(load<Vector>(row + j) * factor, row + j);
        row[*labels[m]] -= scale;
    }
    return sum + std::log(product);
}

template <class Real>
SPINSCAPE_INLINE double loss_and_slope_body(Loss loss, index rows, index classes, index columns,
                                            std::int32_t const* const* labels, Real scale,
                                            Real* z) {
    if (loss == Loss::cross_entropy)
        return cross_entropy_body(rows, classes, columns, labels, scale, z);
    double sum = 0;
    for (index m = 0; m < rows; ++m) {
        Real* row = z + m * columns;
        index const label = *labels[m];
        switch (loss) {
            case Loss::cross_entropy:
                break;  // above
            case Loss::squared: {
                row[label] -= 1;
                double squares = 0;
                for (index c = 0; c < classes; ++c)
                    squares += static_cast<double>(row[c]) * static_cast<double>(row[c]);
                sum += squares / 2;
                for (index c = 0; c < classes; ++c) row[c] *= scale;
                break;
            }
            case Loss::hinge: {
                index const other = rival(row, classes, label);
                Real const excess = 1 + row[other] - row[label];
                for (index c = 0; c < classes; ++c) row[c] = 0;
                if (excess > 0) {
                    sum += static_cast<double>(excess);
                    row[other] = scale;
                    row[label] = -scale;
                } else if (excess != excess) {
                    sum += static_cast<double>(excess);
                }
                break;
            }
        }
        for (index c = classes; c < columns; ++c) row[c] = 0;
    }
    return sum;
}

template <class Real>
Score score_body(Loss loss, index rows, index classes, index columns,
                 std::int32_t const* const* labels, Real* z) {
    Score result;
    for (index m = 0; m < rows; ++m) {
        Real const* row = z + m * columns;
        // Not "<=": an output that is NaN counts as an error.
        if (!(row[*labels[m]] > row[rival(row, classes, *labels[m])])) ++result.errors;
    }
    result.loss = loss_and_slope(loss, rows, classes, columns, labels, Real(1), z);
    return result;
}

}  // namespace

void exponential(float* x, index n) {
    multiversion<exponential_body<float>>(x, n);
}
void exponential(double* x, index n) {
    multiversion<exponential_body<double>>(x, n);
}

void activate(Activation activation, double leak, float* z, index n) {
    multiversion<activate_body<float>>(activation, leak, z, n);
}
void activate(Activation activation, double leak, double* z, index n) {
    multiversion<activate_body<double>>(activation, leak, z, n);
}

void multiply_slope(Activation activation, double leak, float const* a, float* d, index n) {
    multiversion<multiply_slope_body<float>>(activation, leak, a, d, n);
}
void multiply_slope(Activation activation, double leak, double const* a, double* d, index n) {
    multiversion<multiply_slope_body<double>>(activation, leak, a, d, n);
}

void curvature(Activation activation, double const* a, double* out, index n) {
    for (index i = 0; i < n; ++i) switch (activation) {
            case Activation::tanh:
                out[i] = -2 * a[i] * (1 - a[i] * a[i]);
                break;
            case Activation::sigmoid:
                out[i] = a[i] * (1 - a[i]) * (1 - 2 * a[i]);
                break;
            case Activation::softplus:
                out[i] = (1 - std::exp(-a[i])) * std::exp(-a[i]);
                break;
            default:
                out[i] = 0;
        }
}

double loss_and_slope(Loss loss, index rows, index classes, index columns,
                      std::int32_t const* const* labels, float scale, float* z) {
    return multiversion<loss_and_slope_body<float>>(loss, rows, classes, columns, labels, scale, z);
}
double loss_and_slope(Loss loss, index rows, index classes, index columns,
                      std::int32_t const* const* labels, double scale, double* z) {
    return multiversion<loss_and_slope_body<double>>(loss, rows, classes, columns, labels, scale,
                                                     z);
}

Score score(Loss loss, index rows, index classes, index columns, std::int32_t const* const* labels,
            float* z) {
    return score_body(loss, rows, classes, columns, labels, z);
}
Score score(Loss loss, index rows, index classes, index columns, std::int32_t const* const* labels,
            double* z) {
    return score_body(loss, rows, classes, columns, labels, z);
}

}  // namespace spinscape::kernels
