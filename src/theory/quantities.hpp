// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/theory/catalogue.hpp"

#include <cmath>
#include <limits>
#include <utility>

/// The parts of the catalogue, one file per model: quantities_<model>.cpp.
namespace spinscape::theory {

std::vector<Quantity> p_spin_quantities();
std::vector<Quantity> mixed_p_spin_quantities();
std::vector<Quantity> random_energy_quantities();
std::vector<Quantity> tracy_widom_quantities();
std::vector<Quantity> gaussian_field_quantities();
std::vector<Quantity> escape_quantities();

inline constexpr double unbounded = std::numeric_limits<double>::infinity();
inline constexpr double required = std::numeric_limits<double>::quiet_NaN();

/// A closed form, right to rounding.
inline Value closed(double value) {
    return {value, 1e-14 * std::max(1.0, std::abs(value))};
}
/// The root of a well-conditioned equation, found to the last bit.
inline Value solved(double value) {
    return {value, 1e-12 * std::max(1.0, std::abs(value))};
}

/// Quantity::evaluate of a function of one set of arguments.
template <class F>
auto each(F f) {
    return [f = std::move(f)](std::vector<Arguments> const& all) {
        std::vector<Value> values;
        for (auto const& arguments : all) values.push_back(f(arguments));
        return values;
    };
}

inline int whole(Arguments const& arguments, char const* name) {
    return static_cast<int>(arguments.at(name));
}

}  // namespace spinscape::theory
