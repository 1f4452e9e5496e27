// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/geometry/sharpness.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/critical/lbfgs_b.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace spinscape {

namespace {

using Linear = std::function<void(std::span<double const>, std::span<double>)>;

/// The excess f(x + A (half_width u)) - f(x) as a function of u in [-1, 1]^p, and its gradient.
class Excess {
public:
    Excess(Surface& surface, std::span<double const> x, std::vector<double> half_width, Linear A,
           Linear A_transposed)
        : surface_(surface),
          x_(x),
          half_width_(std::move(half_width)),
          A_(std::move(A)),
          A_transposed_(std::move(A_transposed)),
          z_(half_width_.size()),
          point_(x.size()) {
        surface.move_to(x);
        value_ = surface.value();
    }

    double operator()(std::span<double const> u, std::span<double> g) {
        for (std::size_t i = 0; i < u.size(); ++i) z_[i] = half_width_[i] * u[i];
        A_(z_, point_);
        for (std::size_t i = 0; i < x_.size(); ++i) point_[i] += x_[i];
        surface_.move_to(point_);
        ++gradients_;
        A_transposed_(surface_.gradient(), g);
        for (std::size_t i = 0; i < u.size(); ++i) g[i] *= half_width_[i];
        return surface_.value() - value_;
    }
    [[nodiscard]] double value_at_start() const { return value_; }
    [[nodiscard]] std::size_t size() const { return half_width_.size(); }
    [[nodiscard]] index gradients() const { return gradients_; }

private:
    Surface& surface_;
    std::span<double const> x_;
    std::vector<double> half_width_;
    Linear A_, A_transposed_;
    std::vector<double> z_, point_;
    double value_ = 0;
    index gradients_ = 0;
};

double largest(std::span<double const> g) {
    double result = 0;
    for (double const component : g) result = std::max(result, std::abs(component));
    return result;
}

double by_lbfgs_b(Excess& excess, std::vector<double> u, double scale, index iterations) {
    // In units in which the steepest component has slope 1, the first step reaches its bound.
    auto const f = [&](std::span<double const> at, std::span<double> g) {
        double const value = excess(at, g);
        for (auto& component : g) component /= -scale;
        return -value / scale;
    };
    std::vector<double> const lower(u.size(), -1.0), upper(u.size(), 1.0);
    auto const found =
        minimise_in_box(f, lower, upper, u, {.iterations = iterations, .gradient_tolerance = 0});
    return -found.value * scale;
}

double by_signs(Excess& excess, std::vector<double> u, index iterations) {
    std::vector<double> g(u.size());
    double best = excess(u, g);
    for (index i = 0; i < iterations; ++i) {
        for (std::size_t k = 0; k < u.size(); ++k)
            if (g[k] != 0) u[k] = std::clamp(u[k] + std::copysign(0.2, g[k]), -1.0, 1.0);
        best = std::max(best, excess(u, g));
    }
    return best;
}

Sharpness measure(Excess& excess, index iterations, Stream& probe) {
    std::vector<double> u(excess.size()), g(excess.size());
    excess(u, g);
    if (largest(g) == 0) {
        probe.fill_uniform(std::span<double>(u));
        for (auto& component : u) component = 0.01 * (2 * component - 1);
        excess(u, g);
    }
    Sharpness result;
    double const scale = largest(g), unit = 100 / (1 + excess.value_at_start());
    if (scale > 0) {
        result.lbfgs_b = unit * by_lbfgs_b(excess, u, scale, iterations);
        result.signs = unit * by_signs(excess, u, iterations);
    } else {  // flat
        result.lbfgs_b = result.signs = 0;
    }
    result.phi = std::max(result.lbfgs_b, result.signs);
    result.gradients = excess.gradients() + 1;
    return result;
}

std::vector<double> half_widths(std::span<double const> c, SharpnessOptions const& options) {
    double const offset = options.box == SharpnessBox::absolute ? 1 : 0;
    std::vector<double> result;
    for (double const component : c)
        result.push_back(options.epsilon * (std::abs(component) + offset));
    return result;
}

void multiply(linalg::Op op, index p, index n, std::span<double const> A_transposed,
              std::span<double const> in, std::span<double> out) {
    auto const rows = op == linalg::Op::plain ? p : n, columns = op == linalg::Op::plain ? n : p;
    linalg::gemm(op, linalg::Op::plain, rows, 1, columns, 1.0, A_transposed.data(), n, in.data(), 1,
                 0.0, out.data(), 1);
}

/// A^+ x = (A^T A)^-1 A^T x.
std::vector<double> pseudo_inverse_times(index p, index n, std::span<double const> A_transposed,
                                         std::span<double const> x) {
    auto const size = static_cast<std::size_t>(p);
    std::vector<double> gram(size * size), c(size), along(size), result(size);
    linalg::gemm(linalg::Op::plain, linalg::Op::transposed, p, p, n, 1.0, A_transposed.data(), n,
                 A_transposed.data(), n, 0.0, gram.data(), p);
    multiply(linalg::Op::plain, p, n, A_transposed, x, c);
    auto const eigenvalues = linalg::symmetric_eigen(gram, p);  // rows of gram: eigenvectors
    multiply(linalg::Op::plain, p, p, gram, c, along);
    for (std::size_t i = 0; i < size; ++i) along[i] /= eigenvalues[i];
    multiply(linalg::Op::transposed, p, p, gram, along, result);
    return result;
}

}  // namespace

Sharpness sharpness(Surface& surface, std::span<double const> x, SharpnessOptions const& options,
                    Stream& probe) {
    auto const copy = [](std::span<double const> from, std::span<double> to) {
        std::ranges::copy(from, to.begin());
    };
    Excess excess(surface, x, half_widths(x, options), copy, copy);
    return measure(excess, options.iterations, probe);
}

Sharpness subspace_sharpness(Surface& surface, std::span<double const> x,
                             std::span<double const> A_transposed, SharpnessOptions const& options,
                             Stream& probe) {
    auto const n = std::ssize(x), p = std::ssize(A_transposed) / n;
    SPINSCAPE_EXPECT(p > 0 && p * n == std::ssize(A_transposed));
    auto const apply = [=](linalg::Op op) {
        return [=](std::span<double const> in, std::span<double> out) {
            multiply(op, p, n, A_transposed, in, out);
        };
    };
    Excess excess(surface, x, half_widths(pseudo_inverse_times(p, n, A_transposed, x), options),
                  apply(linalg::Op::transposed), apply(linalg::Op::plain));
    return measure(excess, options.iterations, probe);
}

std::vector<double> random_directions(Stream& stream, index p, index n, bool unit_length) {
    std::vector<double> rows(static_cast<std::size_t>(p * n));
    stream.fill_normal(std::span<double>(rows));
    for (index k = 0; unit_length && k < p; ++k) {
        auto const row =
            std::span(rows).subspan(static_cast<std::size_t>(k * n), static_cast<std::size_t>(n));
        double squares = 0;
        for (double const component : row) squares += component * component;
        for (auto& component : row) component /= std::sqrt(squares);
    }
    return rows;
}

}  // namespace spinscape
