// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/study/study.hpp"

namespace spinscape {

/// Throws Error(internal) that names every slip in a study's declaration which would otherwise
/// surface when its result is written: names used twice in /records or /summary, an axis with two
/// sets of coordinates, missing functions, `only_where` that can never hold, forbidden defaults.
void check_declaration(Study const& study);

}  // namespace spinscape
