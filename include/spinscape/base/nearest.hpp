// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace spinscape {

/// " (did you mean 'epochs'?)" for the candidate with the smallest edit distance to `name`, or ""
/// when none is near (distance above a third of its length).
std::string did_you_mean(std::string_view name, std::span<std::string const> candidates);

}  // namespace spinscape
