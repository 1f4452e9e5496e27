// SPDX-License-Identifier: BSD-3-Clause
// Against least squares from all eigenvalues and eigenvectors.
#include "spinscape/critical/minres_qlp.hpp"

#include "spinscape/base/random.hpp"
#include "spinscape/critical/surface.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"
#include "spinscape/linalg/blas.hpp"
#include "spinscape/linalg/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinscape {
namespace {

using End = MinresResult::End;

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

std::vector<double> normals(index n, index replica) {
    std::vector<double> v(at(n));
    Stream(21, Purpose::disorder, replica).fill_normal(std::span<double>(v));
    return v;
}

/// A = Q diag(spectrum) Q^T with the eigenvectors Q (rows) of a random symmetric matrix.
struct Planted {
    std::vector<double> spectrum, Q;

    explicit Planted(std::vector<double> values) : spectrum(std::move(values)) {
        auto const n = std::ssize(spectrum);
        Q = normals(n * n, n);
        for (index i = 0; i < n; ++i)
            for (index j = 0; j < i; ++j) Q[at(i * n + j)] = Q[at(j * n + i)];
        linalg::symmetric_eigen(Q, n);
    }
    [[nodiscard]] index size() const { return std::ssize(spectrum); }
    [[nodiscard]] std::span<double const> eigenvector(index k) const {
        return std::span(Q).subspan(at(k * size()), at(size()));
    }
    /// sum_k f(k) (q_k . v) q_k.
    template <class F>
    void apply(F const& f, std::span<double const> v, std::span<double> out) const {
        std::fill(out.begin(), out.end(), 0.0);
        for (index k = 0; k < size(); ++k)
            linalg::add(f(k) * linalg::dot(eigenvector(k), v), eigenvector(k), out);
    }
    [[nodiscard]] SymmetricOperator matrix() const {
        return {.dimension = size(),
                .subspace_dimension = size(),
                .times = [this](std::span<double const> v, std::span<double> out) {
                    apply([&](index k) { return spectrum[at(k)]; }, v, out);
                }};
    }
    [[nodiscard]] std::vector<double> shortest(std::span<double const> b) const {
        std::vector<double> x(b.size());
        apply([&](index k) { return spectrum[at(k)] != 0 ? 1 / spectrum[at(k)] : 0.0; }, b, x);
        return x;
    }
    [[nodiscard]] double residual(std::span<double const> x, std::span<double const> b) const {
        std::vector<double> r(b.size());
        matrix().times(x, r);
        return linalg::distance(r, b);
    }
};

void expect_solution(Planted const& A, std::vector<double> const& b, End end, double accuracy) {
    auto const result = minres_qlp(A.matrix(), b);
    auto const exact = A.shortest(b);
    EXPECT_EQ(result.end, end);
    EXPECT_LE(linalg::distance(result.x, exact), accuracy * linalg::norm(exact));
    EXPECT_NEAR(result.residual, A.residual(exact, b), accuracy * linalg::norm(b));
    EXPECT_NEAR(A.residual(result.x, b), A.residual(exact, b), accuracy * linalg::norm(b));
    EXPECT_LE(result.norm, std::abs(A.spectrum.back()) * std::sqrt(2.0));
}

std::vector<double> indefinite(index n) {
    std::vector<double> spectrum;
    for (index k = 0; k < n; ++k)
        spectrum.push_back((k % 3 == 0 ? -1 : 1) * (0.1 + static_cast<double>(k)));
    return spectrum;
}

TEST(MinresQlp, RegularSystems) {
    for (index const n : {1, 2, 3, 4, 5, 30}) {
        Planted const A(indefinite(n));
        expect_solution(A, normals(n, 7), End::solved, 1e-8);
    }
}

TEST(MinresQlp, SingularSystems) {
    auto spectrum = indefinite(30);
    for (index k = 0; k < 12; ++k) spectrum[at(2 * k)] = 0;
    Planted const A(spectrum);
    auto const any = normals(30, 8);
    std::vector<double> b(30);
    A.matrix().times(any, b);
    expect_solution(A, b, End::solved, 1e-8);           // b in the range
    expect_solution(A, any, End::least_squares, 1e-8);  // b not in the range
    auto const kernel = A.eigenvector(2);               // b in the kernel: x = 0
    auto const result = minres_qlp(A.matrix(), kernel, {});
    EXPECT_EQ(result.end, End::least_squares);
    EXPECT_LT(linalg::norm(result.x), 1e-12);
    EXPECT_NEAR(result.residual, 1, 1e-12);
}

// The shortest of all solutions is what tells the method from MINRES, which for b outside of the
// range ends at a longer one.
TEST(MinresQlp, TinyExamplesByHand) {
    Planted two({0, 3});
    std::vector<double> b(2);
    for (index i = 0; i < 2; ++i)
        b[at(i)] = 5 * two.eigenvector(0)[at(i)] + 6 * two.eigenvector(1)[at(i)];
    auto const result = minres_qlp(two.matrix(), b, {});
    EXPECT_EQ(result.end, End::least_squares);
    for (index i = 0; i < 2; ++i)
        EXPECT_NEAR(result.x[at(i)], 2 * two.eigenvector(1)[at(i)], 1e-12);
    EXPECT_NEAR(result.residual, 5, 1e-12);

    std::vector<double> const zero(2);
    EXPECT_EQ(minres_qlp(two.matrix(), zero, {}).end, End::solved);
    Planted const nothing({0, 0, 0});
    auto const flat = minres_qlp(nothing.matrix(), normals(3, 1), {});
    EXPECT_EQ(flat.end, End::least_squares);
    EXPECT_EQ(linalg::norm(flat.x), 0);
}

TEST(MinresQlp, SmallEigenvaluesCountAsKernelBeyondTheLargestCondition) {
    Planted const A({1e-9, -1, 2, 5});
    std::vector<double> b(4);
    for (index k = 0; k < 4; ++k) linalg::add(1, A.eigenvector(k), b);
    auto const full = minres_qlp(A.matrix(), b, {.largest_condition = 1e14});
    EXPECT_NEAR(linalg::dot(full.x, A.eigenvector(0)), 1e9, 1e3);
    auto const cut = minres_qlp(A.matrix(), b, {.largest_condition = 1e6});
    EXPECT_EQ(cut.end, End::least_squares);
    EXPECT_NEAR(linalg::dot(cut.x, A.eigenvector(0)), 0, 1e-6);
    EXPECT_NEAR(linalg::dot(cut.x, A.eigenvector(1)), -1, 1e-6);
    EXPECT_NEAR(cut.residual, 1, 1e-6);
}

TEST(MinresQlp, BudgetAndNumbersThatAreNotFinite) {
    Planted const A(indefinite(30));
    auto const b = normals(30, 7);
    auto const early = minres_qlp(A.matrix(), b, {.most_products = 5});
    EXPECT_EQ(early.end, End::out_of_budget);
    EXPECT_EQ(early.products, 5);
    EXPECT_NEAR(early.residual, A.residual(early.x, b), 1e-10);
    EXPECT_LT(early.residual, linalg::norm(b));
    auto broken = A.matrix();
    broken.times = [](std::span<double const>, std::span<double> out) {
        std::fill(out.begin(), out.end(), missing);
    };
    EXPECT_EQ(minres_qlp(broken, b, {}).end, End::not_finite);
}

TEST(MinresQlp, SolutionsOnTheSphereAreTangent) {
    SphericalPSpin<double> const f(20, {{.p = 3}}, 3, 0);
    auto x = normals(20, 1);
    f.manifold().retract(std::span<double>(x));
    auto const surface = surface_of(f);
    surface->move_to(x);
    auto const result = minres_qlp(hessian_operator(*surface), surface->gradient(), {});
    EXPECT_EQ(result.end, End::solved);
    EXPECT_NEAR(linalg::dot(result.x, x), 0, 1e-9 * linalg::norm(result.x));
    std::vector<double> product(20);
    surface->hessian_times(result.x, product);
    EXPECT_LE(linalg::distance(product, surface->gradient()), 1e-8 * surface->gradient_norm());
}

}  // namespace
}  // namespace spinscape
