// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/critical/surface.hpp"

#include <span>

namespace spinscape {

/// How far the Hessian is from being the derivative of the gradient, at the surface's current point
/// along tangent vector v: |D - H v| / max(|D|, |H v|), D the derivative of the gradient by central
/// differences of steps h and h/2 and Richardson's extrapolation, h = relative_step max(|x|, 1) /
/// |v|. Small against 1 for a right Hessian; 0 where both vanish. The surface stays where it is.
double hessian_defect(Surface& surface, std::span<double const> v, double relative_step = 1e-3);

}  // namespace spinscape
