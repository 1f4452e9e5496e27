// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/critical/hessian_check.hpp"

#include "spinscape/linalg/vectors.hpp"

#include <algorithm>
#include <vector>

namespace spinscape {

double hessian_defect(Surface& surface, std::span<double const> v, double relative_step) {
    std::vector<double> const x(surface.point().begin(), surface.point().end());
    std::vector<double> Hv(x.size()), difference(x.size()), y(x.size()), g(x.size());
    surface.hessian_times(v, Hv);
    double const h = relative_step * std::max(linalg::norm(x), 1.0) / linalg::norm(v);
    // 4/3 D(h/2) - 1/3 D(h), D(h) = (g(x + hv) - g(x - hv)) / 2h.
    for (auto const& [step, weight] : {std::pair{h, -1.0 / 3}, std::pair{h / 2, 4.0 / 3}})
        for (double const sign : {1.0, -1.0}) {
            y = x;
            linalg::add(sign * step, v, y);
            surface.retract(y);
            surface.move_to(y);
            g.assign(surface.gradient().begin(), surface.gradient().end());
            linalg::add(sign * weight / (2 * step), g, difference);
        }
    surface.project(x, difference);
    surface.move_to(x);
    double const size = std::max(linalg::norm(difference), linalg::norm(Hv));
    return size > 0 ? linalg::distance(difference, Hv) / size : 0;
}

}  // namespace spinscape
