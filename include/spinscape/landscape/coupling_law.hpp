// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/random.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace spinscape {

/// Distribution of a single coupling, of mean 0 and variance 1. What a glass does at large N does
/// not depend on it (universality); finite sizes may.
enum class CouplingLaw {
    gaussian,
    sign,     ///< +1 or -1
    uniform,  ///< on [-sqrt 3, sqrt 3]
    laplace   ///< exp(-sqrt 2 |x|)/sqrt 2: tails heavier than the Gaussian's
};

/// "gaussian", "sign", ...; Error(bad_input) that names what is allowed.
CouplingLaw coupling_law(std::string const& name);

/// Salt of the stream that draws the couplings of N spins: laws share no random numbers, so that
/// samples of different laws are independent.
inline std::uint64_t coupling_salt(index N, CouplingLaw law) {
    return static_cast<std::uint64_t>(N) | static_cast<std::uint64_t>(law) << 32;
}

/// Independent draws, one 32-bit word each.
void draw_couplings(CouplingLaw law, Stream& stream, std::span<float> out);

}  // namespace spinscape
