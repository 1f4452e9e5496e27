// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"
#include "spinscape/landscape/architecture.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinscape {

/// Distribution of the weights W (n_in x n_out) and biases of each layer at the start.
enum class Start {
    glorot_uniform,  ///< U(+-sqrt(6 / (n_in + n_out))), biases 0 ([Glorot2010])
    glorot_normal,   ///< N(0, 2 / (n_in + n_out)), biases 0
    he_uniform,      ///< U(+-sqrt(6 / n_in)), biases 0 ([He2015])
    he_normal,       ///< N(0, 2 / n_in), biases 0
    lecun_uniform,   ///< U(+-sqrt(3 / n_in)), biases 0 ([LeCun1998])
    lecun_normal,    ///< N(0, 1 / n_in), biases 0
    fan_in_cube,     ///< U(+-1 / sqrt(n_in)), biases too: the default of Torch
    cube,            ///< all parameters U(+-scale)
    unit_cube,       ///< all parameters U(0, scale)
    normal           ///< all parameters N(0, scale^2)
};

std::vector<std::string> const& start_names();  ///< in the order of the enumeration
Start start_from(std::string_view name);

/// Fills x with a start; `scale` enters where the table above says so. Draws one number per
/// parameter in the order of the parameters, so that equal streams give equal starts.
template <class Real>
void initialise(Architecture const& architecture, Start start, double scale, Stream& stream,
                std::span<Real> x);

}  // namespace spinscape
