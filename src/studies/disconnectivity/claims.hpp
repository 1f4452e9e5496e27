// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

#include <vector>

namespace spinscape::disconnection {

std::vector<Claim> claims(Results const& results);
std::vector<Figure> figures(Results const& results);

}  // namespace spinscape::disconnection
