// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/stats/figure.hpp"

#include <string>
#include <string_view>

namespace spinscape::report {

/// One panel as an `<svg>` element for a page, drawn by gnuplot: scales with its box, names itself
/// for screen readers, and all its ids start with `id_prefix`, because several SVGs inline in one
/// page share one name space. The same panel gives the same bytes. Values that are not finite, or
/// not positive on a logarithmic axis, are left out.
/// Error(unavailable) if gnuplot cannot be started, Error(internal) with its words if it fails.
std::string draw_svg(Panel const& panel, std::string_view id_prefix);

}  // namespace spinscape::report
