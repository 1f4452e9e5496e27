// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/all_critical_points.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace spinscape {
namespace {

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

std::vector<index> by_index(AllCriticalPoints const& all, index N) {
    std::vector<index> counts(at(N));
    for (auto const& point : all.points) ++counts[at(point.certificate.index)];
    return counts;
}

// ((p-1)^N - 1)/(p - 2).
TEST(AllCriticalPoints, NumberOfComplexSolutions) {
    EXPECT_EQ(complex_solutions(2, 7), 7);
    EXPECT_EQ(complex_solutions(3, 10), 1023);
    EXPECT_EQ(complex_solutions(4, 5), 121);
    EXPECT_EQ(complex_solutions(5, 3), 21);
}

// A quadratic form: the eigenvectors, two points of each index.
TEST(AllCriticalPoints, QuadraticForm) {
    SphericalPSpin<double> const f(6, {{.p = 2}}, 1, 0);
    auto const all = all_critical_points(f);
    EXPECT_TRUE(all.complete());
    EXPECT_EQ(by_index(all, 6), std::vector<index>(6, 2));
    for (std::size_t i = 0; i < all.points.size(); ++i)
        EXPECT_EQ(all.points[i].certificate.index, static_cast<index>(i / 2));
}

TEST(AllCriticalPoints, EveryPointIsProvenAndTheSumIsTheEulerCharacteristic) {
    struct Size {
        int p;
        index N;
    };
    for (auto const& [p, N] : {Size{3, 2}, Size{3, 3}, Size{3, 5}, Size{3, 6}, Size{4, 3},
                               Size{4, 4}, Size{5, 3}, Size{6, 3}})
        for (index disorder = 0; disorder < 5; ++disorder) {
            SphericalPSpin<double> const f(N, {{.p = p, .coefficient = 0.7}}, 2, disorder);
            auto const all = all_critical_points(f);
            EXPECT_TRUE(all.complete()) << p << " " << N << " " << disorder;
            EXPECT_EQ(all.found_solutions, static_cast<index>(complex_solutions(p, N)));
            EXPECT_EQ(all.euler_sum(), N % 2 == 1 ? 2 : 0);
            // -s is critical too: of index N - 1 - k and energy -E for odd p, else like s.
            auto counts = by_index(all, N);
            auto mirrored = counts;
            std::ranges::reverse(mirrored);
            if (p % 2 == 1)
                EXPECT_EQ(counts, mirrored);
            else
                EXPECT_TRUE(std::ranges::all_of(counts, [](index n) { return n % 2 == 0; }));
            EXPECT_GE(counts.front(), 1);
            EXPECT_GE(counts.back(), 1);
            for (auto const& point : all.points) {
                EXPECT_LT(point.certificate.gradient_norm, 1e-11);
                EXPECT_EQ(point.certificate.nullity, 0);
                EXPECT_LT(point.certificate.threshold, 1e-4);
            }
        }
}

/// Newton's method for the gradient from random starts; the ends, if they are critical points.
std::vector<std::vector<double>> newton_ends(SphericalPSpin<double> const& f, index starts) {
    auto const surface = surface_of(f);
    auto const N = f.dimension();
    std::vector<std::vector<double>> ends;
    std::vector<double> x(at(N)), along(at(N - 1)), step(at(N));
    for (index start = 0; start < starts; ++start) {
        Stream(3, Purpose::start, start).fill_normal(std::span<double>(x));
        surface->retract(x);
        for (int iteration = 0; iteration < 60; ++iteration) {
            surface->move_to(x);
            auto H = surface->hessian();
            H.coordinates_of(surface->gradient(), along);
            // Gaussian elimination, without pivots: generic points, small systems.
            auto const n = H.dimension;
            auto const entry = [&](index i, index j) -> double& { return H.matrix[at(i * n + j)]; };
            for (index k = 0; k < n; ++k)
                for (index i = 0; i < n; ++i) {
                    if (i == k) continue;
                    auto const factor = entry(i, k) / entry(k, k);
                    for (index j = k; j < n; ++j) entry(i, j) -= factor * entry(k, j);
                    along[at(i)] -= factor * along[at(k)];
                }
            for (index k = 0; k < n; ++k) along[at(k)] /= entry(k, k);
            H.embed(along, step);
            for (std::size_t i = 0; i < x.size(); ++i) x[i] -= step[i];
            surface->retract(x);
        }
        surface->move_to(x);
        if (surface->gradient_norm() < 1e-9) ends.push_back(x);
    }
    return ends;
}

// What another method finds is among them, and it finds all of them in the end.
TEST(AllCriticalPoints, NewtonFromRandomStartsFindsTheSame) {
    for (int const p : {3, 4}) {
        index const N = 4;
        SphericalPSpin<double> const f(N, {{.p = p}}, 4, 0);
        auto const all = all_critical_points(f);
        std::vector<index> hits(all.points.size());
        for (auto const& end : newton_ends(f, 3000)) {
            bool found = false;
            for (std::size_t i = 0; i < all.points.size(); ++i) {
                double squares = 0;
                for (std::size_t k = 0; k < end.size(); ++k)
                    squares += std::pow(end[k] - all.points[i].s[k], 2);
                if (squares < 1e-12) {
                    found = true;
                    ++hits[i];
                }
            }
            EXPECT_TRUE(found);
        }
        EXPECT_TRUE(std::ranges::all_of(hits, [](index n) { return n > 0; }));
    }
}

// Paths that are given up are followed again with more patience, to the same end.
TEST(AllCriticalPoints, GivenUpPathsAreRepeated) {
    SphericalPSpin<double> const f(6, {{.p = 3}}, 5, 0);
    auto const hasty = all_critical_points(f, {.max_steps = 12}), patient = all_critical_points(f);
    EXPECT_GT(hasty.repeated_paths, 0);
    EXPECT_EQ(patient.repeated_paths, 0);
    EXPECT_TRUE(hasty.complete());
    ASSERT_EQ(hasty.points.size(), patient.points.size());
    for (std::size_t i = 0; i < patient.points.size(); ++i)
        EXPECT_NEAR(hasty.points[i].certificate.value, patient.points[i].certificate.value, 1e-11);
}

// A search that is cut short says so.
TEST(AllCriticalPoints, MissingSolutionsAreReported) {
    SphericalPSpin<double> const f(5, {{.p = 3}}, 6, 0);
    auto const all = all_critical_points(f, {.max_steps = 8, .rounds = 1});
    EXPECT_FALSE(all.complete());
    EXPECT_LT(all.found_solutions, all.expected_solutions);
    auto one_missing = all_critical_points(f);
    ASSERT_TRUE(one_missing.complete());
    one_missing.points.pop_back();
    EXPECT_FALSE(one_missing.complete());
    EXPECT_NE(one_missing.euler_sum(), one_missing.euler_characteristic);
}

TEST(AllCriticalPoints, MixedModelsAreRefused) {
    SphericalPSpin<double> const f(4, {{.p = 2}, {.p = 3}}, 1, 0);
    EXPECT_THROW(all_critical_points(f), Error);
}

}  // namespace
}  // namespace spinscape
