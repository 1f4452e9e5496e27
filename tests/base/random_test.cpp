// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/random.hpp"

#include "../../src/base/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#undef philox4x32  // a macro of Random123

namespace spinscape {
namespace {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::uint32_t k0,
                                    std::uint32_t k1) {
    std::uint32_t counter[4] = {c[0], c[1], c[2], c[3]};
    random_detail::philox4x32(counter, k0, k1);
    return {counter[0], counter[1], counter[2], counter[3]};
}

TEST(Philox, KnownAnswers) {
    using Words = std::array<std::uint32_t, 4>;
    EXPECT_EQ(philox({0, 0, 0, 0}, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    std::uint32_t const ones = ~0U;
    EXPECT_EQ(philox({ones, ones, ones, ones}, ones, ones),
              (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0),
              (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, EqualsRandom123) {
    Stream stream(1, Purpose::probe, 0);
    for (int i = 0; i < 10000; ++i) {
        std::array<std::uint32_t, 4> counter{};
        for (auto& word : counter) word = stream.bits();
        auto const k0 = stream.bits(), k1 = stream.bits();
        auto const expected =
            r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{k0, k1}});
        ASSERT_TRUE(std::ranges::equal(philox(counter, k0, k1), expected));
    }
}

TEST(Stream, BulkEqualsSingleCalls) {
    // The bulk path is vector code for this machine, the single calls are scalar baseline code.
    Stream one(7, Purpose::noise, 3), many(7, Purpose::noise, 3);
    std::vector<double> bulk(10001), uniform(777);
    std::vector<float> single(4099);
    many.fill_normal(std::span<double>(bulk));
    for (double const x : bulk) ASSERT_EQ(x, one.normal());
    many.fill_uniform(std::span<double>(uniform));
    for (double const x : uniform) ASSERT_EQ(x, one.uniform());
    EXPECT_EQ(many.position(), 10778U);
    many.fill_normal(std::span<float>(single));
    for (float const x : single) ASSERT_EQ(x, static_cast<float>(one.normal()));
}

TEST(Stream, AnyPieceIsTheSame) {
    std::vector<double> whole(9000), piece(500);
    Stream(1, Purpose::probe, 2).fill_normal(std::span<double>(whole));
    for (std::size_t const at :
         {std::size_t{0}, std::size_t{2}, std::size_t{4094}, std::size_t{8500}}) {
        Stream stream(1, Purpose::probe, 2);
        stream.skip_to(at);
        stream.fill_normal(std::span<double>(piece));
        EXPECT_TRUE(std::equal(piece.begin(), piece.end(), whole.begin() + static_cast<index>(at)));
    }
}

TEST(Stream, PermutationIsFisherYatesWithBelow) {
    // Long ones meet rejections, of which below() has one in 2^32 / n; odd places have no block's
    // start.
    for (auto const n : {0, 1, 2, 1000, 3000000}) {
        Stream one(5, Purpose::data_order, 1), many(5, Purpose::data_order, 1);
        one.skip_to(3);
        many.skip_to(3);
        std::vector<std::int32_t> expected(static_cast<std::size_t>(n)), order(expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            expected[i] = static_cast<std::int32_t>(i);
        for (auto i = std::ssize(expected) - 1; i > 0; --i)
            std::swap(expected[static_cast<std::size_t>(i)],
                      expected[static_cast<std::size_t>(one.below(i + 1))]);
        many.permutation(order);
        EXPECT_EQ(order, expected);
        EXPECT_EQ(one.position(), many.position());
        EXPECT_EQ(one.position() > 3 + static_cast<std::uint64_t>(n), n == 3000000);
    }
}

TEST(Stream, LogarithmAndAnglesAgainstLibm) {
    Stream stream(3, Purpose::probe, 0);
    for (int i = 0; i < 200000; ++i) {
        auto const u = i == 0 ? 0x1p-33 : i == 1 ? 1 - 0x1p-33 : stream.uniform();
        auto const expected = -std::log(u);
        ASSERT_NEAR(random_detail::minus_log(u), expected, 4 * 0x1p-53 * expected);
        auto const [c, s] = random_detail::cosine_sine_of_turn(u);
        auto const angle = 2 * std::numbers::pi_v<long double> * u;
        ASSERT_NEAR(c, static_cast<double>(std::cos(angle)), 3e-16);
        ASSERT_NEAR(s, static_cast<double>(std::sin(angle)), 3e-16);
    }
}

TEST(Stream, UniformsStayInside) {
    EXPECT_GT(random_detail::uniform_from(0), 0.0);
    EXPECT_LT(random_detail::uniform_from(~0U), 1.0);
    std::vector<float> u(1 << 22);
    Stream(9, Purpose::noise, 0).fill_uniform(std::span<float>(u));
    auto const [low, high] = std::ranges::minmax(u);
    EXPECT_GE(low, 0x1p-24F);
    EXPECT_LE(high, 1 - 0x1p-24F);
}

TEST(Stream, NormalsHaveTheRightLaw) {
    index const n = 1 << 22;
    std::vector<float> x(n);
    Stream(4, Purpose::noise, 0).fill_normal(std::span<float>(x));
    double m[5] = {};
    index beyond4 = 0;
    for (double const v : x) {
        for (int k = 1; k <= 4; ++k) m[k] += std::pow(v, k) / static_cast<double>(n);
        beyond4 += std::abs(v) > 4;
    }
    // Variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
    auto const root = std::sqrt(static_cast<double>(n));
    EXPECT_NEAR(m[1], 0, 4 / root);
    EXPECT_NEAR(m[2], 1, 4 * std::sqrt(2) / root);
    EXPECT_NEAR(m[3], 0, 4 * std::sqrt(15) / root);
    EXPECT_NEAR(m[4], 3, 4 * std::sqrt(96) / root);
    auto const expected = static_cast<double>(n) * std::erfc(4 / std::numbers::sqrt2);
    EXPECT_NEAR(static_cast<double>(beyond4), expected, 4 * std::sqrt(expected));
    // Kolmogorov-Smirnov: sqrt(n) D above 1.95 has probability 0.001.
    std::ranges::sort(x);
    double distance = 0;
    for (index i = 0; i < n; ++i) {
        auto const cdf = 0.5 * std::erfc(-x[static_cast<std::size_t>(i)] / std::numbers::sqrt2);
        distance = std::max(distance, std::abs(cdf - (static_cast<double>(i) + 0.5) / n));
    }
    EXPECT_LT(root * distance, 1.95);
}

TEST(Stream, DifferentAddressesAreUncorrelated) {
    index const n = 1 << 16;
    Stream streams[] = {{1, Purpose::noise, 0},    {2, Purpose::noise, 0},
                        {1, Purpose::start, 0},    {1, Purpose::noise, 1},
                        {1, Purpose::noise, 0, 1}, {1, Purpose::noise, 0, 0, 1}};
    std::vector<std::vector<double>> x;
    for (auto& stream : streams) stream.fill_normal(std::span<double>(x.emplace_back(n)));
    for (std::size_t a = 0; a < x.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            auto const r = std::inner_product(x[a].begin(), x[a].end(), x[b].begin(), 0.0) / n;
            EXPECT_NEAR(r, 0, 4 / std::sqrt(static_cast<double>(n))) << a << ' ' << b;
        }
}

}  // namespace
}  // namespace spinscape
