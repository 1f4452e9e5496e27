// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/minres_qlp.hpp"

#include "spinscape/base/contract.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace spinscape {

namespace {

using Vector = std::vector<double>;

/// (a, b) -> (r, 0): c a + s b = r, -s a + c b = 0.
struct Rotation {
    double c = 1, s = 0;

    static Rotation zeroing(double a, double b) {
        double const r = std::hypot(a, b);
        return r > 0 ? Rotation{a / r, b / r} : Rotation{};
    }
    void apply(double& a, double& b) const {
        double const first = c * a + s * b;
        b = c * b - s * a;
        a = first;
    }
    void apply(Vector& a, Vector& b) const {
        for (std::size_t i = 0; i < a.size(); ++i) apply(a[i], b[i]);
    }
};

/// One Lanczos vector after the other: beta_{k+1} v_{k+1} = A v_k - alpha_k v_k - beta_k v_{k-1}.
class Lanczos {
public:
    Lanczos(SymmetricOperator const& A, std::span<double const> b)
        : A_(A), v_(b.begin(), b.end()), previous_(b.size()), next_(b.size()) {
        if (A_.project) A_.project(v_);
        beta_ = linalg::norm(v_);
        if (beta_ > 0) linalg::scale(v_, 1 / beta_);
    }
    void advance() {
        A_.times(v_, next_);
        if (begun_) linalg::add(-beta_, previous_, next_);
        alpha_ = linalg::dot(v_, next_);
        linalg::add(-alpha_, v_, next_);
        if (A_.project) A_.project(next_);
        double const before = begun_ ? beta_ : 0;
        beta_ = linalg::norm(next_);
        norm_ = std::max(norm_, std::sqrt(before * before + alpha_ * alpha_ + beta_ * beta_));
        // What is left after cancellation to rounding is no new direction.
        if (beta_ <= 10 * std::numeric_limits<double>::epsilon() * norm_) beta_ = 0;
        begun_ = true;
        used_ = v_;
        previous_.swap(v_);
        v_.swap(next_);
        if (beta_ > 0) linalg::scale(v_, 1 / beta_);
    }
    [[nodiscard]] Vector const& vector() const { return used_; }  ///< v_k of the last advance
    [[nodiscard]] double alpha() const { return alpha_; }
    [[nodiscard]] double beta() const { return beta_; }  ///< beta_{k+1}; at first |b|
    [[nodiscard]] double norm() const { return norm_; }  ///< largest column of T

private:
    SymmetricOperator const& A_;
    Vector v_, previous_, next_, used_;
    double alpha_ = 0, beta_ = 0, norm_ = 0;
    bool begun_ = false;
};

/// The three newest columns of L and of W = V P, and the solution they lead to. Row i of L reads
/// (eta_i, theta_i, gamma_i) in columns i-2, i-1, i.
class Solution {
public:
    explicit Solution(std::size_t n) : settled_(n) {
        for (auto& w : w_) w.assign(n, 0.0);
    }

    /// Column k of R (epsilon, delta, gamma in rows k-2, k-1, k), its right-hand side and v_k.
    void append(double epsilon, double delta, double gamma, double rhs, Vector const& v) {
        // Columns k-2, k-1, k now stand at 0, 1, 2. What was at 0 is final already.
        shift_window();
        w_[2] = v;
        gamma_[2] = gamma;
        eta_[2] = theta_[2] = 0;
        rhs_[2] = rhs;
        if (count_ >= 2) {
            auto const P = Rotation::zeroing(gamma_[0], epsilon);
            P.apply(gamma_[0], epsilon);
            P.apply(theta_[1], delta);
            P.apply(eta_[2], gamma_[2]);
            P.apply(w_[0], w_[2]);
        }
        if (count_ >= 1) {
            auto const P = Rotation::zeroing(gamma_[1], delta);
            P.apply(gamma_[1], delta);
            P.apply(theta_[2], gamma_[2]);
            P.apply(w_[1], w_[2]);
        }
        ++count_;
        settle();
    }
    /// The coordinates that are not final. A pivot up to `smallest` counts as zero, and so do its
    /// coordinate and, if told, the newest one; returns what that leaves of the right-hand side.
    double solve(double smallest, bool without_newest) {
        double const one = rhs_[1] - eta_[1] * last_but_one_ - theta_[1] * last_;
        u1_ = count_ >= 2 && std::abs(gamma_[1]) > smallest ? one / gamma_[1] : 0;
        double const two = rhs_[2] - eta_[2] * last_ - theta_[2] * u1_;
        bool const regular = !without_newest && std::abs(gamma_[2]) > smallest;
        u2_ = regular ? two / gamma_[2] : 0;
        return regular ? 0 : two;
    }
    [[nodiscard]] bool singular(double smallest) const { return std::abs(gamma_[2]) <= smallest; }
    [[nodiscard]] Vector point() const {
        auto x = settled_;
        linalg::add(u1_, w_[1], x);
        linalg::add(u2_, w_[2], x);
        return x;
    }

private:
    void shift_window() {
        std::rotate(w_.begin(), w_.begin() + 1, w_.end());
        for (auto* row : {&gamma_, &eta_, &theta_, &rhs_})
            std::rotate(row->begin(), row->begin() + 1, row->end());
    }
    /// Column k-2 changes no more: its coordinate is final.
    void settle() {
        if (count_ < 3) return;
        double const value = rhs_[0] - eta_[0] * last_but_one_ - theta_[0] * last_;
        double const u = gamma_[0] != 0 ? value / gamma_[0] : 0;
        linalg::add(u, w_[0], settled_);
        last_but_one_ = std::exchange(last_, u);
    }

    std::array<Vector, 3> w_;
    std::array<double, 3> gamma_{}, eta_{}, theta_{}, rhs_{};
    Vector settled_;                      // sum over the final coordinates
    double last_ = 0, last_but_one_ = 0;  // the last two of them
    double u1_ = 0, u2_ = 0;              // those of columns k-1 and k
    index count_ = 0;
};

}  // namespace

MinresResult minres_qlp(SymmetricOperator const& A, std::span<double const> b,
                        MinresOptions const& options) {
    SPINSCAPE_EXPECT(std::ssize(b) == A.dimension);
    using End = MinresResult::End;
    Lanczos lanczos(A, b);
    Solution solution(b.size());
    double const size = lanczos.beta();
    MinresResult result{.x = Vector(b.size()), .residual = size, .norm = 0};
    if (size == 0) {
        result.end = End::solved;
        return result;
    }
    auto const most = options.most_products > 0 ? options.most_products : 4 * A.dimension;
    Rotation G, G_before;  // from the left, of rows (k-1, k) and (k-2, k-1)
    double rest = size;    // of the right-hand side: the residual
    double beta = 0;       // beta_k
    while (result.products < most) {
        lanczos.advance();
        ++result.products;
        result.norm = lanczos.norm();
        if (!std::isfinite(lanczos.alpha() + lanczos.beta())) {
            result.end = End::not_finite;
            return result;
        }
        double epsilon = 0, delta = beta, gamma = lanczos.alpha();
        beta = lanczos.beta();
        G_before.apply(epsilon, delta);
        G.apply(delta, gamma);
        // |A r| / |r| of the solution so far. Where it vanishes no further vector shortens r, but
        // this column still shortens x.
        bool const stationary = std::hypot(gamma, G.c * beta) <= options.tolerance * result.norm;
        G_before = std::exchange(G, Rotation::zeroing(gamma, beta));
        gamma = std::hypot(gamma, beta);
        double const smallest = result.norm / options.largest_condition;
        solution.append(epsilon, delta, gamma, G.c * rest, lanczos.vector());
        rest *= -G.s;
        result.residual = std::hypot(rest, solution.solve(smallest, stationary));
        result.x = solution.point();
        if (result.residual <= options.tolerance * size) {
            result.end = End::solved;
            return result;
        }
        if (stationary || beta == 0 || solution.singular(smallest)) {
            result.end = End::least_squares;
            return result;
        }
    }
    return result;
}

}  // namespace spinscape
