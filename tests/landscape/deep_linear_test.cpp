// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/landscape/deep_linear.hpp"

#include "spinscape/base/error.hpp"
#include "spinscape/base/random.hpp"
#include "spinscape/linalg/blas.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace spinscape {
namespace {

DeepLinear network(std::vector<index> widths, index samples = 9) {
    std::vector<double> X(static_cast<std::size_t>(widths.front() * samples)),
        Y(static_cast<std::size_t>(widths.back() * samples));
    Stream stream(3, Purpose::disorder, 0);
    stream.fill_normal(std::span<double>(X));
    stream.fill_normal(std::span<double>(Y));
    return {std::move(widths), X, Y};
}

struct Local {
    double value, gradient_norm;
    std::vector<double> spectrum;
};

Local look_at(DeepLinear const& f, std::vector<double> const& x) {
    auto work = f.workspace(1);
    auto const n = x.size();
    std::vector<double> g(n), H(n * n), unit(n);
    Local local{};
    BatchView<double const> const point{std::span<double const>(x)};
    f.value_and_gradient(point, {&local.value, 1}, BatchView<double>(std::span<double>(g)), work);
    for (double const component : g) local.gradient_norm += component * component;
    local.gradient_norm = std::sqrt(local.gradient_norm);
    for (std::size_t i = 0; i < n; ++i) {
        unit.assign(n, 0);
        unit[i] = 1;
        f.hessian_times(point, BatchView<double const>(std::span<double const>(unit)),
                        BatchView<double>(std::span<double>(H).subspan(i * n, n)), work);
    }
    local.spectrum = linalg::symmetric_eigenvalues(H, static_cast<index>(n));
    return local;
}

TEST(DeepLinear, EverySetOfModesIsACriticalPointOfItsLevel) {
    for (auto const& widths : {std::vector<index>{4, 2, 3}, std::vector<index>{4, 3, 2, 3},
                               std::vector<index>{3, 2, 4, 5, 2}}) {
        auto const f = network(widths);
        auto const modes = std::min<index>(f.bottleneck(), widths.back());
        for (index i = -1; i < widths.back(); ++i)
            for (index j = i; j < widths.back(); ++j) {
                std::vector<index> I;
                if (i >= 0) I.push_back(i);
                if (j > i) I.push_back(j);
                if (std::ssize(I) > modes) continue;
                auto const local = look_at(f, f.critical_point(I));
                EXPECT_NEAR(local.value, f.level(I), 1e-12 * f.level({}));
                EXPECT_LT(local.gradient_norm, 1e-12 * f.level({}));
                EXPECT_GE(f.level(I), f.minimum() - 1e-12);
            }
    }
}

TEST(DeepLinear, NegativeCurvaturesOfAllCriticalPoints) {
    // Two hidden layers, bottleneck 2, three outputs: only the origin and the strongest mode alone
    // have no negative curvature though they are saddles.
    auto const f = network({4, 3, 2, 3});
    std::map<std::vector<index>, index> const expected = {
        {{}, 0}, {{0}, 0}, {{1}, 1}, {{2}, 2}, {{0, 1}, 0}, {{0, 2}, 1}, {{1, 2}, 2}};
    for (auto const& [modes, negative] : expected) {
        auto const spectrum = look_at(f, f.critical_point(modes)).spectrum;
        double const threshold = 1e-10 * std::max(1.0, spectrum.back());
        EXPECT_EQ(std::ranges::count_if(spectrum, [&](double l) { return l < -threshold; }),
                  negative);
        if (modes.empty()) {
            EXPECT_EQ(spectrum.back(), 0);
        }
    }
}

TEST(DeepLinear, SpectrumAtTheOriginWithOneHiddenLayer) {
    // +-sigma_i(Y X^T), each d_1 times, and zeros. With C = 1 the sigma_i are the roots of the
    // strengths.
    index const d = 3;
    std::vector<double> X(9), Y(6);
    for (std::size_t i = 0; i < 3; ++i) X[i * 4] = 1;
    Stream stream(8, Purpose::disorder, 0);
    stream.fill_normal(std::span<double>(Y));
    DeepLinear const f({d, 2, 2}, X, Y);
    auto const spectrum = look_at(f, f.critical_point({})).spectrum;
    std::vector<double> expected(2, 0.0);
    for (double const lambda : f.strengths())
        for (int copies = 0; copies < 2; ++copies) {
            expected.push_back(std::sqrt(lambda));
            expected.push_back(-std::sqrt(lambda));
        }
    std::ranges::sort(expected);
    ASSERT_EQ(spectrum.size(), expected.size());
    for (std::size_t i = 0; i < spectrum.size(); ++i) EXPECT_NEAR(spectrum[i], expected[i], 1e-12);
}

TEST(DeepLinear, RefusesInputsThatDoNotSpan) {
    std::vector<double> const X = {1, 2, 2, 4}, Y = {1, 1};
    EXPECT_THROW(DeepLinear({2, 1, 1}, X, Y), Error);
}

}  // namespace
}  // namespace spinscape
