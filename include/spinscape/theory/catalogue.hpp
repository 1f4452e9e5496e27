// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

/// Everything of this layer that can be asked for by name: what `spinscape theory` prints.
namespace spinscape::theory {

struct Argument {
    std::string name, description;
    bool integer = false;
    double standard;          ///< NaN: must be given
    double minimum, maximum;  ///< allowed values, both included
};

using Arguments = std::map<std::string, double>;  ///< every argument of a quantity has a value

struct Value {
    double value;
    double accuracy;  ///< absolute: rounding, quadrature or extrapolation, or a standard error
};

struct Quantity {
    std::string model, name, description;
    std::string source;  ///< citation key
    std::vector<Argument> arguments;
    /// Values for several sets of arguments; together, so that curves are integrated once.
    /// Error(bad_input) where there is no value.
    std::function<std::vector<Value>(std::vector<Arguments> const&)> evaluate;
};

/// Sorted by model, then in the order of the documentation.
std::vector<Quantity> const& catalogue();

/// The quantity of this name. Error(usage) that names model, quantity and what is near.
Quantity const& find_quantity(std::string const& model, std::string const& name);

/// All combinations of the given values, the last name fastest, completed by defaults.
/// Error(usage) for an unknown or missing name, a value out of range or not whole.
std::vector<Arguments> combinations(
    Quantity const& quantity,
    std::vector<std::pair<std::string, std::vector<double>>> const& given);

}  // namespace spinscape::theory
