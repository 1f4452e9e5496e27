// SPDX-License-Identifier: BSD-3-Clause
#include "gaussian_orthogonal.hpp"

#include "pfaffian.hpp"
#include "spinscape/base/contract.hpp"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

namespace spinscape::theory {

namespace {

using std::numbers::pi;
using std::numbers::sqrt2;

double quarter_root_of_pi() {
    return std::sqrt(std::sqrt(pi));
}

/// Oscillator functions h_0 ... h_{count-1} at x, orthonormal on the line, and their integrals from
/// x to infinity. From h_i' = sqrt(i/2) h_{i-1} - sqrt((i+1)/2) h_{i+1}.
struct Oscillators {
    std::vector<double> h, tail;

    Oscillators(index count, double x) : h(size(count)), tail(size(count)) {
        h[0] = std::exp(-0.5 * x * x) / quarter_root_of_pi();
        tail[0] = std::sqrt(pi / 2) * std::erfc(x / sqrt2) / quarter_root_of_pi();
        h[1] = sqrt2 * x * h[0];
        tail[1] = sqrt2 * h[0];
        for (std::size_t i = 1; i + 1 < h.size(); ++i) {
            auto const n = static_cast<double>(i);
            h[i + 1] = std::sqrt(2 / (n + 1)) * x * h[i] - std::sqrt(n / (n + 1)) * h[i - 1];
            tail[i + 1] = std::sqrt(n / (n + 1)) * tail[i - 1] + std::sqrt(2 / (n + 1)) * h[i];
        }
    }

private:
    static std::size_t size(index count) {
        return static_cast<std::size_t>(std::max(count, index{2}));
    }
};

/// Integrals over a, b > x of f_i(a) = (a - x) h_i(a).
struct RightSide {
    std::vector<double> single;  ///< int f_i
    std::vector<double> pairs;   ///< n x n: int int over a < b of f_i(a) f_j(b) - f_j(a) f_i(b)
};

RightSide right_side(index n, index N, double x) {
    auto const size = static_cast<std::size_t>(n);
    // int_b^inf f_i, from (a - x) h_i = sqrt(i/2) h_{i-1} + sqrt((i+1)/2) h_{i+1} - x h_i.
    auto const beyond = [&](Oscillators const& at, std::size_t i) {
        auto const k = static_cast<double>(i);
        auto const below = i > 0 ? std::sqrt(k / 2) * at.tail[i - 1] : 0;
        return below + std::sqrt((k + 1) / 2) * at.tail[i + 1] - x * at.tail[i];
    };
    RightSide result{.single = std::vector<double>(size),
                     .pairs = std::vector<double>(size * size)};
    Oscillators const start(n + 1, x);
    for (std::size_t i = 0; i < size; ++i) result.single[i] = beyond(start, i);

    using Rule = boost::math::quadrature::gauss<double, 20>;
    auto const edge = std::sqrt(2.0 * static_cast<double>(N)), end = edge + 8;
    if (x >= end) return result;
    auto const panels = std::ceil((end - x) * edge / 8);  // the fastest wave has length 2 pi / edge
    auto const half = 0.5 * (end - x) / panels;
    std::vector<double> f(size), F(size);
    auto const add = [&](double b, double weight) {
        Oscillators const at(n + 1, b);
        for (std::size_t i = 0; i < size; ++i) {
            f[i] = (b - x) * at.h[i];
            F[i] = result.single[i] - beyond(at, i);
        }
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < i; ++j)
                result.pairs[i * size + j] += weight * (F[i] * f[j] - F[j] * f[i]);
    };
    for (double centre = x + half; centre < end; centre += 2 * half)
        for (std::size_t m = 0; m < Rule::abscissa().size(); ++m)
            for (double const side : {-1.0, 1.0})
                add(centre + side * half * Rule::abscissa()[m], half * Rule::weights()[m]);
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = 0; j < i; ++j)
            result.pairs[j * size + i] = -result.pairs[i * size + j];
    return result;
}

/// Pf of the matrix whose entries are  int int sgn(b - a) f_i(a) f_j(b),  f_i(a) = |a - x| h_i(a),
/// every a < x weighted with z; bordered by int f_i if n is odd. Proportional to E[z^(number
/// below)] of the n = N - 1 other eigenvalues, for |Delta(a)| prod |a - x| exp(-a^2/2) is their
/// density.
class Generating {
public:
    Generating(index N, double x)
        : n_(static_cast<std::size_t>(N - 1)),
          right_(right_side(N - 1, N, x)),
          left_(right_side(N - 1, N, -x)) {
        // h_i(-a) = (-1)^i h_i(a), and reflection reverses the order of a and b.
        for (std::size_t i = 0; i < n_; ++i) {
            if (i % 2 == 1) left_.single[i] *= -1;
            for (std::size_t j = 0; j < n_; ++j)
                if ((i + j) % 2 == 0) left_.pairs[i * n_ + j] *= -1;
        }
    }

    [[nodiscard]] std::complex<double> operator()(std::complex<double> z) const {
        auto const m = n_ + n_ % 2;
        std::vector<std::complex<double>> A(m * m);
        for (std::size_t i = 0; i < n_; ++i) {
            auto const Li = left_.single[i], Ri = right_.single[i];
            for (std::size_t j = 0; j < n_; ++j) {
                auto const Lj = left_.single[j], Rj = right_.single[j];
                A[i * m + j] = z * z * left_.pairs[i * n_ + j] + z * (Li * Rj - Lj * Ri) +
                               right_.pairs[i * n_ + j];
            }
            if (m > n_) {
                A[i * m + n_] = z * Li + Ri;
                A[n_ * m + i] = -A[i * m + n_];
            }
        }
        return pfaffian(std::move(A), m);
    }

private:
    std::size_t n_;
    RightSide right_, left_;
};

}  // namespace

double gaussian_tail_ratio(double x) {
    SPINSCAPE_EXPECT(x >= 0);
    if (x < 10) return std::exp(0.5 * x * x) * std::sqrt(pi / 2) * std::erfc(x / sqrt2);
    double sum = 1, term = 1;  // asymptotic series, exact to rounding from here on
    for (int k = 1; k < 40; ++k) {
        term *= -(2 * k - 1) / (x * x);
        sum += term;
    }
    return sum / x;
}

double log_eigenvalue_density(index N, double x) {
    SPINSCAPE_EXPECT(N >= 1);
    x = std::abs(x);
    // h and tail of the oscillator functions are e^s times these.
    double s = -0.5 * x * x - 0.25 * std::log(pi);
    double h = 1, h_before = 0, tail = gaussian_tail_ratio(x), tail_before = 0, squares = 1;
    double whole = sqrt2 * quarter_root_of_pi(), whole_before = 0;  // integrals over the line
    for (index i = 0; i < N; ++i) {
        auto const n = static_cast<double>(i);
        auto const up = std::sqrt(2 / (n + 1)), down = std::sqrt(n / (n + 1));
        auto const next = up * x * h - down * h_before;
        auto const next_tail = down * tail_before + up * h;
        h_before = std::exchange(h, next);
        tail_before = std::exchange(tail, next_tail);
        whole_before = std::exchange(whole, down * whole_before);
        if (i + 1 < N) squares += h * h;
        if (std::abs(h) > 1e100) {
            h *= 1e-100;
            h_before *= 1e-100;
            tail *= 1e-100;
            tail_before *= 1e-100;
            squares *= 1e-200;
            s += 100 * std::numbers::ln10;
        }
    }
    // h = h_N, h_before = h_{N-1}: sum_{i<N} h_i^2 + sqrt(N/2) h_{N-1} int sgn(x-t)/2 h_N(t) dt,
    // and h_{N-1} / int h_{N-1} for odd N.
    auto const root = std::sqrt(0.5 * static_cast<double>(N));
    auto const quadratic = squares - root * h_before * tail;
    auto const linear = h_before * (N % 2 == 0 ? 0.5 * root * whole : 1 / whole_before);
    return s + std::log(std::exp(s) * quadratic + linear);
}

std::vector<double> numbers_below(index N, double x) {
    Generating const generating(N, x);
    auto const n =
        static_cast<std::size_t>(N);  // degree N - 1: N coefficients from N-th roots of 1
    std::vector<std::complex<double>> values(n);
    for (std::size_t m = 0; m <= n / 2; ++m) {
        auto const angle = 2 * pi * static_cast<double>(m) / static_cast<double>(n);
        values[m] = generating(std::polar(1.0, angle));
        if (m > 0) values[n - m] = std::conj(values[m]);
    }
    std::vector<double> result(n);
    for (std::size_t k = 0; k < n; ++k) {
        double sum = 0;
        for (std::size_t m = 0; m < n; ++m) {
            auto const angle = -2 * pi * static_cast<double>(k * m % n) / static_cast<double>(n);
            sum += (values[m] * std::polar(1.0, angle)).real();
        }
        result[k] = sum / (static_cast<double>(n) * values[0].real());
    }
    return result;
}

}  // namespace spinscape::theory
