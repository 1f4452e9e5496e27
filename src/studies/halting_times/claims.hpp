// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "distribution.hpp"
#include "spinscape/study/study.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace spinscape::halting {

/// A parameter point with its halting times.
struct Point {
    index number;
    Parameters const* parameters;
    std::string label;  ///< for ids
    std::string name;   ///< for legends
    Sample sample;
};
/// Points of one system in the order of the job, those with times that differ.
std::vector<Point> points_of(Results const& results, std::string_view system);

std::vector<std::string> const& systems();

std::vector<Claim> claims(Results const& results);
std::vector<Figure> figures(Results const& results);

}  // namespace spinscape::halting
