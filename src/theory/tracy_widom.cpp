// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/theory/tracy_widom.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/types.hpp"

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/airy.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace spinscape::theory {

namespace {

/// ln det(1 + sign A) and its derivative by s, tr((1 + sign A)^{-1} sign dA/ds), by elimination of
/// [1 + sign A | sign dA/ds].
struct LogDeterminant {
    double value = 0, slope = 0;
};

LogDeterminant eliminate(std::vector<double> A, std::vector<double> B, std::size_t n) {
    LogDeterminant result;
    for (std::size_t k = 0; k < n; ++k) {
        auto pivot = k;
        for (auto i = k + 1; i < n; ++i)
            if (std::abs(A[i * n + k]) > std::abs(A[pivot * n + k])) pivot = i;
        for (std::size_t j = 0; j < n && pivot != k; ++j) {
            std::swap(A[pivot * n + j], A[k * n + j]);
            std::swap(B[pivot * n + j], B[k * n + j]);
        }
        // The determinants are positive: the signs of pivots and of exchanges cancel.
        result.value += std::log(std::abs(A[k * n + k]));
        for (std::size_t i = 0; i < n; ++i) {
            if (i == k) continue;
            auto const factor = A[i * n + k] / A[k * n + k];
            for (auto j = k; j < n; ++j) A[i * n + j] -= factor * A[k * n + j];
            for (std::size_t j = 0; j < n; ++j) B[i * n + j] -= factor * B[k * n + j];
        }
    }
    for (std::size_t k = 0; k < n; ++k) result.slope += B[k * n + k] / A[k * n + k];
    return result;
}

/// Gauss-Legendre quadrature with an even number of points on panels of (0, length), beyond which
/// Ai(x + s) is below rounding.
template <unsigned points>
TracyWidom by_quadrature(int beta, double s) {
    using Rule = boost::math::quadrature::gauss<double, points>;
    auto const length = std::max(14.0 - s, 2.0);
    auto const panels = std::ceil(length / 6);
    auto const half = 0.5 * length / panels;
    std::vector<double> x, root;  // nodes and square roots of weights
    for (double centre = half; centre < length; centre += 2 * half)
        for (std::size_t m = 0; m < Rule::abscissa().size(); ++m)
            for (double const side : {-1.0, 1.0}) {
                x.push_back(centre + side * half * Rule::abscissa()[m]);
                root.push_back(std::sqrt(half * Rule::weights()[m]));
            }
    auto const n = x.size();
    std::vector<double> kernel(n * n), slope(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            auto const at = x[i] + x[j] + s, weight = root[i] * root[j];
            kernel[i * n + j] = kernel[j * n + i] = weight * boost::math::airy_ai(at);
            slope[i * n + j] = slope[j * n + i] = weight * boost::math::airy_ai_prime(at);
        }
    LogDeterminant sum;
    for (double const sign : {-1.0, 1.0}) {
        if (beta == 1 && sign > 0) continue;
        auto A = kernel, B = slope;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                A[i * n + j] *= sign;
                B[i * n + j] *= sign;
            }
            A[i * n + i] += 1;
        }
        auto const part = eliminate(std::move(A), std::move(B), n);
        sum.value += part.value;
        sum.slope += part.slope;
    }
    auto const below = std::exp(sum.value);
    return {below, below * sum.slope, 0};
}

void check(int beta) {
    if (beta != 1 && beta != 2)
        throw Error(ExitCode::bad_input,
                    "Tracy-Widom law: beta = " + std::to_string(beta) + "; use 1 or 2");
}

/// Outside, both laws are 0 or 1 to rounding.
constexpr double lowest = -13, highest = 16;

}  // namespace

TracyWidom tracy_widom(int beta, double s) {
    check(beta);
    if (s < lowest) return {0, 0, 1e-15};
    if (s > highest) return {1, 0, 1e-15};
    auto const coarse = by_quadrature<20>(beta, s);
    auto fine = by_quadrature<30>(beta, s);
    fine.error =
        std::max(std::abs(fine.below - coarse.below), std::abs(fine.density - coarse.density)) +
        1e-14;
    return fine;
}

TracyWidomMoments tracy_widom_moments(int beta) {
    check(beta);
    // The density vanishes smoothly at both ends: the trapezoidal rule is exact to rounding.
    double const step = 0.25;
    double sums[2][5] = {};  // on all points, and on every other one
    index i = 0;
    for (double s = lowest; s <= highest; s += step, ++i) {
        double power = step * by_quadrature<20>(beta, s).density;
        for (int k = 0; k < 5; ++k, power *= s) {
            sums[0][k] += power;
            if (i % 2 == 0) sums[1][k] += 2 * power;
        }
    }
    auto const finish = [](double const* sum) {
        auto const m1 = sum[1] / sum[0], m2 = sum[2] / sum[0], m3 = sum[3] / sum[0],
                   m4 = sum[4] / sum[0];
        auto const variance = m2 - m1 * m1;
        auto const third = m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1;
        auto const fourth = m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 * m1 * m1 * m1;
        return TracyWidomMoments{m1, variance, third / std::pow(variance, 1.5),
                                 fourth / (variance * variance) - 3, 0};
    };
    auto moments = finish(sums[0]);
    auto const coarse = finish(sums[1]);
    moments.error = std::max({std::abs(moments.mean - coarse.mean),
                              std::abs(moments.variance - coarse.variance),
                              std::abs(moments.skewness - coarse.skewness),
                              std::abs(moments.excess_kurtosis - coarse.excess_kurtosis)}) +
                    1e-12;
    return moments;
}

}  // namespace spinscape::theory
