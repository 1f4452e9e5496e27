// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/base/bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <limits>

namespace spinscape {
namespace {

enum class Colour : std::int8_t { red = 1, blue = 7 };

struct Pair {
    std::int64_t a;
    double b;
};

void expect_refused(std::function<void()> const& read) {
    try {
        read();
        FAIL() << "was read";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_input);
        EXPECT_THAT(error.what(), testing::HasSubstr("saved state"));
    }
}

/// One value of every kind that is saved.
std::string everything() {
    ByteWriter out;
    out.put(std::int64_t{-3});
    out.put(Colour::blue);
    out.put(std::numeric_limits<double>::quiet_NaN());
    out.put(Pair{5, -0.0});
    std::vector<float> const values = {1.5F, -2.5F, 0};
    out.put_all(std::span<float const>(values));
    out.put_all(std::span<double const>());
    out.put_text(std::string("a\0b\n", 4));
    out.put_text("");
    return out.bytes();
}

void read_everything(std::string_view bytes) {
    ByteReader in(bytes);
    EXPECT_EQ(in.get<std::int64_t>(), -3);
    EXPECT_EQ(in.get<Colour>(), Colour::blue);
    EXPECT_TRUE(std::isnan(in.get<double>()));
    auto const pair = in.get<Pair>();
    EXPECT_EQ(pair.a, 5);
    EXPECT_TRUE(std::signbit(pair.b));
    EXPECT_THAT(in.get_all<float>(), testing::ElementsAre(1.5F, -2.5F, 0));
    EXPECT_TRUE(in.get_all<double>().empty());
    EXPECT_EQ(in.get_text(), std::string("a\0b\n", 4));
    EXPECT_EQ(in.get_text(), "");
    EXPECT_TRUE(in.at_end());
}

TEST(Bytes, ComeBackAsTheyWerePut) {
    read_everything(everything());
    EXPECT_TRUE(ByteReader("").at_end());
    EXPECT_FALSE(ByteReader("x").at_end());
    EXPECT_EQ(ByteWriter().bytes(), "");
}

TEST(Bytes, EveryTruncationIsAnError) {
    auto const all = everything();
    for (std::size_t size = 0; size < all.size(); ++size)
        expect_refused([&] {
            // Memory of its own, so that a sanitizer sees what lies behind its end.
            std::vector<char> const part(all.begin(),
                                         all.begin() + static_cast<std::ptrdiff_t>(size));
            read_everything({part.data(), part.size()});
        });
}

TEST(Bytes, ReadsIntoPlaceOnlyWhatFits) {
    std::vector<double> const values = {1, 2, 3};
    ByteWriter out;
    out.put_all(std::span<double const>(values));
    std::vector<double> three(3), two(2), four(4), none;
    ByteReader(out.bytes()).get_into(std::span(three));
    EXPECT_EQ(three, values);
    for (auto* other : {&two, &four, &none})
        expect_refused([&] { ByteReader(out.bytes()).get_into(std::span(*other)); });
    EXPECT_THAT(two, testing::ElementsAre(0, 0));
    auto const cut = out.bytes().substr(0, out.bytes().size() - 1);
    expect_refused([&] { ByteReader(cut).get_into(std::span(three)); });
    // Nothing goes into nothing.
    ByteWriter empty;
    empty.put_all(std::span<double const>());
    ByteReader in(empty.bytes());
    in.get_into(std::span(none));
    EXPECT_TRUE(in.at_end());
}

// A length that is not one must be refused before memory is asked for: also those whose product
// with the size of an element wraps around.
TEST(Bytes, HugeLengthsAreRefused) {
    for (auto const length :
         {std::uint64_t{3}, std::uint64_t{1} << 32, std::uint64_t{1} << 61,
          (std::uint64_t{1} << 61) + 1, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        ByteWriter out;
        out.put(length);
        out.put(1.0);
        out.put(2.0);
        expect_refused([&] { ByteReader(out.bytes()).get_all<double>(); });
        expect_refused([&] { ByteReader(out.bytes()).get_all<Pair>(); });
        if (length > 16) expect_refused([&] { ByteReader(out.bytes()).get_text(); });
    }
}

}  // namespace
}  // namespace spinscape
