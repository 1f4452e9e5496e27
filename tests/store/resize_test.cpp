// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/resize.hpp"

#include "spinscape/base/random.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace spinscape::store {
namespace {

std::vector<double> noise(index n) {
    std::vector<double> image(static_cast<std::size_t>(n));
    Stream(1, Purpose::probe, 0).fill_uniform(std::span<double>(image));
    return image;
}

double mean(std::vector<double> const& x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

/// Both grids are refined to one whose cells belong to one pixel of each; then cells are counted.
std::vector<double> by_counting(std::vector<double> const& image, index height, index width,
                                index out_height, index out_width) {
    auto const rows = std::lcm(height, out_height), columns = std::lcm(width, out_width);
    std::vector<double> sum(static_cast<std::size_t>(out_height * out_width));
    for (index i = 0; i < rows; ++i)
        for (index j = 0; j < columns; ++j) {
            auto const from = i / (rows / height) * width + j / (columns / width);
            auto const to = i / (rows / out_height) * out_width + j / (columns / out_width);
            sum[static_cast<std::size_t>(to)] += image[static_cast<std::size_t>(from)];
        }
    auto const cells = rows / out_height * (columns / out_width);
    for (auto& x : sum) x /= static_cast<double>(cells);
    return sum;
}

struct Sizes {
    index height, width, out_height, out_width;
};

class Resize : public testing::TestWithParam<Sizes> {};

TEST_P(Resize, EqualsCountingOfCells) {
    auto const [height, width, out_height, out_width] = GetParam();
    auto const image = noise(height * width);
    auto const result = resize_by_area(image, height, width, out_height, out_width);
    auto const expected = by_counting(image, height, width, out_height, out_width);
    ASSERT_EQ(result.size(), expected.size());
    for (std::size_t i = 0; i < result.size(); ++i) EXPECT_NEAR(result[i], expected[i], 1e-14);
    EXPECT_NEAR(mean(result), mean(image), 1e-14);
}

TEST_P(Resize, ConstantStaysConstant) {
    auto const [height, width, out_height, out_width] = GetParam();
    std::vector<double> const image(static_cast<std::size_t>(height * width), 0.7);
    for (double const x : resize_by_area(image, height, width, out_height, out_width))
        EXPECT_NEAR(x, 0.7, 1e-15);
}

INSTANTIATE_TEST_SUITE_P(SmallerLargerAndUneven, Resize,
                         testing::Values(Sizes{28, 28, 10, 10}, Sizes{28, 28, 14, 14},
                                         Sizes{28, 28, 1, 1}, Sizes{7, 5, 3, 4},
                                         Sizes{10, 10, 28, 28}, Sizes{3, 8, 5, 2},
                                         Sizes{1, 1, 4, 3}));

TEST(ResizeByArea, SameSizeIsTheSameImage) {
    auto const image = noise(6 * 9);
    EXPECT_EQ(resize_by_area(image, 6, 9, 6, 9), image);
}

}  // namespace
}  // namespace spinscape::store
