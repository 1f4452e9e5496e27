// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

namespace spinscape::saddle_free {

std::vector<Claim> analytic_claims(Results const& results);
std::vector<Claim> network_claims(Results const& results);
std::vector<Figure> network_figures(Results const& results);

}  // namespace spinscape::saddle_free
