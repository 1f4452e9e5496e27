// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/deep_linear.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/base/error.hpp"
#include "spinscape/linalg/blas.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spinscape {

namespace {

using linalg::Op;

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// C (m x n) <- A (m x k) B (k x n) + beta C, row-major, dense.
void multiply(index m, index n, index k, double const* A, double const* B, double beta, double* C) {
    linalg::gemm(Op::plain, Op::plain, m, n, k, 1.0, A, k, B, n, beta, C, n);
}

}  // namespace

DeepLinear::DeepLinear(std::vector<index> widths, std::span<double const> X,
                       std::span<double const> Y)
    : widths_(std::move(widths)) {
    SPINSCAPE_EXPECT(layers() >= 1);
    offsets_.push_back(0);
    for (index k = 1; k <= layers(); ++k)
        offsets_.push_back(offsets_.back() + width(k) * width(k - 1));
    auto const d0 = width(0), dL = width(layers()), n = std::ssize(X) / d0;
    SPINSCAPE_EXPECT(n * d0 == std::ssize(X) && n * dL == std::ssize(Y));
    C_.resize(at(d0 * d0));
    B_.resize(at(dL * d0));
    linalg::gemm(Op::plain, Op::transposed, d0, d0, n, 1.0, X.data(), n, X.data(), n, 0.0,
                 C_.data(), d0);
    linalg::gemm(Op::plain, Op::transposed, dL, d0, n, 1.0, Y.data(), n, X.data(), n, 0.0,
                 B_.data(), d0);
    trace_ = 0;
    for (double const y : Y) trace_ += y * y;

    // R = B C^-1, then the modes of R B^T.
    auto axes = C_;
    auto const spread = linalg::symmetric_eigen(axes, d0);
    if (!(spread.front() > 1e-12 * spread.back()))
        throw Error(ExitCode::bad_input,
                    "deep linear network: the inputs do not span their space, X X^T is singular");
    std::vector<double> scaled(axes), inverse(C_.size()), R(B_.size()), sigma(at(dL * dL));
    for (index i = 0; i < d0; ++i)
        for (index j = 0; j < d0; ++j) scaled[at(i * d0 + j)] /= spread[at(i)];
    linalg::gemm(Op::transposed, Op::plain, d0, d0, d0, 1.0, axes.data(), d0, scaled.data(), d0,
                 0.0, inverse.data(), d0);
    multiply(dL, d0, d0, B_.data(), inverse.data(), 0, R.data());
    linalg::gemm(Op::plain, Op::transposed, dL, dL, d0, 1.0, R.data(), d0, B_.data(), d0, 0.0,
                 sigma.data(), dL);
    auto const ascending = linalg::symmetric_eigen(sigma, dL);
    for (index i = dL - 1; i >= 0; --i) {
        strengths_.push_back(ascending[at(i)]);
        outputs_.insert(outputs_.end(), sigma.begin() + i * dL, sigma.begin() + (i + 1) * dL);
    }
    inputs_.resize(B_.size());
    multiply(dL, d0, dL, outputs_.data(), R.data(), 0, inputs_.data());
}

DeepLinear::Workspace DeepLinear::workspace(index) const {
    Workspace work;
    auto const d0 = width(0), dL = width(layers());
    for (index k = 0; k <= layers(); ++k) {
        work.below.emplace_back(at(width(k) * d0));  // W_k ... W_1
        work.below_dot.emplace_back(at(width(k) * d0));
        work.above.emplace_back(at(dL * width(k)));  // W_L ... W_k+1
        work.above_dot.emplace_back(at(dL * width(k)));
    }
    for (index i = 0; i < d0; ++i) work.below[0][at(i * d0 + i)] = 1;
    for (index i = 0; i < dL; ++i) work.above[at(layers())][at(i * dL + i)] = 1;
    work.end.resize(at(dL * d0));
    work.end_dot.resize(at(dL * d0));
    auto const widest = *std::ranges::max_element(widths_);
    work.product.resize(at(widest * std::max(d0, dL)));
    return work;
}

void DeepLinear::multiply_layers(double const* W, Workspace& work) const {
    auto const d0 = width(0), dL = width(layers());
    for (index k = 1; k <= layers(); ++k)
        multiply(width(k), d0, width(k - 1), W + offset(k), work.below[at(k - 1)].data(), 0,
                 work.below[at(k)].data());
    for (index k = layers(); k >= 1; --k)
        multiply(dL, width(k - 1), width(k), work.above[at(k)].data(), W + offset(k), 0,
                 work.above[at(k - 1)].data());
}

/// Leaves d L / d (W_L ... W_1) = W C - B in work.end.
double DeepLinear::loss(double const* W, Workspace& work) const {
    auto const d0 = width(0), dL = width(layers());
    multiply_layers(W, work);
    auto const& product = work.below[at(layers())];
    multiply(dL, d0, d0, product.data(), C_.data(), 0, work.end.data());
    double sum = 0;
    for (std::size_t i = 0; i < B_.size(); ++i) {
        sum += product[i] * (work.end[i] / 2 - B_[i]);
        work.end[i] -= B_[i];
    }
    return sum + trace_ / 2;
}

void DeepLinear::value(BatchView<double const> x, std::span<double> out_energy,
                       Workspace& work) const {
    for (index r = 0; r < x.replicas(); ++r) out_energy[at(r)] = loss(x[r].data(), work);
}

void DeepLinear::value_and_gradient(BatchView<double const> x, std::span<double> out_energy,
                                    BatchView<double> out_g, Workspace& work) const {
    auto const d0 = width(0), dL = width(layers());
    for (index r = 0; r < x.replicas(); ++r) {
        out_energy[at(r)] = loss(x[r].data(), work);
        for (index k = 1; k <= layers(); ++k) {
            linalg::gemm(Op::transposed, Op::plain, width(k), d0, dL, 1.0, work.above[at(k)].data(),
                         width(k), work.end.data(), d0, 0.0, work.product.data(), d0);
            linalg::gemm(Op::plain, Op::transposed, width(k), width(k - 1), d0, 1.0,
                         work.product.data(), d0, work.below[at(k - 1)].data(), d0, 0.0,
                         out_g[r].data() + offset(k), width(k - 1));
        }
    }
}

void DeepLinear::hessian_times(BatchView<double const> x, BatchView<double const> v,
                               BatchView<double> out_Hv, Workspace& work) const {
    auto const d0 = width(0), dL = width(layers());
    // out <- A^T E P^T + beta out
    auto const sandwich = [&](index k, std::vector<double> const& A, std::vector<double> const& E,
                              std::vector<double> const& P, double beta, double* out) {
        linalg::gemm(Op::transposed, Op::plain, width(k), d0, dL, 1.0, A.data(), width(k), E.data(),
                     d0, 0.0, work.product.data(), d0);
        linalg::gemm(Op::plain, Op::transposed, width(k), width(k - 1), d0, 1.0,
                     work.product.data(), d0, P.data(), d0, beta, out, width(k - 1));
    };
    for (index r = 0; r < x.replicas(); ++r) {
        double const *W = x[r].data(), *V = v[r].data();
        loss(W, work);
        for (index k = 1; k <= layers(); ++k) {
            auto* const dot = work.below_dot[at(k)].data();
            multiply(width(k), d0, width(k - 1), V + offset(k), work.below[at(k - 1)].data(), 0,
                     dot);
            multiply(width(k), d0, width(k - 1), W + offset(k), work.below_dot[at(k - 1)].data(), 1,
                     dot);
        }
        for (index k = layers(); k >= 1; --k) {
            auto* const dot = work.above_dot[at(k - 1)].data();
            multiply(dL, width(k - 1), width(k), work.above[at(k)].data(), V + offset(k), 0, dot);
            multiply(dL, width(k - 1), width(k), work.above_dot[at(k)].data(), W + offset(k), 1,
                     dot);
        }
        multiply(dL, d0, d0, work.below_dot[at(layers())].data(), C_.data(), 0,
                 work.end_dot.data());
        for (index k = 1; k <= layers(); ++k) {
            auto* const out = out_Hv[r].data() + offset(k);
            auto const &A = work.above[at(k)], &P = work.below[at(k - 1)];
            sandwich(k, A, work.end_dot, P, 0, out);
            sandwich(k, work.above_dot[at(k)], work.end, P, 1, out);
            sandwich(k, A, work.end, work.below_dot[at(k - 1)], 1, out);
        }
    }
}

index DeepLinear::bottleneck() const {
    return *std::min_element(widths_.begin() + 1, widths_.end());
}

std::vector<double> DeepLinear::critical_point(std::vector<index> const& modes) const {
    SPINSCAPE_EXPECT(std::ssize(modes) <= std::min(bottleneck(), width(0)) && layers() >= 2);
    auto const d0 = width(0), dL = width(layers());
    std::vector<double> x(at(dimension()));
    for (index c = 0; c < std::ssize(modes); ++c) {
        auto const mode = modes[at(c)];
        SPINSCAPE_EXPECT(0 <= mode && mode < dL);
        std::copy_n(inputs_.begin() + mode * d0, d0, x.begin() + offset(1) + c * d0);
        for (index k = 2; k < layers(); ++k) x[at(offset(k) + c * width(k - 1) + c)] = 1;
        for (index i = 0; i < dL; ++i)
            x[at(offset(layers()) + i * width(layers() - 1) + c)] = outputs_[at(mode * dL + i)];
    }
    return x;
}

std::vector<double> DeepLinear::mode_direction(index mode, index channel, double size) const {
    SPINSCAPE_EXPECT(channel < bottleneck() && layers() >= 2);
    auto const d0 = width(0), dL = width(layers());
    std::vector<double> x(at(dimension()));
    double squares = 0;
    for (index j = 0; j < d0; ++j) squares += std::pow(inputs_[at(mode * d0 + j)], 2);
    for (index j = 0; j < d0; ++j)
        x[at(offset(1) + channel * d0 + j)] =
            size * inputs_[at(mode * d0 + j)] / std::sqrt(squares);
    for (index k = 2; k < layers(); ++k) x[at(offset(k) + channel * width(k - 1) + channel)] = size;
    for (index i = 0; i < dL; ++i)
        x[at(offset(layers()) + i * width(layers() - 1) + channel)] =
            size * outputs_[at(mode * dL + i)];
    return x;
}

double DeepLinear::level(std::vector<index> const& modes) const {
    double sum = trace_;
    for (index const mode : modes) sum -= strengths_[at(mode)];
    return sum / 2;
}

double DeepLinear::minimum() const {
    double sum = trace_;
    for (index i = 0; i < std::min(bottleneck(), width(0)); ++i) sum -= strengths_[at(i)];
    return sum / 2;
}

}  // namespace spinscape
