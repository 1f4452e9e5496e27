// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <span>
#include <vector>

namespace spinscape::store {

/// Area averaging of an image (height x width, row-major) to out_height x out_width: pixel (i, j)
/// of the result is the mean over its rectangle of the original, pixels on its border counted by
/// the covered share. Exact for any sizes; keeps the mean brightness.
std::vector<double> resize_by_area(std::span<double const> image, index height, index width,
                                   index out_height, index out_width);

}  // namespace spinscape::store
