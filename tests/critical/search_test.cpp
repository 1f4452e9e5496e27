// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/search.hpp"

#include "function_landscape.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/critical/hessian_check.hpp"
#include "spinscape/landscape/network.hpp"
#include "spinscape/landscape/quadratic.hpp"
#include "spinscape/landscape/spherical_p_spin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace spinscape {
namespace {

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

std::vector<double> normals(index n, index replica, double scale = 1) {
    std::vector<double> v(at(n));
    Stream(31, Purpose::start, replica).fill_normal(std::span<double>(v));
    for (auto& component : v) component *= scale;
    return v;
}

bool follows(SearchMethod method) {
    return method == SearchMethod::eigenvector_following ||
           method == SearchMethod::hybrid_eigenvector_following;
}

class EverySearch : public testing::TestWithParam<SearchMethod> {};
INSTANTIATE_TEST_SUITE_P(Methods, EverySearch,
                         testing::Values(SearchMethod::newton_mr, SearchMethod::damped_newton,
                                         SearchMethod::trust_region_newton,
                                         SearchMethod::gradient_norm_descent,
                                         SearchMethod::eigenvector_following,
                                         SearchMethod::hybrid_eigenvector_following),
                         [](auto const& method) {
                             return search_method_names()[static_cast<std::size_t>(method.param)];
                         });

TEST_P(EverySearch, FindsTheCentreOfAQuadraticForm) {
    // diag(-2, -1, 1, 3) and one mixed element.
    std::vector<double> A(16);
    for (index i = 0; i < 4; ++i) A[at(5 * i)] = std::vector<double>{-2, -1, 1, 3}[at(i)];
    A[1] = A[4] = 0.5;
    Quadratic<Flat> const f(A, 4, {});
    auto const surface = surface_of(f);
    auto const found = find_critical_point(
        *surface, normals(4, 0), {.method = GetParam(), .most_steps = 2000, .target_index = 2});
    EXPECT_EQ(found.kind, PointKind::saddle);
    EXPECT_EQ(found.certificate.index, 2);
    for (double const component : found.x) EXPECT_NEAR(component, 0, 1e-7);
    EXPECT_TRUE(std::isnan(found.flatness));
    EXPECT_GT(found.cost.gradients, 0);
}

// Critical points of a quadratic form on the sphere are the eigenvectors of A, the k-th of index k.
TEST_P(EverySearch, FindsEigenvectorsOnTheSphere) {
    index const n = 6;
    std::vector<double> A(at(n * n));
    for (index i = 0; i < n; ++i) A[at(i * n + i)] = static_cast<double>(i * i);
    Quadratic<Sphere> const f(A, n, {2.0});
    auto const surface = surface_of(f);
    std::set<index> indices;
    for (index r = 0; r < 12; ++r) {
        auto start = normals(n, r);
        f.manifold().retract(std::span<double>(start));
        auto const found = find_critical_point(
            *surface, start, {.method = GetParam(), .most_steps = 3000, .target_index = 2});
        ASSERT_TRUE(is_critical(found.kind))
            << "start " << r << " |g| " << found.certificate.gradient_norm;
        auto const k = found.certificate.index;
        EXPECT_NEAR(std::abs(found.x[at(k)]), std::sqrt(2.0), 1e-7);
        EXPECT_EQ(found.kind, k == 0       ? PointKind::minimum
                              : k == n - 1 ? PointKind::maximum
                                           : PointKind::saddle);
        indices.insert(k);
    }
    if (follows(GetParam()))
        EXPECT_EQ(indices, std::set<index>{2});
    else
        EXPECT_GT(indices.size(), 1U);
}

TEST_P(EverySearch, FindsCriticalPointsOfAGlass) {
    index const N = 12;
    SphericalPSpin<double> const f(N, {{.p = 3}}, 5, 0);
    auto const surface = surface_of(f);
    index critical = 0;
    for (index r = 0; r < 10; ++r) {
        auto start = normals(N, r);
        f.manifold().retract(std::span<double>(start));
        auto const found = find_critical_point(
            *surface, start,
            {.method = GetParam(), .tolerance = 1e-9, .most_steps = 3000, .target_index = 4});
        if (!is_critical(found.kind)) {
            EXPECT_LT(found.flatness, 0.05);
            continue;
        }
        ++critical;
        // Again from the definition: the gradient in R^N is parallel to x.
        std::vector<double> g(at(N));
        double value = 0, normal = 0, squares = 0;
        auto work = f.workspace(1);
        f.value_and_gradient(BatchView<double const>(std::span<double const>(found.x)), {&value, 1},
                             BatchView<double>(std::span<double>(g)), work);
        for (index i = 0; i < N; ++i) normal += found.x[at(i)] * g[at(i)] / static_cast<double>(N);
        for (index i = 0; i < N; ++i) squares += std::pow(g[at(i)] - normal * found.x[at(i)], 2);
        EXPECT_LE(std::sqrt(squares), 1.1e-9);
        EXPECT_NEAR(found.certificate.value, value, 1e-10);
        if (follows(GetParam())) {
            EXPECT_EQ(found.certificate.index, 4);
        }
    }
    // What lowers |g| from random points often ends where |g|^2 has a minimum that is not zero.
    EXPECT_GE(critical, follows(GetParam()) ? 10 : 3);
}

TEST_P(EverySearch, FindsCriticalPointsOfANetwork) {
    Samples data;
    data.features.resize(60 * 3);
    Stream(2, Purpose::disorder, 0).fill_normal(std::span<float>(data.features));
    for (int i = 0; i < 60; ++i) data.labels.push_back(i % 2);
    Network<double> const f(
        {.inputs = 3, .hidden = {2}, .outputs = 2, .activation = Activation::tanh},
        std::make_shared<Samples const>(data));
    auto const surface = surface_of(f);
    index critical = 0;
    for (index r = 0; r < 8; ++r) {
        auto const found =
            find_critical_point(*surface, normals(f.dimension(), r, 0.7),
                                {.method = GetParam(), .most_steps = 1500, .target_index = 2});
        if (!is_critical(found.kind)) continue;
        ++critical;
        EXPECT_LE(found.certificate.gradient_norm, 1e-8);
        EXPECT_GE(found.certificate.nullity, found.certificate.expected_nullity);
    }
    RecordProperty("critical", static_cast<int>(critical));
    EXPECT_GE(critical, GetParam() == SearchMethod::gradient_norm_descent ? 0 : 1);
}

FunctionLandscape::Derivatives cubic_slope(double x, double y) {
    // x^3/3 + x + y^2/2: no critical point; |g|^2 has a minimum at 0, where g = (1, 0), H g = 0.
    return {x * x * x / 3 + x + y * y / 2, {x * x + 1, y}, 2 * x, 0, 1};
}

TEST_P(EverySearch, RecognisesGradientFlatPoints) {
    FunctionLandscape const f(cubic_slope);
    auto const surface = surface_of(f);
    auto const found = find_critical_point(*surface, std::vector<double>{0.7, 1.3},
                                           {.method = GetParam(), .most_steps = 1000});
    EXPECT_FALSE(is_critical(found.kind));
    if (follows(GetParam())) return;  // they do not lower |g|: they fall for ever
    EXPECT_NEAR(found.certificate.gradient_norm, 1, 2e-3);
    // Damped Newton steps come near, but of no length that leads on.
    bool const damped = GetParam() == SearchMethod::damped_newton;
    EXPECT_EQ(found.kind, damped ? PointKind::stalled : PointKind::gradient_flat);
    EXPECT_LT(found.flatness, damped ? 0.1 : 1e-3);
}

TEST_P(EverySearch, RecognisesDegeneratePoints) {
    // x^4/4 + y^2/2 in turned coordinates; without the y term, f = x^4 is flat along y.
    FunctionLandscape const f([](double x, double y) {
        double const a = (x + y) / std::sqrt(2.0), b = (x - y) / std::sqrt(2.0);
        double const ga = a * a * a, gb = b, haa = 3 * a * a, r = std::sqrt(0.5);
        return FunctionLandscape::Derivatives{a * a * a * a / 4 + b * b / 2,
                                              {r * (ga + gb), r * (ga - gb)},
                                              (haa + 1) / 2,
                                              (haa - 1) / 2,
                                              (haa + 1) / 2};
    });
    auto const surface = surface_of(f);
    auto const found =
        find_critical_point(*surface, std::vector<double>{0.9, 0.4},
                            {.method = GetParam(), .most_steps = 5000, .target_index = 0});
    if (GetParam() == SearchMethod::gradient_norm_descent) {
        // |g|^2 = a^6 + b^2 falls ever more slowly: it must say that it did not arrive.
        EXPECT_EQ(found.kind, PointKind::stalled);
        EXPECT_LT(found.certificate.gradient_norm, 1e-3);
        return;
    }
    EXPECT_EQ(found.kind, PointKind::degenerate);
    EXPECT_EQ(found.certificate.index, 0);
    EXPECT_EQ(found.certificate.nullity, 1);
}

TEST(Search, HybridFollowingArrivesWhereDenseFollowingDoesWithoutADenseHessian) {
    index const N = 30;
    SphericalPSpin<double> const f(N, {{.p = 3}}, 6, 0);
    auto const surface = surface_of(f);
    for (index const k : {0, 1, 3}) {
        // Near a saddle of index k, so that both have the same one to find.
        CriticalPoint near;
        for (index r = 0; near.kind >= PointKind::degenerate || near.certificate.index != k; ++r) {
            ASSERT_LT(r, 10);
            auto start = normals(N, r);
            f.manifold().retract(std::span<double>(start));
            near = find_critical_point(*surface, start,
                                       {.method = SearchMethod::eigenvector_following,
                                        .most_steps = 200,
                                        .target_index = k});
        }
        auto start = near.x;
        auto const noise = normals(N, k + 10, 0.02);
        for (std::size_t i = 0; i < start.size(); ++i) start[i] += noise[i];
        f.manifold().retract(std::span<double>(start));
        auto const found =
            find_critical_point(*surface, start,
                                {.method = SearchMethod::hybrid_eigenvector_following,
                                 .certify = {.by_lanczos = true},
                                 .target_index = k});
        ASSERT_EQ(found.kind, k == 0 ? PointKind::minimum : PointKind::saddle);
        EXPECT_EQ(found.cost.hessians, 0);
        EXPECT_GT(found.cost.products, 0);
        for (std::size_t i = 0; i < start.size(); ++i) EXPECT_NEAR(found.x[i], near.x[i], 1e-7);
        auto const& lanczos = found.certificate;
        EXPECT_EQ(lanczos.hessians, 0);
        auto const dense = certify(*surface);
        EXPECT_EQ(lanczos.index, dense.index);
        EXPECT_EQ(lanczos.nullity, 0);
        EXPECT_NEAR(lanczos.lowest, dense.lowest, lanczos.eigenvalue_error + 1e-12);
        EXPECT_NEAR(lanczos.highest, dense.highest, 1e-7 * dense.highest);
        EXPECT_LT(found.steps, 15);
    }
}

TEST(Search, HybridFollowingCountsTheNegativeEigenvaluesOfTheStart) {
    std::vector<double> A(100);
    for (index i = 0; i < 10; ++i) A[at(11 * i)] = static_cast<double>(i) - 5.5;
    Quadratic<Flat> const f(A, 10, {});
    auto const surface = surface_of(f);
    auto const found = find_critical_point(*surface, normals(10, 1),
                                           {.method = SearchMethod::hybrid_eigenvector_following,
                                            .certify = {.by_lanczos = true},
                                            .target_index = -1});
    EXPECT_EQ(found.kind, PointKind::saddle);
    EXPECT_EQ(found.certificate.index, 6);
    // With too few directions uphill it must fall for ever.
    auto const lost = find_critical_point(
        *surface, normals(10, 1),
        {.method = SearchMethod::hybrid_eigenvector_following, .target_index = 5});
    EXPECT_FALSE(is_critical(lost.kind));
}

TEST(Search, SymmetriesAreNotDegenerate) {
    auto const valley = [](double x, double y) {
        // (x^2 + y^2 - 1)^2 / 4: a circle of minima.
        double const s = x * x + y * y - 1;
        return FunctionLandscape::Derivatives{
            s * s / 4, {s * x, s * y}, s + 2 * x * x, 2 * x * y, s + 2 * y * y};
    };
    for (index const symmetries : {0, 1}) {
        FunctionLandscape const f(valley, symmetries);
        auto const surface = surface_of(f);
        auto const found = find_critical_point(*surface, std::vector<double>{0.8, 0.9});
        EXPECT_EQ(found.kind, symmetries == 1 ? PointKind::minimum : PointKind::degenerate);
        EXPECT_NEAR(std::hypot(found.x[0], found.x[1]), 1, 1e-8);
    }
}

TEST(Search, SaysWhenItStallsOrDiverges) {
    FunctionLandscape const f(cubic_slope);
    auto const surface = surface_of(f);
    auto const early =
        find_critical_point(*surface, std::vector<double>{3, 1.3}, {.most_steps = 1});
    EXPECT_EQ(early.kind, PointKind::stalled);
    EXPECT_GT(early.flatness, 1e-3);
    auto const lost = find_critical_point(*surface, std::vector<double>{missing, 1});
    EXPECT_EQ(lost.kind, PointKind::diverged);
}

// A Hessian that is not the derivative of the gradient: searches do not arrive, and the check says
// by how much it is wrong.
TEST(Search, AWrongHessianIsRecognised) {
    auto const well = [](double factor) {
        return [factor](double x, double y) {
            return FunctionLandscape::Derivatives{std::cosh(x) + y * y + x * y,
                                                  {std::sinh(x) + y, 2 * y + x},
                                                  factor * std::cosh(x),
                                                  1,
                                                  2};
        };
    };
    std::vector<double> const v = {0.8, -0.6};
    for (double const factor : {1.0, 1.01, -1.0}) {
        FunctionLandscape const f(well(factor));
        auto const surface = surface_of(f);
        surface->move_to(std::vector<double>{0.4, 0.3});
        auto const defect = hessian_defect(*surface, v);
        // D = (0.8 cosh 0.4 - 0.6, 0.8 - 1.2); H v differs from it in the first component.
        double const c = 0.8 * std::cosh(0.4);
        double const size = std::max(std::hypot(c - 0.6, 0.4), std::hypot(factor * c - 0.6, 0.4));
        EXPECT_NEAR(defect, std::abs(factor - 1) * c / size, 1e-9);
        EXPECT_EQ(surface->point()[0], 0.4);
    }
    SphericalPSpin<double> const glass(10, {{.p = 3}}, 5, 0);
    auto const surface = surface_of(glass);
    auto x = normals(10, 3), w = normals(10, 4);
    glass.manifold().retract(std::span<double>(x));
    surface->move_to(x);
    surface->project(x, w);
    EXPECT_LT(hessian_defect(*surface, w), 1e-8);
}

TEST(Search, KindFollowsFromIndexAndNullity) {
    auto const kind = [](index negative, index zero, index expected_zero) {
        return kind_of({.index = negative, .nullity = zero, .expected_nullity = expected_zero}, 5);
    };
    EXPECT_EQ(kind(0, 0, 0), PointKind::minimum);
    EXPECT_EQ(kind(0, 2, 2), PointKind::minimum);
    EXPECT_EQ(kind(2, 0, 0), PointKind::saddle);
    EXPECT_EQ(kind(5, 0, 0), PointKind::maximum);
    EXPECT_EQ(kind(3, 2, 2), PointKind::maximum);
    EXPECT_EQ(kind(0, 1, 0), PointKind::degenerate);
}

TEST(Search, NamesOfMethods) {
    for (auto const& name : search_method_names())
        EXPECT_EQ(search_method_names()[static_cast<std::size_t>(search_method_from(name))], name);
}

}  // namespace
}  // namespace spinscape
