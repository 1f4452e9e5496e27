// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/store/resize.hpp"

#include "spinscape/base/contract.hpp"

#include <algorithm>

namespace spinscape::store {

namespace {

/// Share of old cell j in the mean over new cell i, for n old cells on m new ones.
double weight(index i, index j, index n, index m) {
    // In units of 1/m of an old cell, everything is an integer: new cell i covers [i n, (i + 1) n),
    // old cell j covers [j m, (j + 1) m).
    auto const covered = std::min((i + 1) * n, (j + 1) * m) - std::max(i * n, j * m);
    return covered > 0 ? static_cast<double>(covered) / static_cast<double>(n) : 0;
}

}  // namespace

std::vector<double> resize_by_area(std::span<double const> image, index height, index width,
                                   index out_height, index out_width) {
    SPINSCAPE_EXPECT(std::ssize(image) == height * width);
    auto const at = [](index row, index column, index columns) {
        return static_cast<std::size_t>(row * columns + column);
    };
    std::vector<double> rows(static_cast<std::size_t>(height * out_width));
    for (index j = 0; j < out_width; ++j)
        for (index k = j * width / out_width; k < width && k * out_width < (j + 1) * width; ++k) {
            double const w = weight(j, k, width, out_width);
            for (index i = 0; i < height; ++i)
                rows[at(i, j, out_width)] += w * image[at(i, k, width)];
        }
    std::vector<double> result(static_cast<std::size_t>(out_height * out_width));
    for (index i = 0; i < out_height; ++i)
        for (index k = i * height / out_height; k < height && k * out_height < (i + 1) * height;
             ++k) {
            double const w = weight(i, k, height, out_height);
            for (index j = 0; j < out_width; ++j)
                result[at(i, j, out_width)] += w * rows[at(k, j, out_width)];
        }
    return result;
}

}  // namespace spinscape::store
