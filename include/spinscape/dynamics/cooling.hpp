// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/types.hpp"

#include <cmath>

namespace spinscape {

/// Temperatures of simulated annealing [Kirkpatrick1983]: step k = 0 ... steps - 1 has, with
/// u = k / (steps - 1),
struct Cooling {
    enum class Law {
        linear,     ///< T = hottest + u (coldest - hottest)
        geometric,  ///< T = hottest (coldest / hottest)^u
        inverse     ///< 1/T = 1/hottest + u (1/coldest - 1/hottest)
    };
    Law law = Law::linear;
    double hottest = 1, coldest = 0.1;  ///< for the last two laws both > 0
    index steps = 100;

    [[nodiscard]] double at(index step) const {
        double const u =
            steps > 1 ? static_cast<double>(step) / static_cast<double>(steps - 1) : 1.0;
        if (law == Law::geometric) return hottest * std::pow(coldest / hottest, u);
        if (law == Law::inverse) return 1 / (1 / hottest + u * (1 / coldest - 1 / hottest));
        return hottest + u * (coldest - hottest);
    }
};

}  // namespace spinscape
