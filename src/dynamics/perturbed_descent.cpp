// SPDX-License-Identifier: BSD-3-Clause
#include "spinscape/dynamics/perturbed_descent.hpp"

namespace spinscape {

PerturbedDescentOptions PerturbedDescentOptions::theorem(double l, double rho, double epsilon,
                                                         double height, index d, double delta,
                                                         double c) {
    SPINSCAPE_EXPECT(l > 0 && rho > 0 && epsilon > 0 && height > 0 && 0 < delta && delta < 1);
    double const chi =
        3 *
        std::max(std::log(static_cast<double>(d) * l * height / (c * epsilon * epsilon * delta)),
                 4.0);
    return {
        .step = c / l,
        .radius = std::sqrt(c) / (chi * chi) * epsilon / l,
        .gradient_threshold = std::sqrt(c) / (chi * chi) * epsilon,
        .loss_threshold = c / (chi * chi * chi) * std::sqrt(epsilon * epsilon * epsilon / rho),
        .patience = static_cast<index>(std::ceil(chi / (c * c) * l / std::sqrt(rho * epsilon)))};
}

}  // namespace spinscape
